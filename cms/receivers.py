"""What the pages hear from courses and from Wagtail: words to search for, and menus to look up again."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.signals import page_published, page_unpublished, post_page_move

from cms.menus import forget
from cms.models import BasePage, CoursePage
from cms.search import index_courses
from courses.models import Course, CourseSkill, LearningOutcome, Skill, Theme
from lms.people.models import Organisation

post_page_move.connect(forget)


@receiver([post_save, post_delete])
def page_changed(sender: type, **kwargs: Any) -> None:
    if issubclass(sender, BasePage):
        forget()


# A course is edited by forms that know nothing of search, so these listen to the saving itself.


@receiver(post_save, sender=Course)
def course_saved(instance: Course, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        index_courses([instance])


@receiver([post_save, post_delete], sender=LearningOutcome)
@receiver([post_save, post_delete], sender=CourseSkill)
def part_of_course_changed(instance: LearningOutcome | CourseSkill, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        index_courses([instance.course])


@receiver(m2m_changed, sender=Course.themes.through)
@receiver(m2m_changed, sender=Course.labs.through)
def belongings_changed(instance: Any, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, Course):
        index_courses([instance])


@receiver(post_save, sender=Theme)
def theme_renamed(instance: Theme, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if not created and not raw:
        index_courses(instance.courses.all())


@receiver(post_save, sender=Skill)
def skill_renamed(instance: Skill, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if not created and not raw:
        index_courses(Course.objects.filter(course_skills__skill=instance).distinct())


@receiver(post_save, sender=Organisation)
def house_renamed(instance: Organisation, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if not created and not raw and (instance.is_provider or instance.lab_kind):
        index_courses(Course.objects.filter(Q(provider=instance) | Q(labs=instance)).distinct())


@receiver([page_published, page_unpublished])
def course_page_changed(instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, CoursePage):
        index_courses([instance.course])
