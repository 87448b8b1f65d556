"""The programme office's list of employers that learners typed in, beside those that they look like, and making one of
two, with a look beforehand at what that moves, a ledger, and a way back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from lms.kernel.back_office import Decision, ReadOnlyViewSet, Refused, register_decision
from lms.kernel.office_pages import office_page
from lms.people.claims_office import for_the_office
from lms.people.employer_merging import merge_employers, undo_employer_merge, would_move
from lms.people.merging import MergeRefused
from lms.people.models import EmployerMerge, Organisation, Role, User
from lms.people.new_employers import approve_employer, likely_doubles
from lms.people.requests import SignedInRequest

PER_PAGE = 50


@for_the_office
@require_safe
def new_employers(request: SignedInRequest) -> HttpResponse:
    """Oldest first, fifty to a page, each with the employers of the same name but for legal form and spelling."""
    found = Organisation.objects.filter(is_employer=True, reviewed_at=None).annotate(people=Count("employments"))
    page = Paginator(found.order_by("pk"), PER_PAGE).get_page(request.GET.get("p"))
    doubles = likely_doubles(page)
    rows = [{"new": one, "doubles": doubles[one.pk]} for one in page]
    return office_page(
        request, "back_office/new_employers.html", title=_("New employers"), icon="group", rows=rows, page_of_rows=page
    )


@for_the_office
@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is a company of its own."""
    found = get_object_or_404(Organisation.objects.allowing(request.user, "review").filter(is_employer=True), pk=pk)
    approve_employer(found, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is approved. From now on it is found while typing.") % {"name": found.name})
    return redirect("new_employers")


@for_the_office
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: SignedInRequest, pk: int, into: int) -> HttpResponse:
    """Two employers beside each other, and what would come along; sent, they are one."""
    employers = Organisation.objects.allowing(request.user, "merge").filter(is_employer=True)
    gone, kept = get_object_or_404(employers, pk=pk), get_object_or_404(employers.exclude(pk=pk), pk=into)
    now = timezone.now()
    if request.method == "POST":
        try:
            merge_employers(kept, gone, by=request.user, at=now)
        except MergeRefused as refused:
            messages.error(request, " ".join(refused.reasons))
        else:
            messages.success(
                request, _("%(gone)s is part of %(kept)s now. You can undo it.") % {"gone": gone, "kept": kept}
            )
            return redirect("new_employers")
    lines, reasons = would_move(kept, gone, at=now)
    return office_page(
        request,
        "back_office/merge_employers.html",
        title=_("Make two employers one"),
        icon="resubmit",
        kept=kept,
        gone=gone,
        facts=_side_by_side(kept, gone),
        lines=lines,
        reasons=reasons,
    )


def _side_by_side(kept: Organisation, gone: Organisation) -> list[tuple[str, Any, Any]]:
    facts: list[tuple[str, Callable[[Organisation], Any]]] = [
        (_("Name"), lambda one: one.name),
        (_("KvK number"), lambda one: one.kvk_number),
        (_("City"), lambda one: one.city),
        (_("Size"), lambda one: one.get_size_display()),
        (_("Looked at"), lambda one: _("yes") if one.reviewed_at else _("not yet")),
        (_("People"), lambda one: one.employments.values("user").distinct().count()),
        (_("HR"), lambda one: one.memberships.current(timezone.localdate()).filter(role=Role.HR).count()),
    ]
    return [(label, read(kept), read(gone)) for label, read in facts]


class EmployerMergeViewSet(ReadOnlyViewSet):
    """Which employers were made one, by whom, and whether it was undone."""

    model = EmployerMerge
    icon = "resubmit"
    menu_label = gettext_lazy("Merges of employers")
    may_view = (Role.OFFICER, Role.AUDITOR)
    list_display = ["gone", "kept", "by", "at", "undone_at"]
    list_select_related = ["kept", "gone", "by"]
    search_fields = ["gone__name", "kept__name", "kept__kvk_number"]
    ordering = "-at"
    inspect_view_fields = ["kept", "gone", "by", "at", "undone_by", "undone_at"]


def _undo(merge: EmployerMerge, by: User) -> str:
    try:
        undo_employer_merge(merge, by=by, at=timezone.now())
    except MergeRefused as refused:
        raise Refused(" ".join(refused.reasons)) from None
    return _("Taken apart: %(name)s is an employer of its own again.") % {"name": merge.gone}


def decisions() -> list[URLPattern]:
    """What the office decides about a merge that was made."""
    return register_decision(
        Decision(
            model=EmployerMerge, name="undo", label=gettext_lazy("Take apart again"),
            question=gettext_lazy(
                "Everything that came along goes back, as far as it is still there. What was done since stays with the "
                "employer that stayed."
            ),
            verb="edit", icon="undo", carry_out=_undo, possible=lambda merge: merge.undone_at is None, is_serious=True,
        )
    )  # fmt: skip


def addresses() -> list[URLPattern]:
    """For the hook ``register_admin_urls``."""
    return [
        path("new-employers/<int:pk>/merge/<int:into>/", merge, name="merge_employers"),
        path("new-employers/", new_employers, name="new_employers"),
        path("new-employers/<int:pk>/approve/", approve, name="approve_employer"),
    ]
