"""A catalogue for machines to read, with everything beside it that they must never see.

What is hidden says ``verborgen`` and every person here is called ``Geheim``: an answer that holds either gave itself
away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.actions import build_course_page, build_site
from courses.actions import publish_edition
from courses.models import Course, CourseSkill, Edition, Part, Price, Session, Skill, Theme
from lms.kernel.context import forget_identity
from lms.kernel.models import Event, SiteIdentity
from lms.people.models import Organisation, Role
from tests.certificates.conftest import certificate, finished, granted, of_dina, taught  # noqa: F401  (fixtures)
from tests.factories import (
    NOW,
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    LearningOutcomeFactory,
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    PriceFactory,
    RoomFactory,
    UserFactory,
)

HIDDEN, SECRET = "verborgen", "Geheim"


@dataclass
class World:
    """What there is, by name."""

    office: Organisation
    lab: Organisation
    programme: Course
    course: Course
    editions: dict[str, Edition]
    hidden: Course


def build_world() -> World:
    SiteIdentity.objects.update(name="SMITZH", email="bureau@voorbeeld.example")
    forget_identity()
    office = OrganisationFactory(programme_office=True, code="bureau", name="Programmabureau")
    lab = OrganisationFactory(
        provider=True, code="robohouse", name="RoboHouse", city="Delft", street="Julianalaan 67A", postcode="2628 BC"
    )
    OrganisationFactory(employer=True, name=f"Werkgever {HIDDEN}")
    programme = CourseFactory(
        code="smz-p3", provider=lab, title_nl="Werken met cobots", title_en="Working with cobots", assessed=True,
        level_label_nl="mbo-4 werk- en denkniveau", admission_nl="Een diploma.", admission_en="A diploma.",
    )  # fmt: skip
    course = CourseFactory(
        code="iota-c2", provider=lab, kind=Course.Kind.COURSE, title_nl="Machines uitlezen",
        title_en="Reading machines", vat_regime=Course.VatRegime.STANDARD_21,
    )  # fmt: skip
    Part.objects.create(programme=programme, course=course, order=1)
    theme = Theme.objects.create(code="robots", name_nl="Robots", name_en="Robots (en)")
    skill = Skill.objects.create(
        framework="ecf", framework_version="4.0", code="B.2", name_nl="Integratie", name_en="Integration"
    )
    for one in (programme, course):
        one.labs.add(lab)
        one.themes.add(theme)
        LearningOutcomeFactory(course=one, code=f"{one.code}-lu1", bloom_level=3)
        CourseSkill.objects.create(course=one, skill=skill, level="e-2")
        PriceFactory(course=one, cents=121_000)
        PriceFactory(course=one, audience=Price.Audience.STUDENT, cents=0)
    with disable_reference_index_auto_update():
        build_site()
        for one in (programme, course):
            build_course_page(one)
    # After the site, which makes a page for every course it finds.
    hidden = CourseFactory(code=HIDDEN, provider=lab, kind=Course.Kind.COURSE, title_nl=f"Nog {HIDDEN}")
    Part.objects.create(programme=programme, course=hidden, order=2)
    LearningOutcomeFactory(course=hidden, code=f"{HIDDEN}-lu1")
    return World(office, lab, programme, course, _editions(lab, programme, course, hidden), hidden)


def _editions(lab: Organisation, programme: Course, course: Course, hidden: Course) -> dict[str, Edition]:
    trainer = UserFactory(given_name="Trainer", family_name=SECRET)
    MembershipFactory(user=trainer, organisation=lab, role=Role.TRAINER)
    building = LocationFactory(organisation=lab, name="Hal 1")
    room = RoomFactory(location=building, name_nl="Werkplaats", name_en="Workshop", capacity=14)
    elsewhere = LocationFactory(organisation=lab, name=f"Hal {HIDDEN}")
    RoomFactory(location=elsewhere, name_nl=f"Zaal {HIDDEN}", name_en=f"Room {HIDDEN}")
    made = {
        "open": EditionFactory(code="cobots-open", course=programme, location=building, trainers=[trainer]),
        "reading": EditionFactory(code="uitlezen-open", course=course, location=building, trainers=[trainer]),
        "full": EditionFactory(code="uitlezen-vol", course=course, location=building, capacity=1, language="en"),
        "over": EditionFactory(
            code="uitlezen-voorbij", course=course, location=building, first_day=NOW - timedelta(days=90)
        ),
        "off": EditionFactory(code="uitlezen-af", course=course, location=building, cancelled=True),
        "withdrawn": EditionFactory(code=f"{HIDDEN}-af", course=course, location=elsewhere, cancelled=True),
        "draft": EditionFactory(
            code=f"{HIDDEN}-concept", course=course, location=elsewhere, draft=True, trainers=[trainer]
        ),
        "hidden": EditionFactory(code=f"{HIDDEN}-editie", course=hidden, location=elsewhere),
    }
    # Only an edition that was published is known to have been called off.
    Event.record(made["off"], "edition.published", by=None, at=NOW)
    Session.objects.filter(edition__in=[made["open"], made["reading"]]).update(room=room)
    Session.objects.filter(edition=made["reading"], number=2).update(
        mode="online", room=None, online_url=f"https://meet.example/{HIDDEN}"
    )
    EnrolmentFactory(edition=made["full"], learner=UserFactory(given_name="Lerende", family_name=SECRET))
    EnrolmentFactory(edition=made["reading"], learner=UserFactory(given_name="Lerende", family_name=SECRET))
    for edition in made.values():
        edition.refresh_from_db()
    return made


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once for a module and rolled back after it."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built: World, db: None, clock: Any) -> World:
    """The catalogue at NOW; what a test changes is undone."""
    return _built


@pytest.fixture
def client() -> Client:
    return Client()


def grow(world: World, number: int) -> None:
    """So many more courses, each with its page and an edition."""
    with disable_reference_index_auto_update():
        for _each in range(number):
            for kind in Course.Kind.values:
                course = CourseFactory(provider=world.lab, kind=kind)
                course.labs.add(world.lab)
                course.themes.add(Theme.objects.get())
                LearningOutcomeFactory(course=course)
                PriceFactory(course=course)
                building = LocationFactory(organisation=world.lab)
                room = RoomFactory(location=building)
                edition = EditionFactory(course=course, location=building, draft=True)
                edition.sessions.update(room=room)
                edition.trainers.add(UserFactory(family_name=SECRET))
                publish_edition(edition, by=None, at=NOW)
                build_course_page(course)
