"""What is written about HR roles: one function per kind, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.kernel.formats import long_date
from lms.kernel.post import Letter
from lms.people.models import Claim, ClaimRequest, Invitation, User


def absolute(name: str, *args: Any) -> str:
    """The whole address of a page in the active language; the rooms stand above us, their names are known."""
    return settings.LMS_BASE_URL + reverse(name, args=args)


def claim_code(request: ClaimRequest, code: str) -> Letter:
    """Six digits that prove the address of who asks, and the way back to the page. Nobody's to read on a page."""
    with translation.override(request.language):
        context = {
            "company": request.answers["company"]["organisation_name"],
            "greeting_name": request.answers["name"].get("given_name", ""),
            "code": code,
            "action_url": absolute("enrolments:claim_code", request.token),
            "action_label": _("Fill in the code"),
        }
        return Letter("hr_claim_code", request.email, request.language, context, about=request)


def claim_waiting(claim: Claim, officer: User) -> Letter:
    """To the programme office: someone asks to be HR, and where that is decided."""
    with translation.override(officer.language):
        context = {
            "greeting_name": officer.given_name,
            "company": claim.organisation_name,
            "facts": [
                (_("Company"), claim.organisation_name),
                (_("KvK number"), claim.kvk_number),
                (_("Asked by"), claim.claimant.full_name or claim.claimant.email),
            ],
            "action_url": absolute("claims:inspect", claim.pk),
            "action_label": _("Look at the request"),
        }
        return Letter("hr_claim_waiting", officer.email, officer.language, context, recipient=officer, about=claim)


def claim_approved(claim: Claim) -> Letter:
    """You are HR now, and where to go."""
    with translation.override(claim.language):
        context = {
            "greeting_name": claim.claimant.given_name,
            "company": claim.organisation.name if claim.organisation else claim.organisation_name,
            "action_url": absolute("enrolments:employer"),
            "action_label": _("Go to your company's page"),
        }
        return _to_claimant("hr_claim_approved", claim, context)


def claim_declined(claim: Claim) -> Letter:
    """Not now, and why."""
    with translation.override(claim.language):
        context = {
            "greeting_name": claim.claimant.given_name,
            "company": claim.organisation_name,
            "reason": claim.reason,
            "action_url": absolute("enrolments:claim"),
            "action_label": _("See your request"),
        }
        return _to_claimant("hr_claim_declined", claim, context)


def _to_claimant(kind: str, claim: Claim, context: dict[str, Any]) -> Letter:
    person = claim.claimant
    return Letter(kind, person.email, claim.language, context, recipient=person, about=claim)


def invitation(invitation: Invitation) -> Letter:
    """Who asks, for which company, until when the link works. No name in the greeting: we know an address alone."""
    with translation.override(invitation.language):
        context = {
            "greeting_name": "",
            "company": invitation.organisation.name,
            "invited_by": invitation.invited_by.full_name if invitation.invited_by else "",
            "facts": [
                (_("Company"), invitation.organisation.name),
                (_("Valid until"), long_date(invitation.expires_at)),
            ],
            "action_url": absolute("enrolments:hr_invitation", invitation.token),
            "action_label": _("See the invitation"),
        }
        return Letter("hr_invitation", invitation.email, invitation.language, context, about=invitation)
