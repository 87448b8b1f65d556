"""From a question to courses, with what each find is worth.

Which entries hold every word is asked of the database's own index (migration 0002 made it): one query, whatever is
asked. What a find is worth is counted here, so that the order is the same on every database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from cms.models import CourseIndexEntry
from cms.search.words import LONG, TAIL, asked_words, forms_of
from lms.kernel.languages import LANGUAGES

# What a find is worth by where it is: a whole word, the beginning of one, a part of a compound.
_WORTH = {"title": (8, 5, 4), "keywords": (4, 2, 2), "text": (2, 1, 1)}
_OWN_LANGUAGE = 0.5

_MATCHING = {
    "sqlite": "SELECT rowid FROM cms_course_words WHERE cms_course_words MATCH %s",
    "postgresql": "SELECT id FROM cms_courseindexentry WHERE words @@ %s::tsquery",
}


@dataclass(frozen=True)
class Needle:
    """One form of a word looked for; ``whole`` where the word may not go on after it."""

    form: str
    whole: bool

    @property
    def in_compounds(self) -> bool:
        return len(self.form) >= LONG

    def terms(self) -> list[str]:
        """As the database's index is asked for it, on either database."""
        beginnings = [self.form, f"{TAIL}{self.form}"] if self.in_compounds else [self.form]
        if connection.vendor == "postgresql":
            return [f"'{term}'{'' if self.whole else ':*'}" for term in beginnings]
        return [f'"{term}"{"" if self.whole else "*"}' for term in beginnings]

    def stands_in(self, text: str) -> int | None:
        """How it stands there: 0 as a word, 1 as the beginning of one, 2 in a compound, None not at all."""
        if f" {self.form} " in text:
            return 0
        if not self.whole and f" {self.form}" in text:
            return 1
        return 2 if self.in_compounds and f" {TAIL}{self.form}" in text else None


def _needles(word: str, language: str) -> list[Needle]:
    """A short word as it is typed may go on; a short stem may not, or "lassen" would find "laser"."""
    return [Needle(form, whole=len(form) < LONG and form != word) for form in forms_of(word, language)]


def _asked(words: Sequence[str], language: str) -> str:
    """Every word, each in any of its forms, in the tongue of the database's index. Words are letters and digits."""
    either, both = (" | ", " & ") if connection.vendor == "postgresql" else (" OR ", " AND ")
    groups = [[term for needle in _needles(word, language) for term in needle.terms()] for word in words]
    return both.join(f"({either.join(terms)})" for terms in groups)


def find(text: str, language: str) -> dict[int, float]:
    """Courses in which every word stands, in either language, with what the find is worth.

    The reader's own language weighs a little more. Nothing asked, nothing found.
    """
    words = asked_words(text)
    if not words:
        return {}
    wanted = Q(pk=None)
    for tongue in LANGUAGES:
        matching = RawSQL(_MATCHING[connection.vendor], [_asked(words, tongue)])  # noqa: S611  (a parameter, not SQL)
        wanted |= Q(language=tongue, pk__in=matching)
    worth: dict[int, float] = {}
    for entry in CourseIndexEntry.objects.filter(wanted):
        score = _worth(entry, words) + (_OWN_LANGUAGE if entry.language == language else 0)
        worth[entry.course_id] = max(score, worth.get(entry.course_id, 0))
    return worth


def _worth(entry: CourseIndexEntry, words: Sequence[str]) -> int:
    """The best place of each word, added up."""
    texts = [(getattr(entry, field), worths) for field, worths in _WORTH.items()]
    total = 0
    for word in words:
        found = [
            worths[how]
            for needle in _needles(word, entry.language)
            for text, worths in texts
            if (how := needle.stands_in(text)) is not None
        ]
        total += max(found, default=0)
    return total
