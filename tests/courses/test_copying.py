"""A new edition after an old one: every session on its new day, on the clock of the wall, past holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.actions import PlannedSession, copy_course, copy_edition
from courses.closed_days import closed_days
from courses.copying import shifted, suggested_code, suggested_day, terms_of
from courses.models import ClosedPeriod, Course, Edition, Session
from enrolments.models import Enrolment
from lms.people.models import Organisation, User
from tests.factories import (
    NOW,
    EditionFactory,
    EnrolmentFactory,
    LearningOutcomeFactory,
    MembershipFactory,
    RoomFactory,
)

pytestmark = pytest.mark.django_db


def days(sessions: Any) -> list[date]:
    return [timezone.localdate(one.starts_at) for one in sessions]


def moved_to(edition: Edition, first_day: date) -> list[Any]:
    closed = closed_days(edition.provider, first_day, first_day + timedelta(days=400), language="en")
    return shifted(list(edition.sessions.all()), first_day, closed)


# Reckoning ------------------------------------------------------------------------------------------------------------


def test_all_sessions_keep_their_distance_and_their_weekday(edition: Edition) -> None:
    assert days(moved_to(edition, date(2027, 9, 2))) == [
        date(2027, 9, 2), date(2027, 9, 9), date(2027, 9, 16), date(2027, 9, 23),
    ]  # fmt: skip


def test_a_session_on_a_public_holiday_moves_a_week_and_the_rest_with_it(edition: Edition) -> None:
    found = moved_to(edition, date(2027, 4, 22))  # Thursdays; 6 May is Ascension Day
    assert days(found) == [date(2027, 4, 22), date(2027, 4, 29), date(2027, 5, 13), date(2027, 5, 20)]
    assert [one.is_moved for one in found] == [False, False, True, False]
    assert found[2].passed_over == [(date(2027, 5, 6), "Ascension Day")]


def test_a_house_is_closed_in_its_own_holidays_and_in_those_of_the_programme(
    edition: Edition, ramlab: Organisation
) -> None:
    names = {"name_nl": "Zomer", "name_en": "Summer"}
    ClosedPeriod.objects.create(
        organisation=edition.provider, starts_on=date(2027, 9, 6), ends_on=date(2027, 9, 12), **names
    )
    ClosedPeriod.objects.create(organisation=None, starts_on=date(2027, 9, 16), ends_on=date(2027, 9, 16), **names)
    ClosedPeriod.objects.create(organisation=ramlab, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 1), **names)
    found = moved_to(edition, date(2027, 9, 2))
    assert days(found)[:2] == [date(2027, 9, 2), date(2027, 9, 23)]
    assert [day for day, _name in found[1].passed_over] == [date(2027, 9, 9), date(2027, 9, 16)]


def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(edition: Edition) -> None:
    found = moved_to(edition, date(2027, 10, 21))  # the clock goes back on 31 October
    assert {timezone.localtime(one.starts_at).hour for one in found} == {9}
    assert {timezone.localtime(one.ends_at).strftime("%H:%M") for one in found} == {"16:30"}
    assert found[1].starts_at.utcoffset() != found[2].starts_at.utcoffset()


def test_a_house_that_never_opens_does_not_keep_us_reckoning(edition: Edition) -> None:
    always = {date(2027, 1, 1) + timedelta(days=number): "Dicht" for number in range(3000)}
    assert len(shifted(list(edition.sessions.all()), date(2027, 9, 2), always)) == 4


def test_enrolment_and_decision_follow_the_first_day(edition: Edition) -> None:
    edition.decide_by = date(2027, 2, 25)
    terms = terms_of(edition, date(2027, 9, 2))
    assert timezone.localtime(terms.enrolment_closes_at) == datetime(2027, 8, 31, 9, tzinfo=NOW.tzinfo)
    assert terms.decide_by == date(2027, 8, 26)


@pytest.mark.once
@pytest.mark.parametrize(
    ("code", "taken", "expected"),
    [
        ("cobots-27-2", {"cobots-27-2"}, "cobots-27-3"),
        ("cobots-27-2", {"cobots-27-2", "cobots-27-3"}, "cobots-27-4"),
        ("SMZ-P3-2027N", {"SMZ-P3-2027N"}, "SMZ-P3-2028N"),
        ("SMZ-P3-2027N", {"SMZ-P3-2027N", "SMZ-P3-2028N"}, "SMZ-P3-2028N-2"),
        ("x" * 40, {"x" * 40}, "x" * 39 + "2"),
    ],
)
def test_a_free_code_is_suggested(code: str, taken: set[str], expected: str) -> None:
    assert suggested_code(code, 2028, taken) == expected


def test_the_day_suggested_is_the_old_weekday_and_far_enough_away(edition: Edition) -> None:
    day = suggested_day(edition, NOW.date())
    assert day.weekday() == timezone.localdate(edition.starts_at).weekday()
    assert day > timezone.localdate(edition.ends_at)
    assert suggested_day(edition, date(2027, 8, 1)) >= date(2027, 9, 12)


# The action -----------------------------------------------------------------------------------------------------------


def test_a_copy_is_a_draft_with_everything_but_people_and_money(edition: Edition, chris: User, bo: User) -> None:
    EnrolmentFactory(edition=edition)
    Edition.objects.filter(pk=edition.pk).update(funding_notice_nl="EFRO", minimum=4)
    edition.refresh_from_db()
    room = RoomFactory(location=edition.location)
    start = edition.starts_at + timedelta(weeks=52)
    plan = [PlannedSession("Dag 1", "Day 1", start, start + timedelta(hours=7), 60, "onsite", room)]
    made = copy_edition(
        edition, code="cobots-28-1", sessions=plan, terms=terms_of(edition, start.date()), trainers=[bo], by=chris
    )
    made.refresh_from_db()
    assert (made.state, made.capacity, made.minimum, made.location) == ("draft", 12, 4, edition.location)
    assert (made.starts_at, made.seats_taken, made.funding_notice_nl) == (start, 0, "")
    assert list(made.trainers.all()) == [bo]
    assert made.sessions.get().room == room
    assert not Enrolment.objects.filter(edition=made).exists()
    assert edition.sessions.count() == 4


# The page -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, clock: Any, chris: User) -> Client:
    client.force_login(chris)
    return client


def fields_of(response: Any) -> dict[str, Any]:
    """What the browser would send back."""
    context = response.context
    said = {
        "code": context["form"]["code"].value(),
        "first_day": context["form"]["first_day"].value(),
        "online_url": "",
    }
    said["shown"] = context["plan"].first_day.isoformat()
    for line in context["plan"].lines:
        said |= {bound.html_name: "" if bound.value() is None else bound.value() for bound in line.form}
    return said


def test_two_clicks_make_a_new_edition(desk: Client, edition: Edition) -> None:
    address = reverse("copy_edition", args=[edition.pk])
    page = desk.get(address)
    assert page.status_code == 200
    answer = desk.post(address, fields_of(page) | {"make": ""})
    made = Edition.objects.get(code="cobots-27-3")
    assert answer["Location"] == reverse("editions:edit", args=[made.pk])
    assert [one.number for one in made.sessions.all()] == [1, 2, 3, 4]
    assert {one.uuid for one in made.sessions.all()}.isdisjoint({one.uuid for one in edition.sessions.all()})


def test_another_first_day_is_shown_before_anything_is_made(desk: Client, edition: Edition) -> None:
    address = reverse("copy_edition", args=[edition.pk])
    said = fields_of(desk.get(address)) | {"first_day": "2027-04-22", "make": ""}
    page = desk.post(address, said)
    assert Edition.objects.count() == 1
    assert "2027" in page.content.decode()
    assert [one["day"].value() for one in (line.form for line in page.context["plan"].lines)] == [
        date(2027, 4, 22), date(2027, 4, 29), date(2027, 5, 13), date(2027, 5, 20),
    ]  # fmt: skip
    assert page.context["plan"].lines[2].passed_over


def test_a_row_can_be_changed_before_the_draft_is_made(desk: Client, edition: Edition) -> None:
    address = reverse("copy_edition", args=[edition.pk])
    said = fields_of(desk.get(address)) | {"session-2-day": "2027-06-15", "session-2-start": "10:30", "make": ""}
    desk.post(address, said)
    made = Edition.objects.get(code="cobots-27-3")
    changed = made.sessions.get(starts_at__date=date(2027, 6, 15))
    assert timezone.localtime(changed.starts_at).strftime("%H:%M") == "10:30"
    # Not by its place on the page but by its day it is the last one now.
    assert changed.number == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "cobots-27-2"},
        {"code": "geen spatie"},
        {"code": ""},
        {"session-1-day": "morgen"},
        {"session-1-end": "08:00"},
        {"session-1-room": "999999"},
        {"session-1-day": "2020-01-01"},
        {"session-1-day": "9999-12-31"},
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_made(
    desk: Client, edition: Edition, wrong: dict[str, str]
) -> None:
    address = reverse("copy_edition", args=[edition.pk])
    page = desk.post(address, fields_of(desk.get(address)) | wrong | {"make": ""})
    assert page.status_code == 200
    assert Edition.objects.count() == 1
    assert b"error-message" in page.content


@pytest.mark.parametrize("day", ["", "2027-13-45", "1900-01-01", "9999-12-31", "\u0661\u0662"])
def test_a_day_that_cannot_be_is_answered(desk: Client, edition: Edition, day: str) -> None:
    page = desk.post(reverse("copy_edition", args=[edition.pk]), {"code": "x", "first_day": day, "make": ""})
    assert page.status_code == 200
    assert Edition.objects.count() == 1


def test_a_double_click_makes_one_edition(desk: Client, edition: Edition) -> None:
    address = reverse("copy_edition", args=[edition.pk])
    said = fields_of(desk.get(address)) | {"make": ""}
    desk.post(address, said)
    page = desk.post(address, said)
    assert page.status_code == 200
    assert Edition.objects.count() == 2


def test_a_trainer_who_left_the_house_is_left_out_and_named(desk: Client, edition: Edition) -> None:
    gone = MembershipFactory(
        role="trainer", organisation=edition.provider, ends_on=NOW.date() - timedelta(days=1), user__given_name="Weg"
    ).user
    edition.trainers.add(gone)
    page = desk.get(reverse("copy_edition", args=[edition.pk]))
    assert page.context["plan"].left_out == [gone]
    assert gone not in page.context["plan"].trainers


def test_a_taken_room_is_made_twice_only_on_purpose(desk: Client, edition: Edition) -> None:
    room = RoomFactory(location=edition.location)
    edition.sessions.update(room=room)
    day = date(2027, 9, 2)
    other = EditionFactory(course=edition.course, days=0, location=edition.location)
    Session.objects.create(
        edition=other, number=1, title_nl="x", title_en="x", room=room,
        starts_at=datetime(2027, 9, 9, 12, tzinfo=NOW.tzinfo), ends_at=datetime(2027, 9, 9, 14, tzinfo=NOW.tzinfo),
    )  # fmt: skip
    address = reverse("copy_edition", args=[edition.pk])
    page = desk.post(address, {"code": "cobots-27-9", "first_day": day.isoformat(), "show": ""})
    assert [len(line.clashes) for line in page.context["plan"].lines] == [0, 1, 0, 0]
    said = fields_of(page) | {"make": ""}
    assert desk.post(address, said).status_code == 200
    assert not Edition.objects.filter(code="cobots-27-9").exists()
    assert desk.post(address, said | {"despite_clash": "1"}).status_code == 302
    assert Edition.objects.filter(code="cobots-27-9").exists()


def test_the_page_asks_as_much_for_ten_sessions_as_for_two(
    desk: Client, course: Any, django_assert_max_num_queries: Any
) -> None:
    few, many = EditionFactory(course=course, days=2), EditionFactory(course=course, days=10)
    desk.get(reverse("copy_edition", args=[few.pk]))
    with django_assert_max_num_queries(60) as counted:
        desk.get(reverse("copy_edition", args=[few.pk]))
    with django_assert_max_num_queries(len(counted)):
        desk.get(reverse("copy_edition", args=[many.pk]))


# A course -------------------------------------------------------------------------------------------------------------


def test_a_course_is_copied_with_all_that_hangs_on_it_but_no_editions(
    edition: Edition, course: Course, chris: User
) -> None:
    LearningOutcomeFactory(course=course, code="lu-x")
    made, again = copy_course(course, by=chris), copy_course(course, by=chris)
    assert (made.code, again.code) == ("p-02-copy", "p-02-copy2")
    assert made.uuid != course.uuid
    assert [one.code for one in again.outcomes.all()] == ["lu-x-copy2"]
    assert sorted(made.prices.values_list("audience", "cents")) == sorted(
        course.prices.values_list("audience", "cents")
    )
    assert not made.editions.exists()
    assert not made.pages.exists()
    assert course.outcomes.count() == 1


def test_the_copy_is_made_from_the_course_s_page(desk: Client, course: Course) -> None:
    address = reverse("decide_course_copy", args=[course.pk])
    assert address in desk.get(reverse("courses:edit", args=[course.pk])).content.decode()
    desk.post(address)
    assert Course.objects.filter(code="p-02-copy").exists()
