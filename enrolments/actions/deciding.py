"""Answering what a request waits for, and what becomes of the request.

A request holds no seat. Once everything is granted it gets one if one is free, and else stands on the waiting list
where it would have stood from the day it was made. The edition's lock comes first, as with everything about seats.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from courses.actions import lock_edition
from enrolments import signals
from enrolments.actions.asking import drop_approvals
from enrolments.actions.enrolling import admit
from enrolments.models import Approval, Enrolment
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.models import Membership, Role, User

State = Approval.State


def deciders_of(approval: Approval, at: datetime) -> QuerySet[User]:
    """Whom to ask: HR of the employer, or the coordinators of the house; the programme office where there are none."""
    enrolment = approval.enrolment
    today = Membership.objects.current(timezone.localdate(at)).filter(user__is_active=True)
    if approval.kind == Approval.Kind.EMPLOYER:
        asked = today.filter(role=Role.HR, organisation=enrolment.employer)
    else:
        asked = today.filter(role=Role.COORDINATOR, organisation=enrolment.edition.provider)
    if not asked.exists():
        asked = today.filter(role=Role.OFFICER)
    return User.objects.filter(pk__in=asked.values("user")).order_by("pk")


@transaction.atomic
def grant_approval(approval: Approval, *, by: User | None, at: datetime) -> Approval:
    """Say yes; of an intake: the talk was held and the course suits. The last yes gives a place, or a waiting one.

    Raises TransitionRefused when it was answered, withdrawn or overtaken by the start of the edition meanwhile.
    """
    enrolment = _lock(approval, by)
    move(
        approval,
        to=State.GRANTED,
        allowed=Approval.TRANSITIONS,
        by=by,
        verb="approval.granted",
        at=at,
        decided_at=at,
        decided_by=by,
    )
    if not enrolment.approvals.open().exists():
        admit(enrolment, by=by, at=at)
    return approval


@transaction.atomic
def refuse_approval(approval: Approval, reason: str, *, by: User | None, at: datetime) -> Approval:
    """Say no, with a reason for the learner alone: the request ends, and nobody else has to answer it any more."""
    enrolment = _lock(approval, by)
    move(
        approval,
        to=State.REFUSED,
        allowed=Approval.TRANSITIONS,
        by=by,
        verb="approval.refused",
        at=at,
        decided_at=at,
        decided_by=by,
        reason=reason.strip(),
    )
    _decline(enrolment, verb="enrolment.declined", by=by, at=at)
    signals.approval_refused.send(Approval, approval=approval, at=at)
    return approval


@transaction.atomic
def plan_talk(approval: Approval, *, talk_at: datetime, place: str, by: User | None, at: datetime) -> Approval:
    """Invite the learner to the intake talk, or to another moment; granting or refusing says how it went."""
    _lock(approval, by)
    if not approval.is_talk:
        raise TransitionRefused(f"{approval} is not a talk.")
    move(
        approval,
        to=State.PLANNED,
        allowed=Approval.TRANSITIONS,
        by=by,
        verb="approval.talk_planned",
        at=at,
        talk_at=talk_at,
        talk_place=place.strip(),
        # Nobody can say how a talk went before it was held.
        decide_by=max(approval.decide_by, talk_at),
    )
    signals.talk_planned.send(Approval, approval=approval, at=at)
    return approval


@transaction.atomic
def remind_of_approval(approval: Approval, *, at: datetime) -> bool:
    """Tell who decides that the deadline is near, once; whether it was still to be told."""
    rows = Approval.objects.filter(pk=approval.pk, reminded_at=None, state__in=Approval.OPEN_STATES)
    if not rows.update(reminded_at=at):
        return False
    approval.refresh_from_db()
    Event.record(approval, "approval.reminded", by=None, at=at)
    signals.approval_due.send(Approval, approval=approval, at=at)
    return True


@transaction.atomic
def lapse_request(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """The edition began and not everybody had answered: the request ends. Answered meanwhile: TransitionRefused."""
    lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    _decline(enrolment, verb="enrolment.request_lapsed", by=None, at=at)
    signals.request_lapsed.send(Enrolment, enrolment=enrolment, at=at)
    return enrolment


def _lock(approval: Approval, by: User | None) -> Enrolment:
    """The edition's lock, then what others may have changed before it was ours."""
    require(by, "decide", approval)
    enrolment = approval.enrolment
    lock_edition(enrolment.edition)
    approval.refresh_from_db()
    enrolment.refresh_from_db()
    return enrolment


def _decline(enrolment: Enrolment, *, verb: str, by: User | None, at: datetime) -> None:
    if enrolment.state != Enrolment.State.REQUESTED:
        raise TransitionRefused(f"{enrolment.code} is no open request.")
    move(
        enrolment,
        to=Enrolment.State.DECLINED,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb=verb,
        at=at,
    )
    drop_approvals(enrolment, by=by, at=at)
