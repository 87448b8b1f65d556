"""Seats without a name, other people on a seat, and a run that is taken back within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from enrolments.actions import (
    AlreadyEnrolled,
    HasBegun,
    RowRefused,
    accept_offer,
    carry_out_group,
    enrol,
    name_seat,
    release_seats,
    replace_person,
    swap_people,
    undo_group,
    withdraw,
)
from enrolments.models import Enrolment
from enrolments.tasks import compare_seats, keep_groups_to_their_day
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import Employment
from tests.enrolments.groups import LATER, fill, people, run, states
from tests.enrolments.groups import company as company  # fixtures
from tests.enrolments.groups import edition as edition
from tests.enrolments.groups import hr as hr
from tests.factories import (
    NOW,
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    UserFactory,
    answers,
)

pytestmark = pytest.mark.django_db


# Seats without a name -------------------------------------------------------------------------------------------------


def test_seats_are_reserved_now_and_named_later(company, hr, edition):
    group = run(company, edition, [], hr, seats=4)
    assert (group.seats_held, edition.seats_free) == (4, 2)
    row = name_seat(group, {"given_name": "Jan", "family_name": "Wit", "email": "jan@metaal.example"}, by=hr, at=LATER)
    assert (row.enrolment.state, row.outcome) == ("confirmed", "placed")
    edition.refresh_from_db()
    group.refresh_from_db()
    assert (group.seats_held, edition.seats_free) == (3, 2)
    with pytest.raises(RowRefused):
        name_seat(group, {"given_name": "Jan", "email": "jan"}, by=hr, at=LATER)
    with pytest.raises(AlreadyEnrolled):
        name_seat(group, {"given_name": "Jan", "family_name": "Wit", "email": "jan@metaal.example"}, by=hr, at=LATER)
    assert compare_seats() == []


@pytest.mark.parametrize("wish", ["part", "whole"])
def test_names_that_come_later_take_the_seats_reserved_before(company, hr, edition, wish):
    reserved = run(company, edition, [], hr, seats=4)
    fill(edition, 2)
    group = run(company, edition, people("Jan", "Piet", "Joris"), hr, wish=wish)
    reserved.refresh_from_db()
    assert (states(group), reserved.seats_held, edition.seats_taken) == (["confirmed"] * 3, 1, 6)


def test_only_as_many_seats_are_reserved_as_there_are(company, hr, edition):
    fill(edition, 4)
    assert run(company, edition, people("Jan"), hr, seats=4).seats_held == 1


def test_seats_without_a_name_go_back_on_the_last_day_for_names(company, hr, edition, clock):
    group = run(company, edition, [], hr, seats=6)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    assert group.names_until == edition.starts_at - timedelta(days=3)
    clock.move_to(group.names_until)
    with pytest.raises(TransitionRefused):
        name_seat(group, people("Jan")[0], by=hr, at=group.names_until)
    assert keep_groups_to_their_day() == 1
    assert keep_groups_to_their_day() == 0
    edition.refresh_from_db()
    waiter.refresh_from_db()
    assert (edition.seats_taken, waiter.state) == (1, "offered")
    assert "6 plekken" in Message.objects.get(kind="group_news").text
    assert compare_seats() == []


def test_a_company_gives_its_reserved_seats_back_itself(company, hr, edition):
    group = run(company, edition, [], hr, seats=3)
    assert release_seats(group, by=hr, at=LATER) == 3
    assert release_seats(group, by=hr, at=LATER) == 0
    assert compare_seats() == []


# Other people ---------------------------------------------------------------------------------------------------------

PIET = {"given_name": "Piet", "family_name": "Zwart", "email": "piet@metaal.example"}


def test_someone_else_comes_on_the_same_seat(company, hr, edition):
    group = run(company, edition, people("Jan", "Joris"), hr)
    fill(edition, 4)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    newcomer = replace_person(group.enrolments.first(), PIET, by=hr, at=LATER)
    waiter.refresh_from_db()
    assert (newcomer.state, states(group), waiter.state) == (
        "confirmed", ["confirmed", "withdrawn", "confirmed"], "waitlisted",
    )  # fmt: skip
    assert list(group.rows.values_list("outcome", flat=True)) == ["placed", "replaced", "placed"]
    assert compare_seats() == []


def test_in_a_group_that_waits_someone_else_waits_in_the_same_place(company, hr, edition):
    fill(edition, 5)
    group = run(company, edition, people("Jan", "Joris"), hr, wish="whole")
    newcomer = replace_person(group.enrolments.first(), PIET, by=hr, at=LATER)
    group.refresh_from_db()
    assert (group.state, newcomer.waitlisted_at) == ("waiting", group.waitlisted_at)
    assert compare_seats() == []


def test_nobody_leaves_when_the_other_cannot_come(company, hr, edition):
    group = run(company, edition, people("Jan", "Piet"), hr)
    with pytest.raises(AlreadyEnrolled):
        replace_person(group.enrolments.first(), PIET, by=hr, at=LATER)
    with pytest.raises(HasBegun):
        replace_person(group.enrolments.first(), people("Kees")[0], by=hr, at=edition.starts_at)
    with pytest.raises(PermissionDenied):
        replace_person(group.enrolments.first(), people("Kees")[0], by=UserFactory(), at=LATER)
    assert states(group) == ["confirmed", "confirmed"]


def test_two_colleagues_change_editions_and_both_keep_a_seat(company, hr):
    course = CourseFactory()
    march, april = EditionFactory(course=course, capacity=1), EditionFactory(course=course, capacity=1)
    jan = run(company, march, people("Jan"), hr).enrolments.get()
    piet = run(company, april, people("Piet"), hr).enrolments.get()
    for one in (march, april):
        enrol(one, UserFactory(), answers(), language="nl", by=None, at=NOW)
    jan_now, piet_now = swap_people(jan, piet, by=hr, at=LATER)
    assert (jan_now.learner, jan_now.edition, jan_now.state) == (jan.learner, april, "confirmed")
    assert (piet_now.learner, piet_now.edition, piet_now.state) == (piet.learner, march, "confirmed")
    assert Enrolment.objects.filter(state="waitlisted").count() == 2
    assert compare_seats() == []


def test_people_of_two_courses_do_not_change_places(company, hr):
    jan = run(company, EditionFactory(), people("Jan"), hr).enrolments.get()
    piet = run(company, EditionFactory(), people("Piet"), hr).enrolments.get()
    with pytest.raises(TransitionRefused):
        swap_people(jan, piet, by=hr, at=LATER)


# Back within a day ----------------------------------------------------------------------------------------------------


def test_a_run_is_undone_within_a_day_and_its_seats_go_to_who_waits(company, hr, edition):
    group = run(company, edition, people("Jan", "Piet"), hr, seats=4)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    group.refresh_from_db()
    waiter.refresh_from_db()
    assert (group.state, states(group), group.seats_held, waiter.state) == (
        "undone", ["withdrawn", "withdrawn"], 0, "offered",
    )  # fmt: skip
    assert "Metaal bv heeft je uitgeschreven" in Message.objects.filter(kind="enrolment_withdrawn").first().text
    assert not Employment.objects.filter(organisation=company, ends_on=None).exists()
    assert compare_seats() == []


def test_a_list_that_was_too_long_is_undone_whole_and_its_seats_are_offered_to_none_of_it(company, hr, edition):
    group = run(company, edition, people("Jan", "Piet", "Kees", "Bo", "Mo", "Jo", "Ali", "Ron"), hr)
    assert states(group) == ["confirmed"] * 6 + ["waitlisted"] * 2
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    group.refresh_from_db()
    waiter.refresh_from_db()
    assert (group.state, states(group), waiter.state) == ("undone", ["withdrawn"] * 8, "offered")
    assert not Message.objects.filter(kind="seat_offered").exclude(email=waiter.learner.email).exists()
    assert compare_seats() == []


def test_an_undone_list_may_be_sent_in_again(company, hr, edition):
    group = run(company, edition, people("Jan"), hr)
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    again = run(company, edition, people("Jan"), hr, at=LATER)
    assert again != group
    assert states(again) == ["confirmed"]


def test_only_what_the_run_made_is_undone(company, hr, edition):
    before = run(company, edition, people("Kees"), hr)
    alone = EnrolmentFactory(edition=edition)
    group = run(company, edition, [*people("Jan"), {"name": "Sam Persoon", "email": alone.learner.email}], hr)
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    alone.refresh_from_db()
    assert (states(before), alone.state) == (["confirmed"], "confirmed")


@pytest.mark.parametrize("after", [timedelta(days=1), timedelta(days=24)], ids=["a day later", "once it has begun"])
def test_later_nothing_is_undone(company, hr, edition, after):
    group = run(company, edition, people("Jan"), hr)
    with pytest.raises(TransitionRefused):
        undo_group(group, by=hr, at=NOW + after)
    assert states(group) == ["confirmed"]


def test_a_group_that_waits_is_undone_too(company, hr, edition):
    fill(edition, 5)
    group = run(company, edition, people("Jan", "Piet"), hr, wish="whole")
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    edition.refresh_from_db()
    assert (states(group), edition.seats_free) == (["withdrawn"] * 2, 1)


def test_an_offer_to_one_of_a_group_is_answered_like_any(company, hr, edition):
    seated = fill(edition, 6)
    group = run(company, edition, people("Jan"), hr)
    withdraw(seated[0], by=None, at=LATER)
    enrolment = group.enrolments.get()
    accept_offer(enrolment, by=enrolment.learner, at=LATER)
    assert states(group) == ["confirmed"]


def test_what_happened_is_on_record(company, hr, edition):
    group = run(company, edition, people("Jan"), hr)
    assert list(Event.objects.about(group).values_list("verb", flat=True)) == [
        "group.taken_in", "group.begun", "group.done",
    ]  # fmt: skip
