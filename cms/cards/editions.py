"""Editions as rows of a table or an agenda."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.models import CoursePage
from courses.models import Edition, Session
from courses.phases import Phase
from lms.kernel import formats


@dataclass(frozen=True)
class Chip:
    """How an edition stands, as components/status.html takes it."""

    state: str
    free: int = 0
    opens: datetime | None = None

    @property
    def takes_enrolments(self) -> bool:
        """Whether one can get a place; a waiting list is none."""
        return self.state in {"open", "pending"}


UNPLANNED = Chip("unplanned")
BY_PARTS = Chip("parts")


def chip_of(edition: Edition, moment: datetime) -> Chip:
    """The chip of an edition. Full is said once nobody can join the waiting list any more; that it is not certain yet
    goes before how many places there are.
    """
    match edition.phase(moment):
        case Phase.OPEN | Phase.LAST_SEATS if edition.awaits_go(moment):
            return Chip("pending", free=edition.seats_free)
        case Phase.OPEN | Phase.LAST_SEATS:
            return Chip("open", free=edition.seats_free)
        case Phase.FULL:
            return Chip("waitlist")
        case Phase.NOT_YET_OPEN:
            return Chip("soon", opens=edition.enrolment_opens_at)
        case Phase.CLOSED:
            return Chip("full" if edition.seats_free == 0 else "closed")
        case phase:
            return Chip(phase.value)


def rhythm_of(sessions: Sequence[Session]) -> str:
    """``4 keer dinsdag, 09.00–16.30 uur``: what the sessions have in common, and no more."""
    starts = [formats.local(one.starts_at) for one in sessions]
    ends = [formats.local(one.ends_at) for one in sessions]
    if not sessions:
        return ""
    count = len(sessions)
    same_times = len({(start.time(), end.time()) for start, end in zip(starts, ends, strict=True)}) == 1
    times = formats.time_range(starts[0], ends[0]) if same_times else ""
    if count == 1:
        return times
    if len({start.weekday() for start in starts}) == 1:
        said = _("%(count)s times on %(weekday)s") % {"count": count, "weekday": date_format(starts[0], "l")}
    else:
        said = ngettext("%(count)s session", "%(count)s sessions", count) % {"count": count}
    return f"{said}, {times}" if times else said


def place_of(edition: Edition) -> str:
    """Where it is held, in a few words."""
    if edition.mode == "online":
        return _("Online")
    if edition.location:
        name, city = edition.location.name, edition.location.city
        return name if city in name else f"{name}, {city}"
    return edition.provider.city


@dataclass(frozen=True)
class EditionRow:
    """One edition in a table or agenda."""

    edition: Edition
    chip: Chip
    rhythm: str
    place: str
    can_enrol: bool
    waits: bool
    enrol_url: str
    # Said while it is not certain that it goes ahead.
    condition: str = ""
    title: str = ""
    url: str = ""

    @property
    def shows_seats(self) -> bool:
        return self.chip.state in {"open", "pending", "waitlist", "full", "closed"}


def row_of(edition: Edition, moment: datetime, *, title: str = "", url: str = "") -> EditionRow:
    """Needs course, provider, location and sessions at hand (``Edition.objects.with_schedule``)."""
    chip = chip_of(edition, moment)
    return EditionRow(
        edition=edition,
        chip=chip,
        rhythm=rhythm_of(list(edition.sessions.all())),
        place=place_of(edition),
        can_enrol=chip.takes_enrolments,
        waits=chip.state == "waitlist",
        enrol_url=reverse("enrolments:enrol", kwargs={"edition": edition.code}),
        condition=condition_of(edition, moment),
        title=title or edition.course.title,
        url=url,
    )


def condition_of(edition: Edition, moment: datetime) -> str:
    """What it depends on whether an edition goes ahead, and when that is decided; empty where it is no question.

    Nothing is said before enrolment opens: then too few are always enrolled.
    """
    if not edition.awaits_go(moment) or moment < edition.enrolment_opens_at or edition.decide_by is None:
        return ""
    more = edition.seats_to_minimum
    if edition.takes_enrolments(moment):
        said = ngettext(
            "Goes ahead when %(more)s more person enrols.", "Goes ahead when %(more)s more people enrol.", more
        ) % {"more": more}
    else:
        said = _("Too few people have enrolled.")
    if edition.decide_by >= formats.day_of(moment):
        return f"{said} {_('We decide before %(day)s.') % {'day': formats.day_month(edition.decide_by)}}"
    return f"{said} {_('We decide shortly.')}"


def first_choice(rows: Iterable[EditionRow]) -> EditionRow | None:
    """The edition to offer: the soonest with places, else the soonest with a waiting list."""
    rows = list(rows)
    return next((row for row in rows if row.can_enrol), None) or next((row for row in rows if row.waits), None)


def agenda_rows(editions: Iterable[Edition], page: Any, request: HttpRequest, moment: datetime) -> list[EditionRow]:
    """Editions as rows that lead to their course's page in the language of ``page``."""
    editions = list(editions)
    pages = CoursePage.objects.live().filter(locale=page.locale_id, course__in={one.course_id for one in editions})
    by_course = {one.course_id: one for one in pages.defer("body")}
    rows = []
    for edition in editions:
        target = by_course[edition.course_id]
        url = f"{target.get_url(request)}#{edition.code}"
        rows.append(row_of(edition, moment, title=target.title, url=url))
    return rows


def upcoming_on(page: Any, moment: datetime) -> QuerySet[Edition]:
    """Coming editions of courses that have a page in this page's language."""
    shown = CoursePage.objects.live().filter(locale=page.locale_id).values("course")
    return Edition.objects.upcoming(moment).filter(course__in=shown).with_schedule()
