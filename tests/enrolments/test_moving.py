"""Another date of the same course: a seat there first, and only then this one to who waits for it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import close_old_connections
from django.urls import reverse

from courses.actions import EditionFull
from courses.models import Course, Edition
from enrolments.actions import (
    AlreadyEnrolled,
    EnrolmentClosed,
    NeedsApproval,
    enrol,
    move_to_edition,
    share,
    withdraw,
)
from enrolments.models import Enrolment, Grant, Order
from enrolments.tasks import compare_seats
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import User
from tests.factories import EditionFactory, EnrolmentFactory, answers

State = Enrolment.State


@pytest.fixture(autouse=True)
def _seats_add_up(db):
    yield
    assert compare_seats() == []


@pytest.fixture
def other(course: Course, bo: User) -> Edition:
    """Another date of the same course."""
    return EditionFactory(course=course, trainers=[bo])


def test_one_gets_the_seat_there_and_gives_up_the_one_here(
    enrolled: Enrolment, other: Edition, amal: User, now: datetime
):
    moved = move_to_edition(enrolled, other, by=amal, at=now)

    enrolled.refresh_from_db()
    assert (enrolled.state, moved.state) == (State.WITHDRAWN, State.CONFIRMED)
    assert moved.edition == other
    assert Edition.objects.get(pk=other.pk).seats_taken == 1
    assert Edition.objects.get(pk=enrolled.edition_id).seats_taken == 0
    assert Event.objects.about(enrolled).get(verb="enrolment.moved").data == {"to": moved.pk}
    told = dict(Message.objects.filter(recipient=amal).values_list("kind", "calendar_method"))
    assert told == {"enrolment_confirmed": "REQUEST"}, "the factory's enrolment stands in no calendar"


def test_the_seat_that_is_given_up_goes_to_who_waits(course, other, amal, bo, now):
    edition = EditionFactory(course=course, capacity=1, trainers=[bo])
    first = EnrolmentFactory(edition=edition, learner=amal)
    waiter = EnrolmentFactory(edition=edition, waitlisted=True)

    move_to_edition(first, other, by=amal, at=now)

    waiter.refresh_from_db()
    assert waiter.state == State.OFFERED


def test_where_no_seat_is_free_or_others_wait_nobody_gives_up_anything(enrolled, full_edition, amal, now):
    with pytest.raises(EditionFull):
        move_to_edition(enrolled, full_edition, by=amal, at=now)
    waiter = EnrolmentFactory(edition=full_edition, waitlisted=True)
    full = Enrolment.objects.holding_a_seat().get(edition=full_edition)
    Edition.objects.filter(pk=full_edition.pk).update(capacity=2)  # a seat is free, and promised to who waits
    with pytest.raises(EditionFull):
        move_to_edition(enrolled, full_edition, by=amal, at=now)
    for one in (enrolled, waiter, full):
        was = one.state
        one.refresh_from_db()
        assert one.state == was


def test_who_waits_here_may_go_where_there_is_a_seat(course, other, amal, bo, full_edition, now):
    waiting = EnrolmentFactory(edition=full_edition, learner=amal, waitlisted=True)
    moved = move_to_edition(waiting, other, by=amal, at=now)
    waiting.refresh_from_db()
    assert (waiting.state, moved.state) == (State.WITHDRAWN, State.CONFIRMED)


@pytest.mark.parametrize("why", ["another course", "the same edition", "withdrawn", "begun"])
def test_what_cannot_be_moved_is_refused(why, enrolled, other, amal, now):
    to, at = other, now
    if why == "another course":
        to = EditionFactory()
    elif why == "the same edition":
        to = enrolled.edition
    elif why == "withdrawn":
        withdraw(enrolled, by=amal, at=now)
    else:
        at = enrolled.edition.starts_at
    with pytest.raises(TransitionRefused):
        move_to_edition(enrolled, to, by=amal, at=at)


def test_a_learner_keeps_to_the_enrolment_window_the_house_does_not(enrolled, other, amal, chris, now):
    Edition.objects.filter(pk=other.pk).update(enrolment_closes_at=now - timedelta(hours=1))
    with pytest.raises(EnrolmentClosed):
        move_to_edition(enrolled, other, by=amal, at=now)
    assert move_to_edition(enrolled, other, by=chris, at=now).state == State.CONFIRMED


def test_where_an_approval_is_asked_one_has_to_ask(enrolled, other, amal, now):
    Edition.objects.filter(pk=other.pk).update(needs_approval=True)
    with pytest.raises(NeedsApproval):
        move_to_edition(enrolled, Edition.objects.get(pk=other.pk), by=amal, at=now)


def test_who_is_there_already_is_not_moved(enrolled, other, amal, now):
    there = EnrolmentFactory(edition=other, learner=amal)
    with pytest.raises(AlreadyEnrolled) as refused:
        move_to_edition(enrolled, other, by=amal, at=now)
    assert refused.value.enrolment == there


def test_the_price_and_the_days_to_go_back_on_it_go_along(course, other, amal, bo, now):
    edition = EditionFactory(course=course, trainers=[bo])
    enrolment = enrol(edition, amal, answers(category="other"), language="nl", by=amal, at=now)
    first = Order.objects.get(enrolment=enrolment)
    course.prices.update(cents=199_900)

    moved = move_to_edition(enrolment, other, by=amal, at=now + timedelta(days=2))

    carried = Order.objects.get(enrolment=moved)
    assert carried.cents == first.cents == 125_000
    assert carried.withdrawal_until == first.withdrawal_until
    first.refresh_from_db()
    assert first.owed_cents == 0, "nothing is owed twice"
    assert carried.owed_cents == 125_000


@pytest.fixture
def waits_and_pays(full_edition: Edition, amal: User, now: datetime) -> Enrolment:
    """Amal waits, and pays herself: nothing is owed yet."""
    return enrol(full_edition, amal, answers(category="other", institution=""), language="nl", by=amal, at=now)


def test_who_waits_and_orders_the_seat_there_owes_it_from_then(waits_and_pays, other, amal, now):
    later = now + timedelta(days=1)
    moved = move_to_edition(waits_and_pays, other, is_order=True, by=amal, at=later)
    order = Order.objects.get(enrolment=moved)
    assert (moved.state, order.concluded_at, order.owed_cents) == (State.CONFIRMED, later, 125_000)


def test_nobody_who_waits_is_made_to_pay_by_being_moved(waits_and_pays, other, amal, chris, now):
    moved = move_to_edition(waits_and_pays, other, by=chris, at=now)
    order = Order.objects.get(enrolment=moved)
    assert (moved.state, order.cents, order.concluded_at) == (State.OFFERED, 125_000, None)
    assert moved.offer_expires_at == now + timedelta(hours=48)
    assert Edition.objects.get(pk=other.pk).seats_taken == 1
    assert Message.objects.filter(recipient=amal, kind="seat_offered").exists()


def test_what_is_shared_with_the_employer_stays_shared(enrolled_employee, other, amal, now):
    share(enrolled_employee, Grant.Scope.CERTIFICATE, by=amal, at=now)
    moved = move_to_edition(enrolled_employee, other, by=amal, at=now)
    assert moved.employer == enrolled_employee.employer
    assert [grant.scope for grant in Grant.objects.active().filter(enrolment=moved)] == [Grant.Scope.CERTIFICATE]


def test_another_houses_coordinator_and_hr_move_nobody(enrolled_employee, other, other_coordinator, hr, now):
    for nobody in (other_coordinator, hr):
        with pytest.raises(PermissionDenied):
            move_to_edition(enrolled_employee, other, by=nobody, at=now)


@pytest.mark.django_db(transaction=True)
def test_two_who_change_places_at_the_same_moment_both_have_exactly_one_seat(course, bo, now):
    """Both editions are full but for one seat; the locks are taken in one order, so neither waits for ever."""
    editions = [EditionFactory(course=course, capacity=2, trainers=[bo]) for _each in range(2)]
    people = [EnrolmentFactory(edition=edition) for edition in editions]
    ready = threading.Barrier(2)
    trouble: list[BaseException] = []

    def go(one: Enrolment, to: Edition) -> None:
        try:
            ready.wait(10)
            move_to_edition(one, to, by=None, at=now)
        except BaseException as error:  # noqa: BLE001  kept for the test to show
            trouble.append(error)
        finally:
            close_old_connections()

    threads = [
        threading.Thread(target=go, args=(people[0], editions[1])),
        threading.Thread(target=go, args=(people[1], editions[0])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert trouble == []
    for one in people:
        assert Enrolment.objects.holding_a_seat().filter(learner=one.learner).count() == 1


# The pages -----------------------------------------------------------------------------------------------------------


def test_the_learner_chooses_among_dates_with_a_place_and_is_led_to_full_ones(
    client, enrolled, other, full_edition, amal, now, clock
):
    client.force_login(amal)
    page = client.get(reverse("enrolments:move", args=[enrolled.code]))
    text = page.content.decode()
    assert f'value="{other.code}"' in text
    assert f'value="{full_edition.code}"' not in text
    assert reverse("enrolments:enrol", args=[full_edition.code]) in text

    nothing = client.post(reverse("enrolments:move", args=[enrolled.code]))
    assert "Kies een editie." in nothing.content.decode()

    client.post(reverse("enrolments:move", args=[enrolled.code]), {"edition": other.code})
    assert Enrolment.objects.get(edition=other, learner=amal).state == State.CONFIRMED


def test_who_would_pay_for_another_date_sees_the_price_and_presses_the_button_that_says_so(
    client, waits_and_pays, other, amal, now, clock
):
    client.force_login(amal)
    page = reverse("enrolments:move", args=[waits_and_pays.code])
    shown = client.get(page).text.replace("\xa0", " ")
    assert "Totaal: € 1.250" in shown
    assert "vrij van btw" in shown
    assert "Inschrijving met betalingsverplichting" in shown
    refused = client.post(page, {"edition": other.code})
    assert "Bekijk de prijs" in refused.text
    assert "checked" in refused.text, "what was chosen is kept"
    assert not Enrolment.objects.filter(edition=other).exists()
    client.post(page, {"edition": other.code, "order": "yes"})
    assert Enrolment.objects.get(edition=other, learner=amal).order.concluded_at == now


def test_who_ordered_before_is_not_asked_to_order_again(client, edition, other, amal, now, clock):
    mine = enrol(edition, amal, answers(category="other", institution=""), language="nl", by=amal, at=now)
    client.force_login(amal)
    page = reverse("enrolments:move", args=[mine.code])
    assert "betalingsverplichting" not in client.get(page).text
    client.post(page, {"edition": other.code})
    assert Enrolment.objects.get(edition=other, learner=amal).state == State.CONFIRMED


def test_a_coordinator_moves_several_and_hears_who_did_not_fit(client, edition, course, bo, chris, now, clock):
    one_seat = EditionFactory(course=course, capacity=1, trainers=[bo])
    people = [EnrolmentFactory(edition=edition) for _each in range(2)]
    client.force_login(chris)
    answer = client.post(
        reverse("enrolments:cockpit_move", args=[edition.code]),
        {"people": [one.code for one in people], "edition": one_seat.code},
        follow=True,
    )
    text = answer.content.decode()
    assert "1 persoon is verplaatst" in text
    assert "ze blijven hier" in text
    assert Edition.objects.get(pk=one_seat.pk).seats_taken == 1
    assert Edition.objects.get(pk=edition.pk).seats_taken == 1


def test_choosing_nobody_is_told_beside_the_field(client, edition, other, chris, now, clock):
    EnrolmentFactory(edition=edition)
    client.force_login(chris)
    answer = client.post(reverse("enrolments:cockpit_move", args=[edition.code]), {"edition": other.code})
    assert "Kies wie je wilt verplaatsen." in answer.content.decode()
