"""The office: finding, revoking and replacing the certificates in one's keeping."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from certificates import lacking
from certificates.actions import revoking, supersede_certificate
from certificates.actions.issuing import BeingReplaced
from certificates.forms import RevokeForm
from certificates.models import Certificate, CertificateQuerySet, HeldCertificate, RevocationProposal
from certificates.numbers import normalise
from certificates.panels import keeps_certificates
from certificates.reading import reading_of
from certificates.snapshots import SnapshotIncomplete
from certificates.views.serving import one_of
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import User
from lms.people.requests import SignedInRequest

State = Certificate.State
PER_PAGE = 25
ANSWERED = gettext_lazy("Somebody answered this proposal before you, or the certificate has ended.")
PROPOSED = "proposed"  # among the states one may look for
BEING_REPLACED = gettext_lazy("A new certificate is being made in its place. Revoke that one, once it is ready.")


def _kept_by(user: User) -> CertificateQuerySet:
    """What an office page may show. A learner sees their own elsewhere; here they find no page."""
    if not keeps_certificates(user):
        raise Http404
    return Certificate.objects.allowing(user, "view").select_related("enrolment__learner", "enrolment__edition")


@never_cache
@login_required
@require_safe
def office(request: SignedInRequest) -> HttpResponse:
    """All certificates in one's keeping, found by number or name."""
    found = _kept_by(request.user)
    asked = request.GET.get("q", "").strip()[:80]
    state = request.GET.get("state", "")
    if asked:
        found = found.filter(_like(asked))
    proposed = RevocationProposal.objects.waiting().visible_to(request.user)
    if state in State.values:
        found = found.filter(state=state)
    elif state == PROPOSED:
        found = found.filter(pk__in=proposed.values("certificate"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "certificates/office.html",
        {
            "page": page,
            "rows": [
                {"certificate": one, "said": reading_of(one.snapshot), "expired": one.is_expired()} for one in page
            ],
            "asked": asked,
            "state": state,
            "states": [*State.choices, (PROPOSED, _("proposed to be revoked"))],
            "proposed": proposed.count(),
            "proposed_state": PROPOSED,
            "held": HeldCertificate.objects.allowing(request.user, "view").waiting().count(),
            "address": f"?{query.urlencode()}{'&' if query else ''}page=",
        },
    )


def _like(asked: str) -> Q:
    """A number begins like this, or every word is in the frozen name."""
    named = Q()
    for word in asked.split():
        named &= Q(snapshot__learner__name__icontains=word)
    return Q(number__startswith=normalise(asked)) | named


@never_cache
@login_required
@require_safe
def office_detail(request: SignedInRequest, number: str) -> HttpResponse:
    """What was frozen, what happened, and what can be done."""
    return _show(request, one_of(_kept_by(request.user), number), RevokeForm())


@login_required
@require_POST
def revoke(request: SignedInRequest, number: str) -> HttpResponse:
    """Take it back, with both reasons; where that takes two people, propose it."""
    certificate = one_of(_kept_by(request.user), number)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _show(request, certificate, form)
    try:
        proposal = revoking.ask_revocation(certificate, **form.cleaned_data, by=request.user, at=timezone.now())
    except BeingReplaced:
        messages.error(request, BEING_REPLACED)
    except TransitionRefused:
        messages.error(request, _("This certificate can no longer be revoked."))
    else:
        if proposal is None:
            messages.success(request, _("The certificate is revoked. Whoever checks it sees that from now on."))
        else:
            messages.success(
                request, _("Your proposal waits for a second person. Until then the certificate is valid.")
            )
    return redirect("certificates:office_detail", number=certificate.grouped_number)


@login_required
@require_POST
def proposal(request: SignedInRequest, number: str) -> HttpResponse:
    """Answer a proposal to revoke: confirm or decline another's, withdraw one's own."""
    certificate = one_of(_kept_by(request.user), number)
    waiting = RevocationProposal.objects.waiting().select_related("certificate")
    found = waiting.visible_to(request.user).filter(certificate=certificate).first()
    if found is None:
        messages.error(request, ANSWERED)
        return redirect("certificates:office_detail", number=certificate.grouped_number)
    act, said = {
        "confirm": (
            revoking.confirm_revocation,
            _("The certificate is revoked. Whoever checks it sees that from now on."),
        ),
        "decline": (revoking.decline_revocation, _("The proposal is off. The certificate stays valid.")),
        "withdraw": (revoking.withdraw_proposal, _("Your proposal is withdrawn. The certificate stays valid.")),
    }.get(request.POST.get("answer", ""), (None, ""))
    if act is None:
        return redirect("certificates:office_detail", number=certificate.grouped_number)
    try:
        act(found, by=request.user, at=timezone.now())
    except BeingReplaced:
        messages.error(request, BEING_REPLACED)
    except TransitionRefused:
        messages.error(request, ANSWERED)
    else:
        messages.success(request, said)
    return redirect("certificates:office_detail", number=certificate.grouped_number)


@login_required
@require_POST
def replace(request: SignedInRequest, number: str) -> HttpResponse:
    """Have a new one made from how things are now."""
    certificate = one_of(_kept_by(request.user), number)
    try:
        successor = supersede_certificate(certificate, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.error(request, _("Only a certificate that is issued can be replaced."))
        return redirect("certificates:office_detail", number=certificate.grouped_number)
    except SnapshotIncomplete as incomplete:
        text = _("It cannot be replaced yet. Missing: %(what)s.") % {"what": lacking.said(incomplete.lacking)}
        messages.error(request, text)
        return redirect("certificates:office_detail", number=certificate.grouped_number)
    messages.success(request, _("The new certificate is being made. Until it is ready the old one stays valid."))
    return redirect("certificates:office_detail", number=successor.grouped_number)


def _show(request: SignedInRequest, certificate: Certificate, form: RevokeForm) -> HttpResponse:
    may = Certificate.objects.filter(pk=certificate.pk, state=State.ISSUED)
    successor = Certificate.objects.filter(supersedes=certificate).first()
    waits = RevocationProposal.objects.waiting().filter(certificate=certificate).select_related("proposed_by").first()
    context = {
        "proposal": waits,
        "may_decide": waits and RevocationProposal.objects.allowing(request.user, "decide").contains(waits),
        "may_withdraw": waits and RevocationProposal.objects.allowing(request.user, "withdraw").contains(waits),
        "takes_two": certificate.takes_two_to_revoke(),
        "certificate": certificate,
        "said": reading_of(certificate.snapshot),
        "expired": certificate.is_expired(),
        "form": form,
        "may_revoke": successor is None and not waits and may.allowing(request.user, "revoke").exists(),
        "may_replace": successor is None and may.allowing(request.user, "supersede").exists(),
        "predecessor": certificate.supersedes,
        "successor": successor,
        "renewals": certificate.renewed_by.exclude(state=State.SUPERSEDED),
        "events": [(_told(event), event) for event in Event.objects.about(certificate).select_related("by")],
    }
    return render(request, "certificates/office_detail.html", context)


def _told(event: Event) -> str:
    """An event in words."""
    return {
        "certificate.requested": _("Earned; what it states was frozen"),
        "certificate.issued": _("Drawn, stored and issued"),
        "certificate.downloaded": _("Downloaded"),
        "certificate.revoked": _("Revoked"),
        "certificate.superseded": _("Replaced by a newer one"),
        "certificate.revocation_proposed": _("Somebody proposed to revoke it"),
        "certificate.revocation_declined": _("The proposal to revoke it was not agreed with"),
        "certificate.revocation_withdrawn": _("The proposal to revoke it was withdrawn"),
    }.get(event.verb, event.verb)
