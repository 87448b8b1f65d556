"""Courses themselves: their facts are what certificates state from then on."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import transaction

from courses.models import Course, CourseSkill, LearningOutcome, Price
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import User


@transaction.atomic
def save_course(course: Course, *, by: User | None) -> Course:
    """Create a course or change its facts. Certificates that were issued keep what they say."""
    is_new = course.pk is None
    if is_new:
        course.save()
        require(by, "edit", course)
    else:
        require(by, "edit", course)
        course.save(update_fields=[field.name for field in Course._meta.concrete_fields if field.name != "id"])
    Event.record(course, "course.created" if is_new else "course.revised", by=by)
    return course


@transaction.atomic
def copy_course(source: Course, *, by: User | None) -> Course:
    """A course like this one under a code of its own, with outcomes, skills and prices; no editions, no page yet."""
    require(by, "edit", source)
    made = Course.objects.get(pk=source.pk)
    made.pk, made.uuid, made.is_new = None, uuid.uuid4(), False
    made._state.adding = True  # noqa: SLF001  (Django documents it)
    made.code = _free_code(source.code, 30, lambda code: Course.objects.filter(code=code).exists())
    save_course(made, by=by)
    made.labs.set(source.labs.all())
    made.themes.set(source.themes.all())
    for outcome in source.outcomes.all():
        code = _free_code(outcome.code, 40, lambda code: LearningOutcome.objects.filter(code=code).exists())
        LearningOutcome.objects.create(
            course=made, code=code, order=outcome.order, text_nl=outcome.text_nl, text_en=outcome.text_en,
            bloom_level=outcome.bloom_level,
        )  # fmt: skip
    for taught in source.course_skills.all():
        CourseSkill.objects.create(course=made, skill_id=taught.skill_id, level=taught.level)
    for price in source.prices.all():
        Price.objects.create(course=made, audience=price.audience, cents=price.cents)
    Event.record(made, "course.copied", by=by, data={"from": source.pk})
    return made


def _free_code(code: str, longest: int, is_taken: Callable[[str], bool]) -> str:
    number = 1
    while True:
        ending = "-copy" if number == 1 else f"-copy{number}"
        if not is_taken(candidate := code[: longest - len(ending)] + ending):
            return candidate
        number += 1
