"""The back office of courses with a full catalogue, and the banner on a course's public page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.actions import build_course_page, build_site
from courses.models import Course
from lms.people.models import User
from tests.factories import CourseFactory, EditionFactory, LearningOutcomeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["editions:index", "sessions:index", "courses:index", "sessions:add", "trainers"])
def test_a_page_asks_as_much_for_many_editions_as_for_few(
    client: Client, clock: Any, chris: User, bo: User, course: Course, name: str, django_assert_max_num_queries: Any
) -> None:
    client.force_login(chris)
    EditionFactory.create_batch(3, course=course, days=1, trainers=[bo])
    client.get(reverse(name))
    with django_assert_max_num_queries(80) as few:
        client.get(reverse(name))
    EditionFactory.create_batch(15, course=CourseFactory(provider=course.provider), days=1, trainers=[bo])
    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse(name))
    if name == "sessions:add":
        assert page.content.count(b"<option") < 15  # editions are searched for, not listed


BANNER = "Only you see this"


@pytest.mark.once
def test_what_is_missing_stands_on_the_public_page_for_who_can_mend_it(
    client: Client, clock: Any, chris: User, other_coordinator: User, amal: User, course: Course
) -> None:
    build_site()
    page = next(one for one in (build_course_page(course), course.pages.get(locale__language_code="en")) if one)
    address = course.pages.get(locale__language_code="en").get_url()
    assert page is not None
    anonymous = client.get(address)
    assert BANNER not in anonymous.content.decode()
    assert not anonymous.cookies
    for user, sees in ((amal, False), (other_coordinator, False), (chris, True)):
        client.force_login(user)
        assert (BANNER in client.get(address).content.decode()) is sees, user
    LearningOutcomeFactory(course=course)
    assert BANNER not in client.get(address).content.decode()


@pytest.mark.once
def test_the_editor_of_a_course_page_says_what_the_course_lacks(
    client: Client, clock: Any, officer: User, course: Course
) -> None:
    build_site()
    build_course_page(course)
    officer.is_superuser = True
    officer.language = "en"
    officer.save()
    client.force_login(officer)
    address = reverse("wagtailadmin_pages:edit", args=[course.pages.get(locale__language_code="en").pk])
    assert "learning outcomes" in client.get(address).content.decode()
    LearningOutcomeFactory(course=course)
    assert "Still missing before this can be published" not in client.get(address).content.decode()
