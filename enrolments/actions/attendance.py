"""The register: what the trainer notes, what the learner confirms, the sign-off that locks it.

An hour counts for the indicators when both have confirmed it. Whichever confirmation comes second announces it, so
that the ledger above gets one fact per hour that counts, and a counter-fact when it no longer does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from courses.models import Session
from enrolments import checkin, signals
from enrolments.actions.completion import evaluate_completion
from enrolments.models import Attendance, Enrolment
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import move
from lms.people.models import User

# Read at once for a whole register, not again for each of its lines.
WHAT_A_FACT_NEEDS = (
    "session",
    "enrolment__learner",
    "enrolment__employer",
    "enrolment__edition__course",
    "enrolment__edition__provider",
)
SIGN_OFF_WITHIN = timedelta(days=7)
Status = Attendance.Status


class RegisterLocked(Exception):
    """The session was signed off; only the programme office reopens it."""


class TooLate(Exception):
    """More than seven days after the session only the programme office signs off, with a reason."""


class TooEarly(Exception):
    """Nobody can say who was there before the session has begun."""


class CheckInRefused(Exception):
    """The code is not (or no longer) that of this session, or the session takes no check-ins now."""


@transaction.atomic
def record_attendance(
    session: Session,
    enrolment: Enrolment,
    status: str,
    *,
    minutes: int | None = None,
    by: User | None,
    at: datetime,
) -> Attendance:
    """Note how someone was there; ``minutes`` only for partly present, at most the session's countable minutes.

    An overwrite leaves an event with the old and the new value. Raises RegisterLocked after sign-off, ValueError for
    minutes that cannot be.
    """
    require(by, "take_attendance", session)
    session = _unlocked(session)
    _check_belongs(session, enrolment)
    return _note(session, enrolment, status, _minutes(session, status, minutes), by=by, at=at)


def _minutes(session: Session, status: str, minutes: int | None) -> int:
    if status == Status.PRESENT:
        return session.countable_minutes
    if status == Status.PARTIAL:
        if minutes is None or not 0 < minutes <= session.countable_minutes:
            raise ValueError(f"minutes must lie between 1 and {session.countable_minutes}")
        return minutes
    return 0


def _note(
    session: Session, enrolment: Enrolment, status: str, minutes: int, *, by: User | None, at: datetime
) -> Attendance:
    row, created = Attendance.objects.get_or_create(
        session=session, enrolment=enrolment, defaults={"status": status, "minutes": minutes}
    )
    was = {"status": row.status, "minutes": row.minutes}
    if created or was != {"status": status, "minutes": minutes}:
        row.status, row.minutes = status, minutes
        if not created:
            row.save(update_fields=["status", "minutes"])
        Event.record(
            row,
            "attendance.recorded" if created else "attendance.changed",
            by=by,
            at=at,
            data={"from": None if created else was, "to": {"status": status, "minutes": minutes}},
        )
    return row


@transaction.atomic
def check_in(
    enrolment: Enrolment, session: Session, code: str, *, method: str, by: User | None, at: datetime
) -> Attendance:
    """The learner's own confirmation. Works after sign-off too, that same day. Raises CheckInRefused.

    Someone the trainer has not noted yet gets a row of status unknown: the learner never records their own presence.
    """
    require(by, "confirm_attendance", enrolment)
    _check_belongs(session, enrolment)
    opens, closes = checkin.window(session.starts_at)
    if not opens <= at <= closes or not checkin.is_usable(session.uuid, code, at):
        raise CheckInRefused(session.pk)
    row, _created = Attendance.objects.select_for_update().get_or_create(session=session, enrolment=enrolment)
    if row.learner_confirmed_at is None:
        row.learner_confirmed_at, row.learner_method = at, method
        row.save(update_fields=["learner_confirmed_at", "learner_method"])
        Event.record(row, "attendance.confirmed_by_learner", by=by, at=at, data={"method": method})
        if row.counts:
            _announce(row, at=at)
    return row


@transaction.atomic
def close_session(session: Session, *, by: User | None, at: datetime, reason: str = "") -> Session:
    """The trainer's sign-off: who was not noted was present, the register locks, finished learners are evaluated.

    From the start of the session (TooEarly) until seven days after it; later only the programme office, with a reason
    (TooLate otherwise).
    """
    require(by, "sign_off", session)
    session = _unlocked(session)
    if at < session.starts_at:
        raise TooEarly(session.pk)
    late = at > session.ends_at + SIGN_OFF_WITHIN
    if late and not (reason and (by is None or Session.objects.allowing(by, "sign_off_late").filter(pk=session.pk))):
        raise TooLate(session.pk)
    known = {row.enrolment_id: row for row in session.attendance.select_for_update()}
    for enrolment in session.edition.enrolments.taking_part().select_related("learner"):
        row = known.get(enrolment.pk)
        if row is None or row.status == Status.UNKNOWN:
            _note(session, enrolment, Status.PRESENT, session.countable_minutes, by=by, at=at)
    move(
        session,
        to=Session.State.SIGNED_OFF,
        allowed=Session.TRANSITIONS,
        by=by,
        verb="session.signed_off",
        at=at,
        data={"late": late, "reason": reason} if late else None,
        signed_off_at=at,
        signed_off_by=by,
    )
    session.attendance.update(trainer_confirmed_at=at)
    for row in session.attendance.counting().select_related(*WHAT_A_FACT_NEEDS):
        _announce(row, at=at)
    if not session.edition.sessions.filter(state=Session.State.PLANNED).exists():
        for enrolment in session.edition.enrolments.taking_part():
            evaluate_completion(enrolment, by=by, at=at)
    return session


@transaction.atomic
def reopen_session(session: Session, *, by: User | None, at: datetime, reason: str) -> Session:
    """Unlock a register so that it can be corrected; its hours stop counting until it is signed off again.

    What was completed stays completed: taking a certificate back is a decision of its own, never a side effect.
    """
    require(by, "reopen", session)
    if not reason.strip():
        raise ValueError("Reopening needs a reason.")
    for row in session.attendance.counting().select_related("enrolment"):
        signals.attendance_unconfirmed.send(Attendance, attendance=row, at=at)
    session.attendance.update(trainer_confirmed_at=None)
    return move(
        session,
        to=Session.State.PLANNED,
        allowed=Session.TRANSITIONS,
        by=by,
        verb="session.reopened",
        at=at,
        data={"reason": reason},
        signed_off_at=None,
        signed_off_by=None,
    )


def _announce(row: Attendance, *, at: datetime) -> None:
    """An hour counts from now on: freeze the learner's dimensions the first time, then tell the layers above."""
    enrolment = row.enrolment
    if enrolment.snapshot is None:
        enrolment.snapshot = snapshot_of(enrolment)
        enrolment.save(update_fields=["snapshot"])
        Event.record(enrolment, "enrolment.frozen", by=None, at=at)
    signals.attendance_confirmed.send(Attendance, attendance=row, at=at)


def snapshot_of(enrolment: Enrolment) -> dict[str, str | None]:
    """Category and employer as they are now; later changes of either never alter a reported figure."""
    employer = enrolment.employer
    return {
        "category": enrolment.category,
        "employer": str(employer.uuid) if employer else None,
        "employer_kvk": employer.kvk_number if employer else "",
        "employer_size": employer.size if employer else "",
        "sbi_code": employer.sbi_code if employer else "",
        "sbi_version": employer.sbi_version if employer else "",
    }


def _unlocked(session: Session) -> Session:
    """The session, locked as a row and not signed off."""
    session = Session.objects.select_for_update(of=("self",)).select_related("edition__course").get(pk=session.pk)
    if session.state == Session.State.SIGNED_OFF:
        raise RegisterLocked(session.pk)
    return session


def _check_belongs(session: Session, enrolment: Enrolment) -> None:
    if enrolment.edition_id != session.edition_id or enrolment.state not in Enrolment.TAKING_PART:
        raise CheckInRefused(session.pk)
