"""What an office does for an edition and its people: places, offers, who comes in by telephone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.actions import claim_seat, free_seat, lock_edition, set_capacity
from courses.models import Edition
from enrolments import letters
from enrolments.actions.enrolling import Answers, enrol
from enrolments.actions.seats import may_offer, offer_free_seats, offer_seat
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.states import TransitionRefused, move
from lms.people.actions import find_or_create_person
from lms.people.models import User

State = Enrolment.State


class OutOfTurnUnexplained(Exception):
    """Someone waits longer; ``before`` is how many. Passing over them needs a reason."""

    def __init__(self, before: int) -> None:
        super().__init__(str(before))
        self.before = before


class DeadlineRefused(Exception):
    """A new deadline lies after the old one and before the edition begins."""


@transaction.atomic
def change_capacity(edition: Edition, capacity: int, *, by: User | None, at: datetime) -> int:
    """More or fewer places; what comes free is offered to who waits, in order. Returns how many offers were made.

    Raises CapacityRefused for fewer places than are taken, or than the minimum.
    """
    edition = set_capacity(lock_edition(edition), capacity, by=by, at=at)
    if edition.state != Edition.State.PUBLISHED or (edition.starts_at is not None and edition.starts_at <= at):
        return 0  # an offer for what has begun helps nobody
    return offer_free_seats(edition, at=at)


@transaction.atomic
def enrol_by_hand(
    edition: Edition, *, email: str, answers: Answers, language: str, by: User | None, at: datetime
) -> Enrolment:
    """Enrol who called or wrote: a place, or the waiting list. Raises EnrolmentClosed, AlreadyEnrolled."""
    require(by, "coordinate", edition)
    learner = find_or_create_person(email, language=language, at=at, **answers.name)
    return enrol(edition, learner, answers, language=language, by=by, at=at)


@transaction.atomic
def offer_place(
    enrolment: Enrolment, *, by: User | None, at: datetime, reason: str = "", extra: bool = False
) -> Enrolment:
    """Offer a place to this person on the waiting list; with ``extra`` to a place added for it.

    The order of the list holds: to pass over who waits longer takes a reason (enrolments.reasons.OutOfTurn), which
    stands in the event with the number of people passed over. Raises OutOfTurnUnexplained, EditionFull,
    TransitionRefused.
    """
    require(by, "coordinate", enrolment.edition)
    edition = lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    waits_alone = Enrolment.objects.waiting_alone().filter(pk=enrolment.pk).exists()  # a group is never split
    if not waits_alone or not may_offer(edition, at):
        raise TransitionRefused(f"{enrolment.code} cannot be offered a place.")
    passed_over = Enrolment.objects.with_place().get(pk=enrolment.pk).place - 1
    if passed_over and not reason:
        raise OutOfTurnUnexplained(passed_over)
    if extra and not edition.seats_free:
        set_capacity(edition, edition.capacity + 1, by=by, at=at)
    claim_seat(edition)
    data = {"reason": reason, "passed_over": passed_over} if passed_over else {}
    offer_seat(enrolment, edition, data=data, by=by, at=at)
    return enrolment


@transaction.atomic
def extend_offer(enrolment: Enrolment, until: datetime, *, by: User | None, at: datetime) -> Enrolment:
    """Keep an offered place longer. Raises DeadlineRefused, and TransitionRefused once it was answered or lapsed."""
    require(by, "coordinate", enrolment.edition)
    edition = lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    was = enrolment.offer_expires_at
    if enrolment.state != State.OFFERED or was is None:
        raise TransitionRefused(f"{enrolment.code} has no open offer.")
    if until <= max(was, at) or (edition.starts_at is not None and until > edition.starts_at):
        raise DeadlineRefused(enrolment.code)
    enrolment.offer_expires_at = until
    enrolment.save(update_fields=["offer_expires_at"])
    Event.record(enrolment, "enrolment.offer_extended", by=by, at=at, data={"until": until})
    post(letters.offer_extended(enrolment), at=at)
    return enrolment


@transaction.atomic
def take_back_offer(enrolment: Enrolment, *, by: User | None, at: datetime) -> Enrolment:
    """The place that was offered is no longer there: one place fewer, and this person waits again where they stood.

    For someone who will not come there is ``withdraw``: then the place goes to the next. Raises CapacityRefused when
    the edition would fall below its minimum.
    """
    require(by, "coordinate", enrolment.edition)
    edition = lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    if enrolment.state != State.OFFERED:
        raise TransitionRefused(f"{enrolment.code} has no open offer.")
    move(
        enrolment,
        to=State.WAITLISTED,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb="enrolment.offer_taken_back",
        at=at,
        offer_expires_at=None,
        waitlisted_at=enrolment.waitlisted_at or at,
    )
    free_seat(edition)
    set_capacity(edition, edition.capacity - 1, by=by, at=at)
    post(letters.offer_taken_back(enrolment), at=at)
    return enrolment
