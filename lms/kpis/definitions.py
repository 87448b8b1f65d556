"""The indicators: named, versioned, pure questions over the ledger. Definitions: see docs/indicators.md.

An indicator turns facts into rows; its value is the sum of its rows, always. Changing a definition raises its
version; what was reported under the old one stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.kpis.models import Fact, FactQuerySet

PERSON, HOUR, CERTIFICATE = "person", "hour", "certificate"


@dataclass(frozen=True)
class Row:
    """One line under a figure: what it counts for, on which day, and the fact whose evidence proves it."""

    key: str
    counts_on: date
    quantity: int  # persons, certificates: 1; hours: minutes
    fact: Fact


@dataclass(frozen=True)
class Indicator:
    code: str
    label: str | Promise
    unit: str
    version: int
    explanation: str | Promise
    rows: Callable[[FactQuerySet], list[Row]]

    def value(self, rows: Iterable[Row]) -> Decimal:
        """The figure: the sum of the rows. Minutes are summed first, made hours, and rounded once, to two decimals."""
        total = sum(row.quantity for row in rows)
        if self.unit == HOUR:
            return (Decimal(total) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return Decimal(total)


INDICATORS: dict[str, Indicator] = {}


def kpi(code: str, label: Any, *, unit: str, version: int, explanation: Any) -> Callable:
    """Enter a definition under its code."""

    def enter(rows: Callable[[FactQuerySet], list[Row]]) -> Callable[[FactQuerySet], list[Row]]:
        INDICATORS[code] = Indicator(code, label, unit, version, explanation, rows)
        return rows

    return enter


@kpi(
    "LEARNERS_UNIQUE",
    _("Learners trained"),
    unit=PERSON,
    version=1,
    explanation=_("People who attended at least one session, confirmed by themselves and by the trainer. Each counts once."),
)
def learners_unique(facts: FactQuerySet) -> list[Row]:
    """One row per person with counting minutes left after corrections, on the day of the first of them."""
    rows: dict[Any, Row] = {}
    for fact in _standing(facts.of_kind(Fact.Kind.ATTENDANCE)):
        if fact.person not in rows:
            rows[fact.person] = Row(str(fact.person), fact.counts_on, 1, fact)
    return list(rows.values())


@kpi(
    "CERTS_ISSUED",
    _("Certificates issued"),
    unit=CERTIFICATE,
    version=1,
    explanation=_("Certificates issued and not revoked. A replaced certificate is not counted; the new one is."),
)
def certificates_issued(facts: FactQuerySet) -> list[Row]:
    """One row per certificate that stands."""
    return [Row(fact.key, fact.counts_on, fact.quantity, fact) for fact in _standing(facts.of_kind(Fact.Kind.CERTIFICATE))]


@kpi(
    "PERSON_HOURS",
    _("Training hours"),
    unit=HOUR,
    version=1,
    explanation=_("Hours attended by all learners together, confirmed by both. Breaks and self-study do not count."),
)
def person_hours(facts: FactQuerySet) -> list[Row]:
    """One row per attended session, in minutes."""
    return [Row(fact.key, fact.counts_on, fact.quantity, fact) for fact in _standing(facts.of_kind(Fact.Kind.ATTENDANCE))]


def _standing(facts: FactQuerySet) -> list[Fact]:
    """Facts that were not taken back, in order of counting day. Both halves of a correction disappear."""
    return list(facts.filter(corrects=None, corrections=None).select_related("project").order_by("counts_on", "pk"))
