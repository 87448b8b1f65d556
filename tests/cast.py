"""The cast: the people, houses and editions that most tests speak of. Ask for them by name.

The story stands at NOW, a Monday morning in February 2027: ``now`` is that moment, ``clock`` stops the real clock
there (and can be sent elsewhere: ``clock.move_to(edition.starts_at)``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine

from courses.models import Course, Edition, Price
from enrolments import signals
from enrolments.models import Enrolment, Grant, SeatHold
from lms.people.models import Organisation, Role, User
from tests.factories import (
    NOW,
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    GrantFactory,
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    PriceFactory,
    UserFactory,
)

__all__ = [
    "amal",
    "auditor",
    "bo",
    "chris",
    "clock",
    "course",
    "dina",
    "edition",
    "edition_with_one_seat",
    "enrolled",
    "enrolled_employee",
    "full_edition",
    "hr",
    "hr_elsewhere",
    "now",
    "office",
    "officer",
    "other_coordinator",
    "ramlab",
    "robohouse",
    "sent_codes",
    "shared_certificate",
    "vandorp",
]


# Time ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def clock(now: datetime) -> Iterator[time_machine.Traveller]:
    """The clock of the whole process stands still at ``now``; for views, which look at the clock themselves."""
    with time_machine.travel(now, tick=False) as traveller:
        yield traveller


# Organisations -------------------------------------------------------------------------------------------------------


@pytest.fixture
def robohouse(db: None) -> Organisation:
    """A field lab that gives courses."""
    return OrganisationFactory(provider=True, code="robohouse", name="RoboHouse", city="Delft")


@pytest.fixture
def ramlab(db: None) -> Organisation:
    """Another house, which is not to see the first one's."""
    return OrganisationFactory(provider=True, code="ramlab", name="RAMLAB", city="Rotterdam")


@pytest.fixture
def office(db: None) -> Organisation:
    """The programme office."""
    return OrganisationFactory(programme_office=True, code="office", name="Programmabureau")


@pytest.fixture
def vandorp(db: None) -> Organisation:
    """An employer, small enough to be an SME."""
    return OrganisationFactory(
        employer=True, name="Van Dorp Fijnmechaniek", kvk_number="01234567", size=Organisation.Size.SMALL
    )


# People --------------------------------------------------------------------------------------------------------------


def _with_role(role: Role, organisation: Organisation, email: str, given_name: str, family_name: str) -> User:
    user = UserFactory(email=email, given_name=given_name, family_name=family_name)
    MembershipFactory(user=user, organisation=organisation, role=role)
    return user


@pytest.fixture
def amal(db: None) -> User:
    """A learner: an account, no roles."""
    return UserFactory(email="amal@voorbeeld.example", given_name="Amal", family_name="Haddad")


@pytest.fixture
def dina(db: None) -> User:
    """A stranger: signed in, and nothing here is hers."""
    return UserFactory(email="dina@voorbeeld.example", given_name="Dina", name_prefix="de", family_name="Wit")


@pytest.fixture
def bo(robohouse: Organisation) -> User:
    """A trainer of RoboHouse; teaches ``edition``."""
    return _with_role(Role.TRAINER, robohouse, "bo@robohouse.example", "Bo", "Li")


@pytest.fixture
def chris(robohouse: Organisation) -> User:
    """Coordinator of RoboHouse."""
    return _with_role(Role.COORDINATOR, robohouse, "chris@robohouse.example", "Chris", "Smit")


@pytest.fixture
def other_coordinator(ramlab: Organisation) -> User:
    """Coordinator of the other house."""
    return _with_role(Role.COORDINATOR, ramlab, "coordinator@ramlab.example", "Robin", "Kok")


@pytest.fixture
def officer(office: Organisation) -> User:
    return _with_role(Role.OFFICER, office, "officer@office.example", "Olga", "Vos")


@pytest.fixture
def auditor(office: Organisation) -> User:
    return _with_role(Role.AUDITOR, office, "auditor@office.example", "Anton", "Dekker")


@pytest.fixture
def hr(vandorp: Organisation) -> User:
    """HR of Van Dorp."""
    return _with_role(Role.HR, vandorp, "hr@vandorp.example", "Hanna", "Bakker")


@pytest.fixture
def hr_elsewhere(db: None) -> User:
    """HR of an employer that has nobody here."""
    company = OrganisationFactory(employer=True, name="Elders Metaal")
    return _with_role(Role.HR, company, "hr@elders.example", "Hugo", "Mol")


# Courses and editions ------------------------------------------------------------------------------------------------


@pytest.fixture
def course(robohouse: Organisation) -> Course:
    """RoboHouse's course, with all four prices."""
    course = CourseFactory(
        code="p-02", provider=robohouse, title_nl="Cobots in de praktijk", title_en="Cobots in practice", cover=2
    )
    for audience, cents in (
        (Price.Audience.STANDARD, 125_000),
        (Price.Audience.SME, 62_500),
        (Price.Audience.CAREER_SWITCHER, 25_000),
        (Price.Audience.STUDENT, 0),
    ):
        PriceFactory(course=course, audience=audience, cents=cents)
    return course


@pytest.fixture
def edition(course: Course, robohouse: Organisation, bo: User) -> Edition:
    """Twelve places, four Thursdays from 4 March 2027, taught by Bo, open for enrolment."""
    return EditionFactory(
        code="cobots-27-2",
        course=course,
        trainers=[bo],
        location=LocationFactory(organisation=robohouse, name="RoboHouse"),
    )


@pytest.fixture
def edition_with_one_seat(course: Course, bo: User) -> Edition:
    return EditionFactory(code="cobots-27-3", course=course, trainers=[bo], capacity=1)


@pytest.fixture
def full_edition(course: Course, bo: User) -> Edition:
    """One place, and it is taken."""
    edition = EditionFactory(code="cobots-27-1", course=course, trainers=[bo], capacity=1)
    EnrolmentFactory(edition=edition)
    return edition


# Enrolments ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def enrolled(edition: Edition, amal: User) -> Enrolment:
    """Amal has a confirmed seat, as a student."""
    return EnrolmentFactory(edition=edition, learner=amal)


@pytest.fixture
def enrolled_employee(edition: Edition, amal: User, vandorp: Organisation) -> Enrolment:
    """Amal has a confirmed seat, as an employee of Van Dorp, and shares nothing."""
    return EnrolmentFactory(edition=edition, learner=amal, employee=True, employer=vandorp)


@pytest.fixture
def shared_certificate(enrolled_employee: Enrolment) -> Grant:
    """Amal lets Van Dorp see the certificate of ``enrolled_employee``."""
    return GrantFactory(enrolment=enrolled_employee, scope=Grant.Scope.CERTIFICATE)


@pytest.fixture
def sent_codes() -> Iterator[dict[str, str]]:
    """The six digits last sent to each address, as the outbox hears them: they are kept nowhere else in the clear."""
    heard: dict[str, str] = {}

    def hear(hold: SeatHold, code: str, **kwargs: Any) -> None:
        heard[hold.email] = code

    signals.seat_held.connect(hear, weak=False, dispatch_uid="tests.sent_codes")
    yield heard
    signals.seat_held.disconnect(dispatch_uid="tests.sent_codes")
