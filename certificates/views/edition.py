"""The certificates of a whole edition: who earned what, how far each is, and what can be done for all at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates import lacking
from certificates.actions import bundles as bundle_actions
from certificates.actions import rounds as round_actions
from certificates.forms import ReissueForm
from certificates.lacking import HeldBack
from certificates.models import Certificate, HeldCertificate, Round
from certificates.panels import keeps_certificates
from courses.models import Edition
from enrolments.cockpit import in_order
from enrolments.models import Enrolment
from lms.people.models import Role, User
from lms.people.requests import SignedInRequest

PER_PAGE = 100
What = Round.What
TAKING_PART = (Enrolment.State.CONFIRMED, Enrolment.State.COMPLETED, Enrolment.State.NOT_COMPLETED)


@never_cache
@login_required
@require_safe
def edition(request: SignedInRequest, code: str) -> HttpResponse:
    """Everyone who took part, with what came of it; asks again by itself while something is being made."""
    return _show(request, _edition_of(request.user, code), ReissueForm())


@login_required
@require_POST
def issue(request: SignedInRequest, code: str) -> HttpResponse:
    """Issue what was earned and is not there yet."""
    found = _edition_of(request.user, code)
    try:
        round_actions.start_round(found, what=What.ISSUE, reason="", by=request.user, at=timezone.now())
    except round_actions.NothingToDo:
        messages.info(request, _("Everyone who earned a certificate has it already."))
    return redirect("certificates:edition", code=found.code)


@login_required
@require_POST
def reissue(request: SignedInRequest, code: str) -> HttpResponse:
    """Make every certificate of the edition anew, with a reason."""
    found = _edition_of(request.user, code)
    form = ReissueForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    reason = form.cleaned_data["reason"]
    try:
        round_actions.start_round(found, what=What.REISSUE, reason=reason, by=request.user, at=timezone.now())
    except round_actions.NothingToDo:
        messages.info(request, _("There is no certificate of this edition that can be made anew."))
    return redirect("certificates:edition", code=found.code)


@login_required
@require_POST
def download(request: SignedInRequest, code: str) -> HttpResponse:
    """All of them in one file, made in the background."""
    found = _edition_of(request.user, code)
    try:
        bundle = bundle_actions.ask_edition_file(found, by=request.user, at=timezone.now())
    except bundle_actions.NothingToPutIn:
        messages.info(request, _("No certificate of this edition is issued yet."))
        return redirect("certificates:edition", code=found.code)
    return redirect("certificates:file", uuid=bundle.uuid)


def _edition_of(user: User, code: str) -> Edition:
    """Of the own house; trainers of another find no page."""
    if not keeps_certificates(user):
        raise Http404
    found = Edition.objects.select_related("course", "provider")
    if not user.holds(Role.OFFICER, Role.AUDITOR):
        found = found.filter(provider__in=user.organisations_as(Role.COORDINATOR))
    return get_object_or_404(found, code=code)


def _show(request: SignedInRequest, found: Edition, form: ReissueForm) -> HttpResponse:
    people = in_order(
        Enrolment.objects.filter(edition=found, state__in=TAKING_PART).select_related("learner", "edition__course")
    )
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    newest: dict[int, Certificate] = {}
    for one in Certificate.objects.filter(enrolment__in=[one.pk for one in page], programme=None).order_by("pk"):
        newest[one.enrolment_id] = one
    held_back = lacking.held_back([one.pk for one in page])
    given = set(
        Certificate.objects.filter(programme_holder__in=[one.learner_id for one in page]).values_list(
            "programme", "programme_holder"
        )
    )
    decisions = {
        one.enrolment_id: one.state
        for one in HeldCertificate.objects.filter(enrolment__in=[one.pk for one in page], programme=None)
        .exclude(state__in=[HeldCertificate.State.LAPSED, HeldCertificate.State.APPROVED])
        .order_by("pk")
    }
    rows = [
        _line(
            one,
            newest.get(one.pk),
            [note for note in held_back.get(one.pk, []) if (note.programme, one.learner_id) not in given],
            decisions.get(one.pk),
        )
        for one in page
    ]
    last = Round.objects.filter(edition=found).first()
    made = last.made() if last else Certificate.objects.none()
    done = made.exclude(state=Certificate.State.REQUESTED).count() if last else 0
    being_made = Certificate.objects.filter(
        enrolment__edition=found, programme=None, state=Certificate.State.REQUESTED, erased_at=None
    ).count()
    context = {
        "edition": found,
        "page": page,
        "rows": rows,
        "round": last,
        "done": done,
        "is_busy": bool(last and last.state == Round.State.RUNNING) or being_made > 0,
        "being_made": being_made,
        "issued": round_actions.issued_of(found).count(),
        "earned": round_actions.earned_without(found).count(),
        "may_act": Edition.objects.allowing(request.user, "coordinate").filter(pk=found.pk).exists(),
        "form": form,
    }
    return render(request, "certificates/edition.html", context)


def _line(
    enrolment: Enrolment, certificate: Certificate | None, held_back: list[HeldBack], decision: str | None
) -> dict[str, Any]:
    """One person: the certificate, or why there is none; and what kept one from being made since."""
    own = next((one for one in held_back if one.programme is None), None)
    of_programme = next((one for one in held_back if one.programme is not None), None)
    why = note = ""
    if certificate is None:
        if decision is not None:
            why = _("Waits for approval") if decision == HeldCertificate.State.WAITING else _("Not approved")
        elif own is not None:
            why = _("Held back. Missing: %(what)s.") % {"what": lacking.said(own.lacking)}
        elif enrolment.outcome in (Enrolment.Outcome.PASSED, Enrolment.Outcome.ATTENDED):
            why = _("Earned, not issued yet")
        elif enrolment.outcome:
            why = _("Nothing earned: attended too little")
        else:
            why = _("Not finished yet")
    elif own is not None and own.at >= certificate.requested_at:
        note = _("Could not be made anew. Missing: %(what)s.") % {"what": lacking.said(own.lacking)}
    elif of_programme is not None:
        note = _("The certificate of the programme is held back. Missing: %(what)s.") % {
            "what": lacking.said(of_programme.lacking)
        }
    return {
        "enrolment": enrolment,
        "certificate": certificate,
        "expired": bool(certificate and certificate.is_expired()),
        "is_late": bool(
            certificate
            and certificate.state == Certificate.State.REQUESTED
            and certificate.requested_at < timezone.now() - round_actions.LATE
        ),
        "why": why,
        "note": note,
        "is_held": bool(note) or (certificate is None and decision is None and own is not None),
    }
