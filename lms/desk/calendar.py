"""A peer group's meetings as calendar entries (RFC 5545) for its members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from icalendar import Calendar, Event, vText

from lms.desk.models import Meeting
from lms.kernel.languages import in_language
from lms.kernel.models import Event as Happening

CHANGES = ("meeting.revised", "meeting.cancelled")


def meetings_calendar(meetings: Sequence[Meeting], *, at: datetime, language: str, url: str) -> bytes:
    """The meetings as one file; a calendar that reads it again sees changes and what is off. ``group`` at hand."""
    changes = _changes_of(meetings)
    zone, host = ZoneInfo(settings.TIME_ZONE), urlsplit(settings.LMS_BASE_URL).hostname
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.LMS_SITE}//LMS//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for meeting in meetings:
        entry = Event()
        entry.add("uid", f"{meeting.uuid}@{host}")
        entry.add("sequence", changes[str(meeting.pk)])
        entry.add("dtstamp", at.astimezone(UTC))
        entry.add("dtstart", meeting.starts_at.astimezone(zone))
        entry.add("dtend", meeting.ends_at.astimezone(zone))
        group, topic = in_language(meeting.group, "name", language), in_language(meeting, "topic", language)
        entry.add("summary", f"{group}: {topic}")
        if place := meeting.place or meeting.online_url:
            entry.add("location", vText(place))
        entry.add("url", url)
        off = meeting.state == Meeting.State.CANCELLED
        entry.add("status", "CANCELLED" if off else "CONFIRMED")
        entry.add("transp", "TRANSPARENT" if off else "OPAQUE")
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _changes_of(meetings: Sequence[Meeting]) -> Counter[str]:
    """How often each changed since it was planned, from what was recorded. One query."""
    told = Happening.objects.filter(
        object_type=ContentType.objects.get_for_model(Meeting),
        object_id__in=[str(one.pk) for one in meetings],
        verb__in=CHANGES,
    )
    return Counter(told.values_list("object_id", flat=True))
