"""Deciding about certificates that wait for approval."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from certificates import letters
from certificates.actions import kind_earned, request_certificate, request_programme_certificates
from certificates.actions.holding import lapse
from certificates.models import Certificate, HeldCertificate
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.states import move
from lms.people.models import User

State = HeldCertificate.State


@transaction.atomic
def approve(held: HeldCertificate, *, by: User | None, at: datetime) -> Certificate | None:
    """Ask for the certificate. None: it is no longer earned (a sign-off was taken back), and the wait ends.

    Raises TransitionRefused when it was decided already, and SnapshotIncomplete when the certificate cannot be made
    yet: then it keeps waiting.
    """
    require(by, "decide", held)
    enrolment = held.enrolment
    part = Certificate.objects.issued().filter(enrolment=enrolment, programme=None).first()
    if (kind_earned(enrolment) != held.kind) if held.programme is None else (part is None):
        lapse(held, at=at)
        return None
    move(
        held,
        to=State.APPROVED,
        allowed=HeldCertificate.TRANSITIONS,
        by=by,
        verb="heldcertificate.approved",
        at=at,
        decided_at=at,
        decided_by=by,
    )
    if held.programme is None:
        return request_certificate(enrolment, kind=held.kind, by=by, at=at)
    asked = request_programme_certificates(part, only=held.programme, by=by, at=at) if part else []
    return next((one for one in asked if one.programme_id == held.programme_id), None)


@transaction.atomic
def refuse(held: HeldCertificate, *, public_reason: str, reason: str, by: User | None, at: datetime) -> HeldCertificate:
    """No certificate. The learner hears so, with the reason in plain words; the other reason is for ourselves."""
    require(by, "decide", held)
    if public_reason not in HeldCertificate.Reason.values or not reason.strip():
        raise ValueError("A refusal needs a reason for the learner and a reason for inside.")
    move(
        held,
        to=State.REFUSED,
        allowed=HeldCertificate.TRANSITIONS,
        by=by,
        verb="heldcertificate.refused",
        at=at,
        decided_at=at,
        decided_by=by,
        public_reason=public_reason,
        reason=reason.strip(),
    )
    post(letters.certificate_refused(held), at=at)
    return held


@transaction.atomic
def reconsider(held: HeldCertificate, *, by: User | None, at: datetime) -> HeldCertificate:
    """Look at a refusal once more: it waits again, and the reasons stay with it until somebody decides anew."""
    require(by, "decide", held)
    return move(
        held,
        to=State.WAITING,
        allowed=HeldCertificate.TRANSITIONS,
        by=by,
        verb="heldcertificate.reconsidered",
        at=at,
        decided_at=None,
        decided_by=None,
    )
