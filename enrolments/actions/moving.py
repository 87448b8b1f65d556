"""From one edition of a course to another, without a moment in which there is no place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.actions import EditionFull, lock_edition
from courses.models import Edition
from enrolments import signals
from enrolments.actions.asking import approvals_needed
from enrolments.actions.enrolling import TERMS_VERSION, AlreadyEnrolled, EnrolmentClosed
from enrolments.actions.ordering import carry_order
from enrolments.actions.seats import claim_unless_others_wait, give_up, offer_seat, pass_on_seat
from enrolments.actions.sharing import share
from enrolments.models import Approval, Enrolment, Grant, Order
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused
from lms.people.models import User

State = Enrolment.State
# Who asked for a place and not yet has one may still get it where they asked; a request is not moved, it is made anew.
MOVABLE = (State.WAITLISTED, State.OFFERED, State.CONFIRMED)


class NeedsApproval(Exception):
    """The other edition takes nobody without an approval that was not given yet."""


@transaction.atomic
def move_to_edition(
    enrolment: Enrolment,
    edition: Edition,
    *,
    is_order: bool = False,
    early_start: bool = False,
    by: User | None,
    at: datetime,
) -> Enrolment:
    """A seat in another edition of the same course first; only then is this one given up, to who waits for it.

    Nobody gives up a seat for a place in a queue: who wants to wait elsewhere enrols there as well. What was agreed
    goes along: category, employer, what is shared, and the price as it was ordered. Who waits owes nothing yet: where
    the seat would bind the learner to pay and they did not order it here (``is_order``), as when the house moves them,
    it is offered to them. ``early_start``: a private person asks for lessons within the days to go back on it.

    Returns the new enrolment.
    Raises EditionFull when there is no seat or others wait for it, EnrolmentClosed, NeedsApproval, AlreadyEnrolled, and
    TransitionRefused when this enrolment cannot be moved (any more).
    """
    require(by, "move", enrolment)
    # Always in one order, so that two who change places cannot wait for each other for ever.
    locked = {pk: lock_edition(Edition(pk=pk)) for pk in sorted({enrolment.edition_id, edition.pk})}
    here, there = locked[enrolment.edition_id], locked[edition.pk]
    enrolment.refresh_from_db()
    if here == there or here.course_id != there.course_id or enrolment.state not in MOVABLE:
        raise TransitionRefused(f"{enrolment.code} cannot be moved to {there.code}.")
    if here.starts_at is not None and here.starts_at <= at:
        raise TransitionRefused(f"The edition of {enrolment.code} has begun.")
    _must_take(there, enrolment, by=by, at=at)
    if live := Enrolment.objects.live().filter(edition=there, learner=enrolment.learner).first():
        raise AlreadyEnrolled(live)
    if not claim_unless_others_wait(there):
        raise EditionFull(there.code)
    order = Order.objects.filter(enrolment=enrolment).first()
    said = {"from": enrolment.pk}
    if order is not None and order.binds_the_learner and not is_order:
        moved = carry_over(
            enrolment,
            there,
            verb="enrolment.waitlisted",
            data=said,
            by=by,
            at=at,
            state=State.WAITLISTED,
            waitlisted_at=at,
        )
        offer_seat(moved, there, at=at)
    else:
        moved = carry_over(
            enrolment,
            there,
            verb="enrolment.confirmed",
            data=said,
            early_start=early_start,
            by=by,
            at=at,
            state=State.CONFIRMED,
        )
        signals.enrolment_confirmed.send(Enrolment, enrolment=moved, at=at)
    if give_up(enrolment, here, by=by, at=at, moved_to=there):
        pass_on_seat(here, at=at)
    Event.record(enrolment, "enrolment.moved", by=by, at=at, data={"to": moved.pk})
    return moved


def _must_take(there: Edition, enrolment: Enrolment, *, by: User | None, at: datetime) -> None:
    """Whether the other edition takes this person: for the house itself also outside the enrolment window."""
    own = by is None or Edition.objects.allowing(by, "coordinate").filter(pk=there.pk).exists()
    has_begun = there.starts_at is not None and there.starts_at <= at
    if there.state != Edition.State.PUBLISHED or has_begun or not (own or there.takes_enrolments(at)):
        raise EnrolmentClosed(there.code)
    granted = set(enrolment.approvals.filter(state=Approval.State.GRANTED).values_list("kind", flat=True))
    if set(approvals_needed(there, enrolment.employer, by=by)) - granted and by is not None:
        raise NeedsApproval(there.code)


def carry_over(
    enrolment: Enrolment,
    there: Edition,
    *,
    verb: str,
    data: dict[str, Any],
    early_start: bool = False,
    by: User | None,
    at: datetime,
    **standing: Any,
) -> Enrolment:
    """A new enrolment elsewhere for the same person, as agreed here: category, employer, price, what is shared.

    ``standing`` is how it stands there: its state, and what belongs to that. The seat is the caller's.
    """
    made = Enrolment.objects.create(
        edition=there,
        learner=enrolment.learner,
        category=enrolment.category,
        employer=enrolment.employer,
        sector_left=enrolment.sector_left,
        sector_sought=enrolment.sector_sought,
        institution=enrolment.institution,
        language=enrolment.language,
        terms_version=enrolment.terms_version or TERMS_VERSION,
        enrolled_by=by,
        created_at=at,
        created_on=timezone.localdate(at),
        **standing,
    )
    Event.record(made, verb, by=by, at=at, data={"to": made.state, **data})
    carry_order(enrolment, made, early_start=early_start, by=by, at=at)
    for grant in Grant.objects.active().filter(enrolment=enrolment, organisation=enrolment.employer):
        share(made, Grant.Scope(grant.scope), by=by if by == made.learner else None, at=at)
    return made
