"""Deciding about certificates that wait for approval."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from certificates.actions import kind_earned, request_certificate, request_programme_certificates
from certificates.actions.holding import lapse
from certificates.models import Certificate, HeldCertificate
from lms.kernel.policies import require
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
    if held.programme is None and kind_earned(enrolment) != held.kind:
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
    part = Certificate.objects.issued().filter(enrolment=enrolment, programme=None).first()
    asked = request_programme_certificates(part, by=by, at=at) if part else []
    return next((one for one in asked if one.programme_id == held.programme_id), None)


@transaction.atomic
def refuse(held: HeldCertificate, *, reason: str, by: User | None, at: datetime) -> HeldCertificate:
    """No certificate; the reason is for ourselves."""
    require(by, "decide", held)
    if not reason.strip():
        raise ValueError("A refusal needs a reason.")
    return move(
        held,
        to=State.REFUSED,
        allowed=HeldCertificate.TRANSITIONS,
        by=by,
        verb="heldcertificate.refused",
        at=at,
        decided_at=at,
        decided_by=by,
        reason=reason.strip(),
    )
