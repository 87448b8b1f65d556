"""Revoking where two people are needed: one proposes, another confirms; until then nothing changes."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certificates import letters
from certificates.actions import revoke_certificate
from certificates.actions.issuing import BeingReplaced
from certificates.models import Certificate, RevocationProposal
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.states import TransitionRefused, move
from lms.people.models import User

State = RevocationProposal.State


@transaction.atomic
def ask_revocation(
    certificate: Certificate, *, public_reason: str, inside_reason: str, by: User, at: datetime
) -> RevocationProposal | None:
    """Revoke, or where that takes two, propose it: then the proposal is answered. Twice is once."""
    if not certificate.takes_two_to_revoke():
        revoke_certificate(certificate, public_reason=public_reason, inside_reason=inside_reason, by=by, at=at)
        return None
    require(by, "revoke", certificate)
    if public_reason not in Certificate.Reason.values or not inside_reason.strip():
        raise ValueError("A revocation needs a public and an inside reason.")
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.state != Certificate.State.ISSUED:
        raise TransitionRefused(f"Certificate {locked.pk} is {locked.state}, not issued.")
    if locked.is_being_replaced():
        raise BeingReplaced(locked.pk)
    if found := certificate.revocation_proposals.filter(state=State.WAITING).first():
        return found
    proposal = RevocationProposal.objects.create(
        certificate=certificate,
        public_reason=public_reason,
        inside_reason=inside_reason.strip(),
        proposed_by=by,
        proposed_at=at,
    )
    Event.record(certificate, "certificate.revocation_proposed", by=by, at=at, data={"proposal": proposal.pk})
    for letter in letters.revocation_proposed(proposal, on=at.date()):
        post(letter, at=at)
    return proposal


@transaction.atomic
def confirm_revocation(proposal: RevocationProposal, *, by: User, at: datetime) -> Certificate:
    """The second person agrees: now it is revoked. Never the one who proposed it."""
    if not RevocationProposal.objects.allowing(by, "decide").filter(pk=proposal.pk).exists():
        raise PermissionDenied(f"User {by.pk} may not confirm proposal {proposal.pk}.")
    _decide(proposal, State.CONFIRMED, "proposal.confirmed", by=by, at=at)
    return revoke_certificate(
        proposal.certificate,
        public_reason=proposal.public_reason,
        inside_reason=proposal.inside_reason,
        by=by,
        at=at,
    )


@transaction.atomic
def decline_revocation(proposal: RevocationProposal, *, by: User, at: datetime) -> RevocationProposal:
    """The second person does not agree: the certificate stays as it is."""
    if not RevocationProposal.objects.allowing(by, "decide").filter(pk=proposal.pk).exists():
        raise PermissionDenied(f"User {by.pk} may not decline proposal {proposal.pk}.")
    _decide(proposal, State.DECLINED, "proposal.declined", by=by, at=at)
    Event.record(proposal.certificate, "certificate.revocation_declined", by=by, at=at, data={"proposal": proposal.pk})
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: RevocationProposal, *, by: User, at: datetime) -> RevocationProposal:
    """Who proposed it thinks better of it."""
    if not RevocationProposal.objects.allowing(by, "withdraw").filter(pk=proposal.pk).exists():
        raise PermissionDenied(f"User {by.pk} may not withdraw proposal {proposal.pk}.")
    _decide(proposal, State.WITHDRAWN, "proposal.withdrawn", by=by, at=at)
    Event.record(proposal.certificate, "certificate.revocation_withdrawn", by=by, at=at, data={"proposal": proposal.pk})
    return proposal


def _decide(proposal: RevocationProposal, to: str, verb: str, *, by: User, at: datetime) -> None:
    move(proposal, to=to, allowed=RevocationProposal.TRANSITIONS, by=by, verb=verb, at=at, decided_by=by, decided_at=at)
