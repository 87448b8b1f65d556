"""On which days a house gives no sessions: public holidays, and the periods that it or the programme is closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import holidays

from courses.models import ClosedPeriod
from lms.kernel.languages import in_language
from lms.people.models import Organisation

# What the package calls the languages of its names.
_NAMES = {"nl": "nl", "en": "en_US"}


def public_holidays(years: range, language: str) -> Mapping[date, str]:
    """The Dutch ones, by day, named in a language. 5 May is one once in five years only, as most employers hold it."""
    found: Mapping[date, str] = holidays.country_holidays("NL", years=years, language=_NAMES.get(language, "nl"))
    return found


def closed_days(house: Organisation, first: date, last: date, *, language: str) -> dict[date, str]:
    """The days between these two (both included) on which this house gives no sessions, with the reason. One query."""
    named = public_holidays(range(first.year, last.year + 1), language)
    found = {day: name for day, name in named.items() if first <= day <= last}
    for period in ClosedPeriod.objects.of(house).filter(starts_on__lte=last, ends_on__gte=first):
        start, end = max(period.starts_on, first), min(period.ends_on, last)
        for number in range((end - start).days + 1):
            found.setdefault(start + timedelta(days=number), in_language(period, "name", language))
    return found
