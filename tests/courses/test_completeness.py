"""What a course and an edition lack: said in both languages, and in the way of publishing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.actions import EditionIncomplete, PlannedSession, publish_edition, schedule_sessions
from courses.actions.editions import ScheduleLocked
from courses.completeness import course_lacks, edition_lacks, lacking
from courses.models import Course, Edition, Price, Session
from enrolments.models import Attendance
from lms.kernel.models import Event
from lms.people.models import User
from tests.factories import (
    FIRST_DAY,
    AttendanceFactory,
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    LearningOutcomeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def complete(edition: Edition) -> Edition:
    """A draft that can be published as it is."""
    LearningOutcomeFactory(course=edition.course)
    Edition.objects.filter(pk=edition.pk).update(state="draft")
    edition.refresh_from_db()
    return edition


def codes(lacks: Any) -> set[str]:
    return {lack.code for lack in lacks}


def test_a_complete_edition_is_published(complete: Edition, chris: User) -> None:
    assert lacking(edition_lacks(complete)) == []
    assert publish_edition(complete, by=chris).state == "published"


def breaks(field: str, value: Any, expected: str) -> Any:
    return pytest.param(
        lambda edition: Edition.objects.filter(pk=edition.pk).update(**{field: value}), expected, id=expected
    )


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        pytest.param(lambda one: one.sessions.all().delete(), "sessions", id="sessions"),
        pytest.param(lambda one: one.trainers.clear(), "trainers", id="trainers"),
        breaks("location", None, "place"),
        breaks("enrolment_closes_at", FIRST_DAY + timedelta(days=200), "window"),
        pytest.param(lambda one: one.sessions.update(mode="online"), "online_url", id="online_url"),
        pytest.param(lambda one: one.course.outcomes.all().delete(), "course_outcomes", id="outcomes"),
        pytest.param(lambda one: one.course.prices.all().delete(), "course_price", id="price"),
        pytest.param(
            lambda one: Course.objects.filter(pk=one.course_id).update(summary_en=" "), "course_summary_en", id="text"
        ),
    ],
)
def test_each_thing_that_is_missing_stands_in_the_way(
    complete: Edition, chris: User, damage: Any, expected: str
) -> None:
    damage(complete)
    complete = Edition.objects.get(pk=complete.pk)
    with pytest.raises(EditionIncomplete) as refused:
        publish_edition(complete, by=chris)
    assert codes(refused.value.lacking) == {expected}
    complete.refresh_from_db()
    assert complete.state == "draft"


def test_the_list_is_whole_and_in_both_languages(chris: User, course: Course) -> None:
    bare = EditionFactory(course=course, draft=True, days=1, location=None, capacity=0, minimum=0)
    with pytest.raises(EditionIncomplete) as refused:
        publish_edition(bare, by=chris)
    lacks = refused.value.lacking
    assert codes(lacks) == {"place", "trainers", "capacity", "course_outcomes"}
    english = [lack.said_in("en") for lack in lacks]
    assert "a place: session 1 has no room, and the edition no location" in english
    assert "of the course: learning outcomes" in english
    assert all(lack.said_in("nl") for lack in lacks)


def test_hours_that_do_not_add_up_are_advice(complete: Edition) -> None:
    complete.sessions.filter(number=4).delete()
    [lack] = [one for one in edition_lacks(complete) if one.code == "contact_time"]
    assert not lack.is_needed
    assert lack.said_in("en") == "contact time: 19.5 of the 24 hours are planned"


def test_a_course_that_is_assessed_says_how(course: Course) -> None:
    assessed = CourseFactory(assessed=True, assessment_en="")
    assert "assessment_en" in codes(lacking(course_lacks(assessed)))
    assert "assessment_nl" not in codes(course_lacks(assessed))
    assert "assessment_nl" not in codes(course_lacks(course))


def test_advice_stands_in_nobodys_way(course: Course) -> None:
    LearningOutcomeFactory(course=course)
    assert codes(course_lacks(course)) == {"skills", "themes", "categories"}
    assert lacking(course_lacks(course)) == []


def test_a_price_for_some_is_no_price_for_all(course: Course) -> None:
    course.prices.filter(audience=Price.Audience.STANDARD).delete()
    assert "price" in codes(lacking(course_lacks(course)))


# On the pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client: Client, clock: Any, chris: User) -> Client:
    chris.language = "en"
    chris.save()
    client.force_login(chris)
    return client


def test_the_decision_to_publish_names_all_that_is_missing(desk: Client, complete: Edition) -> None:
    complete.trainers.clear()
    complete.course.outcomes.all().delete()
    page = desk.post(reverse("decide_edition_publish", args=[complete.pk]), follow=True)
    text = page.content.decode()
    assert "Still missing: trainers; of the course: learning outcomes" in text
    assert "Still missing before this can be published" in text  # and the checklist stands on the page itself


def test_the_checklist_stands_on_the_pages_of_course_and_edition(desk: Client, complete: Edition) -> None:
    complete.course.outcomes.all().delete()
    for name, pk in (("courses", complete.course_id), ("editions", complete.pk)):
        for view in ("edit", "inspect"):
            assert "learning outcomes" in desk.get(reverse(f"{name}:{view}", args=[pk])).content.decode(), (name, view)


# Planning anew --------------------------------------------------------------------------------------------------------


def planned(edition: Edition, days: int, later: timedelta = timedelta()) -> list[PlannedSession]:
    starts = [FIRST_DAY + timedelta(weeks=week) + later for week in range(days)]
    return [
        PlannedSession(f"Dag {n}", f"Day {n}", one, one + timedelta(hours=7, minutes=30), 60)
        for n, one in enumerate(starts, start=1)
    ]


def test_sessions_that_stay_keep_their_name_in_calendars(edition: Edition, chris: User) -> None:
    was = {one.number: one.uuid for one in edition.sessions.all()}
    schedule_sessions(edition, planned(edition, 3, later=timedelta(hours=1)), by=chris)
    assert {one.number: one.uuid for one in edition.sessions.all()} == {n: was[n] for n in (1, 2, 3)}
    edition.refresh_from_db()
    assert edition.starts_at == FIRST_DAY + timedelta(hours=1)
    assert Event.objects.filter(verb="session.revised").count() == 3


def test_planning_the_same_changes_no_session(edition: Edition, chris: User) -> None:
    schedule_sessions(edition, planned(edition, 4), by=chris)
    Event.objects.all()._raw_delete(Event.objects.db)
    schedule_sessions(edition, planned(edition, 4), by=chris)
    assert not Event.objects.filter(verb="session.revised").exists()


def test_a_session_with_attendance_is_moved_but_never_lost(edition: Edition, chris: User) -> None:
    last = edition.sessions.get(number=4)
    AttendanceFactory(enrolment=EnrolmentFactory(edition=edition), session=last)
    with pytest.raises(ScheduleLocked):
        schedule_sessions(edition, planned(edition, 3), by=chris)
    assert Session.objects.filter(edition=edition).count() == 4
    schedule_sessions(edition, planned(edition, 4, later=timedelta(hours=1)), by=chris)
    assert Attendance.objects.get().session.starts_at == last.starts_at + timedelta(hours=1)
