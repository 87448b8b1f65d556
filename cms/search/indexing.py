"""The words of each course in each language, written down for the search."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.html import strip_tags

from cms.models import CourseIndexEntry
from cms.search.words import indexed_forms, words_of
from courses.models import Course
from lms.kernel.languages import LANGUAGES, in_language


def _indexed(texts: Iterable[str], language: str) -> str:
    """Every form of every word once, between spaces, so that a whole word can be told from its beginning."""
    forms = dict.fromkeys(form for text in texts for word in words_of(text) for form in indexed_forms(word, language))
    return f" {' '.join(forms)} " if forms else ""


def _entry_of(course: Course, language: str) -> CourseIndexEntry:
    outcomes = [in_language(outcome, "text", language) for outcome in course.outcomes.all()]
    skills = [in_language(found.skill, "name", language) for found in course.course_skills.all()]
    themes = [in_language(theme, "name", language) for theme in course.themes.all()]
    houses = [name for house in (course.provider, *course.labs.all()) for name in (house.name, house.full_name)]
    said = [in_language(course, field, language) for field in ("summary", "audience")]
    prose = [
        strip_tags(str(page.body)) for page in course.pages.all() if page.live and page.locale.language_code == language
    ]
    return CourseIndexEntry(
        course=course,
        language=language,
        title=_indexed([in_language(course, "title", language), course.code], language),
        keywords=_indexed([*skills, *themes, *houses], language),
        text=_indexed([*said, *outcomes, *prose], language),
    )


@transaction.atomic
def index_courses(courses: Iterable[Course] | None = None) -> None:
    """Write the entries of these courses, or of all, anew. Twice comes to the same."""
    wanted = Course.objects.all() if courses is None else Course.objects.filter(pk__in=[one.pk for one in courses])
    wanted = wanted.select_related("provider").prefetch_related(
        "outcomes", "course_skills__skill", "themes", "labs", "pages__locale"
    )
    CourseIndexEntry.objects.bulk_create(
        [_entry_of(course, language) for course in wanted for language in LANGUAGES],
        update_conflicts=True,
        unique_fields=["course", "language"],
        update_fields=["title", "keywords", "text"],
    )
