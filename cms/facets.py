"""What the catalogue is narrowed by. Pure: from facts about courses and what a visitor chose to lists and counts.

Within one facet the choices add up (Delft or Rotterdam), across facets they narrow (Delft, in March). What is true of
an edition (language, month, places) must be true of one and the same edition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Chosen = Mapping[str, frozenset[str]]

# Facets that speak of a course's editions; the others speak of the course.
OF_EDITIONS = ("language", "start", "free")


@dataclass(frozen=True, slots=True)
class EditionFacts:
    """One coming edition, as values per facet."""

    language: str
    start: str
    free: bool
    key: int = 0

    def value(self, facet: str) -> str:
        """What it has for a facet; nothing where it has no place free."""
        if facet == "free":
            return "1" if self.free else ""
        return str(getattr(self, facet))

    def fits(self, chosen: Chosen) -> bool:
        return all(self.value(facet) in chosen[facet] for facet in OF_EDITIONS if chosen.get(facet))


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """One course, as values per facet."""

    key: int
    values: Mapping[str, frozenset[str]]
    editions: Sequence[EditionFacts] = ()


@dataclass(frozen=True)
class Option:
    """One box to tick: what it is called, and how many courses it leads to."""

    value: str
    label: str
    count: int
    checked: bool


# So many boxes are in sight at once; the others open.
IN_SIGHT = 6


@dataclass(frozen=True)
class Facet:
    """One group of boxes. ``param`` is its name in the address, in the visitor's language."""

    name: str
    param: str
    label: str
    options: Sequence[Option] = field(default_factory=tuple)

    @property
    def first(self) -> Sequence[Option]:
        """Those in sight at once; one more box takes no more room than the line that would hide it."""
        return self.options if len(self.options) <= IN_SIGHT + 1 else self.options[:IN_SIGHT]

    @property
    def more(self) -> Sequence[Option]:
        return self.options[len(self.first) :]

    @property
    def is_open(self) -> bool:
        """Whether one of the others is ticked."""
        return any(option.checked for option in self.more)


class Narrowing:
    """Every count for one set of courses, in a few thousand steps.

    A set of courses or of editions is one number with a bit for each, so that "in March and with places" is one ``&``
    however many editions there are. Editions are numbered course by course.
    """

    def __init__(self, courses: Sequence[CourseFacts]) -> None:
        self._courses = courses
        self._every = (1 << len(courses)) - 1
        self._with: dict[tuple[str, str], int] = {}
        self._editions_of: list[int] = []
        number = 0
        for place, course in enumerate(courses):
            for facet, values in course.values.items():
                for value in values:
                    self._mark(facet, value, 1 << place)
            begin = number
            for edition in course.editions:
                for facet in OF_EDITIONS:
                    self._mark(facet, edition.value(facet), 1 << number)
                number += 1
            self._editions_of.append((1 << number) - (1 << begin))
        self._every_edition = (1 << number) - 1

    def _mark(self, facet: str, value: str, bit: int) -> None:
        self._with[facet, value] = self._with.get((facet, value), 0) | bit

    def _either(self, facet: str, values: Iterable[str]) -> int:
        found = 0
        for value in values:
            found |= self._with.get((facet, value), 0)
        return found

    def _courses_with(self, editions: int) -> int:
        """The courses that have one of these editions."""
        found = 0
        for place, own in enumerate(self._editions_of):
            if own & editions:
                found |= 1 << place
        return found

    def _by_course(self, chosen: Chosen, leave_out: str = "") -> int:
        found = self._every
        for facet, values in chosen.items():
            if values and facet not in OF_EDITIONS and facet != leave_out:
                found &= self._either(facet, values)
        return found

    def _by_edition(self, chosen: Chosen, leave_out: str = "") -> int | None:
        """The editions that fit; None where nothing is asked of them, and courses without any fit too."""
        found = None
        for facet in OF_EDITIONS:
            if (values := chosen.get(facet)) and facet != leave_out:
                found = (self._every_edition if found is None else found) & self._either(facet, values)
        return found

    def _fitting(self, chosen: Chosen) -> int:
        editions = self._by_edition(chosen)
        found = self._by_course(chosen)
        return found if editions is None else found & self._courses_with(editions)

    def keys(self, chosen: Chosen) -> set[int]:
        """The keys of the courses that fit."""
        found = self._fitting(chosen)
        return {course.key for place, course in enumerate(self._courses) if found >> place & 1}

    def count(self, chosen: Chosen) -> int:
        """How many courses fit."""
        return self._fitting(chosen).bit_count()

    def counts(self, chosen: Chosen, facet: str, values: Iterable[str]) -> list[int]:
        """How many courses fit with each value as the only choice of its own facet, all other choices kept."""
        courses, editions = self._by_course(chosen, facet), self._by_edition(chosen, facet)
        if facet in OF_EDITIONS:
            of = self._every_edition if editions is None else editions
            return [
                (courses & self._courses_with(of & self._with.get((facet, value), 0))).bit_count() for value in values
            ]
        if editions is not None:
            courses &= self._courses_with(editions)
        return [(courses & self._with.get((facet, value), 0)).bit_count() for value in values]

    def options(self, chosen: Chosen, facet: str, labels: Sequence[tuple[str, str]]) -> list[Option]:
        """The boxes of one facet, in the order of their labels."""
        picked = chosen.get(facet, frozenset())
        counts = self.counts(chosen, facet, [value for value, _label in labels])
        return [
            Option(value, label, count, checked=value in picked)
            for (value, label), count in zip(labels, counts, strict=True)
        ]
