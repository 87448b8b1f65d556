"""Sessions as calendar entries (RFC 5545), such that a later file changes or cancels the entries of an earlier one.

What makes that work: each session keeps one UID, and SEQUENCE grows with every change that was recorded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event, Timezone, vCalAddress, vDuration, vText

from courses.models import Edition, Session
from lms.kernel.languages import current_language, in_language
from lms.kernel.models import Event as Happening

ZONE = ZoneInfo(settings.TIME_ZONE)
# What changes the entries of a whole edition: its place or title, or that it is off.
_OF_EDITION = ("edition.revised", "edition.cancelled")
_OF_SESSION = ("session.revised",)


def uid_of(session: Session, host: str | None = None) -> str:
    """The entry's name for ever, in every calendar it was put in."""
    return f"{session.uuid}@{host or urlsplit(settings.LMS_BASE_URL).hostname}"


@cache
def _time_zone() -> bytes:
    """Ours, as calendars write it down; working that out takes longer than all the rest of a letter."""
    return Timezone.from_tzid(str(ZONE)).to_ical()


def _written(calendar: Calendar) -> bytes:
    """With the time zone in front of the entries, as ``add_missing_timezones`` puts it, where any is written in it."""
    first = b"\r\nBEGIN:VEVENT\r\n"
    return calendar.to_ical().replace(first, b"\r\n" + _time_zone() + first.lstrip(), 1)


def sequences_of(edition: Edition, planned: Sequence[Session]) -> dict[int, int]:
    """Per session how often it changed since it was planned, counted from what was recorded. One query."""
    sessions = {str(session.pk): session.pk for session in planned}
    of_edition = ContentType.objects.get_for_model(Edition)
    of_session = ContentType.objects.get_for_model(Session)
    events = Happening.objects.filter(
        object_type=of_edition, object_id=str(edition.pk), verb__in=_OF_EDITION
    ) | Happening.objects.filter(object_type=of_session, object_id__in=list(sessions), verb__in=_OF_SESSION)
    whole, each = 0, Counter[int]()
    for kind, key in events.values_list("object_type", "object_id"):
        if kind == of_session.pk:
            each[sessions[key]] += 1
        else:
            whole += 1
    return {pk: whole + each[pk] for pk in sessions.values()}


def changes_of(sessions: Sequence[Session]) -> dict[int, tuple[int, datetime | None]]:
    """Per session of any number of editions how often it changed, and when last; the first time is the publishing.

    One query. Wants ``edition`` at hand.
    """
    editions = {str(session.edition_id) for session in sessions}
    of_edition = ContentType.objects.get_for_model(Edition)
    of_session = ContentType.objects.get_for_model(Session)
    events = Happening.objects.filter(
        object_type=of_edition, object_id__in=editions, verb__in=("edition.published", *_OF_EDITION)
    ) | Happening.objects.filter(
        object_type=of_session, object_id__in=[str(session.pk) for session in sessions], verb__in=_OF_SESSION
    )
    times: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    counts = Counter[tuple[int, str]]()
    for kind, key, verb, at in events.values_list("object_type", "object_id", "verb", "at"):
        times[kind, key].append(at)
        counts[kind, key] += verb != "edition.published"
    found = {}
    for session in sessions:
        keys = (of_edition.pk, str(session.edition_id)), (of_session.pk, str(session.pk))
        moments = [at for key in keys for at in times[key]]
        found[session.pk] = sum(counts[key] for key in keys), max(moments, default=None)
    return found


def session_event(
    session: Session,
    *,
    at: datetime,
    language: str,
    sequence: int = 0,
    host: str | None = None,
    url: str = "",
    attendee: str = "",
    cancelled: bool = False,
    with_online_url: bool = False,
) -> Event:
    """One session as a VEVENT. Only who takes part is told where to meet online: the address lets anyone in."""
    edition = session.edition
    event = Event()
    event.add("uid", uid_of(session, host))
    event.add("sequence", sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(ZONE))
    event.add("dtend", session.ends_at.astimezone(ZONE))
    course, title = in_language(edition.course, "title", language), in_language(session, "title", language)
    event.add("summary", f"{course}: {title}" if title and title != course else course)
    if place := place_of(session, language, with_online_url=with_online_url):
        event.add("location", vText(place))
    if url:
        event.add("url", url)
    if attendee:
        # An invitation names who sends it and whom it is for (RFC 5546); the answer is known already.
        name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        organizer = vCalAddress(f"mailto:{address}")
        organizer.params["cn"] = vText(name or address)
        event.add("organizer", organizer)
        guest = vCalAddress(f"mailto:{attendee}")
        guest.params.update({"partstat": vText("ACCEPTED"), "rsvp": vText("FALSE")})
        event.add("attendee", guest)
    off = cancelled or edition.state == Edition.State.CANCELLED
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if off else "OPAQUE")
    return event


def sessions_with_places(edition: Edition) -> list[Session]:
    """In order, each with its room. Who writes to many of one edition fetches them beforehand, once."""
    if "sessions" in getattr(edition, "_prefetched_objects_cache", {}):
        return list(edition.sessions.all())
    return list(edition.sessions.select_related("room__location").order_by("starts_at", "number"))


def place_of(session: Session, language: str, *, with_online_url: bool) -> str:
    """Room, building and address, or the meeting online."""
    if session.mode == "online":
        if with_online_url and session.online_url:
            return session.online_url
        with override(language):
            return _("Online")
    location = session.room.location if session.room else session.edition.location
    parts = [in_language(session.room, "name", language)] if session.room else []
    if location:
        parts += [location.name, location.address]
    return ", ".join(part for part in parts if part)


def edition_calendar(
    edition: Edition,
    sessions: Iterable[Session] | None = None,
    *,
    at: datetime | None = None,
    language: str | None = None,
    method: str = "PUBLISH",
    attendee: str = "",
    sequence: int | None = None,
    host: str | None = None,
    url: str = "",
    with_online_url: bool = False,
) -> bytes:
    """The sessions of an edition as one file, with the time zone that it is written in.

    ``method`` CANCEL takes the entries out of one person's calendar, also when the edition itself goes on.
    ``sequence`` is for who counts what was sent before; without it the recorded changes are counted. Wants
    ``course``, ``location`` and ``sessions__room__location`` at hand. An ``attendee`` takes part, so is told all.
    """
    at, language = at or timezone.now(), language or current_language()
    found = list(edition.sessions.all() if sessions is None else sessions)
    counted = sequences_of(edition, found) if sequence is None else {}
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.LMS_SITE}//LMS//NL")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for session in found:
        session.edition = edition  # not asked for again per session
        calendar.add_component(
            session_event(
                session,
                at=at,
                language=language,
                sequence=counted.get(session.pk, 0) if sequence is None else sequence,
                host=host,
                url=url,
                attendee=attendee,
                cancelled=method == "CANCEL",
                with_online_url=with_online_url or bool(attendee),
            )
        )
    return _written(calendar)


def agenda_calendar(
    sessions: Sequence[Session], *, name: str, language: str, refresh: timedelta, urls: Mapping[int, str]
) -> tuple[bytes, datetime | None]:
    """The sessions of many editions as a calendar to subscribe to, and when it last changed.

    What was called off stays in it as cancelled, so that it disappears from the calendars of who subscribed. The same
    facts give the same bytes. ``urls``: where a course is read about, by its key. Wants ``edition__course``,
    ``edition__location`` and ``room__location`` at hand.
    """
    changes = changes_of(sessions)
    calendar = _to_subscribe_to(name, refresh)
    for session in sessions:
        sequence, changed = changes[session.pk]
        event = session_event(
            session,
            at=changed or session.edition.enrolment_opens_at,
            language=language,
            sequence=sequence,
            url=urls.get(session.edition.course_id, ""),
        )
        if changed:
            event.add("last-modified", changed.astimezone(UTC))
        calendar.add_component(event)
    moments = [changed for _sequence, changed in changes.values() if changed]
    return _written(calendar), max(moments, default=None)


@dataclass(frozen=True)
class OwnSession:
    """A session of someone who takes part, or did until they gave up their place; ``url``: where they read more."""

    session: Session
    url: str
    is_off: bool


def own_calendar(own: Sequence[OwnSession], *, name: str, language: str, refresh: timedelta) -> bytes:
    """One person's sessions as a calendar to subscribe to, under the names the mailed invitations have.

    What is off stays in it as cancelled. The same facts give the same bytes. Wants the same at hand as
    ``agenda_calendar``.
    """
    changes = changes_of([one.session for one in own])
    calendar = _to_subscribe_to(name, refresh)
    for one in own:
        sequence, changed = changes[one.session.pk]
        calendar.add_component(
            session_event(
                one.session,
                at=changed or one.session.edition.enrolment_opens_at,
                language=language,
                sequence=sequence + one.is_off,
                url=one.url,
                cancelled=one.is_off,
                with_online_url=not one.is_off,
            )
        )
    return _written(calendar)


def _to_subscribe_to(name: str, refresh: timedelta) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.LMS_SITE}//LMS//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", refresh, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(refresh))
    return calendar
