"""The completion rule: enough of the planned minutes attended, and every assessment passed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from courses.models import Session
from enrolments import signals
from enrolments.models import Assessment, Enrolment, Result
from enrolments.progress import is_enough
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import move
from lms.people.models import User

State, Outcome = Enrolment.State, Enrolment.Outcome


@transaction.atomic
def evaluate_completion(enrolment: Enrolment, *, by: User | None, at: datetime) -> Enrolment:
    """Apply the rule once every session is signed off; until all results are in, nothing is decided.

    The minutes are those the trainer signed off; the learner's own check-in decides what the indicators count, not
    whether someone completed.
    Enough attendance without a pass ends as not completed, with a certificate of participation.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("edition__course").get(pk=enrolment.pk)
    edition = enrolment.edition
    sessions = list(edition.sessions.all())
    if enrolment.state not in (State.CONFIRMED, State.NOT_COMPLETED) or not sessions:
        return enrolment
    if any(session.state != Session.State.SIGNED_OFF for session in sessions):
        return enrolment
    planned = sum(session.countable_minutes for session in sessions)
    attended = enrolment.attendance.aggregate(minutes=Sum("minutes"))["minutes"] or 0
    enough = is_enough(attended, planned, edition.course.attendance_share)
    figures = {"attended_minutes": attended, "planned_minutes": planned}
    if not enough:
        return _finish(enrolment, State.NOT_COMPLETED, Outcome.ABSENT, by=by, at=at, **figures)
    results = {result.assessment_id: result.passed for result in enrolment.results.all()}
    needed = Assessment.objects.filter(course=edition.course).values_list("pk", flat=True)
    if any(pk not in results for pk in needed):
        return enrolment
    if all(results[pk] for pk in needed):
        return _finish(enrolment, State.COMPLETED, Outcome.PASSED, by=by, at=at, **figures)
    return _finish(enrolment, State.NOT_COMPLETED, Outcome.ATTENDED, by=by, at=at, **figures)


def _finish(
    enrolment: Enrolment, state: str, outcome: str, *, by: User | None, at: datetime, **figures: int
) -> Enrolment:
    if enrolment.state == state:
        return _decide_again(enrolment, outcome, by=by, at=at, **figures)
    move(
        enrolment,
        to=state,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb=f"enrolment.{state}",
        at=at,
        data={"outcome": outcome, **figures},
        ended_at=at,
        outcome=outcome,
        **figures,
    )
    announce = signals.enrolment_completed if state == State.COMPLETED else signals.enrolment_not_completed
    announce.send(Enrolment, enrolment=enrolment, at=at)
    return enrolment


def _decide_again(enrolment: Enrolment, outcome: str, *, by: User | None, at: datetime, **figures: int) -> Enrolment:
    """Still not completed, perhaps for another reason: a corrected register can show that someone attended enough."""
    was = {"outcome": enrolment.outcome, **{name: getattr(enrolment, name) for name in figures}}
    now = {"outcome": outcome, **figures}
    if was == now:
        return enrolment
    for name, value in now.items():
        setattr(enrolment, name, value)
    enrolment.save(update_fields=list(now))
    Event.record(enrolment, "enrolment.reassessed", by=by, at=at, data={"from": was, "to": now})
    if was["outcome"] != outcome:
        signals.enrolment_not_completed.send(Enrolment, enrolment=enrolment, at=at)
    return enrolment


@transaction.atomic
def record_result(
    enrolment: Enrolment, assessment: Assessment, passed: bool, *, by: User | None, at: datetime
) -> Result:
    """Pass or fail; a resit overwrites and the event keeps what was. Evaluates completion straight away."""
    require(by, "record_result", enrolment)
    was = Result.objects.filter(enrolment=enrolment, assessment=assessment).values_list("passed", flat=True).first()
    result, _created = Result.objects.update_or_create(
        enrolment=enrolment,
        assessment=assessment,
        defaults={"passed": passed, "recorded_at": at, "recorded_by": by},
    )
    if was != passed:
        Event.record(result, "result.recorded", by=by, at=at, data={"from": was, "to": passed})
    evaluate_completion(enrolment, by=by, at=at)
    return result
