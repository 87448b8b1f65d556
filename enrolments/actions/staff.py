"""HR enrols someone who works for its employer."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.models import Edition
from enrolments.actions.enrolling import Answers, enrol
from enrolments.models import Enrolment, LearnerCategory
from lms.kernel.policies import require
from lms.people.models import Employment, User


class AnotherEmployer(Exception):
    """By its name alone the employer is taken for another: it needs its KvK number."""


@transaction.atomic
def enrol_staff(employment: Employment, edition: Edition, *, by: User | None, at: datetime) -> Enrolment:
    """A seat or a place on the waiting list for someone who works here today, who hears of it by mail.

    Nothing is shared by it: that stays the learner's. Raises EnrolmentClosed, AlreadyEnrolled, AnotherEmployer.
    """
    require(by, "keep_hr", employment.organisation)
    if not Employment.objects.current(timezone.localdate(at)).filter(pk=employment.pk).exists():
        raise PermissionDenied(f"Employment {employment.pk} has ended.")
    learner, company = employment.user, employment.organisation
    said = Answers(
        category=LearnerCategory.EMPLOYEE,
        given_name=learner.given_name,
        name_prefix=learner.name_prefix,
        family_name=learner.family_name,
        employer_name=company.name,
        employer_kvk=company.kvk_number,
    )
    enrolment = enrol(edition, learner, said, language=learner.language, by=by, at=at)
    if enrolment.employer_id != company.pk:
        raise AnotherEmployer(company.pk)
    return enrolment
