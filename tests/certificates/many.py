"""Many certificates in no time: one that was really made, under as many names and numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import models

from certificates.actions import issue_certificate, request_certificate
from certificates.models import Certificate
from certificates.numbers import new_number
from enrolments.models import Enrolment, Grant
from lms.people.models import Organisation, User
from tests.factories import (
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    GrantFactory,
    LearningOutcomeFactory,
    MembershipFactory,
    OrganisationFactory,
)


def share_many(number: int, now: datetime) -> tuple[Organisation, User]:
    """So many people of one employer finished one edition and share what they got; the employer, and its HR.

    All have the same document: a file of them is as large as it would be, only the drawing is left out.
    """
    company = OrganisationFactory(employer=True)
    hr = MembershipFactory(organisation=company, role="hr").user
    course = CourseFactory()
    LearningOutcomeFactory(course=course)
    edition = EditionFactory(course=course, capacity=number)
    first = EnrolmentFactory(edition=edition, employee=True, employer=company, completed=True)
    first.learner.employments.update(starts_on=now.date() - timedelta(days=400))  # whatever day the clock says
    grant = GrantFactory(enrolment=first, granted_at=now - timedelta(days=1))
    drawn = issue_certificate(request_certificate(first, kind="participation", by=None, at=now), at=now)
    people = User.objects.bulk_create(
        [
            User(email=f"veel{n}@voorbeeld.example", given_name=f"Noor {n}", family_name="de Wit")
            for n in range(number - 1)
        ],
        batch_size=500,
    )
    _copies(first.learner.employments.first(), [{"user_id": one.pk} for one in people])
    enrolments = _copies(first, [{"learner_id": one.pk, "code": f"B{one.pk:09d}"} for one in people])
    _copies(grant, [{"enrolment_id": one.pk, "learner_id": one.learner_id} for one in enrolments])
    _copies(
        drawn,
        [
            {
                "uuid": uuid4(),
                "number": new_number(),
                "enrolment_id": one.pk,
                "snapshot": drawn.snapshot | {"learner": {"name": person.full_name}},
            }
            for one, person in zip(enrolments, people, strict=True)
        ],
    )
    assert Enrolment.objects.filter(edition=edition).count() == Grant.objects.filter(organisation=company).count()
    return company, hr


def _copies(row: models.Model, changes: list[dict[str, Any]]) -> list[Any]:
    """As many rows like this one, each with its own changes."""
    same = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if not one.primary_key}
    return type(row)._base_manager.bulk_create([type(row)(**same | one) for one in changes], batch_size=500)


def first_of(company: Organisation) -> Certificate:
    """The one that was really made."""
    return Certificate.objects.all().shared_with({company.pk}).earliest("pk")
