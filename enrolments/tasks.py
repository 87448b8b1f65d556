"""Doorbells and sweeps of enrolments: every one may run twice, or late, and changes nothing more."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import Edition
from enrolments.actions import (
    carry_out_group,
    forget_groups,
    forget_holds,
    lapse_group,
    lapse_offer,
    lapse_request,
    offer_free_seats,
    release_hold,
    release_seats,
    remind_of_approval,
)
from enrolments.models import Approval, Enrolment, GroupEnrolment, SeatHold
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
    waited_for = Q(pk__in=Enrolment.objects.waiting().order_by().values("edition")) | Q(
        pk__in=GroupEnrolment.objects.in_line().order_by().values("edition")
    )
    for edition in Edition.objects.published().filter(waited_for):
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
    """Compare each edition's counter with the seats that enrolments, holds and groups take; reports, never repairs.

    A difference is a bug to be found, not a number to be smoothed over. Returns the codes. Each hour.
    """
    held = GroupEnrolment.objects.filter(edition=OuterRef("pk")).order_by().values("edition")
    counted = Edition.objects.annotate(
        by_enrolments=Count("enrolments", filter=Q(enrolments__state__in=Enrolment.HOLDING_A_SEAT), distinct=True),
        by_holds=Count("holds", filter=Q(holds__has_seat=True), distinct=True),
        by_groups=Coalesce(Subquery(held.annotate(n=Sum("seats_held")).values("n")), 0, output_field=IntegerField()),
    )
    wrong = list(
        counted.exclude(seats_taken=F("by_enrolments") + F("by_holds") + F("by_groups"))
        .values_list("code", flat=True)
        .order_by("code")
    )
    for code in wrong:
        log.error("seats_differ", edition=code)
    return wrong


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=3)
def group_go_on(group_id: int) -> str:
    """Enrol a group, or undo it: whichever was decided, from where it stopped. Returns its state."""
    group = GroupEnrolment.objects.filter(pk=group_id).first()
    return carry_out_group(group, at=timezone.now()).state if group else ""


@shared_task
def go_on_with_groups() -> int:
    """Ring again for groups whose bell nobody heard, or whose worker was killed. Each minute."""
    waiting = list(GroupEnrolment.objects.unanswered(timezone.now()).values_list("pk", flat=True))
    for pk in waiting:
        group_go_on.delay(pk)
    return len(waiting)


@shared_task
def keep_groups_to_their_day() -> int:
    """Give back seats that got no name in time, and end what waited as a whole until its day. Each ten minutes."""
    now = timezone.now()
    done = 0
    for group in GroupEnrolment.objects.with_names_overdue(now).select_related("edition"):
        done += bool(release_seats(group, by=None, at=now))
    for group in GroupEnrolment.objects.waiting_too_long(now).select_related("edition"):
        try:
            lapse_group(group, at=now)
            done += 1
        except TransitionRefused:
            continue  # placed in this very second
    return done


@shared_task
def forget_old_groups() -> int:
    """Delete lists nobody decided on, and what was typed for runs of a month ago. Each day."""
    return forget_groups(at=timezone.now())
