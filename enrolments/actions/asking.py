"""Which approvals an enrolment needs, and asking for them. What they answer is in ``deciding``."""

from __future__ import annotations

from datetime import datetime, timedelta

from courses.models import Edition
from enrolments import signals
from enrolments.models import Approval, Enrolment
from lms.kernel.models import Event
from lms.kernel.states import move
from lms.people.models import Organisation, Role, User

TIME_TO_DECIDE = timedelta(days=7)

Kind = Approval.Kind


def approvals_needed(
    edition: Edition, employer: Organisation | None, *, by: User | None, is_from_employer: bool = False
) -> list[Approval.Kind]:
    """What must be granted before this enrolment may have a place.

    Whoever enrols someone and would decide it anyway is not asked for it again: HR that enrols its own people has
    approved them, a coordinator who enters someone has too. ``is_from_employer``: its own system sent them, with a
    key that HR made for it.
    """
    needed = []
    is_office = by is not None and by.holds(Role.OFFICER)
    if not is_office and (by is None or edition.provider_id not in by.organisations_as(Role.COORDINATOR)):
        needed += [Kind.PROVIDER] if edition.asks_approval else []
        needed += [Kind.INTAKE] if edition.asks_intake else []
    if employer is not None and employer.approves_enrolments and not is_office:
        is_hr = is_from_employer or (by is not None and employer.pk in by.organisations_as(Role.HR))
        needed += [] if is_hr else [Kind.EMPLOYER]
    return needed


def ask_approvals(enrolment: Enrolment, kinds: list[Approval.Kind], *, by: User | None, at: datetime) -> None:
    """Ask all at once; who decides hears of it. Inside the transaction of the request."""
    starts_at = enrolment.edition.starts_at
    decide_by = min(at + TIME_TO_DECIDE, starts_at) if starts_at else at + TIME_TO_DECIDE
    for kind in kinds:
        approval = Approval.objects.create(enrolment=enrolment, kind=kind, asked_at=at, decide_by=decide_by)
        Event.record(approval, "approval.asked", by=by, at=at, data={"kind": kind})
        signals.approval_asked.send(Approval, approval=approval, at=at)


def drop_approvals(enrolment: Enrolment, *, by: User | None, at: datetime) -> None:
    """The request ended another way: nobody has to answer any more."""
    for approval in enrolment.approvals.open():
        move(
            approval,
            to=Approval.State.DROPPED,
            allowed=Approval.TRANSITIONS,
            by=by,
            verb="approval.dropped",
            at=at,
        )
