"""Cancelling an edition with somewhere to go: places in another edition, kept for who had one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from courses.actions import claim_seat, lock_edition
from courses.models import Edition
from enrolments import letters
from enrolments.actions.enrolling import cancel_edition
from enrolments.actions.moving import carry_over
from enrolments.actions.queue import anyone_waits
from enrolments.models import Enrolment, EnrolmentQuerySet
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.people.models import User

State = Enrolment.State
# Longer than an ordinary offer: nobody asked for this one, and a new date has to be arranged at work.
KEPT = timedelta(days=7)


def losing_a_place(edition: Edition) -> EnrolmentQuerySet:
    """Who has a confirmed place now, first come first."""
    return edition.enrolments.filter(state=State.CONFIRMED).order_by("created_at", "pk")


def may_have_a_place(edition: Edition, alternative: Edition) -> EnrolmentQuerySet:
    """Of those, who is not in the alternative already."""
    there = Enrolment.objects.live().filter(edition=alternative).values("learner")
    return losing_a_place(edition).exclude(learner__in=there)


def room_in(alternative: Edition) -> int:
    """How many places can be kept there: none while others wait for them."""
    return 0 if anyone_waits(alternative) else alternative.seats_free


@transaction.atomic
def call_off(edition: Edition, *, alternative: Edition | None, by: User | None, at: datetime) -> list[Enrolment]:
    """Cancel an edition; keep a place in the alternative for who had one, first come first, as far as there is room.

    A kept place is an offer with a deadline: nobody is enrolled on days they never chose, and what they do not take
    goes to others. What was agreed goes along, also the price; it is owed once they accept. Who gets none hears of the
    other dates in the message about the cancellation. Returns the offers.
    """
    for one in sorted({edition.pk} | ({alternative.pk} if alternative else set())):
        lock_edition(Edition(pk=one))
    if alternative is None:
        cancel_edition(edition, by=by, at=at)
        return []
    require(by, "coordinate", alternative)
    alternative = lock_edition(alternative)
    room = (
        room_in(alternative) if alternative.takes_enrolments(at) and alternative.course_id == edition.course_id else 0
    )
    losers = list(may_have_a_place(edition, alternative).select_related("learner")[:room])
    cancel_edition(edition, by=by, at=at)
    return [_keep_a_place(one, alternative, edition, by=by, at=at) for one in losers]


def _keep_a_place(
    lost: Enrolment, alternative: Edition, edition: Edition, *, by: User | None, at: datetime
) -> Enrolment:
    claim_seat(alternative)
    until = min(at + KEPT, alternative.starts_at) if alternative.starts_at else at + KEPT
    kept = carry_over(
        lost,
        alternative,
        verb="enrolment.place_kept",
        data={"instead_of": edition.pk, "cancelled": lost.pk},
        by=by,
        at=at,
        state=State.OFFERED,
        waitlisted_at=at,
        offer_expires_at=until,
    )
    post(letters.place_kept(kept, edition), at=at)
    return kept
