"""What the catalogue is narrowed by. Pure: from facts about courses and what a visitor chose to lists and counts.

Within one facet the choices add up (Delft or Rotterdam), across facets they narrow (Delft, in March). What is true of
an edition (language, month, places) must be true of one and the same edition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Chosen = Mapping[str, frozenset[str]]

# Facets that speak of a course's editions; the others speak of the course.
OF_EDITIONS = ("language", "start", "free")


@dataclass(frozen=True)
class EditionFacts:
    """One coming edition, as values per facet."""

    language: str
    start: str
    free: bool

    def has(self, facet: str, wanted: frozenset[str]) -> bool:
        value = getattr(self, facet)
        return bool(value) if facet == "free" else value in wanted


@dataclass(frozen=True)
class CourseFacts:
    """One course, as values per facet."""

    key: int
    values: Mapping[str, frozenset[str]]
    editions: Sequence[EditionFacts] = ()

    def fits(self, chosen: Chosen) -> bool:
        of_course = {facet: wanted for facet, wanted in chosen.items() if wanted and facet not in OF_EDITIONS}
        if not all(self.values.get(facet, frozenset()) & wanted for facet, wanted in of_course.items()):
            return False
        of_editions = {facet: wanted for facet, wanted in chosen.items() if wanted and facet in OF_EDITIONS}
        return not of_editions or any(
            all(edition.has(facet, wanted) for facet, wanted in of_editions.items()) for edition in self.editions
        )


@dataclass(frozen=True)
class Option:
    """One box to tick: what it is called, and how many courses it leads to."""

    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Facet:
    """One group of boxes. ``param`` is its name in the address, in the visitor's language."""

    name: str
    param: str
    label: str
    options: Sequence[Option] = field(default_factory=tuple)


def count_of(courses: Iterable[CourseFacts], chosen: Chosen, facet: str, value: str) -> int:
    """How many courses fit when this value is the only choice of its own facet, all other choices kept."""
    asked = {**chosen, facet: frozenset({value})}
    return sum(course.fits(asked) for course in courses)


def options_of(
    courses: Sequence[CourseFacts], chosen: Chosen, facet: str, labels: Iterable[tuple[str, str]]
) -> list[Option]:
    """The boxes of one facet, in the order of their labels."""
    picked = chosen.get(facet, frozenset())
    return [
        Option(value, label, count_of(courses, chosen, facet, value), checked=value in picked)
        for value, label in labels
    ]
