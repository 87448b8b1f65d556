"""Seats, holds, the waiting list and its offers: each action by what it does to who has a seat."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Edition
from enrolments import signals
from enrolments.actions import (
    AlreadyEnrolled,
    CodeNotSent,
    CodeRefused,
    EnrolmentClosed,
    SeatGone,
    accept_offer,
    cancel_edition,
    confirm_hold,
    decline_offer,
    enrol,
    hold_seat,
    lapse_offer,
    offer_free_seats,
    release_hold,
    renew_code,
    withdraw,
)
from enrolments.models import Enrolment, Grant, SeatHold
from enrolments.tasks import compare_seats, lapse_expired_offers, release_expired_holds
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import User
from tests.factories import EditionFactory, EnrolmentFactory, UserFactory, answers

State = Enrolment.State
EMAIL = "amal@voorbeeld.example"


def hold(edition, at, email=EMAIL, **changes):
    return hold_seat(edition, email=email, answers=answers(**changes), language="nl", at=at)


def taken(edition):
    return Edition.objects.get(pk=edition.pk).seats_taken


@pytest.fixture(autouse=True)
def _seats_add_up(db):
    """Whatever a test did: the edition's counter equals the seats that enrolments and holds really take."""
    yield
    assert compare_seats() == []


# Holding a seat ------------------------------------------------------------------------------------------------------


def test_a_hold_takes_a_seat_for_twenty_minutes(edition, now):
    held = hold(edition, now)
    assert held.has_seat
    assert held.expires_at == now + timedelta(minutes=20)
    assert taken(edition) == 1


def test_a_hold_makes_no_account_before_the_address_is_proved(edition, now):
    hold(edition, now)
    assert not User.objects.filter(email=EMAIL).exists()


def test_the_digits_are_sent_once_and_kept_nowhere_in_the_clear(edition, now, sent_codes):
    held = hold(edition, now)
    code = sent_codes[EMAIL]
    assert len(code) == 6
    assert code.isdigit()
    assert code not in held.code_hash
    assert not Event.objects.filter(data__icontains=code).exists()


def test_asking_again_with_the_same_address_takes_over_the_seat(edition, now):
    first = hold(edition, now)
    second = hold(edition, now + timedelta(minutes=1), email=" AMAL@Voorbeeld.example ")
    first.refresh_from_db()
    assert (first.has_seat, second.has_seat) == (False, True)
    assert taken(edition) == 1


def test_a_corrected_address_takes_over_the_seat_of_the_attempt_it_corrects(edition_with_one_seat, now):
    wrong = hold(edition_with_one_seat, now, email="aml@voorbeeld.example")
    right = hold_seat(edition_with_one_seat, email=EMAIL, answers=answers(), language="nl", at=now, instead_of=wrong)
    assert right.has_seat
    assert taken(edition_with_one_seat) == 1


def test_a_full_edition_keeps_the_answers_without_a_seat(full_edition, now):
    held = hold(full_edition, now)
    assert not held.has_seat
    assert not held.was_promised_a_seat
    assert held.answers["institution"] == "mboRijnland"


def test_a_free_seat_is_not_held_for_a_newcomer_while_others_wait(edition, now):
    EnrolmentFactory(edition=edition, waitlisted=True)
    assert not hold(edition, now).has_seat


@pytest.mark.parametrize(
    ("state", "days"),
    [
        (Edition.State.PUBLISHED, -40),  # before it opens
        (Edition.State.PUBLISHED, 23),  # after it closed
        (Edition.State.CANCELLED, 0),
        (Edition.State.DRAFT, 0),
    ],
)
def test_no_seat_is_held_outside_the_enrolment_window(edition, now, state, days):
    Edition.objects.filter(pk=edition.pk).update(state=state)
    with pytest.raises(EnrolmentClosed):
        hold(edition, now + timedelta(days=days))
    assert not SeatHold.objects.exists()


# The digits ----------------------------------------------------------------------------------------------------------


def test_the_right_digits_give_an_account_and_a_confirmed_seat(edition, now, sent_codes):
    enrolment = confirm_hold(hold(edition, now), sent_codes[EMAIL], at=now)
    assert enrolment.state == State.CONFIRMED
    assert enrolment.learner.email == EMAIL
    assert enrolment.learner.full_name == "Amal Haddad"
    assert not enrolment.learner.has_usable_password()
    assert enrolment.institution == "mboRijnland"
    assert taken(edition) == 1


def test_digits_may_be_typed_with_a_space(edition, now, sent_codes):
    held = hold(edition, now)
    code = sent_codes[EMAIL]
    assert confirm_hold(held, f"{code[:3]} {code[3:]}", at=now).state == State.CONFIRMED


def wrong_for(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_wrong_digits_are_counted_and_say_how_many_tries_are_left(edition, now, sent_codes):
    held = hold(edition, now)
    left = []
    for _ in range(6):
        with pytest.raises(CodeRefused) as refused:
            confirm_hold(held, wrong_for(sent_codes[EMAIL]), at=now)
        left.append(refused.value.attempts_left)
    assert left == [4, 3, 2, 1, 0, 0]
    assert not Enrolment.objects.exists()


def test_after_five_wrong_tries_the_right_digits_no_longer_work(edition, now, sent_codes):
    held = hold(edition, now)
    SeatHold.objects.update(attempts=SeatHold.ATTEMPTS)
    with pytest.raises(CodeRefused):
        confirm_hold(held, sent_codes[EMAIL], at=now)


def test_new_digits_give_new_tries_and_the_old_ones_stop_working(edition, now, sent_codes):
    held = hold(edition, now)
    old = sent_codes[EMAIL]
    SeatHold.objects.update(attempts=SeatHold.ATTEMPTS)
    renew_code(held, at=now + timedelta(minutes=1))
    if sent_codes[EMAIL] != old:  # one in a million that they are the same
        with pytest.raises(CodeRefused):
            confirm_hold(held, old, at=now)
    assert confirm_hold(held, sent_codes[EMAIL], at=now).state == State.CONFIRMED


def test_new_digits_are_sent_at_most_once_a_minute(edition, now):
    held = hold(edition, now)
    with pytest.raises(CodeNotSent) as not_sent:
        renew_code(held, at=now + timedelta(seconds=59))
    assert not_sent.value.again_at == now + timedelta(minutes=1)


def test_one_hold_gets_at_most_five_codes(edition, now):
    held = hold(edition, now)
    for minute in range(1, 5):
        renew_code(held, at=now + timedelta(minutes=minute))
    with pytest.raises(CodeNotSent) as not_sent:
        renew_code(held, at=now + timedelta(minutes=5))
    assert not_sent.value.again_at is None


def test_the_same_digits_twice_make_one_enrolment(edition, now, sent_codes):
    held = hold(edition, now)
    first = confirm_hold(held, sent_codes[EMAIL], at=now)
    assert confirm_hold(held, sent_codes[EMAIL], at=now) == first
    assert Enrolment.objects.count() == 1


def test_digits_of_the_first_mail_work_when_the_form_was_sent_twice(edition_with_one_seat, now, sent_codes):
    first = hold(edition_with_one_seat, now)
    code = sent_codes[EMAIL]
    hold(edition_with_one_seat, now + timedelta(seconds=5))
    assert confirm_hold(first, code, at=now, accept_waiting_list=False).state == State.CONFIRMED


def test_the_name_of_a_known_person_is_left_as_it_is(edition, amal, now, sent_codes):
    held = hold(edition, now, given_name="Iemand", family_name="Anders")
    assert confirm_hold(held, sent_codes[EMAIL], at=now).learner.full_name == "Amal Haddad"


def test_someone_enrolled_already_gets_no_second_seat(enrolled, edition, now, sent_codes):
    held = hold(edition, now)
    with pytest.raises(AlreadyEnrolled) as there:
        confirm_hold(held, sent_codes[EMAIL], at=now)
    assert there.value.enrolment == enrolled
    assert taken(edition) == 1


# The held seat runs out ----------------------------------------------------------------------------------------------


def test_an_expired_hold_gives_its_seat_back(edition, now):
    hold(edition, now)
    release_expired_holds_at(now + timedelta(minutes=20))
    assert taken(edition) == 0


def release_expired_holds_at(moment):
    for held in SeatHold.objects.expired(moment):
        release_hold(held, at=moment)


def test_the_sweep_gives_back_only_what_ran_out(edition, clock, now):
    hold(edition, now - timedelta(minutes=30), email="laat@voorbeeld.example")
    hold(edition, now - timedelta(minutes=10))
    assert release_expired_holds() == 1
    assert taken(edition) == 1


def test_releasing_twice_frees_one_seat(edition, now):
    EnrolmentFactory(edition=edition)
    held = hold(edition, now)
    release_hold(held, at=now)
    release_hold(held, at=now)
    assert taken(edition) == 1


def test_a_released_seat_goes_to_who_waits_and_never_becomes_free(edition_with_one_seat, now):
    held = hold(edition_with_one_seat, now)
    waiter = EnrolmentFactory(edition=edition_with_one_seat, waitlisted=True)
    release_hold(held, at=now + timedelta(minutes=20))
    waiter.refresh_from_db()
    assert waiter.state == State.OFFERED
    assert taken(edition_with_one_seat) == 1


def test_late_digits_still_work_while_a_seat_is_free(edition, now, sent_codes):
    held = hold(edition, now)
    release_hold(held, at=now + timedelta(minutes=20))
    enrolment = confirm_hold(held, sent_codes[EMAIL], at=now + timedelta(hours=2), accept_waiting_list=False)
    assert enrolment.state == State.CONFIRMED


def test_late_digits_without_a_free_seat_ask_before_the_waiting_list(edition_with_one_seat, now, sent_codes):
    held = hold(edition_with_one_seat, now)
    release_hold(held, at=now + timedelta(minutes=20))
    EnrolmentFactory(edition=edition_with_one_seat)
    with pytest.raises(SeatGone):
        confirm_hold(held, sent_codes[EMAIL], at=now, accept_waiting_list=False)
    assert not User.objects.filter(email=EMAIL).exists()
    assert confirm_hold(held, sent_codes[EMAIL], at=now, accept_waiting_list=True).state == State.WAITLISTED


def test_right_digits_that_found_no_seat_are_not_a_wrong_try(edition_with_one_seat, now, sent_codes):
    held = hold(edition_with_one_seat, now)
    release_hold(held, at=now + timedelta(minutes=20))
    EnrolmentFactory(edition=edition_with_one_seat)
    SeatHold.objects.update(attempts=SeatHold.ATTEMPTS - 1)
    with pytest.raises(SeatGone):
        confirm_hold(held, sent_codes[EMAIL], at=now, accept_waiting_list=False)
    assert confirm_hold(held, sent_codes[EMAIL], at=now).state == State.WAITLISTED


def test_a_held_seat_is_kept_when_enrolment_closes_meanwhile(edition, now, sent_codes):
    held = hold(edition, now)
    Edition.objects.filter(pk=edition.pk).update(enrolment_closes_at=now + timedelta(minutes=5))
    assert confirm_hold(held, sent_codes[EMAIL], at=now + timedelta(minutes=10)).state == State.CONFIRMED


def test_late_digits_are_refused_when_enrolment_has_closed(edition, now, sent_codes):
    held = hold(edition, now)
    release_hold(held, at=now + timedelta(minutes=20))
    with pytest.raises(EnrolmentClosed):
        confirm_hold(held, sent_codes[EMAIL], at=edition.enrolment_closes_at)


# Enrolling someone known ---------------------------------------------------------------------------------------------


def enrol_now(edition, learner, now, **changes):
    return enrol(edition, learner, answers(**changes), language="nl", by=learner, at=now)


def test_someone_known_gets_a_seat_at_once(edition, amal, now):
    enrolment = enrol_now(edition, amal, now)
    assert enrolment.state == State.CONFIRMED
    assert enrolment.enrolled_by == amal
    assert taken(edition) == 1


def test_someone_known_who_held_a_seat_as_a_visitor_takes_that_one(edition_with_one_seat, amal, now):
    hold(edition_with_one_seat, now)
    assert enrol_now(edition_with_one_seat, amal, now).state == State.CONFIRMED


def test_a_full_edition_puts_people_on_the_waiting_list_in_order(full_edition, amal, dina, now):
    first = enrol_now(full_edition, amal, now)
    second = enrol_now(full_edition, dina, now + timedelta(seconds=1))
    assert first.state == second.state == State.WAITLISTED
    assert list(Enrolment.objects.waiting()) == [first, second]
    places = dict(Enrolment.objects.with_place().filter(state=State.WAITLISTED).values_list("pk", "place"))
    assert places == {first.pk: 1, second.pk: 2}


def test_two_who_came_at_the_same_moment_have_different_places(full_edition, amal, dina, now):
    first, second = (enrol_now(full_edition, who, now) for who in (amal, dina))
    places = dict(Enrolment.objects.with_place().values_list("pk", "place"))
    assert (places[first.pk], places[second.pk]) == (1, 2)


def test_places_are_counted_within_one_edition(full_edition, edition, amal, dina, now):
    EnrolmentFactory(edition=edition, waitlisted=True)
    assert Enrolment.objects.with_place().get(pk=enrol_now(full_edition, amal, now).pk).place == 1


def test_nobody_is_enrolled_twice(enrolled, edition, amal, now):
    with pytest.raises(AlreadyEnrolled) as there:
        enrol_now(edition, amal, now)
    assert there.value.enrolment == enrolled


def test_who_withdrew_may_enrol_again(enrolled, edition, amal, now):
    withdraw(enrolled, by=amal, at=now)
    assert enrol_now(edition, amal, now).state == State.CONFIRMED


def test_an_employee_gets_an_employer_and_an_employment(edition, amal, vandorp, now):
    enrolment = enrol_now(
        edition, amal, now, category="employee", institution="", employer_name="?", employer_kvk="01234567"
    )
    assert enrolment.employer == vandorp
    assert amal.employments.get().organisation == vandorp


def test_what_an_employee_shares_is_granted_to_that_employer(edition, amal, vandorp, now):
    enrolment = enrol_now(
        edition,
        amal,
        now,
        category="employee",
        employer_name="",
        employer_kvk="01234567",
        shares=("certificate", "hours"),
    )
    assert set(Grant.objects.active().values_list("enrolment", "organisation", "scope")) == {
        (enrolment.pk, vandorp.pk, "certificate"),
        (enrolment.pk, vandorp.pk, "hours"),
    }


def test_a_student_shares_with_nobody(edition, amal, now):
    enrol_now(edition, amal, now, shares=("certificate",))
    assert not Grant.objects.exists()


# Giving up a seat, and offering it -----------------------------------------------------------------------------------


@pytest.fixture
def queue(full_edition, now):
    """Two who wait for the one seat of a full edition, first come first."""
    return [
        EnrolmentFactory(edition=full_edition, waitlisted=True, created_at=now - timedelta(hours=hours))
        for hours in (2, 1)
    ]


def holder_of(edition):
    return edition.enrolments.get(state=State.CONFIRMED)


def states(enrolments):
    return list(
        Enrolment.objects.filter(pk__in=[one.pk for one in enrolments]).order_by("pk").values_list("state", flat=True)
    )


def test_a_seat_given_up_without_a_queue_is_free(enrolled, edition, amal, now):
    withdraw(enrolled, by=amal, at=now)
    assert enrolled.state == State.WITHDRAWN
    assert taken(edition) == 0


def test_a_seat_given_up_is_offered_to_the_first_who_waits(full_edition, queue, now):
    seat = holder_of(full_edition)
    withdraw(seat, by=seat.learner, at=now)
    assert states(queue) == [State.OFFERED, State.WAITLISTED]
    assert taken(full_edition) == 1


def test_an_offer_stands_for_48_hours(full_edition, queue, now):
    seat = holder_of(full_edition)
    withdraw(seat, by=seat.learner, at=now)
    queue[0].refresh_from_db()
    assert queue[0].offer_expires_at == now + timedelta(hours=48)


def test_an_offer_never_outlives_the_start(full_edition, queue):
    shortly_before = full_edition.starts_at - timedelta(hours=5)
    seat = holder_of(full_edition)
    withdraw(seat, by=seat.learner, at=shortly_before)
    queue[0].refresh_from_db()
    assert queue[0].offer_expires_at == full_edition.starts_at


def test_a_seat_given_up_after_the_start_is_offered_to_nobody(full_edition, queue):
    seat = holder_of(full_edition)
    withdraw(seat, by=seat.learner, at=full_edition.starts_at)
    assert states(queue) == [State.WAITLISTED, State.WAITLISTED]
    assert taken(full_edition) == 0


def test_leaving_the_waiting_list_frees_no_seat(full_edition, queue, now):
    withdraw(queue[0], by=queue[0].learner, at=now)
    assert taken(full_edition) == 1


def test_nobody_withdraws_someone_else(enrolled, dina, now):
    with pytest.raises(PermissionDenied):
        withdraw(enrolled, by=dina, at=now)


def test_who_completed_cannot_withdraw(edition, now):
    done = EnrolmentFactory(edition=edition, completed=True)
    with pytest.raises(TransitionRefused):
        withdraw(done, by=done.learner, at=now)


@pytest.fixture
def offered(full_edition, queue, now):
    seat = holder_of(full_edition)
    withdraw(seat, by=seat.learner, at=now)
    queue[0].refresh_from_db()
    return queue[0]


def test_an_accepted_offer_is_a_confirmed_seat(offered, full_edition, now):
    accept_offer(offered, by=offered.learner, at=now + timedelta(hours=1))
    assert offered.state == State.CONFIRMED
    assert offered.offer_expires_at is None
    assert taken(full_edition) == 1


def test_a_declined_offer_goes_to_the_next(offered, queue, full_edition, now):
    decline_offer(offered, by=offered.learner, at=now)
    assert states(queue) == [State.DECLINED, State.OFFERED]
    assert taken(full_edition) == 1


def test_a_lapsed_offer_goes_to_the_next(offered, queue, now):
    lapse_offer(offered, at=now + timedelta(hours=48))
    assert states(queue) == [State.DECLINED, State.OFFERED]


def test_an_offer_cannot_be_accepted_after_its_deadline(offered, now):
    with pytest.raises(TransitionRefused):
        accept_offer(offered, by=offered.learner, at=now + timedelta(hours=48))
    assert Enrolment.objects.get(pk=offered.pk).state == State.OFFERED


def test_an_answered_offer_does_not_lapse(offered, full_edition, now):
    accept_offer(offered, by=offered.learner, at=now)
    with pytest.raises(TransitionRefused):
        lapse_offer(offered, at=now + timedelta(hours=48))
    assert taken(full_edition) == 1


def test_only_the_learner_answers_an_offer(offered, chris, now):
    with pytest.raises(PermissionDenied):
        accept_offer(offered, by=chris, at=now)


def test_the_sweep_lapses_only_offers_whose_time_is_over(offered, clock, now):
    clock.move_to(now + timedelta(hours=47))
    assert lapse_expired_offers() == 0
    clock.move_to(now + timedelta(hours=48))
    assert lapse_expired_offers() == 1


def test_a_larger_capacity_is_offered_to_who_waits_in_order(full_edition, queue, now):
    Edition.objects.filter(pk=full_edition.pk).update(capacity=2)
    assert offer_free_seats(full_edition, at=now) == 1
    assert states(queue) == [State.OFFERED, State.WAITLISTED]
    assert taken(full_edition) == 2


# Calling an edition off ----------------------------------------------------------------------------------------------


def test_cancelling_an_edition_ends_everyone_and_frees_every_seat(offered, queue, full_edition, chris, now):
    cancel_edition(full_edition, by=chris, at=now)
    assert states(queue) == [State.CANCELLED, State.CANCELLED]
    assert taken(full_edition) == 0
    assert Edition.objects.get(pk=full_edition.pk).state == Edition.State.CANCELLED


def test_cancelling_lets_go_of_what_was_held_and_the_code_takes_nobody_in(edition, chris, now, sent_codes):
    held = hold(edition, now)
    hold(edition, now, email="ander@voorbeeld.example")
    cancel_edition(edition, by=chris, at=now)
    assert not SeatHold.objects.filter(has_seat=True).exists()
    assert taken(edition) == 0
    with pytest.raises(EnrolmentClosed):
        confirm_hold(held, sent_codes[EMAIL], at=now)
    with pytest.raises(EnrolmentClosed):
        renew_code(held, at=now + timedelta(minutes=2))
    assert not Enrolment.objects.exists()
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_seat_that_is_still_held_takes_nobody_into_a_cancelled_edition(edition, now, sent_codes):
    """As when the edition was called off between the page and its digits, and the seat not yet let go of."""
    held = hold(edition, now)
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CANCELLED)
    with pytest.raises(EnrolmentClosed):
        confirm_hold(held, sent_codes[EMAIL], at=now)


def test_cancelling_leaves_what_was_completed(edition, chris, now):
    done = EnrolmentFactory(edition=edition, completed=True)
    cancel_edition(edition, by=chris, at=now)
    done.refresh_from_db()
    assert done.state == State.COMPLETED


def test_a_coordinator_of_another_house_cannot_cancel(edition, other_coordinator, now):
    with pytest.raises(PermissionDenied):
        cancel_edition(edition, by=other_coordinator, at=now)


# What is recorded and announced --------------------------------------------------------------------------------------


def test_every_step_of_a_seat_is_an_event(offered, now):
    accept_offer(offered, by=offered.learner, at=now + timedelta(hours=1))
    verbs = list(Event.objects.about(offered).values_list("verb", flat=True))
    assert verbs == ["enrolment.offered", "enrolment.confirmed"]
    assert Event.objects.about(offered).last().by == offered.learner


@pytest.mark.parametrize(("capacity", "announced"), [(1, "confirmed"), (0, "waitlisted")])
def test_a_new_enrolment_is_announced_as_what_it_became(course, now, capacity, announced):
    edition = EditionFactory(course=course, capacity=1)
    if not capacity:
        EnrolmentFactory(edition=edition)
    heard = []

    def hear_confirmed(**kwargs):
        heard.append("confirmed")

    def hear_waitlisted(**kwargs):
        heard.append("waitlisted")

    signals.enrolment_confirmed.connect(hear_confirmed)
    signals.enrolment_waitlisted.connect(hear_waitlisted)
    enrol_now(edition, UserFactory(), now)
    assert heard == [announced]
