"""Files of many certificates: asking for one, seeing how far it is, taking it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates.actions import bundles as bundle_actions
from certificates.bundles import about
from certificates.forms import YearFileForm
from certificates.models import Bundle
from certificates.views.employer import show_certificates
from enrolments.views.employer.company import Company, for_hr
from lms.people.requests import SignedInRequest


@for_hr
@require_POST
def ask(request: SignedInRequest, company: Company) -> HttpResponse:
    """The year file: what is shared of a period, a department, a course."""
    form = YearFileForm(request.POST, company=company.organisation, at=timezone.now())
    if not form.is_valid():
        return show_certificates(request, company, form)
    try:
        bundle = bundle_actions.ask_year_file(
            company.organisation, **form.cleaned_data, by=request.user, at=timezone.now()
        )
    except bundle_actions.NothingToPutIn:
        form.add_error(None, _("Nobody shares a certificate of this choice with you. Choose another period."))
        return show_certificates(request, company, form)
    return redirect("certificates:file", uuid=bundle.uuid)


@never_cache
@login_required
@require_safe
def file(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """How far it is. The page asks again by itself while it is being made, and then takes it: no third click."""
    bundle = _one_of_mine(request, uuid)
    state = bundle.stands(timezone.now())
    context = {"bundle": bundle, "state": state, "about": about(bundle), "back": _back_from(bundle)}
    response = render(request, "certificates/file.html", context)
    if request.headers.get("HX-Request") and state == Bundle.State.READY:
        response["HX-Trigger-After-Swap"] = "file-ready"
    return response


@login_required
@require_safe
def download(request: SignedInRequest, uuid: UUID) -> HttpResponseBase:
    """The file itself, if all of it is still theirs to have; else it is made again without what is not."""
    bundle = _one_of_mine(request, uuid)
    if bundle.state != Bundle.State.READY:
        return redirect("certificates:file", uuid=bundle.uuid)
    try:
        pieces = bundle_actions.take(bundle, by=request.user, at=timezone.now())
    except bundle_actions.TooLate:
        return redirect("certificates:file", uuid=bundle.uuid)  # which says so
    except bundle_actions.MadeAgain:
        messages.warning(
            request, _("Not everything in this file is still shared with you. We are making it again without that.")
        )
        return redirect("certificates:file", uuid=bundle.uuid)
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Length"] = str(bundle.size)
    response["Content-Disposition"] = content_disposition_header(True, bundle_actions.name_of_file(bundle)) or ""
    response["Cache-Control"] = "private, no-store"
    return response


def _one_of_mine(request: SignedInRequest, uuid: UUID) -> Bundle:
    mine = Bundle.objects.visible_to(request.user)
    return get_object_or_404(mine.select_related("company", "edition", "department", "course", "asked_by"), uuid=uuid)


def _back_from(bundle: Bundle) -> str:
    if bundle.company is not None:
        return f"{reverse('certificates:employer')}?company={bundle.company.uuid}"
    return reverse("certificates:edition", args=[bundle.edition.code]) if bundle.edition else ""
