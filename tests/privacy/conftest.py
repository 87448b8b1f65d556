"""Someone who left traces everywhere: what erasing must find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import transaction

from certificates.actions import issue_certificate, request_certificate
from certificates.models import Certificate
from courses.actions import Wish, register_interest
from enrolments.actions import share
from enrolments.actions.subscriptions import renew_calendar
from enrolments.models import Attendance, Enrolment, Grant
from lms.desk.actions import Question
from lms.desk.actions import ask as ask_desk
from lms.kpis.actions import fund_edition, record_attendance_fact, record_completion_fact
from lms.kpis.models import FundingProject
from lms.messages.actions import post_message
from lms.people.models import User
from tests.factories import (
    NOW,
    AttendanceFactory,
    CourseFactory,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    LearningOutcomeFactory,
    OrganisationFactory,
    SeatHoldFactory,
    SessionFactory,
    UserFactory,
)

NAME, FAMILY = "Zwaantje", "Quispelaar"
EMAIL, OTHER_EMAIL = "zwaantje.quispelaar@voorbeeld.example", "zq@thuis.example"


@dataclass
class Traces:
    """The person, and the rows that tests ask for."""

    person: User
    done: Enrolment
    coming: Enrolment
    attendance: Attendance
    certificate: Certificate
    project: FundingProject


def leave_traces(course: Any, employer: Any) -> Traces:
    """One enrolment done in a funded edition, one still to come, and something in every app."""
    person = UserFactory(email=EMAIL, given_name=NAME, family_name=FAMILY)
    EmailAddress.objects.create(user=person, email=EMAIL, verified=True, primary=True)
    EmailAddress.objects.create(user=person, email=OTHER_EMAIL, verified=True)
    EmploymentFactory(user=person, organisation=employer)
    LearningOutcomeFactory(course=course, text_nl="Je stelt een cobot in.", text_en="You set up a cobot.")
    edition = EditionFactory(course=course, first_day=NOW - timedelta(days=60))
    project = FundingProject.objects.create(
        code="efro-9", name_nl="Subsidie negen", name_en="Grant nine", fund="EFRO",
        starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31),
    )  # fmt: skip
    fund_edition(project, edition, by=None)
    done = EnrolmentFactory(edition=edition, learner=person, employee=True, employer=employer, completed=True)
    attendance = AttendanceFactory(
        session=edition.sessions.first() or SessionFactory(edition=edition), enrolment=done, status="present",
        minutes=390, learner_confirmed_at=NOW - timedelta(days=60), trainer_confirmed_at=NOW - timedelta(days=60),
    )  # fmt: skip
    record_attendance_fact(attendance, at=NOW)
    record_completion_fact(done, at=NOW)
    certificate = issue_certificate(request_certificate(done, kind="participation", by=None, at=NOW), at=NOW)
    share(done, Grant.Scope.CERTIFICATE, by=person, at=NOW)
    coming = EnrolmentFactory(
        edition=EditionFactory(course=course), learner=person, category="career_switcher", sector_left="zorg"
    )
    renew_calendar(person, by=person, at=NOW)
    SeatHoldFactory(edition=coming.edition, email=OTHER_EMAIL, answers={"given_name": NAME, "family_name": FAMILY})
    register_interest(
        CourseFactory(),
        person,
        Wish(persons=2, organisation_name=f"Bedrijf {FAMILY}"),
        language="nl",
        by=person,
        at=NOW,
    )
    post_message(
        "enrolment_confirmed", email=EMAIL, language="nl", subject=f"Dag {NAME}", text=f"Dag {NAME} {FAMILY}",
        html=f"<p>{NAME}</p>", at=NOW, recipient=person,
    )  # fmt: skip
    ask_desk(
        Question(
            company_name=employer.name,
            text=f"Bel {NAME} {FAMILY}",
            contact_name=f"{NAME} {FAMILY}",
            contact_email=EMAIL,
        ),
        language="nl", by=None, at=NOW,
    )  # fmt: skip
    return Traces(person, done, coming, attendance, certificate, project)


@pytest.fixture(scope="module")
def _left(django_db_setup: None, django_db_blocker: Any) -> Iterator[Traces]:
    """Left once for a module, in houses of their own, and rolled back after it: a certificate is drawn for it."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        employer = OrganisationFactory(employer=True, name="Werkplaats Quist", kvk_number="07654321")
        left = leave_traces(CourseFactory(provider__code="nagelaten"), employer)
        yield left
        transaction.set_rollback(True)


@pytest.fixture
def traces(_left: Traces, db: None, clock: Any) -> Traces:
    """For one test, as they were left."""
    return Traces(**{part.name: _again(getattr(_left, part.name)) for part in fields(_left)})


def _again(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)
