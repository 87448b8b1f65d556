"""Certificates of before the platform: a list comes in, is looked at, taken over, and undone if need be."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates.actions import earlier as earlier_actions
from certificates.forms import EarlierForm
from certificates.imports import DIFFERS, ERROR, KNOWN, NEW, SAME
from certificates.models import EarlierBatch
from certificates.panels import keeps_certificates
from courses.imports import MOST_BYTES, FileRefused
from lms.kernel.forms import keys_among
from lms.kernel.states import TransitionRefused
from lms.people.models import Role
from lms.people.requests import SignedInRequest

PER_PAGE = 25
CERTIFICATES_PER_PAGE = 100


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: SignedInRequest) -> HttpResponse:
    """What was taken over so far, and a form for a new list."""
    if not keeps_certificates(request.user):
        raise Http404
    may_write = request.user.holds(Role.COORDINATOR, Role.OFFICER)
    form = EarlierForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST":
        if not may_write:
            return render(request, "403.html", status=403)
        form = EarlierForm(request.POST, request.FILES, user=request.user)
        if form.is_valid() and (found := _checked(request, form)):
            return redirect("certificates:earlier_batch", uuid=found.uuid)
    listed = EarlierBatch.objects.visible_to(request.user).select_related("provider", "by").defer("rows")
    page = Paginator(listed.annotate(number=Count("certificates")).order_by("-created_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "certificates/earlier.html", {"form": form, "page": page, "may_write": may_write})


def _checked(request: SignedInRequest, form: EarlierForm) -> EarlierBatch | None:
    document = form.cleaned_data["document"]
    if document.size > MOST_BYTES:
        form.add_error("document", _("This file is too large: at most %(size)s MB.") % {"size": MOST_BYTES // 2**20})
        return None
    try:
        return earlier_actions.check_earlier(
            form.house,
            source=form.cleaned_data["source"],
            content=document.read(),
            file_name=document.name,
            by=request.user,
            at=timezone.now(),
        )
    except FileRefused as refused:
        form.add_error("document", str(refused))
    except earlier_actions.TakenOverBefore:
        form.add_error("document", _("This list was taken over before. Undo that first if it has to be done again."))
    return None


@never_cache
@login_required
@require_safe
def batch(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Row by row what will happen, or what was taken over."""
    found = _one_of(request, uuid)
    verdicts = [row["verdict"] for row in found.rows]
    context = {
        "batch": found,
        "counts": {one: verdicts.count(one) for one in (NEW, KNOWN, DIFFERS, SAME, ERROR)},
        "good": sum(one in (NEW, KNOWN) for one in verdicts),
        "page": Paginator(found.certificates.order_by("pk"), CERTIFICATES_PER_PAGE).get_page(request.GET.get("page")),
        "may_write": EarlierBatch.objects.allowing(request.user, "take_over").filter(pk=found.pk).exists(),
    }
    return render(request, "certificates/earlier_batch.html", context)


@login_required
@require_POST
def take(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Take the good rows over, and of the doubtful ones those that were ticked."""
    found = _one_of(request, uuid)
    also = keys_among(request.POST.getlist("also"))
    try:
        earlier_actions.take_over(found, also=also, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.error(request, _("This list was taken over already."))
    except earlier_actions.TakenOverBefore:
        messages.error(request, _("This list was taken over before. Undo that first if it has to be done again."))
    else:
        messages.success(request, _("The certificates are taken over. Each has a number, and stands with its holder."))
    return redirect("certificates:earlier_batch", uuid=found.uuid)


@login_required
@require_POST
def undo(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Take all of it back."""
    found = _one_of(request, uuid)
    try:
        earlier_actions.undo_take_over(found, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.error(request, _("This list cannot be undone: it was not taken over, or undone already."))
    else:
        messages.success(request, _("All certificates of this list are taken back."))
    return redirect("certificates:earlier_batch", uuid=found.uuid)


def _one_of(request: SignedInRequest, uuid: UUID) -> EarlierBatch:
    if not keeps_certificates(request.user):
        raise Http404
    return get_object_or_404(EarlierBatch.objects.visible_to(request.user).select_related("provider", "by"), uuid=uuid)
