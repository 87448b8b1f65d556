"""Every write to courses, editions and sessions that means something; the seats are counted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Min, ProtectedError

from courses import signals
from courses.completeness import Lack, edition_lacks, lacking
from courses.models import Edition, Room, Session
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import move
from lms.people.models import User


class EditionFull(Exception):
    """No seat is left in this edition."""


class EditionIncomplete(Exception):
    """An edition cannot be published; ``lacking`` is all that it lacks, each in words of either language."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(", ".join(lack.code for lack in lacks))
        self.lacking = list(lacks)


class CapacityRefused(Exception):
    """An edition has no fewer places than are taken, and no fewer than its minimum; ``least`` is how many it keeps."""

    def __init__(self, least: int) -> None:
        super().__init__(str(least))
        self.least = least


class NothingToDecide(Exception):
    """Whether this edition goes ahead is no question: it is a draft, cancelled, begun, or decided on."""


class ScheduleLocked(Exception):
    """A session of this edition was signed off, or its register was used: that part of its schedule is history."""


def claim_seat(edition: Edition, seats: int = 1) -> None:
    """Take a seat (or several, all or none), or raise EditionFull. One conditional UPDATE: right however many try."""
    free = Edition.objects.filter(pk=edition.pk, seats_taken__lte=F("capacity") - seats)
    if not free.update(seats_taken=F("seats_taken") + seats):
        raise EditionFull(edition.code)
    edition.refresh_from_db(fields=["seats_taken"])


def free_seat(edition: Edition) -> None:
    """Give one seat back. The caller has first seen whether someone on the waiting list takes it over."""
    Edition.objects.filter(pk=edition.pk, seats_taken__gt=0).update(seats_taken=F("seats_taken") - 1)
    edition.refresh_from_db(fields=["seats_taken"])


def lock_edition(edition: Edition) -> Edition:
    """The edition's row, locked until the transaction ends: seats and waiting list change one at a time.

    SQLite has no row locks; there every transaction is IMMEDIATE, which comes to the same.
    """
    return Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)


@dataclass(frozen=True)
class PlannedSession:
    """One session as a schedule gives it; moments are aware."""

    title_nl: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    break_minutes: int = 0
    mode: str = "onsite"
    room: Room | None = None
    online_url: str = ""


@transaction.atomic
def schedule_sessions(edition: Edition, planned: Sequence[PlannedSession], *, by: User | None) -> list[Session]:
    """Lay down an edition's sessions in order of time, and its first start and last end.

    A session that stays (by its number) is changed in place, so that its entry in people's calendars is changed and
    not doubled. Raises ScheduleLocked once a session was signed off, or when one with attendance would have to go.
    """
    require(by, "edit", edition)
    standing = {session.number: session for session in edition.sessions.select_for_update()}
    if any(session.state == Session.State.SIGNED_OFF for session in standing.values()):
        raise ScheduleLocked(edition.code)
    sessions = []
    for number, one in enumerate(sorted(planned, key=lambda one: one.starts_at), start=1):
        session = standing.pop(number, None) or Session(edition=edition, number=number)
        was = {name: getattr(session, name) for name in vars(one)}
        if session.pk and was == vars(one):
            sessions.append(session)
            continue
        for name, value in vars(one).items():
            setattr(session, name, value)
        is_new = session.pk is None
        session.save(update_fields=None if is_new else list(was))
        if not is_new:
            Event.record(session, "session.revised", by=by)
        sessions.append(session)
    try:
        Session.objects.filter(pk__in=[session.pk for session in standing.values()]).delete()
    except ProtectedError:
        raise ScheduleLocked(edition.code) from None
    _keep_bounds(edition)
    Event.record(edition, "edition.scheduled", by=by, data={"sessions": len(sessions)})
    signals.edition_changed.send(Edition, edition=edition)
    return sessions


@transaction.atomic
def save_edition(edition: Edition, *, by: User | None) -> Edition:
    """Create or change an edition's plan; its state and seats are not the form's. Capacity never drops below the
    seats taken (a constraint). Raised capacity is offered to who waits by the sweep of enrolments.
    """
    is_new = edition.pk is None
    if is_new:
        edition.save()
        require(by, "edit", edition)
    else:
        require(by, "edit", edition)
        kept = {"id", "state", "seats_taken", "starts_at", "ends_at", "go_decided_at"}
        edition.save(update_fields=[field.name for field in Edition._meta.concrete_fields if field.name not in kept])
    Event.record(edition, "edition.planned" if is_new else "edition.revised", by=by)
    signals.edition_changed.send(Edition, edition=edition)
    return edition


@transaction.atomic
def save_session(session: Session, *, by: User | None) -> Session:
    """Plan or change one session and keep the edition's start and end. Raises ScheduleLocked once signed off."""
    require(by, "edit", session.edition)
    is_new = session.pk is None
    if not is_new and Session.objects.filter(pk=session.pk, state=Session.State.SIGNED_OFF).exists():
        raise ScheduleLocked(session.pk)
    session.save()
    _keep_bounds(session.edition)
    Event.record(session, "session.planned" if is_new else "session.revised", by=by)
    signals.edition_changed.send(Edition, edition=session.edition)
    return session


@transaction.atomic
def remove_session(session: Session, *, by: User | None) -> None:
    """Take a session out of the plan. Raises ScheduleLocked once its register was used, or closed."""
    require(by, "edit", session.edition)
    edition = session.edition
    if session.state == Session.State.SIGNED_OFF:
        raise ScheduleLocked(session.pk)
    try:
        session.delete()
    except ProtectedError:
        raise ScheduleLocked(session.pk) from None
    _keep_bounds(edition)
    Event.record(edition, "edition.session_removed", by=by, data={"number": session.number})
    signals.edition_changed.send(Edition, edition=edition)


def _keep_bounds(edition: Edition) -> None:
    bounds = edition.sessions.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    edition.starts_at, edition.ends_at = bounds["first"], bounds["last"]
    edition.save(update_fields=["starts_at", "ends_at"])


@transaction.atomic
def publish_edition(edition: Edition, *, by: User | None, at: datetime | None = None) -> Edition:
    """Show an edition to the world. Raises EditionIncomplete with all that it lacks (courses.completeness)."""
    require(by, "publish", edition)
    if lacks := lacking(edition_lacks(edition)):
        raise EditionIncomplete(lacks)
    move(edition, to=Edition.State.PUBLISHED, allowed=Edition.TRANSITIONS, by=by, verb="edition.published", at=at)
    signals.edition_published.send(Edition, edition=edition)
    return edition


@transaction.atomic
def decide_to_run(edition: Edition, *, by: User | None, at: datetime) -> Edition:
    """It goes ahead, though fewer enrolled than its minimum. Raises NothingToDecide. A no-go is a cancellation."""
    require(by, "decide", edition)
    undecided = Edition.objects.filter(pk=edition.pk, state=Edition.State.PUBLISHED, go_decided_at=None)
    if not undecided.exclude(starts_at__lte=at).update(go_decided_at=at):
        raise NothingToDecide(edition.code)
    edition.refresh_from_db(fields=["go_decided_at"])
    Event.record(edition, "edition.go_decided", by=by, at=at, data={"seats_taken": edition.seats_taken})
    return edition


@transaction.atomic
def set_capacity(edition: Edition, capacity: int, *, by: User | None, at: datetime) -> Edition:
    """More or fewer places. Who waits is offered what came free by the action above this one. Raises CapacityRefused.

    The caller holds the edition's lock.
    """
    require(by, "coordinate", edition)
    least = max(edition.seats_taken, edition.minimum)
    if capacity < least:
        raise CapacityRefused(least)
    was = edition.capacity
    if capacity == was:
        return edition
    edition.capacity = capacity
    edition.save(update_fields=["capacity"])
    Event.record(edition, "edition.capacity_changed", by=by, at=at, data={"from": was, "to": capacity})
    return edition


@transaction.atomic
def announce_funding(edition: Edition, *, notice_nl: str, notice_en: str, emblem: str, by: User | None) -> Edition:
    """What the funder wants printed on everything made for this edition from now on."""
    edition.funding_notice_nl, edition.funding_notice_en, edition.funding_emblem = notice_nl, notice_en, emblem
    edition.save(update_fields=["funding_notice_nl", "funding_notice_en", "funding_emblem"])
    Event.record(edition, "edition.funding_announced", by=by)
    return edition
