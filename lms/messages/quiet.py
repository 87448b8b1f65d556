"""Quiet hours: what is not urgent waits for the day, and for a working day.

Codes, answers to what someone just did, offers and changes of today go at once: an offer's deadline runs from the
moment it is made, so it may not lie in a night's rest. What waits is marked on the message itself, so that a later try
keeps to it as well.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from courses.closed_days import public_holidays

ZONE = ZoneInfo(settings.TIME_ZONE)


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
    while _is_day_off(here):
        here = datetime.combine(here.date() + timedelta(days=1), morning, ZONE)
    return moment if here.astimezone(ZONE) == moment else here.astimezone(moment.tzinfo)


def _is_day_off(here: datetime) -> bool:
    if not settings.LMS_QUIET_SUNDAYS:
        return False
    return here.weekday() == 6 or here.date() in public_holidays(range(here.year, here.year + 1), "nl")
