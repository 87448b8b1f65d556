"""People who enrolled twice: one pair for the programme office to look at, one that it made one."""

from __future__ import annotations

from datetime import datetime, timedelta

from enrolments.models import Enrolment
from lms.demo.people import DEMO
from lms.people.actions import find_or_create_person, start_employment
from lms.people.doubles import find_likely_doubles, same_address
from lms.people.merging import merge_people
from lms.people.models import Merge, User

ENROLLED_AGAIN = timedelta(days=20)


def put_down_doubles(now: datetime) -> None:
    """What is there already is left alone."""
    employees = Enrolment.objects.filter(category="employee", state=Enrolment.State.COMPLETED)
    employees = employees.exclude(learner__email__endswith=DEMO).select_related("learner", "employer").order_by("pk")
    first, second, *_others = {one.learner_id: one for one in employees[:40]}.values()
    _twin(first, now - ENROLLED_AGAIN)
    merged = _twin(second, now - ENROLLED_AGAIN)
    if not Merge.objects.exists():
        officer = User.objects.get(email=f"office{DEMO}")
        merge_people(second.learner, merged, by=officer, at=now - timedelta(days=1))
    find_likely_doubles(at=now)


def _twin(enrolment: Enrolment, at: datetime) -> User:
    """The account that the same person made at home."""
    person = enrolment.learner
    name = {"given_name": person.given_name, "name_prefix": person.name_prefix, "family_name": person.family_name}
    twin = find_or_create_person(f"{same_address(person.email)}@thuis.example", language="nl", at=at, **name)
    if enrolment.employer is not None and twin != person and not twin.employments.exists():
        start_employment(twin, enrolment.employer, by=None, on=at.date())
    return twin
