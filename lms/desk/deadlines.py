"""How long a company waits at most: counted in working days, without weekends and Dutch public holidays."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from holidays import country_holidays


def due_on(asked_at: datetime, working_days: int) -> date:
    """The last day on which an answer is in time; the day of asking itself does not count."""
    found: date = country_holidays("NL").get_nth_working_day(timezone.localdate(asked_at), working_days)
    return found
