"""The certificates that wait for approval: decided one by one or many at once."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates.actions.approving import approve, refuse
from certificates.forms import Words
from certificates.models import HeldCertificate
from certificates.panels import keeps_certificates
from certificates.snapshots import SnapshotIncomplete
from lms.kernel.forms import AccessibleForm, keys_among
from lms.kernel.states import TransitionRefused
from lms.people.models import Role, User
from lms.people.requests import SignedInRequest

PER_PAGE = 100


class RefuseForm(AccessibleForm, forms.Form):
    reason = Words(
        label=gettext_lazy("Why not"),
        max_length=1000,
        rows=2,
        help_text=gettext_lazy("Only for a refusal. The platform writes nothing to the learner: tell them yourself."),
        error_messages={"required": gettext_lazy("Write why, so that it can be explained later.")},
    )


@never_cache
@login_required
@require_safe
def waiting(request: SignedInRequest) -> HttpResponse:
    """What waits, the longest first."""
    return _show(request, RefuseForm())


@login_required
@require_POST
def decide(request: SignedInRequest) -> HttpResponse:
    """Approve or refuse what was ticked. What somebody else decided meanwhile is left alone."""
    _may_look(request.user)
    if not request.user.holds(Role.COORDINATOR, Role.OFFICER):
        raise PermissionDenied
    ticked = keys_among(request.POST.getlist("held")[:PER_PAGE])
    mine = HeldCertificate.objects.allowing(request.user, "decide").waiting()
    chosen = list(mine.filter(pk__in=ticked).select_related("enrolment__edition__course", "programme"))
    form = RefuseForm(request.POST)
    is_refusal = request.POST.get("answer") == "refuse"
    if ticked and not chosen:
        if not HeldCertificate.objects.allowing(request.user, "view").filter(pk__in=ticked).exists():
            raise Http404
        messages.info(request, _("Somebody else decided about these meanwhile."))
        return redirect("certificates:waiting")
    if not chosen:
        messages.warning(request, _("Tick the certificates that you want to decide about."))
        return _show(request, RefuseForm(initial={"reason": request.POST.get("reason", "")}), status=422)
    if is_refusal and not form.is_valid():
        return _show(request, form, ticked=ticked, status=422)
    done = incomplete = lapsed = 0
    for held in chosen:
        try:
            if is_refusal:
                refuse(held, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
            elif approve(held, by=request.user, at=timezone.now()) is None:
                lapsed += 1
                continue
        except TransitionRefused:
            continue
        except SnapshotIncomplete:
            incomplete += 1
        else:
            done += 1
    if done:
        text = (
            ngettext("%(n)s refused.", "%(n)s refused.", done)
            if is_refusal
            else ngettext("%(n)s approved.", "%(n)s approved.", done)
        )
        messages.success(request, text % {"n": done})
    if lapsed:
        text = ngettext("%(n)s is no longer earned.", "%(n)s are no longer earned.", lapsed)
        messages.warning(request, text % {"n": lapsed})
    if incomplete:
        text = ngettext(
            "%(n)s cannot be made yet: the page of its edition says what is missing.",
            "%(n)s cannot be made yet: the pages of their editions say what is missing.",
            incomplete,
        )
        messages.warning(request, text % {"n": incomplete})
    return redirect("certificates:waiting")


def _may_look(user: User) -> None:
    if not keeps_certificates(user):
        raise Http404


def _show(
    request: SignedInRequest, form: RefuseForm, *, ticked: Collection[int] = (), status: int = 200
) -> HttpResponse:
    _may_look(request.user)
    found = HeldCertificate.objects.allowing(request.user, "view").waiting()
    rows = found.select_related("enrolment__learner", "enrolment__edition__course", "programme")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    may_decide = HeldCertificate.objects.allowing(request.user, "decide").waiting().exists()
    context = {"page": page, "form": form, "ticked": ticked, "may_decide": may_decide}
    return render(request, "certificates/waiting.html", context, status=status)
