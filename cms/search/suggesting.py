"""What to offer while someone is still typing: courses, and the subjects, labs and skills by which they are found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cms.menus import entries_of
from cms.models import CoursePage
from cms.search.finding import find
from cms.search.spelling import known_words, meant
from cms.search.words import LONG, TAIL, asked_words, indexed_forms, words_of
from cms.shelf import here_params
from courses.models import CourseSkill, Theme
from lms.kernel.languages import current_language
from lms.people.models import Organisation

# Of each kind so many, so that none crowds out the others.
COURSES, OTHERS = 5, 2
# One letter says too little.
SHORTEST = 2


@dataclass(frozen=True)
class Suggestion:
    """One line: what it is called, what it is, where it leads."""

    label: str
    kind: str
    url: str


def suggestions(question: str, request: HttpRequest) -> list[Suggestion]:
    """At most a dozen lines, at five queries; with nothing found two more, for what may have been meant."""
    words = asked_words(question)
    if sum(map(len, words)) < SHORTEST:
        return []
    language = current_language()
    found = [*_courses(question, language, request), *_others(words, language, request)]
    if not found and (said := meant(question, known_words(language), language)):
        found = [Suggestion(said, _("Did you mean"), _list_url(request, "q", said))]
    return found


def _courses(question: str, language: str, request: HttpRequest) -> Iterator[Suggestion]:
    worth = find(question, language)
    pages = CoursePage.objects.live().filter(locale__language_code=language, course__in=worth).defer("body")
    best = sorted(pages, key=lambda page: (-worth[page.course_id], page.title, page.pk))
    for page in best[:COURSES]:
        yield Suggestion(page.title, _("Course"), page.get_url(request) or "")


def _others(words: list[str], language: str, request: HttpRequest) -> Iterator[Suggestion]:
    taught = CoursePage.objects.live().filter(locale__language_code=language).values("course")
    names = here_params()
    themes = Theme.objects.filter(courses__in=taught).values_list(f"name_{language}", "code").distinct()
    labs = Organisation.objects.filter(courses_hosted__in=taught).values_list("name", "code").distinct()
    skills = (
        CourseSkill.objects.filter(course__in=taught)
        .order_by()
        .values_list(f"skill__name_{language}", f"skill__name_{language}")
        .distinct()
    )
    kinds: list[tuple[str, str, Iterable[tuple[str, str | None]]]] = [
        (_("Subject"), names["theme"], themes),
        (_("Lab"), names["lab"], labs),
        (_("Skill"), "q", skills),
    ]
    for kind, param, rows in kinds:
        for label, value in _fitting(rows, words, language):
            yield Suggestion(label, kind, _list_url(request, param, value))


def _fitting(rows: Iterable[tuple[str, str | None]], words: list[str], language: str) -> list[tuple[str, str]]:
    """The first few whose name holds every word, as the beginning of one or within a compound."""
    return sorted((label, value) for label, value in rows if value and _holds(label, words, language))[:OTHERS]


def _holds(label: str, words: list[str], language: str) -> bool:
    forms = [form for word in words_of(label) for form in indexed_forms(word, language)]
    return all(
        any(form.startswith(word) or (len(word) >= LONG and form.startswith(f"{TAIL}{word}")) for form in forms)
        for word in words
    )


def _list_url(request: HttpRequest, param: str, value: str) -> str:
    entry = entries_of(request).get("courses")
    return f"{entry.url if entry else ''}?{urlencode({param: value})}"
