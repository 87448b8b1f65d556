"""Doorbells and sweeps of enrolments: every one may run twice, or late, and changes nothing more."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db.models import Count, F, Q
from django.utils import timezone

from courses.models import Edition
from enrolments.actions import (
    forget_holds,
    lapse_offer,
    lapse_request,
    offer_free_seats,
    release_hold,
    remind_of_approval,
)
from enrolments.models import Approval, Enrolment, SeatHold
from lms.kernel.states import TransitionRefused

log = structlog.get_logger(__name__)


@shared_task
def release_expired_holds() -> int:
    """Give back the seats of visitors who never confirmed their address. Each minute."""
    now = timezone.now()
    holds = list(SeatHold.objects.expired(now).select_related("edition"))
    for hold in holds:
        release_hold(hold, at=now)
    return len(holds)


@shared_task
def forget_old_holds() -> int:
    """Delete what was filled in more than a day ago. Each hour."""
    return forget_holds(at=timezone.now())


@shared_task
def lapse_expired_offers() -> int:
    """Pass on the seats whose offer nobody answered, then offer whatever else is free to who waits. Each minute."""
    now = timezone.now()
    lapsed = 0
    for enrolment in Enrolment.objects.with_lapsed_offer(now).select_related("edition"):
        try:
            lapse_offer(enrolment, at=now)
            lapsed += 1
        except TransitionRefused:
            continue  # answered in this very second
    waited_for = Enrolment.objects.waiting().order_by().values("edition")
    for edition in Edition.objects.published().filter(pk__in=waited_for, starts_at__gt=now):
        if edition.seats_free:
            offer_free_seats(edition, at=now)
    return lapsed


@shared_task
def look_after_requests() -> int:
    """Remind who has to decide, and end what nobody answered before the edition began. Each ten minutes."""
    now = timezone.now()
    done = sum(remind_of_approval(approval, at=now) for approval in Approval.objects.due(now))
    begun = Enrolment.objects.filter(state=Enrolment.State.REQUESTED, edition__starts_at__lte=now)
    for enrolment in begun.select_related("edition"):
        try:
            lapse_request(enrolment, at=now)
            done += 1
        except TransitionRefused:
            continue  # withdrawn in this very second
    return done


@shared_task
def compare_seats() -> list[str]:
    """Compare each edition's counter with the seats that enrolments and holds really take; reports, never repairs.

    A difference is a bug to be found, not a number to be smoothed over. Returns the codes. Each hour.
    """
    counted = Edition.objects.annotate(
        by_enrolments=Count("enrolments", filter=Q(enrolments__state__in=Enrolment.HOLDING_A_SEAT), distinct=True),
        by_holds=Count("holds", filter=Q(holds__has_seat=True), distinct=True),
    )
    wrong = list(
        counted.exclude(seats_taken=F("by_enrolments") + F("by_holds")).values_list("code", flat=True).order_by("code")
    )
    for code in wrong:
        log.error("seats_differ", edition=code)
    return wrong
