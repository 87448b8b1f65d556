"""The indicators: named, versioned, pure questions over the ledger. Definitions: see docs/indicators.md.

An indicator chooses facts as its rows and says what each counts for; its value is the sum of its rows, always, since
nothing else is ever summed. Changing a definition raises its version; what was reported under the old one stays.

Which rows there are is decided over all facts of a project, lab or course; a period then takes the rows whose
counting day lies in it. So a person who learned in two years counts once, in the first, and the years add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import F, IntegerField, Sum, Value, Window
from django.db.models.functions import ExtractQuarter, ExtractYear, RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.kpis.models import Evidence, Fact, FactQuerySet

PERSON, HOUR, CERTIFICATE, ORGANISATION = "person", "hour", "certificate", "organisation"


@dataclass(frozen=True)
class Row:
    """One line under a figure: what it counts for, on which day, and the fact whose evidence proves it."""

    key: str
    counts_on: date
    quantity: int  # persons, certificates, organisations: 1; hours: minutes
    fact: Fact


@dataclass(frozen=True)
class Indicator:
    """``choose(facts, each)`` answers the facts that are its rows, each with ``counted``: what it counts for.

    With ``each`` (a column) the rule is applied within each value of it: learners per course counts someone who
    followed two courses in both.
    """

    code: str
    label: str | Promise
    unit: str
    version: int
    explanation: str | Promise
    choose: Callable[[FactQuerySet, str | None], FactQuerySet]
    kinds: str  # the column by which the figure is told apart
    needs: tuple[str, ...]  # without these codes of evidence a row proves nothing

    def facts(
        self, facts: FactQuerySet, *, first: date | None = None, last: date | None = None, each: str | None = None
    ) -> FactQuerySet:
        """The rows as facts, in order of counting day, of the period when one is given."""
        rows = self.choose(facts, each)
        if first:
            rows = rows.filter(counts_on__gte=first)
        if last:
            rows = rows.filter(counts_on__lte=last)
        return rows.order_by("counts_on", "pk")

    def rows(self, facts: FactQuerySet) -> list[Row]:
        """The rows themselves; for lists of a page or a file, not for summing."""
        return [self.row(fact) for fact in self.facts(facts).select_related("project")]

    def row(self, fact: Fact) -> Row:
        """The line that a chosen fact is."""
        key = str({PERSON: fact.person, ORGANISATION: fact.employer}.get(self.unit, fact.key))
        counted: int = fact.counted  # type: ignore[attr-defined]  # annotated by choose
        return Row(key, fact.counts_on, counted, fact)

    def value(self, rows: Iterable[Row] | FactQuerySet) -> Decimal:
        """The figure: the sum of the rows, by the database when they are still there."""
        if isinstance(rows, FactQuerySet):
            return self.amount(rows.aggregate(total=Sum("counted"))["total"] or 0)
        return self.amount(sum(row.quantity for row in rows))

    @property
    def is_of_courses(self) -> bool:
        """Whether it can be told per course: companies ask a desk, not a course."""
        return self.unit != ORGANISATION

    @property
    def decimals(self) -> int:
        """How many are written: two for hours, none for what can only be whole."""
        return 2 if self.unit == HOUR else 0

    def amount(self, total: int) -> Decimal:
        """A sum as it is told: minutes are made hours and rounded once, to two decimals."""
        if self.unit == HOUR:
            return (Decimal(total) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return Decimal(total)


INDICATORS: dict[str, Indicator] = {}


def kpi(code: str, label: Any, **said: Any) -> Callable:
    """Enter a definition under its code."""

    def enter(choose: Callable[[FactQuerySet, str | None], FactQuerySet]) -> Indicator:
        INDICATORS[code] = Indicator(code, label, choose=choose, **said)
        return INDICATORS[code]

    return enter


@kpi(
    "LEARNERS_UNIQUE",
    _("Learners trained"),
    unit=PERSON,
    version=1,
    explanation=_(
        "People who attended at least one session, confirmed by themselves and by the trainer. Each counts once, on "
        "the day of the first session."
    ),
    kinds="category",
    needs=(Evidence.Code.REGISTRATION, Evidence.Code.ATTENDANCE),
)
def learners_unique(facts: FactQuerySet, each: str | None = None) -> FactQuerySet:
    """Of each person with counting minutes left after corrections, the first such fact."""
    by = [F("person"), F(each)] if each else [F("person")]
    attended = facts.of_kind(Fact.Kind.ATTENDANCE).standing()
    numbered = attended.annotate(nth=Window(RowNumber(), partition_by=by, order_by=["counts_on", "pk"]))
    # By key, since Django cannot group what a window has numbered.
    return facts.filter(pk__in=numbered.filter(nth=1).values("pk")).annotate(
        counted=Value(1, output_field=IntegerField())
    )


@kpi(
    "CERTS_ISSUED",
    _("Certificates issued"),
    unit=CERTIFICATE,
    version=1,
    explanation=_("Certificates issued and not revoked. A replaced certificate is not counted; the new one is."),
    kinds="certificate_kind",
    needs=(Evidence.Code.REGISTRATION, Evidence.Code.CERTIFICATE),
)
def certificates_issued(facts: FactQuerySet, each: str | None = None) -> FactQuerySet:
    """One row per certificate that stands."""
    return facts.of_kind(Fact.Kind.CERTIFICATE).standing().annotate(counted=F("quantity"))


@kpi(
    "PERSON_HOURS",
    _("Training hours"),
    unit=HOUR,
    version=1,
    explanation=_("Hours attended by all learners together, confirmed by both. Breaks and self-study do not count."),
    kinds="category",
    needs=(Evidence.Code.ATTENDANCE,),
)
def person_hours(facts: FactQuerySet, each: str | None = None) -> FactQuerySet:
    """One row per attended session, in minutes."""
    return facts.of_kind(Fact.Kind.ATTENDANCE).standing().annotate(counted=F("quantity"))


@kpi(
    "ORG_REACHED",
    _("Companies reached"),
    unit=ORGANISATION,
    version=1,
    explanation=_(
        "Companies whose question the desk answered, or that came to a meeting of a peer group. Each counts once, on "
        "the day of the first contact. Partners, funders and providers of the programme do not count. Companies whose "
        "people only followed a course are not in this figure."
    ),
    kinds="employer_size",
    needs=(Evidence.Code.REACH,),
)
def organisations_reached(facts: FactQuerySet, each: str | None = None) -> FactQuerySet:
    """Of each company the first contact that stands."""
    return _first_of_each_company(facts, Fact.Kind.ORG_CONTACT, each)


@kpi(
    "ORG_STEP",
    _("Companies that took a step"),
    unit=ORGANISATION,
    version=1,
    explanation=_(
        "Companies that took a small or large step in digitalisation, signed by the company and seen by a second "
        "person. Each counts once, on the day of the first step. A training alone is no step."
    ),
    kinds="category",
    needs=(Evidence.Code.REACH, Evidence.Code.STEP),
)
def organisations_with_a_step(facts: FactQuerySet, each: str | None = None) -> FactQuerySet:
    """Of each company the first verified step that stands."""
    return _first_of_each_company(facts, Fact.Kind.ORG_STEP, each)


def _first_of_each_company(facts: FactQuerySet, kind: str, each: str | None) -> FactQuerySet:
    """A company is our row of it: there is one per KvK number, and it may be known by name before its number is."""
    by = [F("employer"), F(each)] if each else [F("employer")]
    known = facts.of_kind(kind).standing()
    numbered = known.annotate(nth=Window(RowNumber(), partition_by=by, order_by=["counts_on", "pk"]))
    return facts.filter(pk__in=numbered.filter(nth=1).values("pk")).annotate(
        counted=Value(1, output_field=IntegerField())
    )


def by_quarter(rows: FactQuerySet) -> FactQuerySet:
    """Rows that know the year and the quarter of their counting day."""
    return rows.annotate(year=ExtractYear("counts_on"), quarter=ExtractQuarter("counts_on"))
