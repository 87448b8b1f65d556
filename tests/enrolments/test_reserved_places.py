"""Places without a name are their company's: used first, kept while a list waits, and its own again after undoing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.actions import EditionFull
from courses.models import Edition
from enrolments.actions import (
    OutOfTurnUnexplained,
    call_off,
    carry_out_group,
    change_capacity,
    enrol,
    grant_approval,
    offer_place,
    release_seats,
    undo_group,
    withdraw,
)
from enrolments.actions.calling_off import room_in
from enrolments.models import Enrolment, GroupEnrolment
from enrolments.reasons import OutOfTurn
from enrolments.tasks import compare_seats
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import User
from tests.enrolments.groups import LATER, fill, people, run, states
from tests.factories import EditionFactory, EnrolmentFactory, UserFactory, answers


@pytest.fixture
def six(course) -> Edition:
    """An edition of six seats."""
    return EditionFactory(code="cobots-six", course=course, capacity=6)


def undo(group: GroupEnrolment, *, by: User, at=LATER) -> None:
    carry_out_group(undo_group(group, by=by, at=at), at=at)
    group.refresh_from_db()
    assert group.state == "undone"
    assert compare_seats() == []


def wait_for(edition: Edition) -> Enrolment:
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    assert waiter.state == "waitlisted"
    return waiter


def held(group: GroupEnrolment) -> int:
    group.refresh_from_db()
    return group.seats_held


# Undoing --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wish", ["part", "whole"])
def test_undoing_a_list_leaves_its_company_the_places_it_had_reserved(vandorp, hr, six, wish):
    reserved = run(vandorp, six, [], hr, seats=3)
    fill(six, 1)
    group = run(vandorp, six, people("Jan", "Piet", "Joris", "Els", "An"), hr, wish=wish)
    assert (states(group), held(reserved)) == (["confirmed"] * 5, 0)
    waiter, next_one, last = wait_for(six), wait_for(six), wait_for(six)
    undo(group, by=hr)
    for one in (waiter, next_one, last):
        one.refresh_from_db()
    assert held(reserved) == 3
    assert [waiter.state, next_one.state, last.state] == ["offered", "offered", "waitlisted"], "two were not reserved"
    event = Event.objects.about(reserved).get(verb="group.seats_returned")
    assert (event.data, event.by) == ({"seats": 3}, hr)


def test_what_came_back_takes_names_again_and_can_be_undone_again(vandorp, hr, six):
    reserved = run(vandorp, six, [], hr, seats=2)
    fill(six, 4)
    for _time in range(2):
        group = run(vandorp, six, people("Jan", "Piet"), hr, at=LATER)
        assert (states(group), held(reserved)) == (["confirmed"] * 2, 0)
        undo(group, by=hr)
        assert held(reserved) == 2


def test_places_come_back_to_the_reservation_that_each_was_taken_from(vandorp, hr, six):
    first, second = run(vandorp, six, [], hr, seats=1), run(vandorp, six, [], hr, seats=3)
    group = run(vandorp, six, people("Jan", "Piet", "Joris"), hr)
    assert (held(first), held(second)) == (0, 1)
    undo(group, by=hr)
    assert (held(first), held(second)) == (1, 3)


def test_who_left_meanwhile_left_their_seat_to_who_waits_and_the_reserved_ones_still_come_back(vandorp, hr, six):
    reserved = run(vandorp, six, [], hr, seats=2)
    fill(six, 2)
    group = run(vandorp, six, people("Jan", "Piet", "Joris", "Els"), hr)
    waiter = wait_for(six)
    withdraw(group.enrolments.first(), by=None, at=LATER)
    waiter.refresh_from_db()
    assert waiter.state == "offered"
    undo(group, by=hr)
    six.refresh_from_db()
    assert (held(reserved), six.seats_taken) == (2, 5)


@pytest.mark.parametrize("end", ["the last day for names", "undone itself"])
def test_nothing_comes_back_to_a_reservation_that_is_over(vandorp, hr, six, end):
    begin = six.starts_at - timedelta(days=3, hours=2)
    reserved = run(vandorp, six, [], hr, seats=2, at=begin)
    fill(six, 4)
    group = run(vandorp, six, people("Jan", "Piet"), hr, at=begin)
    waiter = wait_for(six)
    at = begin + timedelta(hours=1)
    if end == "undone itself":
        undo(reserved, by=hr, at=at)
    else:
        at = reserved.names_until
    undo(group, by=hr, at=at)
    waiter.refresh_from_db()
    assert (held(reserved), waiter.state) == (0, "offered")


def test_undoing_the_reservation_itself_leaves_who_was_named_by_a_list(vandorp, hr, six):
    reserved = run(vandorp, six, [], hr, seats=3)
    group = run(vandorp, six, people("Jan"), hr)
    undo(reserved, by=hr)
    six.refresh_from_db()
    assert (states(group), six.seats_taken) == (["confirmed"], 1)


# Using them -----------------------------------------------------------------------------------------------------------


def test_a_whole_group_waits_with_the_places_its_company_had_and_needs_only_the_rest(vandorp, hr, six):
    reserved = run(vandorp, six, [], hr, seats=3)
    seated = fill(six, 3)
    before = wait_for(six)
    group = run(vandorp, six, people("Jan", "Piet", "Joris", "Els"), hr, wish="whole", at=LATER + timedelta(minutes=1))
    assert (group.state, group.seats_held, held(reserved)) == ("waiting", 3, 0)
    withdraw(seated[0], by=None, at=LATER)
    before.refresh_from_db()
    assert (before.state, states(group)) == ("offered", ["waitlisted"] * 4), "who came before goes before"
    withdraw(seated[1], by=None, at=LATER)
    group.refresh_from_db()
    assert (group.state, states(group), group.seats_held) == ("done", ["confirmed"] * 4, 0)
    assert compare_seats() == []


def test_undone_while_it_waits_it_gives_back_what_was_reserved_and_passes_on_what_it_gathered(vandorp, hr, six):
    reserved = run(vandorp, six, [], hr, seats=2)
    seated = fill(six, 4)
    group = run(vandorp, six, people("Jan", "Piet", "Joris", "Els"), hr, wish="whole")
    waiter = wait_for(six)
    withdraw(seated[0], by=None, at=LATER)
    assert held(group) == 3
    undo(group, by=hr)
    waiter.refresh_from_db()
    assert (held(reserved), held(group), waiter.state) == (2, 0, "offered")


def test_a_reserved_place_for_someone_who_has_one_already_stays_reserved(vandorp, hr, six):
    alone = EnrolmentFactory(edition=six)
    reserved = run(vandorp, six, [], hr, seats=2)
    rows = [*people("Jan"), {"name": "Sam Persoon", "email": alone.learner.email}]
    for wish in ("part", "whole"):
        group = run(vandorp, six, rows, hr, wish=wish, at=LATER)
        six.refresh_from_db()
        assert (states(group), held(reserved), six.seats_taken) == (["confirmed"], 1, 3)
        undo(group, by=hr)
        assert held(reserved) == 2


def test_requests_take_no_reserved_place_and_lose_none(vandorp, hr, chris, six):
    reserved = run(vandorp, six, [], chris, seats=2)
    Edition.objects.filter(pk=six.pk).update(needs_approval=True)
    six.refresh_from_db()
    group = run(vandorp, six, people("Jan", "Piet"), hr)
    assert (states(group), held(reserved)) == (["requested"] * 2, 2)
    grant_approval(group.enrolments.first().approvals.get(), by=chris, at=LATER)
    assert (sorted(states(group)), held(reserved), compare_seats()) == (["confirmed", "requested"], 2, [])


# Beside who coordinates -----------------------------------------------------------------------------------------------


def test_an_office_offers_no_place_that_a_company_reserved(vandorp, hr, chris, six):
    reserved = run(vandorp, six, [], hr, seats=2)
    fill(six, 4)
    waiter = wait_for(six)
    with pytest.raises(EditionFull):
        offer_place(waiter, by=chris, at=LATER)
    offer_place(waiter, by=chris, at=LATER, extra=True)
    six.refresh_from_db()
    assert (six.capacity, six.seats_taken, held(reserved)) == (7, 7, 2)


def test_passing_over_a_group_that_waits_as_a_whole_takes_a_reason_also_for_its_places_without_a_name(
    vandorp, hr, chris, six
):
    fill(six, 5)
    group = run(vandorp, six, people("Jan"), hr, wish="whole", seats=2)
    waiter = wait_for(six)
    with pytest.raises(OutOfTurnUnexplained) as refused:
        offer_place(waiter, by=chris, at=LATER, extra=True)
    assert refused.value.before == 3
    offer_place(waiter, by=chris, at=LATER, reason=OutOfTurn.COLLEAGUES, extra=True)
    assert Event.objects.about(waiter).get(verb="enrolment.offered").data["passed_over"] == 3
    assert (held(group), states(group), compare_seats()) == (1, ["waitlisted"], [])


def test_one_of_a_group_that_waits_as_a_whole_is_never_offered_a_place_alone(vandorp, hr, chris, six):
    fill(six, 5)
    group = run(vandorp, six, people("Jan", "Piet"), hr, wish="whole")
    with pytest.raises(TransitionRefused):
        offer_place(group.enrolments.first(), by=chris, at=LATER, extra=True, reason=OutOfTurn.COLLEAGUES)
    assert states(group) == ["waitlisted"] * 2


def test_more_places_go_to_who_waits_and_none_to_what_is_reserved(vandorp, hr, chris, six):
    reserved = run(vandorp, six, [], hr, seats=2)
    fill(six, 4)
    waiter = wait_for(six)
    assert change_capacity(six, 8, by=chris, at=LATER) == 1
    waiter.refresh_from_db()
    assert (waiter.state, held(reserved)) == ("offered", 2)


def test_room_in_another_edition_is_what_nobody_reserved_and_none_while_a_group_waits(vandorp, hr, six):
    fill(six, 1)
    reserved = run(vandorp, six, [], hr, seats=2)
    assert room_in(six) == 3
    group = run(vandorp, six, people("Jan", "Piet", "Joris", "Els", "An", "Bea"), hr, wish="whole")
    assert group.state == "waiting"
    assert room_in(six) == 0
    undo(group, by=hr)
    six.refresh_from_db()
    assert room_in(six) == 3
    release_seats(reserved, by=hr, at=LATER)
    six.refresh_from_db()
    assert room_in(six) == 5


def test_places_kept_for_who_loses_theirs_leave_what_a_company_reserved(vandorp, hr, chris, edition, six):
    losers = fill(edition, 3)
    reserved = run(vandorp, six, [], hr, seats=4)
    kept = call_off(edition, alternative=six, by=chris, at=LATER)
    assert [one.learner for one in kept] == [one.learner for one in losers[:2]]
    six.refresh_from_db()
    assert (held(reserved), six.seats_free, compare_seats()) == (4, 0, [])
