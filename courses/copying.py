"""A new edition after an old one: which session falls when. Pure reckoning on the local clock; saves nothing.

Every session keeps its distance in days to the first, and its time of day. One that would fall on a closed day moves
whole weeks, so that it keeps its weekday, and all that follow move with it: the rhythm of a course is part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from courses.models import Edition, Session

WEEK = timedelta(weeks=1)
# Beyond this many weeks of nothing but closed days someone made a mistake with a period.
MOST_WEEKS = 52
LONGEST_CODE = 40


@dataclass(frozen=True)
class Shifted:
    """A session of the old edition and when it is held in the new one."""

    source: Session
    starts_at: datetime
    ends_at: datetime
    passed_over: list[tuple[date, str]] = field(default_factory=list)  # closed days it would have fallen on

    @property
    def is_moved(self) -> bool:
        return bool(self.passed_over)


def on_day(moment: datetime, day: date) -> datetime:
    """The same time of day on another day, by the clock on the wall: nine o'clock stays nine when clocks change."""
    return timezone.make_aware(datetime.combine(day, timezone.localtime(moment).time()))


def moved_by(moment: datetime, days: timedelta) -> datetime:
    return on_day(moment, timezone.localdate(moment) + days)


def shifted(sessions: Sequence[Session], first_day: date, closed: Mapping[date, str]) -> list[Shifted]:
    """All sessions, the first on ``first_day`` or, when that is closed, on its weekday in a later week."""
    ordered = sorted(sessions, key=lambda session: (session.starts_at, session.number))
    if not ordered:
        return []
    move = first_day - timezone.localdate(ordered[0].starts_at)
    found = []
    for session in ordered:
        passed_over: list[tuple[date, str]] = []
        day = timezone.localdate(session.starts_at) + move
        while day in closed and len(passed_over) < MOST_WEEKS:
            passed_over.append((day, closed[day]))
            move, day = move + WEEK, day + WEEK
        length = timezone.localdate(session.ends_at) - timezone.localdate(session.starts_at)
        found.append(
            Shifted(session, on_day(session.starts_at, day), on_day(session.ends_at, day + length), passed_over)
        )
    return found


@dataclass(frozen=True)
class Terms:
    """What follows the first day: when one enrols, and when is decided."""

    enrolment_opens_at: datetime
    enrolment_closes_at: datetime
    decide_by: date | None


def terms_of(edition: Edition, first_day: date) -> Terms:
    """As many days before the first session as with the old edition."""
    begin = (
        timezone.localdate(edition.starts_at) if edition.starts_at else timezone.localdate(edition.enrolment_closes_at)
    )
    move = first_day - begin
    return Terms(
        enrolment_opens_at=moved_by(edition.enrolment_opens_at, move),
        enrolment_closes_at=moved_by(edition.enrolment_closes_at, move),
        decide_by=edition.decide_by + move if edition.decide_by else None,
    )


def suggested_day(edition: Edition, today: date) -> date:
    """The old edition's weekday: after it is over, and far enough from today for people to enrol."""
    start = timezone.localdate(edition.starts_at) if edition.starts_at else today
    after = max(timezone.localdate(edition.ends_at) if edition.ends_at else today, today + 6 * WEEK)
    return after + timedelta(days=(start.weekday() - after.weekday()) % 7 or 7)


def suggested_code(code: str, year: int, is_taken: Callable[[str], bool] | Collection[str]) -> str:
    """The old code with the new year in it, and the first number at its end that is free."""
    taken = is_taken if callable(is_taken) else is_taken.__contains__
    renewed = re.sub(r"(?<!\d)20\d\d(?!\d)", str(year), code)
    if renewed != code and not taken(renewed):
        return renewed
    found = re.fullmatch(r"(.*?)[-_]?(\d{1,2})", renewed)
    # "cobots-27-2" counts on to "cobots-27-3"; a code that ends in anything else gets a number of its own.
    stem, number = (renewed[: found.start(2)], int(found[2])) if found else (f"{renewed}-", 1)
    while True:
        number += 1
        candidate = f"{stem[: LONGEST_CODE - len(str(number))]}{number}"
        if not taken(candidate):
            return candidate
