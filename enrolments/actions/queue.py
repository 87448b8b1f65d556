"""Who is next for a seat that came free: one person, or a group that waits as a whole.

The queue of an edition is one line, by when each came. A group that wants "everyone or nobody" stands in it once. While
it is first, every seat that comes free is kept for it (GroupEnrolment.seats_held) until all of it fits; nobody who came
later passes it, and it is never split. It does so until its own day (waits_until), by which it fits or gives back what
it gathered. Why so: docs/adr/0008-groups-that-wait-as-a-whole.md.

Everything here is called with the edition's lock held.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from courses.actions import meet_interest
from courses.models import Edition
from enrolments import signals
from enrolments.actions.ordering import conclude_order
from enrolments.models import Enrolment, GroupEnrolment
from lms.kernel.models import Event
from lms.kernel.states import move
from lms.people.models import User

State = Enrolment.State
GroupState = GroupEnrolment.State


def anyone_waits(edition: Edition) -> bool:
    """Whether a newcomer has to join the queue, however many seats are free."""
    return (
        Enrolment.objects.waiting().filter(edition=edition).exists()
        or GroupEnrolment.objects.in_line().filter(edition=edition).exists()
    )


def first_in_line(edition: Edition) -> Enrolment | GroupEnrolment | None:
    """Who gets the next free seat. Of two who came in the same microsecond a group goes first."""
    alone = Enrolment.objects.waiting_alone().filter(edition=edition).first()
    for group in GroupEnrolment.objects.in_line().filter(edition=edition):
        needed = seats_needed(group)
        if group.seats_held >= needed or needed > edition.capacity:
            continue  # it has them all, and its run is about to use them; or places were taken back, and it never fits
        if alone is None or alone.waitlisted_at is None or group.waitlisted_at is None:
            return group
        return group if group.waitlisted_at <= alone.waitlisted_at else alone
    return alone


def seats_needed(group: GroupEnrolment) -> int:
    """How many seats a group that waits as a whole must have together, with those it holds already."""
    return Enrolment.objects.filter(group=group, state=State.WAITLISTED).count() + seats_unnamed(group)


def seats_unnamed(group: GroupEnrolment) -> int:
    """How many of those are for nobody on the waiting list: to be named later, or still to be enrolled."""
    return group.seats_asked + (group.rows.to_do().count() if group.state == GroupState.RUNNING else 0)


def gather_seat(group: GroupEnrolment, *, at: datetime) -> None:
    """Keep one seat, counted as taken by the caller, for a group that waits; all there: everyone is placed."""
    hold_seats(group, 1)
    Event.record(group, "group.seat_gathered", by=None, at=at, data={"seats_held": group.seats_held})
    settle_group(group, at=at)


def hold_seats(group: GroupEnrolment, number: int) -> None:
    """Change how many seats without a name a group holds; the edition's own counter is the caller's."""
    GroupEnrolment.objects.filter(pk=group.pk).update(seats_held=F("seats_held") + number)
    group.refresh_from_db(fields=["seats_held"])


def let_go(group: GroupEnrolment) -> int:
    """The seats that a group holds, which are the caller's to pass on now. Returns how many."""
    group.refresh_from_db(fields=["seats_held"])
    held = group.seats_held
    if held:
        hold_seats(group, -held)
    return held


def settle_group(group: GroupEnrolment, *, at: datetime) -> int:
    """Place a group that waits as a whole once all of it fits. Returns how many seats it has too many.

    Nobody is asked once more: their company asked for exactly this, and one refusal would split the group.
    """
    group.refresh_from_db()
    if group.state != GroupState.WAITING:
        return 0
    needed = seats_needed(group)
    if group.seats_held < needed:
        return 0
    members = Enrolment.objects.waiting().filter(group=group)
    spare = group.seats_held - needed
    hold_seats(group, -(spare + needed - group.seats_asked))
    if not needed:  # everyone has withdrawn
        move(
            group, to=GroupState.ENDED, allowed=GroupEnrolment.TRANSITIONS, by=None, verb="group.ended", at=at,
            changed_at=at, finished_at=at,
        )  # fmt: skip
        return spare
    for enrolment in members.select_related("edition__course", "learner", "group", "order"):
        confirm_waiter(enrolment, by=group.by, at=at)
    # Who waits alone elsewhere in the line is in no row of its own: one that stays behind would tell so.
    theirs = Q(enrolment__state=State.CONFIRMED) | Q(enrolment=None)
    group.rows.filter(theirs, outcome="waitlisted").update(outcome="placed")
    move(
        group, to=GroupState.DONE, allowed=GroupEnrolment.TRANSITIONS, by=None, verb="group.placed", at=at,
        changed_at=at, finished_at=at,
    )  # fmt: skip
    signals.group_placed.send(GroupEnrolment, group=group, at=at)
    return spare


def confirm_waiter(enrolment: Enrolment, *, by: User | None, at: datetime) -> None:
    """From the waiting list onto a seat that the caller has for them."""
    move(
        enrolment, to=State.CONFIRMED, allowed=Enrolment.TRANSITIONS, by=by, verb="enrolment.confirmed", at=at,
    )  # fmt: skip
    conclude_order(enrolment, by=by, at=at)
    meet_interest(enrolment.learner, enrolment.edition.course, by=by, at=at)
    signals.enrolment_confirmed.send(Enrolment, enrolment=enrolment, at=at)


def end_group(group: GroupEnrolment, *, by: User | None, verb: str, at: datetime) -> int:
    """A group that does not go ahead, without its enrolments. Returns the seats it held, which are the caller's now."""
    group.refresh_from_db()
    held = let_go(group)
    move(
        group, to=GroupState.ENDED, allowed=GroupEnrolment.TRANSITIONS, by=by, verb=verb, at=at, changed_at=at,
        finished_at=group.finished_at or at,
    )  # fmt: skip
    return held


def end_groups_of(edition: Edition, *, by: User | None, at: datetime) -> int:
    """The edition was called off: nobody waits for it or holds seats in it any more. Returns the seats held."""
    held = 0
    for group in GroupEnrolment.objects.filter(edition=edition).exclude(state__in=GroupEnrolment.OVER):
        if group.state in GroupEnrolment.IN_LINE:
            held += end_group(group, by=by, verb="group.ended", at=at)
        elif group.seats_held:
            seats = let_go(group)
            held += seats
            Event.record(group, "group.seats_given_back", by=by, at=at, data={"seats": seats})
    return held
