"""Quiet hours: what is not urgent waits for the day, and for a working day.

Codes, answers to what someone just did, offers and changes of today go at once: an offer's deadline runs from the
moment it is made, so it may not lie in a night's rest. What waits is marked on the message itself, so that a later try
keeps to it as well.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from courses.closed_days import public_holidays

ZONE = ZoneInfo(settings.TIME_ZONE)
# Less than this before what it is about, a letter comes too late to act on.
IN_TIME = timedelta(hours=24)


def _hours() -> tuple[time, time]:
    """From when it is quiet, and until when."""
    begins, ends = settings.LMS_QUIET_HOURS.split("-")
    return time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())


def allowed_from(moment: datetime) -> datetime:
    """The first moment, from this one on, at which a mail that may wait goes out."""
    if not settings.LMS_QUIET_HOURS:
        return moment
    evening, morning = _hours()
    here = moment.astimezone(ZONE)
    if here.timetz().replace(tzinfo=None) >= evening:
        here = datetime.combine(here.date() + timedelta(days=1), morning, ZONE)
    elif here.timetz().replace(tzinfo=None) < morning:
        here = datetime.combine(here.date(), morning, ZONE)
    while _is_day_off(here.date()):
        here = datetime.combine(here.date() + timedelta(days=1), morning, ZONE)
    return moment if here.astimezone(ZONE) == moment else here.astimezone(moment.tzinfo)


def in_time_until(moment: datetime) -> datetime:
    """What lies before this, a letter of this moment tells at once: after the quiet hours it would be late."""
    return allowed_from(moment) + IN_TIME


def last_day_before(day: date) -> date:
    """The last day before this one on which mail that may wait goes out."""
    before = day - timedelta(days=1)
    while settings.LMS_QUIET_HOURS and _is_day_off(before):
        before -= timedelta(days=1)
    return before


def _is_day_off(day: date) -> bool:
    if not settings.LMS_QUIET_SUNDAYS:
        return False
    return day.weekday() == 6 or day in public_holidays(range(day.year, day.year + 1), "nl")
