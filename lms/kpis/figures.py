"""What the page of figures shows, worked out from the indicators: figures with their parts, quarters, courses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.core.cache import cache
from django.db.models import Count, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from enrolments.models import LearnerCategory
from lms.kpis.definitions import CERTIFICATE, HOUR, INDICATORS, ORGANISATION, PERSON, Indicator, by_quarter
from lms.kpis.forms import Filters, quarter_name
from lms.kpis.models import Fact, HistoricFigure, Target
from lms.kpis.suppression import small_cells
from lms.people.models import Organisation

UNITS: dict[str, str | Promise] = {
    PERSON: _("people"),
    CERTIFICATE: _("certificates"),
    HOUR: _("hours"),
    ORGANISATION: _("companies"),
}
# What the figures from before the platform count; companies are never added to people.
HISTORIC_UNITS: dict[str, str | Promise] = {
    "ORG_REACHED": _("companies"),
    "ORG_STEP": _("companies"),
    "LEARNERS_UNIQUE": _("people"),
    "NEW_PROGRAMMES": _("programmes"),
}
# The three categories of the target, told apart in the chart; the others stand together.
TOLD_APART = (LearnerCategory.EMPLOYEE, LearnerCategory.CAREER_SWITCHER, LearnerCategory.STUDENT)
REST = "rest"
KEEP = 300  # seconds

Key: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Tally:
    """What one group counts for, and how many people stand behind it."""

    counted: int
    people: int


@dataclass(frozen=True)
class Part:
    """One group of a figure. ``value`` is None when it is too small to be told."""

    label: str | Promise
    value: Decimal | None
    decimals: int


@dataclass(frozen=True)
class Goal:
    """What was promised for a figure, over which years."""

    value: int
    first: date
    last: date
    source: str

    @property
    def quarters(self) -> int:
        return (self.last.year - self.first.year) * 4 + (self.last.month - self.first.month) // 3 + 1

    @property
    def years(self) -> str:
        return str(self.first.year) if self.first.year == self.last.year else f"{self.first.year}–{self.last.year}"


@dataclass(frozen=True)
class Figure:
    """One indicator under the filters: the sum of its rows, told apart, beside its target."""

    indicator: Indicator
    value: Decimal
    parts: list[Part]
    goal: Goal | None

    @property
    def unit(self) -> str | Promise:
        return UNITS[self.indicator.unit]

    @property
    def share_of_goal(self) -> Decimal | None:
        return self.value * 100 / self.goal.value if self.goal and self.goal.value else None


@dataclass(frozen=True)
class Quarter:
    """The learners of one quarter by group; ``None`` is told only together with the other small ones, in ``small``."""

    label: str
    counts: list[int | None]
    small: int
    total: int


@dataclass(frozen=True)
class CourseRow:
    """The indicators of one course, in their order."""

    code: str
    title: str
    amounts: list[Part]
    query: str  # the filters, with this course among them


# Figures -------------------------------------------------------------------------------------------------------------


def tallies(indicator: Indicator, filters: Filters, *by: str, each: str | None = None) -> dict[Key, Tally]:
    """The rows of an indicator in groups, counted by the database.

    The ledger is only ever added to, so between two facts every figure stays the same: kept until the next one, and
    for minutes only, since on PostgreSQL a fact may be committed after one with a higher key.
    """
    newest = Fact.objects.order_by("-pk").values_list("pk", flat=True).first()
    asked = (indicator.code, indicator.version, *vars(filters).values(), by, each, newest)
    key = f"kpis-{hashlib.sha256(repr(asked).encode()).hexdigest()}"
    found: dict[Key, Tally] | None = cache.get(key)
    if found is None:
        first, last = filters.days
        rows = indicator.facts(filters.facts(), first=first, last=last, each=each).order_by()
        rows = by_quarter(rows) if "quarter" in by else rows
        # A row of learners is a person, one of companies a company; only elsewhere do people have to be told apart.
        people = Sum("counted") if indicator.unit in (PERSON, ORGANISATION) else Count("person", distinct=True)
        groups = rows.values(*by).annotate(total=Sum("counted"), people=people)
        found = {tuple(one[name] for name in by): Tally(one["total"], one["people"]) for one in groups}
        cache.set(key, found, KEEP)
    return found


def figures(filters: Filters, *, hide_small: bool) -> list[Figure]:
    """All figures. What is shown as their value is the sum of the very groups under it."""
    goals = goals_of(filters)
    return [figure(indicator, filters, goals, hide_small=hide_small) for indicator in INDICATORS.values()]


def figure(indicator: Indicator, filters: Filters, goals: dict[str, Goal], *, hide_small: bool) -> Figure:
    groups = tallies(indicator, filters, indicator.kinds)
    labels = kind_labels(indicator)
    order = [key for key in labels if (key,) in groups] + sorted(key for (key,) in groups if key not in labels)
    people = [groups[key,].people for key in order]
    hidden = small_cells([people], row_totals=True, column_totals=False) if hide_small else set()
    parts = [
        Part(
            labels.get(key, key),
            None if (0, place) in hidden else indicator.amount(groups[key,].counted),
            indicator.decimals,
        )
        for place, key in enumerate(order)
    ]
    total = sum(group.counted for group in groups.values())
    return Figure(indicator, indicator.amount(total), parts, goals.get(indicator.code))


def kind_labels(indicator: Indicator) -> dict[str, str | Promise]:
    """How the groups of an indicator are called, in the order in which they are told."""
    if indicator.kinds == "certificate_kind":
        kinds = Course.CertificateKind
        return {kinds.ASSESSED.value: _("assessed certificate"), kinds.PARTICIPATION.value: kinds.PARTICIPATION.label}
    if indicator.code == "ORG_REACHED":
        return {**dict(Organisation.Size.choices), "": _("size not known")}
    if indicator.code == "ORG_STEP":
        return {"small": _("small step"), "large": _("large step")}
    return dict(LearnerCategory.choices)


def goals_of(filters: Filters) -> dict[str, Goal]:
    """The promises that the filters can be held against: of the whole programme, or of the project asked for.

    Nothing was promised for a lab or a course, nor for a quarter. Promises of several years are added for the whole
    term.
    """
    if filters.lab or filters.course or "-" in filters.period:
        return {}
    targets = (
        Target.objects.filter(project__code=filters.project) if filters.project else Target.objects.filter(project=None)
    )
    first, last = filters.days
    if first and last:
        targets = targets.filter(starts_on=first, ends_on=last)
    goals: dict[str, Goal] = {}
    for target in targets.order_by("starts_on"):
        goal = goals.get(target.indicator)
        if goal is None:
            goals[target.indicator] = Goal(target.value, target.starts_on, target.ends_on, target.source)
        else:
            goals[target.indicator] = replace(goal, value=goal.value + target.value, last=target.ends_on)
    return goals


# Quarters ------------------------------------------------------------------------------------------------------------


def learners_by_quarter(filters: Filters, *, hide_small: bool) -> list[Quarter]:
    """The learners trained, by quarter and group, from the first quarter with one to the last."""
    found = tallies(INDICATORS["LEARNERS_UNIQUE"], filters, "year", "quarter", "category")
    if not found:
        return []
    groups = [*TOLD_APART, REST]
    counts: dict[int, list[int]] = {}
    for (year, quarter, category), tally in found.items():
        place = groups.index(category) if category in TOLD_APART else len(TOLD_APART)
        counts.setdefault(year * 4 + quarter - 1, [0] * len(groups))[place] += tally.counted
    numbers = range(min(counts), max(counts) + 1)
    table = [counts.get(number, [0] * len(groups)) for number in numbers]
    # Each learner counts once, so people and what they count for are the same here.
    hidden = small_cells(table, row_totals=True, column_totals=True) if hide_small else set()
    return [
        Quarter(
            label=f"{quarter_name(number % 4 + 1)} ’{number // 4 % 100:02d}",
            counts=[None if (r, c) in hidden else count for c, count in enumerate(table[r])],
            small=sum(count for c, count in enumerate(table[r]) if (r, c) in hidden),
            total=sum(table[r]),
        )
        for r, number in enumerate(numbers)
    ]


def group_labels() -> list[str | Promise]:
    """The groups of a quarter, in order."""
    return [_("employees"), _("career switchers"), _("students"), _("others")]


# Courses -------------------------------------------------------------------------------------------------------------


def by_course(filters: Filters, *, hide_small: bool) -> list[CourseRow]:
    """The indicators per course. Who followed two courses counts as a learner of both."""
    columns = [tallies(one, filters, "course_code", each="course_code") for one in of_courses()]
    codes = sorted({code for column in columns for (code,) in column})
    titles = {course.code: course.title for course in Course.objects.filter(code__in=codes)}
    nothing = Tally(0, 0)
    cells = [[column.get((code,), nothing) for column in columns] for code in codes]
    people = [[cell.people for cell in row] for row in cells]
    hidden = small_cells(people, row_totals=False, column_totals=True) if hide_small else set()
    return [
        CourseRow(
            code,
            titles.get(code, code),
            _amounts(row, {c for r, c in hidden if r == place}),
            filters.with_course(code).query,
        )
        for place, (code, row) in enumerate(zip(codes, cells, strict=True))
    ]


def of_courses() -> list[Indicator]:
    """The indicators that are told per course."""
    return [one for one in INDICATORS.values() if one.is_of_courses]


def _amounts(row: Sequence[Tally], hidden: set[int]) -> list[Part]:
    return [
        Part(indicator.label, None if place in hidden else indicator.amount(row[place].counted), indicator.decimals)
        for place, indicator in enumerate(of_courses())
    ]


# Before the platform -------------------------------------------------------------------------------------------------


def historic_tiles() -> list[tuple[HistoricFigure, str | Promise]]:
    """The figures of before with their unit. Told, never counted with ours, and there are no rows under them."""
    return [(one, HISTORIC_UNITS.get(one.indicator, "")) for one in HistoricFigure.objects.all()]
