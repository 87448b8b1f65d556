"""How far someone is in an edition: what was attended, what may still be missed. Pure: no query, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.models import Session
from enrolments.models import Attendance

Status = Attendance.Status


def is_enough(attended: int, planned: int, share: int) -> bool:
    """Whether these minutes are the share of the planned ones that completing takes.

    Whole numbers on both sides, so no rounding moves the boundary; and the boundary counts: 80.0 % is enough for 80 %.
    """
    return attended * 100 >= share * planned


@dataclass(frozen=True)
class Day:
    """One session with what the register says of this learner."""

    session: Session
    row: Attendance | None
    is_over: bool

    @property
    def is_noted(self) -> bool:
        """Whether the trainer has said how it was. A row of unknown status is the learner's own check-in only."""
        return self.row is not None and self.row.status != Status.UNKNOWN

    @property
    def was_there(self) -> bool:
        return self.row is not None and self.row.minutes > 0

    @property
    def was_missed(self) -> bool:
        return self.is_noted and not self.was_there

    @property
    def is_confirmed(self) -> bool:
        """Whether the learner checked in."""
        return self.row is not None and self.row.learner_confirmed_at is not None


@dataclass(frozen=True)
class Progress:
    days: Sequence[Day]
    share: int  # percent of the planned minutes that completing takes

    @property
    def total(self) -> int:
        return len(self.days)

    @property
    def attended(self) -> int:
        return sum(day.was_there for day in self.days)

    @property
    def noted(self) -> int:
        return sum(day.is_noted for day in self.days)

    @property
    def next_day(self) -> Day | None:
        return next((day for day in self.days if not day.is_over), None)

    @property
    def planned_minutes(self) -> int:
        return sum(day.session.countable_minutes for day in self.days)

    @property
    def missed_minutes(self) -> int:
        """Of what was noted, the part someone was not there."""
        return sum(day.session.countable_minutes - day.row.minutes for day in self.days if day.row and day.is_noted)

    @property
    def noted_minutes(self) -> int:
        return sum(day.session.countable_minutes for day in self.days if day.is_noted)

    @property
    def is_low(self) -> bool:
        """Below the share that is needed, over what was noted so far."""
        return not is_enough(self.noted_minutes - self.missed_minutes, self.noted_minutes, self.share)

    @property
    def is_out_of_reach(self) -> bool:
        """Even being there every minute that remains no longer brings the share that is needed."""
        return not is_enough(self.planned_minutes - self.missed_minutes, self.planned_minutes, self.share)


def progress_of(sessions: Iterable[Session], rows: Iterable[Attendance], *, share: int, at: datetime) -> Progress:
    """The sessions of an edition, in order, each with this learner's row."""
    by_session = {row.session_id: row for row in rows}
    return Progress([Day(one, by_session.get(one.pk), one.ends_at <= at) for one in sessions], share)
