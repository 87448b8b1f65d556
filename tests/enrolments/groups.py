"""What tests about groups do again and again: a company sends people in, and someone fills the seats."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from courses.models import Edition
from enrolments.actions import carry_out_group, start_group_enrolment
from enrolments.models import Enrolment, GroupEnrolment
from enrolments.tasks import compare_seats
from lms.people.models import Organisation, User
from tests.factories import NOW, EditionFactory, EnrolmentFactory, MembershipFactory, OrganisationFactory

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def company() -> Organisation:
    return OrganisationFactory(employer=True, name="Metaal bv")


@pytest.fixture
def hr(company: Organisation) -> User:
    return MembershipFactory(organisation=company, role="hr").user


@pytest.fixture
def edition() -> Edition:
    """Six seats."""
    return EditionFactory(capacity=6)


def people(*names: str) -> list[dict[str, str]]:
    return [{"name": f"{name} de Vries", "email": f"{name.lower()}@metaal.example"} for name in names]


def run(
    company: Organisation,
    edition: Edition,
    rows: list[dict[str, str]],
    hr: User,
    *,
    wish: str = "part",
    seats: int = 0,
    key: str = "",
    at: datetime = NOW,
) -> GroupEnrolment:
    """Send a list in and see it through."""
    group = start_group_enrolment(company, edition, rows, wish=wish, key=key, by=hr, at=at, seats=seats)
    carry_out_group(group, at=at)
    group.refresh_from_db()
    edition.refresh_from_db()
    assert compare_seats() == []
    return group


def states(group: GroupEnrolment) -> list[str]:
    return list(group.enrolments.order_by("pk").values_list("state", flat=True))


def fill(edition: Edition, seats: int) -> list[Enrolment]:
    return EnrolmentFactory.create_batch(seats, edition=edition)
