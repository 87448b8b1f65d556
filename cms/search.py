"""Finding courses by words: forgiving of endings, accents and language, and the same on every database.

Each course has an entry per language with its words in every form one may look for: as written, and cut back to their
stem. Dutch is stemmed twice: of the two published Dutch algorithms one knows that "sensoren" is "sensor", the other
that "machines" is "machine".
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import snowballstemmer
from django.db import transaction
from django.db.models import Q
from django.utils.html import strip_tags

from cms.models import CourseIndexEntry, CoursePage
from courses.models import Course
from lms.kernel.languages import LANGUAGES, in_language

_STEMMERS = {
    "nl": (snowballstemmer.stemmer("dutch"), snowballstemmer.stemmer("dutch_porter")),
    "en": (snowballstemmer.stemmer("english"),),
}
# A shorter word is found at the beginning of a word only: "it" is no part of "kwaliteit".
_LONG = 4
# What a find is worth by where it is, a whole word and a part of one.
_WORTH = {"title": (8, 5), "keywords": (4, 2), "text": (2, 1)}


def words_of(text: str) -> list[str]:
    """Lower case, accents folded, cut at everything that is no letter or digit."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return re.findall(r"[a-z0-9]+", plain)


# Words that say nothing about a course; left out of a question unless it has no others.
_SMALL = frozenset(
    words_of(
        "a aan als an and at bij da dat de die een en for from hebben het how ik in is it je met naar of om on op or "
        "over te the to tot uit van voor wat with"
    )
)


@lru_cache(maxsize=20_000)
def forms_of(word: str, language: str) -> tuple[str, ...]:
    """The word and its stems, each once."""
    return tuple(dict.fromkeys((word, *(stemmer.stemWord(word) for stemmer in _STEMMERS[language]))))


def _indexed(texts: Iterable[str], language: str) -> str:
    """Every form of every word once, between spaces, so that a whole word can be told from a part."""
    forms = dict.fromkeys(form for text in texts for word in words_of(text) for form in forms_of(word, language))
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


@dataclass(frozen=True)
class Needle:
    """One form of a word looked for, and how it must stand in the text."""

    form: str
    whole: bool
    prefix: bool

    @property
    def pattern(self) -> str:
        return f" {self.form} " if self.whole else f" {self.form}" if self.prefix else self.form


def _needles(word: str, language: str) -> list[Needle]:
    """A short word as it is typed may go on; a short stem may not, or "lassen" would find "laser"."""
    return [
        Needle(form, whole=len(form) < _LONG and form != word, prefix=len(form) < _LONG)
        for form in forms_of(word, language)
    ]


def _question(text: str) -> list[str]:
    words = list(dict.fromkeys(words_of(text)))
    return [word for word in words if word not in _SMALL] or words


def find(text: str, language: str) -> dict[int, float]:
    """Courses in which every word stands, in either language, with what the find is worth.

    The reader's own language weighs a little more. Nothing asked, nothing found.
    """
    words = _question(text)
    if not words:
        return {}
    wanted = Q(pk=None)
    for tongue in LANGUAGES:
        every = Q(language=tongue)
        for word in words:
            somewhere = Q(pk=None)
            for needle in _needles(word, tongue):
                for field in _WORTH:
                    somewhere |= Q(**{f"{field}__contains": needle.pattern})
            every &= somewhere
        wanted |= every
    worth: dict[int, float] = {}
    for entry in CourseIndexEntry.objects.filter(wanted):
        score = _worth(entry, words) + (0.5 if entry.language == language else 0)
        worth[entry.course_id] = max(score, worth.get(entry.course_id, 0))
    return worth


def _worth(entry: CourseIndexEntry, words: Sequence[str]) -> float:
    total = 0
    for word in words:
        best = 0
        for needle in _needles(word, entry.language):
            for field, (as_word, as_part) in _WORTH.items():
                text = getattr(entry, field)
                if f" {needle.form} " in text:
                    best = max(best, as_word)
                elif needle.pattern in text:
                    best = max(best, as_part)
        total += best
    return total


def suggestion(text: str, pages: Iterable[CoursePage]) -> str:
    """What someone may have meant who found nothing: the nearest word of the titles, summaries and themes."""
    said = [
        text
        for page in pages
        for text in (
            page.title,
            in_language(page.course, "summary"),
            *(in_language(theme, "name") for theme in page.course.themes.all()),
        )
    ]
    known = {word for text in said for word in words_of(text) if len(word) >= _LONG}
    meant = []
    for word in _question(text):
        near = [word] if word in known else get_close_matches(word, sorted(known), n=1, cutoff=0.75)
        if not near:
            return ""
        meant += near
    return "" if meant == _question(text) else " ".join(meant)
