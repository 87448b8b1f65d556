"""A built site with the cast's course on it, as visitors find it at NOW."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.actions import build_course_page, build_site
from cms.models import CoursePage
from courses.models import Course, CourseSkill, LearningOutcome, Skill, Theme
from lms.kernel.models import SiteIdentity
from lms.people.models import Organisation
from tests.factories import CourseFactory, OrganisationFactory


@pytest.fixture
def site(db: None, clock: Any) -> None:
    """All the pages of an empty catalogue, in both languages; the clock stands at NOW."""
    SiteIdentity.objects.update(name="SMITZH")
    with disable_reference_index_auto_update():  # what uses which page is of no use here, and half of the time
        build_site()


@pytest.fixture
def academy(db: None) -> Organisation:
    """A skills lab, whose courses stack."""
    return OrganisationFactory(
        provider=True, code="iota", name="IoT Academy", city="Delft", lab_kind=Organisation.LabKind.SKILLS_LAB
    )


@pytest.fixture
def published(site: None) -> Callable[..., Course]:
    """Puts a course in the catalogue, in both languages: ``published(title_nl="Werken met cobots")``."""

    def publish(course: Course | None = None, themes: tuple[str, ...] = (), **facts: Any) -> Course:
        course = course or CourseFactory(**facts)
        for code in themes:
            names = {"name_nl": code.capitalize(), "name_en": f"{code.capitalize()} (en)"}
            course.themes.add(Theme.objects.get_or_create(code=code, defaults=names)[0])
        build_course_page(course)
        return course

    return publish


@pytest.fixture
def cobots(published: Callable[..., Course], course: Course) -> Course:
    """The cast's course, with outcomes and a skill."""
    for order, (nl, en) in enumerate(
        [("Je programmeert een cobot.", "You program a cobot."), ("Je kiest een grijper.", "You choose a gripper.")]
    ):
        LearningOutcome.objects.create(
            course=course, code=f"{course.code}-{order}", order=order, text_nl=nl, text_en=en
        )
    skill = Skill.objects.create(
        framework="esco", framework_version="1.2", code="S1", name_nl="coördineren", name_en="coordinating"
    )
    CourseSkill.objects.create(course=course, skill=skill)
    return published(course)


def page_of(course: Course, language: str = "nl") -> CoursePage:
    return CoursePage.objects.get(course=course, locale__language_code=language)
