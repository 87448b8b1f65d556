"""The terms of an order: pure reckoning with days, minutes and cents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import holidays
from django.utils import timezone

from courses.models import Course, Session

DAYS_TO_WITHDRAW = timedelta(days=14)
DAYS_TO_REFUND = timedelta(days=14)
SATURDAY = 5


def withdrawal_until(concluded_at: datetime) -> datetime:
    """The last second of the fourteenth day; of the next working day where that is none.

    BW 6:230o; the Algemene termijnenwet moves a Saturday, Sunday or public holiday, and takes Good Friday for one.
    """
    day = timezone.localdate(concluded_at) + DAYS_TO_WITHDRAW
    free = holidays.country_holidays("NL", years=range(day.year, day.year + 2), categories=("public", "optional"))
    while day.weekday() >= SATURDAY or day in free:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def starts_within_the_term(starts_at: datetime | None, ordered_at: datetime) -> bool:
    """Whether lessons begin while one may still go back: then only at the learner's express request."""
    return starts_at is not None and starts_at <= withdrawal_until(ordered_at)


def vat_part(cents: int, regime: str) -> int:
    """The VAT in an amount that includes it."""
    return round(cents * 21 / 121) if regime == Course.VatRegime.STANDARD_21 else 0


def owed_for_held(cents: int, sessions: Iterable[Session], moment: datetime) -> int:
    """What the sessions held so far come to, by minutes, rounded down."""
    planned = list(sessions)
    total = sum(session.countable_minutes for session in planned)
    held = sum(session.countable_minutes for session in planned if session.ends_at <= moment)
    return cents * held // total if total else 0


def day_of_refund(withdrawn_at: datetime) -> date:
    return timezone.localdate(withdrawn_at + DAYS_TO_REFUND)
