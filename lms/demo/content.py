"""The data file, and its dates moved to today.

Every object in the file carries a mark of its provenance: real, invented, or a real name with invented content. The
file is of one day; its editions move by whole weeks, so that they keep their weekday and stand around today.
"""

import json
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

FILE = Path(__file__).with_name("content.json")

Entry = dict[str, Any]


@cache
def content() -> Entry:
    """The whole file."""
    loaded: Entry = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def courses() -> list[Entry]:
    """The programmes, then the courses of the IoT Academy."""
    return [*content()["programmes"], *content()["iot_academy"]["courses"]]


def written_on() -> date:
    """The day on which the dates in the file are right as they stand."""
    return date.fromisoformat(content()["meta"]["generated"])


def weeks_since(today: date) -> int:
    """By how many whole weeks the file's editions move."""
    return (today - written_on()).days // 7


def moved(text: str, weeks: int) -> datetime:
    """A moment of the file, moved by weeks on the local clock: nine o'clock stays nine o'clock when clocks change."""
    written = timezone.localtime(datetime.fromisoformat(text))
    return at_local(written.date() + timedelta(weeks=weeks), written.time())


def moved_day(text: str, weeks: int) -> datetime:
    """The start of a day of the file, moved by weeks."""
    return at_local(date.fromisoformat(text) + timedelta(weeks=weeks))


def at_local(day: date, clock: time = time(0)) -> datetime:
    """An aware moment from our own calendar and clock."""
    return timezone.make_aware(datetime.combine(day, clock))


def in_year_of(day: date, today: date) -> date:
    """A day of the file's own year, in the same place around today's year."""
    return day.replace(year=day.year + today.year - written_on().year)
