"""Whether something earned may be asked for now, is held until somebody approves it, or held back: something lacks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import structlog

from certificates.lacking import HELD_BACK, held_back
from certificates.models import Certificate, CourseCertificate, HeldCertificate
from courses.models import Course
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused, move
from lms.people.models import User

log = structlog.get_logger(__name__)

State = HeldCertificate.State


def may_be_asked(enrolment: Enrolment, *, kind: str, at: datetime, programme: Course | None = None) -> bool:
    """True where nobody has to approve, or somebody did. Otherwise it is held, once, and whoever approves it asks.

    What somebody refused stays refused, also when the course no longer wants approval. What waits for a kind that is
    no longer what was earned (a resit was passed meanwhile) lapses.
    """
    own = HeldCertificate.objects.filter(enrolment__learner=enrolment.learner_id, programme=programme)
    if programme is None:
        own = own.filter(enrolment=enrolment)
    course = programme or enrolment.edition.course
    needed = CourseCertificate.objects.filter(course=course, needs_approval=True).exists()
    for one in own.waiting() if not needed else own.waiting().exclude(kind=kind):
        lapse(one, at=at)
    if not needed:
        return not own.refused().filter(kind=kind).exists()
    if programme is not None and (known := own.exclude(state=State.LAPSED).order_by("-pk").first()):
        return known.state == State.APPROVED  # held with another part of the same programme
    held, is_new = HeldCertificate.objects.exclude(state=State.LAPSED).get_or_create(
        enrolment=enrolment, programme=programme, kind=kind, defaults={"held_at": at}
    )
    if is_new:
        Event.record(held, "heldcertificate.held", by=None, at=at, data={"enrolment": enrolment.pk, "kind": kind})
    return held.state == State.APPROVED


def lapse(held: HeldCertificate, *, at: datetime) -> None:
    """Nobody has to decide about it any more."""
    try:
        move(
            held,
            to=State.LAPSED,
            allowed=HeldCertificate.TRANSITIONS,
            by=None,
            verb="heldcertificate.lapsed",
            at=at,
            decided_at=at,
        )
    except TransitionRefused:
        return  # decided in this very second


def hold_back(
    enrolment: Enrolment,
    lacking: Collection[str],
    *,
    programme: Course | None = None,
    kind: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """Note what kept a certificate from being made, for who can mend it. Asking in vain each hour is noted once."""
    log.error("certificate_held_back", enrolment=enrolment.pk, lacking=list(lacking))
    of_programme = programme.pk if programme else None
    for last in held_back([enrolment.pk]).get(enrolment.pk, []):
        since = Certificate.objects.filter(enrolment=enrolment, programme=programme, requested_at__gt=last.at)
        if (last.programme, last.lacking) == (of_programme, list(lacking)) and not since.exists():
            return
    about = ({"programme": of_programme} if programme else {}) | ({"kind": kind} if kind else {})
    data = {"lacking": list(lacking)} | about
    Event.record(enrolment, HELD_BACK, by=by, at=at, data=data)
