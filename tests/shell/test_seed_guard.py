"""The demo content stays out of a platform that is in use."""

import pytest
from django.core.management import CommandError, call_command

from courses.models import Course
from tests.factories import CourseFactory


def test_a_platform_in_use_is_not_filled(db: None):
    CourseFactory()
    with pytest.raises(CommandError, match="not the demo's"):
        call_command("seed")
    assert Course.objects.count() == 1


def test_a_scale_below_one_is_refused():
    with pytest.raises(CommandError, match="1 or more"):
        call_command("seed", scale=0)
