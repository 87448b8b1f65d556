"""A seat in passing: claimed where nobody waits, given up, handed to who is first in line.

A freed seat never counts as free while someone waits for it. Everything here but the sweep is called with the edition's
lock held.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from courses.actions import EditionFull, claim_seat, free_seat, lock_edition
from courses.models import Edition
from enrolments import signals
from enrolments.actions.asking import drop_approvals
from enrolments.actions.ordering import correct_order
from enrolments.actions.queue import anyone_waits, first_in_line, gather_seat, settle_group
from enrolments.models import Enrolment, GroupEnrolment
from lms.kernel.states import TransitionRefused, move
from lms.people.models import User

OFFER = timedelta(hours=48)

State = Enrolment.State


def claim_unless_others_wait(edition: Edition) -> bool:
    """Take a seat if one is free and nobody waits for it. The caller holds the edition's lock."""
    if anyone_waits(edition):
        return False
    try:
        claim_seat(edition)
    except EditionFull:
        return False
    return True


def give_up(
    enrolment: Enrolment,
    edition: Edition,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    moved_to: Edition | None = None,
) -> bool:
    """End an enrolment; whether it had a seat, which is then the caller's to pass on. The caller holds the lock.

    ``moved_to`` when there is a seat in another edition instead: its learner is then not told that they lost one.
    """
    if edition.ends_at is not None and edition.ends_at <= at:
        raise TransitionRefused(f"The edition of {enrolment.code} is over.")
    had_seat = enrolment.state in Enrolment.HOLDING_A_SEAT
    move(
        enrolment,
        to=State.WITHDRAWN,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb="enrolment.withdrawn",
        at=at,
        data=({"reason": reason} if reason else {}) | ({"moved_to": moved_to.code} if moved_to else {}),
        offer_expires_at=None,
    )
    drop_approvals(enrolment, by=by, at=at)
    correct_order(enrolment, by=by, at=at)
    signals.enrolment_withdrawn.send(Enrolment, enrolment=enrolment, had_seat=had_seat, at=at)
    if enrolment.group is not None:  # with one fewer a group that waits as a whole may fit
        for _spare in range(settle_group(enrolment.group, at=at)):
            pass_on_seat(edition, at=at)
    return had_seat


def may_offer(edition: Edition, at: datetime) -> bool:
    """Whether a place here helps anybody still: before the start, and later as long as people enrol."""
    has_begun = edition.starts_at is not None and edition.starts_at <= at
    return edition.state == Edition.State.PUBLISHED and (not has_begun or edition.takes_enrolments(at))


def pass_on_seat(edition: Edition, *, at: datetime) -> None:
    """A seat came free: it goes to the first who waits, else it counts as free. The caller holds the lock."""
    first = first_in_line(edition) if may_offer(edition, at) else None
    if first is None:
        free_seat(edition)
        return
    _hand_to(first, edition, at=at)


def _hand_to(first: Enrolment | GroupEnrolment, edition: Edition, *, at: datetime) -> None:
    """Give a seat that counts as taken to who is first: one person is asked, a whole group gathers it."""
    if isinstance(first, GroupEnrolment):
        gather_seat(first, at=at)
    else:
        offer_seat(first, edition, at=at)


def offer_seat(
    waiter: Enrolment,
    edition: Edition,
    *,
    data: dict[str, Any] | None = None,
    by: User | None = None,
    at: datetime,
) -> None:
    """Ask one who waits whether they take a seat that counts as taken. The caller holds the edition's lock."""
    # Never beyond the start, or the end of enrolling where that is later: an offer that outlives it helps nobody.
    last = edition.starts_at if edition.starts_at is None or at < edition.starts_at else edition.enrolment_closes_at
    deadline = min(at + OFFER, last) if last else at + OFFER
    move(
        waiter,
        to=State.OFFERED,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb="enrolment.offered",
        at=at,
        data=data,
        offer_expires_at=deadline,
    )
    signals.seat_offered.send(Enrolment, enrolment=waiter, at=at)


@transaction.atomic
def offer_free_seats(edition: Edition, *, at: datetime) -> int:
    """Give every free seat to those who wait, in order; after a larger capacity, and as a sweep. Returns how many."""
    edition = lock_edition(edition)
    offered = 0
    while may_offer(edition, at) and edition.seats_free and (first := first_in_line(edition)):
        claim_seat(edition)
        _hand_to(first, edition, at=at)
        offered += 1
    return offered
