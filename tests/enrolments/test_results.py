"""Results of assessments as their trainer records them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import Edition
from tests.enrolments.registers import during as during  # fixtures
from tests.enrolments.registers import session as session
from tests.enrolments.registers import signed_in
from tests.factories import (
    AssessmentFactory,
    EnrolmentFactory,
)


@pytest.fixture
def assessment(course):
    return AssessmentFactory(course=course, code="praktijk")


def results_of(edition: Edition) -> str:
    return reverse("enrolments:results", kwargs={"edition": edition.code})


@pytest.mark.parametrize("who", ["dina", "hr", "auditor", "other_coordinator"])
def test_results_of_others_do_not_exist(request, edition, enrolled, assessment, who):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(results_of(edition)).status_code == 404
    assert client.post(results_of(edition), {f"{enrolled.code}-praktijk": "passed"}).status_code == 404
    assert not enrolled.results.exists()


def test_a_course_without_assessments_has_no_results(edition, enrolled, bo):
    assert signed_in(bo).get(results_of(edition)).status_code == 404


def test_results_are_recorded_where_something_was_said(edition, enrolled, assessment, bo, during):
    silent = EnrolmentFactory(edition=edition)
    data = {f"{enrolled.code}-praktijk": "not_yet", "nonsense-praktijk": "passed"}
    signed_in(bo).post(results_of(edition), data)
    assert list(enrolled.results.values_list("passed", "recorded_by")) == [(False, bo.pk)]
    assert not silent.results.exists()


def test_a_pass_that_led_to_completion_is_settled(edition, assessment, bo, during):
    done = EnrolmentFactory(edition=edition, completed=True)
    assessment.results.create(enrolment=done, passed=True, recorded_at=edition.ends_at)
    signed_in(bo).post(results_of(edition), {f"{done.code}-praktijk": "not_yet"})
    assert done.results.get().passed
