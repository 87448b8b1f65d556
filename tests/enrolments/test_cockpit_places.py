"""Places of an edition in the hands of its coordinator: more, fewer, offered, taken back, given out of turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.actions import CapacityRefused, EditionFull
from courses.models import Edition
from enrolments.actions import (
    AlreadyEnrolled,
    Answers,
    DeadlineRefused,
    EnrolmentClosed,
    OutOfTurnUnexplained,
    change_capacity,
    enrol_by_hand,
    extend_offer,
    offer_place,
    take_back_offer,
    withdraw,
)
from enrolments.models import Enrolment
from enrolments.reasons import OutOfTurn, Withdrawing
from enrolments.tasks import compare_seats
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import User
from tests.factories import EnrolmentFactory

State = Enrolment.State


@pytest.fixture
def queue(full_edition: Edition, now: datetime) -> list[Enrolment]:
    """Three who wait for the one place, first come first."""
    return [
        EnrolmentFactory(edition=full_edition, waitlisted=True, created_at=now - timedelta(days=3 - number))
        for number in range(3)
    ]


def states(queue: list[Enrolment]) -> list[str]:
    for one in queue:
        one.refresh_from_db()
    return [one.state for one in queue]


def kinds(enrolment: Enrolment) -> list[str]:
    about = Message.objects.filter(about=f"enrolments.Enrolment:{enrolment.pk}")
    return list(about.order_by("pk").values_list("kind", flat=True))


def test_more_places_are_offered_to_who_waits_in_order(
    full_edition: Edition, queue: list[Enrolment], chris: User, now: datetime
):
    assert change_capacity(full_edition, 3, by=chris, at=now) == 2
    assert states(queue) == [State.OFFERED, State.OFFERED, State.WAITLISTED]
    [event] = Event.objects.about(full_edition).filter(verb="edition.capacity_changed")
    assert event.data == {"from": 1, "to": 3}
    assert event.by == chris
    assert compare_seats() == []


def test_more_places_in_an_edition_that_has_begun_are_offered_to_nobody(
    full_edition: Edition, queue: list[Enrolment], chris: User
):
    assert change_capacity(full_edition, 3, by=chris, at=full_edition.starts_at) == 0
    assert set(states(queue)) == {State.WAITLISTED}


def test_there_are_never_fewer_places_than_are_taken(full_edition: Edition, chris: User, now: datetime):
    Edition.objects.filter(pk=full_edition.pk).update(capacity=4)
    change_capacity(full_edition, 1, by=chris, at=now)
    with pytest.raises(CapacityRefused) as refused:
        change_capacity(full_edition, 0, by=chris, at=now)
    assert refused.value.least == 1


def test_there_are_never_fewer_places_than_the_minimum(edition: Edition, chris: User, now: datetime):
    Edition.objects.filter(pk=edition.pk).update(minimum=6)
    with pytest.raises(CapacityRefused) as refused:
        change_capacity(edition, 5, by=chris, at=now)
    assert refused.value.least == 6


def test_another_house_changes_nothing(
    full_edition: Edition, queue: list[Enrolment], other_coordinator: User, bo: User, now: datetime
):
    for stranger in (other_coordinator, bo):
        with pytest.raises(PermissionDenied):
            change_capacity(full_edition, 9, by=stranger, at=now)
        with pytest.raises(PermissionDenied):
            offer_place(queue[0], by=stranger, at=now, extra=True)
        with pytest.raises(PermissionDenied):
            take_back_offer(queue[0], by=stranger, at=now)
        with pytest.raises(PermissionDenied):
            extend_offer(queue[0], now + timedelta(days=3), by=stranger, at=now)


def test_passing_over_who_waits_longer_needs_a_reason_and_leaves_it(
    full_edition: Edition, queue: list[Enrolment], chris: User, now: datetime
):
    with pytest.raises(OutOfTurnUnexplained) as refused:
        offer_place(queue[2], by=chris, at=now, extra=True)
    assert refused.value.before == 2
    offer_place(queue[2], by=chris, at=now, reason=OutOfTurn.COLLEAGUES, extra=True)
    assert states(queue) == [State.WAITLISTED, State.WAITLISTED, State.OFFERED]
    event = Event.objects.about(queue[2]).get(verb="enrolment.offered")
    assert event.data["reason"] == "colleagues"
    assert event.data["passed_over"] == 2
    full_edition.refresh_from_db()
    assert (full_edition.capacity, full_edition.seats_taken) == (2, 2)
    assert "seat_offered" in kinds(queue[2])


def test_the_first_who_waits_needs_no_reason_but_a_place(
    full_edition: Edition, queue: list[Enrolment], chris: User, now: datetime
):
    with pytest.raises(EditionFull):
        offer_place(queue[0], by=chris, at=now)
    assert states(queue)[0] == State.WAITLISTED
    Edition.objects.filter(pk=full_edition.pk).update(capacity=2)
    offer_place(queue[0], by=chris, at=now, extra=True)
    full_edition.refresh_from_db()
    assert full_edition.capacity == 2, "a place is only added where none is free"


def test_offering_twice_is_refused_the_second_time(queue: list[Enrolment], chris: User, now: datetime):
    offer_place(queue[0], by=chris, at=now, extra=True)
    with pytest.raises(TransitionRefused):
        offer_place(queue[0], by=chris, at=now, extra=True)


def test_an_offer_is_kept_longer_and_its_reader_hears_of_it(queue: list[Enrolment], chris: User, now: datetime):
    offered = offer_place(queue[0], by=chris, at=now, extra=True)
    until = now + timedelta(days=5)
    extend_offer(offered, until, by=chris, at=now)
    offered.refresh_from_db()
    assert offered.offer_expires_at == until
    assert kinds(offered)[-1] == "offer_extended"
    for refused in (until, now, offered.edition.starts_at + timedelta(minutes=1)):
        with pytest.raises(DeadlineRefused):
            extend_offer(offered, refused, by=chris, at=now)


def test_an_offer_taken_back_puts_its_reader_where_they_stood(
    full_edition: Edition, queue: list[Enrolment], chris: User, now: datetime
):
    offered = offer_place(queue[0], by=chris, at=now, extra=True)
    take_back_offer(offered, by=chris, at=now + timedelta(hours=1))
    assert states(queue) == [State.WAITLISTED] * 3
    assert Enrolment.objects.with_place().get(pk=offered.pk).place == 1
    full_edition.refresh_from_db()
    assert (full_edition.capacity, full_edition.seats_taken) == (1, 1)
    [message] = Message.objects.filter(kind="offer_taken_back")
    assert message.recipient == offered.learner
    with pytest.raises(TransitionRefused):
        take_back_offer(offered, by=chris, at=now + timedelta(hours=1))


def test_an_offer_stays_when_the_edition_would_fall_below_its_minimum(
    full_edition: Edition, queue: list[Enrolment], chris: User, now: datetime
):
    offered = offer_place(queue[0], by=chris, at=now, extra=True)
    Edition.objects.filter(pk=full_edition.pk).update(minimum=2)
    with pytest.raises(CapacityRefused):
        take_back_offer(offered, by=chris, at=now)
    assert states(queue)[0] == State.OFFERED
    assert not Message.objects.filter(kind="offer_taken_back").exists()


def test_withdrawing_someone_passes_the_place_on_and_says_why(
    full_edition: Edition, queue: list[Enrolment], chris: User, now: datetime
):
    seated = full_edition.enrolments.get(state=State.CONFIRMED)
    withdraw(seated, by=chris, at=now, reason=Withdrawing.UNREACHABLE)
    assert states(queue)[0] == State.OFFERED
    event = Event.objects.about(seated).get(verb="enrolment.withdrawn")
    assert event.data == {"from": "confirmed", "to": "withdrawn", "reason": "unreachable"}


def answers(**said: str) -> Answers:
    return Answers(category="student", given_name="Noor", family_name="Bos", institution="mboRijnland", **said)


def test_who_calls_is_enrolled_by_hand_and_gets_the_confirmation(edition: Edition, chris: User, now: datetime):
    made = enrol_by_hand(edition, email="noor@voorbeeld.example", answers=answers(), language="en", by=chris, at=now)
    assert (made.state, made.enrolled_by, made.language) == (State.CONFIRMED, chris, "en")
    assert made.learner.full_name == "Noor Bos"
    assert kinds(made) == ["enrolment_confirmed"]
    with pytest.raises(AlreadyEnrolled):
        enrol_by_hand(edition, email="NOOR@voorbeeld.example", answers=answers(), language="en", by=chris, at=now)


def test_who_calls_waits_behind_who_waits(full_edition: Edition, queue: list[Enrolment], chris: User, now: datetime):
    made = enrol_by_hand(
        full_edition, email="noor@voorbeeld.example", answers=answers(), language="nl", by=chris, at=now
    )
    assert Enrolment.objects.with_place().get(pk=made.pk).place == 4


def test_nobody_is_enrolled_by_hand_once_enrolment_closed(edition: Edition, chris: User):
    with pytest.raises(EnrolmentClosed):
        enrol_by_hand(
            edition,
            email="noor@voorbeeld.example",
            answers=answers(),
            language="nl",
            by=chris,
            at=edition.enrolment_closes_at,
        )
