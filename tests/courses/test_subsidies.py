"""Which subsidies a visitor sees: those looked at within a year, that hold today, of this course or of all."""

from datetime import timedelta

import pytest

from courses.models import Subsidy
from tests.factories import NOW, CourseFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def a_subsidy(name="SLIM", **facts):
    return Subsidy.objects.create(
        name_nl=name, name_en=name, text_nl="x", text_en="x", url="https://fonds.example/",
        **{"checked_on": TODAY - timedelta(days=30), **facts},
    )  # fmt: skip


def shown(course):
    return [one.name_nl for one in Subsidy.objects.shown_on(TODAY).for_course(course)]


@pytest.mark.parametrize(
    ("facts", "is_shown"),
    [
        ({}, True),
        ({"checked_on": TODAY - timedelta(days=364)}, True),
        ({"checked_on": TODAY - timedelta(days=365)}, False),
        ({"checked_on": None}, False),
        ({"starts_on": TODAY}, True),
        ({"starts_on": TODAY + timedelta(days=1)}, False),
        ({"ends_on": TODAY}, True),
        ({"ends_on": TODAY - timedelta(days=1)}, False),
    ],
)
def test_what_is_old_unchecked_or_over_is_not_shown(facts, is_shown):
    a_subsidy(**facts)
    assert bool(shown(CourseFactory())) == is_shown


def test_a_subsidy_of_some_courses_is_shown_with_those_alone():
    mine, other = CourseFactory(), CourseFactory()
    a_subsidy("all")
    a_subsidy("some").courses.add(mine, CourseFactory())
    assert shown(mine) == ["all", "some"]
    assert shown(other) == ["all"]


def test_after_half_a_year_it_is_no_longer_fresh():
    assert a_subsidy(checked_on=TODAY - timedelta(days=182)).is_fresh(TODAY)
    assert not a_subsidy(checked_on=TODAY - timedelta(days=183)).is_fresh(TODAY)
