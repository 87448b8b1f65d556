"""How dates, times, money, numbers and hours are written, in Dutch and in English.

Pure functions from a value to words; the language is given or is the active one. Aware datetimes are read on the
clock of the current time zone (Europe/Amsterdam), so both clock changes come out right.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from lms.kernel.languages import current_language

NBSP = "\u00a0"
EN_DASH = "\u2013"

_WEEKDAYS = {
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_SHORT_WEEKDAYS = {
    "nl": ["ma", "di", "wo", "do", "vr", "za", "zo"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_SHORT_MONTHS = {
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}

Day = date | datetime
Moment = time | datetime
Figure = int | float | Decimal


def local(moment: datetime) -> datetime:
    """The moment on our own clock; a naive one is taken to be on it already."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def day_of(value: Day) -> date:
    """The calendar day on our own clock: 23:30 UTC may be tomorrow here."""
    return local(value).date() if isinstance(value, datetime) else value


def _clock(value: Moment) -> time:
    return local(value).time() if isinstance(value, datetime) else value


# Dates ---------------------------------------------------------------------------------------------------------------


def long_date(value: Day, language: str | None = None) -> str:
    """``donderdag 4 maart 2027``, for running text."""
    language, day = language or current_language(), day_of(value)
    return f"{_WEEKDAYS[language][day.weekday()]} {plain_date(day, language)}"


def plain_date(value: Day, language: str | None = None) -> str:
    """``4 maart 2027``, where the weekday does not matter."""
    language, day = language or current_language(), day_of(value)
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def day_month(value: Day, language: str | None = None) -> str:
    """``4 maart``, where the year is clear."""
    language, day = language or current_language(), day_of(value)
    return f"{day.day} {_MONTHS[language][day.month - 1]}"


def short_date(value: Day, language: str | None = None) -> str:
    """``do 4 mrt``, for cards and tight rows."""
    language, day = language or current_language(), day_of(value)
    return f"{short_weekday(day, language)} {day.day} {short_month(day, language)}"


def short_date_year(value: Day, language: str | None = None) -> str:
    """``do 4 mrt 2027``, for tight rows that may lie in another year."""
    return f"{short_date(value, language)} {day_of(value).year}"


def table_date(value: Day, language: str | None = None) -> str:
    """``04-03-2027`` for columns of figures; in English ``4 Mar 2027``, since 04/03 means two different days."""
    language, day = language or current_language(), day_of(value)
    if language == "nl":
        return f"{day:%d-%m-%Y}"
    return f"{day.day} {short_month(day, language)} {day.year}"


def short_weekday(value: Day, language: str | None = None) -> str:
    """``do``."""
    return _SHORT_WEEKDAYS[language or current_language()][day_of(value).weekday()]


def short_month(value: Day, language: str | None = None) -> str:
    """``mrt``."""
    return _SHORT_MONTHS[language or current_language()][day_of(value).month - 1]


def date_range(first: Day, last: Day, language: str | None = None) -> str:
    """``4 t/m 25 maart 2027``: what the two days share is said once."""
    language, start, end = language or current_language(), day_of(first), day_of(last)
    if start == end:
        return plain_date(start, language)
    if (start.year, start.month) == (end.year, end.month):
        begin = str(start.day)
    elif start.year == end.year:
        begin = day_month(start, language)
    else:
        begin = plain_date(start, language)
    return f"{begin} {'t/m' if language == 'nl' else 'to'} {plain_date(end, language)}"


# Times ---------------------------------------------------------------------------------------------------------------


def clock_time(value: Moment, language: str | None = None) -> str:
    """``09.00 uur``; in English ``09:00``."""
    if (language or current_language()) == "nl":
        return f"{_clock(value):%H.%M}{NBSP}uur"
    return f"{_clock(value):%H:%M}"


def time_range(start: Moment, end: Moment, language: str | None = None) -> str:
    """``09.00–16.30 uur``; in English ``09:00–16:30``."""
    if (language or current_language()) == "nl":
        return f"{_clock(start):%H.%M}{EN_DASH}{_clock(end):%H.%M}{NBSP}uur"
    return f"{_clock(start):%H:%M}{EN_DASH}{_clock(end):%H:%M}"


def date_time(value: datetime, language: str | None = None) -> str:
    """``4 maart 2027 om 09.00 uur``, for when something happened."""
    language = language or current_language()
    return f"{plain_date(value, language)} {'om' if language == 'nl' else 'at'} {clock_time(value, language)}"


# Figures -------------------------------------------------------------------------------------------------------------


def number(value: Figure, decimals: int | None = None, language: str | None = None) -> str:
    """``1.263`` and ``8,4``. Without ``decimals`` a fraction keeps what it has, trailing noughts left out."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if text.startswith("-"):
        # A minus that rounding left on nought says nothing.
        text = text if exact else text[1:]
        text = text.replace("-", "\u2212", 1)
    if (language or current_language()) == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    return text


def percentage(value: Figure, language: str | None = None) -> str:
    """``85%`` and ``83,3%``: the value is in percent already, shown with at most one decimal."""
    rounded = Decimal(str(value)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{number(rounded, language=language)}%"


def money(cents: int, language: str | None = None) -> str:
    """``€ 1.250`` and ``€ 12,50``; in English ``€1,250``. Cents show only when the amount is not round."""
    language = language or current_language()
    euros = Decimal(abs(cents)) / 100
    amount = number(euros, decimals=2 if cents % 100 else 0, language=language)
    return f"{chr(0x2212) if cents < 0 else ''}€{NBSP if language == 'nl' else ''}{amount}"


def hours(value: Figure | timedelta, language: str | None = None) -> str:
    """``2 uur 15 min`` from 2.25 hours; in English ``2 hours 15 min``."""
    language = language or current_language()
    exact = Decimal(str(value.total_seconds())) / 3600 if isinstance(value, timedelta) else Decimal(str(value))
    whole, minutes = divmod(int((exact * 60).quantize(Decimal(1), rounding=ROUND_HALF_UP)), 60)
    unit = "uur" if language == "nl" else "hour" if whole == 1 else "hours"
    parts = []
    if whole or not minutes:
        parts.append(f"{number(whole, language=language)}{NBSP}{unit}")
    if minutes:
        parts.append(f"{minutes}{NBSP}min")
    return " ".join(parts)


# The names by which templates ask for a day, see the tag ``day``.
DAY_STYLES: dict[str, Callable[[Day], str]] = {
    "long": long_date,
    "plain": plain_date,
    "month": day_month,
    "short": short_date,
    "year": short_date_year,
    "table": table_date,
}
