"""What taking part costs, by the category someone enrols in. Pure: from a course's prices to an amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courses.models import Price
from enrolments.models import LearnerCategory
from lms.people.models import Organisation

Audience = Price.Audience

# Who is not named here pays the standard price.
_AUDIENCES = {
    LearnerCategory.CAREER_SWITCHER: Audience.CAREER_SWITCHER,
    LearnerCategory.STUDENT: Audience.STUDENT,
}


@dataclass(frozen=True)
class Quote:
    """Cents; ``sme_cents`` is what a small or medium-sized employer pays itself, where that is another amount.

    Whether an employer is one is not asked of its employee, so both amounts are shown.
    """

    cents: int
    sme_cents: int | None = None

    @property
    def is_free(self) -> bool:
        return self.cents == 0


def quote(prices: Iterable[Price], category: str) -> Quote | None:
    """The price for a category; None where the course names none that applies."""
    by_audience = {price.audience: price.cents for price in prices}
    standard = by_audience.get(Audience.STANDARD)
    cents = by_audience.get(_AUDIENCES.get(LearnerCategory(category), Audience.STANDARD), standard)
    if cents is None:
        return None
    sme = by_audience.get(Audience.SME) if category == LearnerCategory.EMPLOYEE else None
    return Quote(cents, None if sme == cents else sme)


def charge(prices: Iterable[Price], category: str, employer: Organisation | None) -> tuple[str, int]:
    """For which audience, and how many cents, someone is charged; nothing where the course names no price.

    An employer pays as a small or medium-sized company only when its size is known.
    """
    by_audience = {price.audience: price.cents for price in prices}
    wanted = _AUDIENCES.get(LearnerCategory(category), Audience.STANDARD)
    if employer is not None and employer.is_sme:
        wanted = Audience.SME
    audience = wanted if wanted in by_audience else Audience.STANDARD
    return audience, by_audience.get(audience, 0)
