"""What the learner's own pages show: an enrolment as its learner sees it, and the sessions that take a check-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone

from courses.models import Session
from enrolments import checkin
from enrolments.actions.moving import MOVABLE
from enrolments.endings import Ending, ending_of
from enrolments.models import Approval, Attendance, Enrolment, Grant
from enrolments.progress import Day, Progress, progress_of
from lms.people.models import User
from lms.people.requests import SignedInRequest

State = Enrolment.State
MAY_BE_GIVEN_UP = {state for state, targets in Enrolment.TRANSITIONS.items() if State.WITHDRAWN in targets}


@dataclass(frozen=True)
class Share:
    """One thing an employer may or may not see."""

    scope: str
    label: str
    grant: Grant | None


@dataclass(frozen=True)
class Taken:
    """One enrolment as its learner sees it."""

    enrolment: Enrolment
    progress: Progress
    moment: datetime

    @property
    def edition(self) -> Any:
        return self.enrolment.edition

    @property
    def is_over(self) -> bool:
        ends_at = self.edition.ends_at
        return ends_at is not None and ends_at <= self.moment

    @property
    def has_begun(self) -> bool:
        starts_at = self.edition.starts_at
        return starts_at is not None and starts_at <= self.moment

    @property
    def is_past(self) -> bool:
        """History: nothing will come of it any more. A confirmed seat stays current until the result is in."""
        if self.enrolment.state == State.CONFIRMED:
            return False
        return self.enrolment.state not in MAY_BE_GIVEN_UP or self.is_over

    @property
    def is_not_taking_part(self) -> bool:
        return self.enrolment.state not in Enrolment.TAKING_PART

    @property
    def may_be_given_up(self) -> bool:
        return self.enrolment.state in MAY_BE_GIVEN_UP and not self.is_over

    @property
    def may_be_moved(self) -> bool:
        return self.enrolment.state in MOVABLE and not self.has_begun

    @property
    def has_open_offer(self) -> bool:
        deadline = self.enrolment.offer_expires_at
        return self.enrolment.state == State.OFFERED and deadline is not None and deadline > self.moment

    @property
    def may_withdraw_contract(self) -> bool:
        order = getattr(self.enrolment, "order", None)
        return self.may_be_given_up and order is not None and order.may_be_withdrawn(self.moment)

    @property
    def needs_early_start(self) -> bool:
        """Whether taking the place means lessons within the days to go back on it, which is to be asked for."""
        order = getattr(self.enrolment, "order", None)
        return order is not None and order.needs_early_start(self.edition.starts_at, self.moment)

    @property
    def approvals(self) -> list[Approval]:
        return list(self.enrolment.approvals.all())

    @property
    def refusal(self) -> Approval | None:
        return next((one for one in self.approvals if one.state == Approval.State.REFUSED), None)

    @property
    def ending(self) -> Ending:
        return ending_of(self.enrolment)

    @property
    def attended(self) -> timedelta:
        """As the completion rule counted it."""
        return timedelta(minutes=self.enrolment.attended_minutes or 0)

    @property
    def planned(self) -> timedelta:
        return timedelta(minutes=self.enrolment.planned_minutes or 0)

    @property
    def shares(self) -> list[Share]:
        """What the employer may see, one by one; empty where there is no employer, or nothing left to see."""
        if self.enrolment.employer is None or self.enrolment.state not in Enrolment.LIVE:
            return []
        given = {grant.scope: grant for grant in self.enrolment.grants.all()}
        return [Share(scope.value, str(scope.label), given.get(scope.value)) for scope in Grant.Scope]


def enrolments_of(user: User) -> Any:
    """The learner's enrolments with all that these pages show of them, in a fixed number of queries."""
    return (
        Enrolment.objects.filter(learner=user)
        .with_place()
        .select_related("edition__course", "edition__location", "edition__provider", "employer", "order__employer")
        .prefetch_related(
            Prefetch(
                "edition__sessions", Session.objects.select_related("room__location").order_by("starts_at", "number")
            ),
            Prefetch("attendance", Attendance.objects.order_by("pk")),
            Prefetch("grants", Grant.objects.active()),
            "approvals",
        )
    )


def taken_at(enrolment: Enrolment, at: datetime) -> Taken:
    edition = enrolment.edition
    progress = progress_of(
        edition.sessions.all(), enrolment.attendance.all(), share=edition.course.attendance_share, at=at
    )
    return Taken(enrolment, progress, at)


def one_of_mine(request: SignedInRequest, code: str, at: datetime) -> Taken:
    return taken_at(get_object_or_404(enrolments_of(request.user), code=code), at)


@dataclass(frozen=True)
class CheckIn:
    """A session that takes, or will take, the learner's check-in."""

    taken: Taken
    day: Day
    moment: datetime

    @property
    def opens_at(self) -> datetime:
        return checkin.window(self.day.session.starts_at)[0]

    @property
    def is_open(self) -> bool:
        opens_at, closes_at = checkin.window(self.day.session.starts_at)
        return opens_at <= self.moment <= closes_at

    @property
    def is_today(self) -> bool:
        return self.days_away == 0

    @property
    def is_tomorrow(self) -> bool:
        return self.days_away == 1

    @property
    def days_away(self) -> int:
        """Counted in days of the calendar here, not in hours."""
        return (timezone.localdate(self.day.session.starts_at) - timezone.localdate(self.moment)).days


def check_ins_of(taken: Iterable[Taken], at: datetime) -> list[CheckIn]:
    """The sessions of confirmed seats that are not over yet or still take a check-in, soonest first."""
    found = [
        CheckIn(one, day, at)
        for one in taken
        if one.enrolment.state in Enrolment.TAKING_PART
        for day in one.progress.days
    ]
    found = [one for one in found if not one.day.is_over or (one.is_open and not one.day.is_confirmed)]
    return sorted(found, key=lambda one: one.day.session.starts_at)
