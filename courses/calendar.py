"""An edition's sessions as calendar entries (RFC 5545), with UIDs that stay the same so that entries can be updated."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress

from courses.models import Edition, Session


def edition_calendar(
    edition: Edition,
    sessions: Iterable[Session],
    *,
    method: str = "PUBLISH",
    attendee: str | None = None,
    sequence: int = 0,
) -> bytes:
    """All sessions as events. ``method`` is PUBLISH for a download, REQUEST or CANCEL in a message to ``attendee``."""
    calendar = Calendar()
    calendar.add("prodid", "-//lifelong learning//editions//NL")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    host = urlsplit(settings.LMS_BASE_URL).hostname
    for session in sessions:
        event = Event()
        event.add("uid", f"{session.uuid}@{host}")
        event.add("sequence", sequence)
        event.add("dtstamp", timezone.now())
        event.add("dtstart", timezone.localtime(session.starts_at))
        event.add("dtend", timezone.localtime(session.ends_at))
        event.add("summary", f"{edition.course.title}: {session.title}")
        if edition.location:
            event.add("location", f"{edition.location.name}, {edition.location.address}")
        event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
        if method != "PUBLISH" and attendee:
            event["organizer"] = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
            event.add("attendee", vCalAddress(f"mailto:{attendee}"))
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
