"""Who has completed: enough of the planned minutes, and every assessment passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Edition, Session
from enrolments import signals
from enrolments.actions import close_session, record_attendance, record_result, reopen_session
from enrolments.models import Assessment, Attendance, Enrolment
from lms.kernel.models import Event
from tests.factories import AssessmentFactory, EditionFactory, EnrolmentFactory

Status = Attendance.Status


@pytest.fixture
def six_days(course, bo) -> Edition:
    """Six sessions of 390 minutes: 2340 in all."""
    return EditionFactory(course=course, days=6, trainers=[bo])


@pytest.fixture
def assessment(course) -> Assessment:
    return AssessmentFactory(course=course)


@pytest.fixture
def announced() -> Iterator[list[tuple[str, str]]]:
    """The ends that the layers above hear of."""
    said: list[tuple[str, str]] = []

    def hear(sender: Any, enrolment: Enrolment, signal: Any, **kwargs: Any) -> None:
        said.append((enrolment.state, enrolment.outcome))

    for signal in (signals.enrolment_completed, signals.enrolment_not_completed):
        signal.connect(hear)
    yield said
    for signal in (signals.enrolment_completed, signals.enrolment_not_completed):
        signal.disconnect(hear)


def attend(edition: Edition, enrolment: Enrolment, minutes: Sequence[int]) -> Enrolment:
    """Note these minutes for each session in turn, and close each list."""
    for session, here in zip(edition.sessions.all(), minutes, strict=True):
        status = Status.PRESENT if here == session.countable_minutes else Status.PARTIAL if here else Status.ABSENT
        part = here if status == Status.PARTIAL else None
        record_attendance(session, enrolment, status, minutes=part, by=None, at=session.starts_at)
        close_session(session, by=None, at=session.ends_at)
    enrolment.refresh_from_db()
    return enrolment


def test_five_of_six_days_is_enough_for_eighty_percent(six_days):
    done = attend(six_days, EnrolmentFactory(edition=six_days), [390] * 5 + [0])
    assert (done.attended_minutes, done.planned_minutes) == (1950, 2340)
    assert (done.state, done.outcome) == ("completed", "passed")
    assert done.ended_at == six_days.ends_at


def test_four_and_a_half_days_is_not(six_days, announced):
    done = attend(six_days, EnrolmentFactory(edition=six_days), [390] * 4 + [195, 0])
    assert done.attended_minutes == 1755
    assert (done.state, done.outcome) == ("not_completed", "absent")
    assert announced == [("not_completed", "absent")]


@pytest.mark.parametrize(("last", "state"), [(312, "completed"), (311, "not_completed")])
def test_the_boundary_itself_counts(six_days, last, state):
    done = attend(six_days, EnrolmentFactory(edition=six_days), [390] * 4 + [last, 0])
    assert (done.attended_minutes == 1872) == (state == "completed")
    assert done.state == state


def test_nothing_is_decided_before_the_last_list_is_closed(six_days, announced):
    enrolment = EnrolmentFactory(edition=six_days)
    *first_five, last = six_days.sessions.all()
    for session in first_five:
        close_session(session, by=None, at=session.ends_at)
    enrolment.refresh_from_db()
    assert (enrolment.state, announced) == ("confirmed", [])
    close_session(last, by=None, at=last.ends_at)
    enrolment.refresh_from_db()
    assert enrolment.state == "completed"


def test_without_an_assessment_attendance_alone_completes(edition, course):
    assert not course.assessments.exists()
    done = attend(edition, EnrolmentFactory(edition=edition), [390] * 4)
    assert (done.state, done.outcome) == ("completed", "passed")


def test_with_an_assessment_the_result_is_waited_for(edition, assessment, announced, bo, now):
    enrolment = attend(edition, EnrolmentFactory(edition=edition), [390] * 4)
    assert (enrolment.state, announced) == ("confirmed", [])
    record_result(enrolment, assessment, True, by=bo, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.outcome) == ("completed", "passed")


def test_a_result_before_the_last_list_decides_nothing_yet(edition, assessment, bo):
    enrolment = EnrolmentFactory(edition=edition)
    record_result(enrolment, assessment, True, by=bo, at=edition.starts_at)
    enrolment.refresh_from_db()
    assert enrolment.state == "confirmed"
    assert attend(edition, enrolment, [390] * 4).state == "completed"


def test_every_assessment_is_needed(edition, assessment, course, bo):
    second = AssessmentFactory(course=course)
    enrolment = attend(edition, EnrolmentFactory(edition=edition), [390] * 4)
    record_result(enrolment, assessment, True, by=bo, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert enrolment.state == "confirmed"
    record_result(enrolment, second, True, by=bo, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert enrolment.state == "completed"


def test_enough_attendance_without_a_pass_and_then_a_resit(edition, assessment, bo, announced):
    enrolment = attend(edition, EnrolmentFactory(edition=edition), [390] * 4)
    record_result(enrolment, assessment, False, by=bo, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.outcome) == ("not_completed", "attended")
    result = record_result(enrolment, assessment, True, by=bo, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.outcome) == ("completed", "passed")
    assert announced == [("not_completed", "attended"), ("completed", "passed")]
    assert [event.data for event in Event.objects.about(result)] == [
        {"from": None, "to": False},
        {"from": False, "to": True},
    ]


def test_too_little_attendance_is_not_mended_by_a_pass(edition, assessment, bo):
    enrolment = attend(edition, EnrolmentFactory(edition=edition), [390, 0, 0, 0])
    record_result(enrolment, assessment, True, by=bo, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.outcome) == ("not_completed", "absent")


def test_the_learners_own_check_in_does_not_decide_completion(edition):
    done = attend(edition, EnrolmentFactory(edition=edition), [390] * 4)
    assert not done.attendance.counting()
    assert done.state == "completed"


def test_what_is_completed_stays_completed_when_a_list_is_corrected(edition, officer, announced):
    enrolment = attend(edition, EnrolmentFactory(edition=edition), [390] * 4)
    for session in edition.sessions.all():
        reopened = reopen_session(session, by=officer, at=edition.ends_at, reason="Vergissing")
        record_attendance(reopened, enrolment, Status.ABSENT, by=officer, at=edition.ends_at)
        close_session(reopened, by=officer, at=session.ends_at)
    enrolment.refresh_from_db()
    assert enrolment.state == "completed"
    assert announced == [("completed", "passed")]


def test_a_corrected_list_can_still_complete_someone(edition, officer):
    enrolment = attend(edition, EnrolmentFactory(edition=edition), [390, 390, 390, 0])
    assert enrolment.state == "not_completed"
    last = edition.sessions.get(number=4)
    reopened = reopen_session(last, by=officer, at=edition.ends_at, reason="Was er wel")
    record_attendance(reopened, enrolment, Status.PRESENT, by=officer, at=edition.ends_at)
    close_session(reopened, by=officer, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.attended_minutes) == ("completed", 1560)


def test_a_corrected_list_can_still_give_a_certificate_of_participation(edition, assessment, officer, announced):
    enrolment = EnrolmentFactory(edition=edition)
    record_result(enrolment, assessment, False, by=officer, at=edition.starts_at)
    enrolment = attend(edition, enrolment, [390, 390, 390, 0])
    assert enrolment.outcome == "absent"
    last = edition.sessions.get(number=4)
    reopened = reopen_session(last, by=officer, at=edition.ends_at, reason="Was er wel")
    record_attendance(reopened, enrolment, Status.PRESENT, by=officer, at=edition.ends_at)
    close_session(reopened, by=officer, at=edition.ends_at)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.outcome, enrolment.attended_minutes) == ("not_completed", "attended", 1560)
    assert announced == [("not_completed", "absent"), ("not_completed", "attended")]


def test_an_edition_without_sessions_completes_nobody(course, assessment, bo):
    edition = EditionFactory(course=course, days=0, trainers=[bo])
    enrolment = EnrolmentFactory(edition=edition)
    record_result(enrolment, assessment, True, by=bo, at=edition.enrolment_opens_at)
    enrolment.refresh_from_db()
    assert enrolment.state == "confirmed"
    assert not Session.objects.filter(edition=edition).exists()


@pytest.mark.parametrize("who", ["other_coordinator", "auditor", "hr", "amal", "dina"])
def test_only_its_own_people_record_results(request, enrolled, assessment, who, now):
    with pytest.raises(PermissionDenied):
        record_result(enrolled, assessment, True, by=request.getfixturevalue(who), at=now)
    assert not enrolled.results.exists()
