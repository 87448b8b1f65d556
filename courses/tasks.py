"""Doorbells and sweeps of courses: every one may run twice, or late, and changes nothing more."""

from __future__ import annotations

from celery import shared_task
from django.db.models import F
from django.utils import timezone

from courses.actions import (
    carry_out_import,
    check_import,
    forget_imports,
    forget_interests,
    lapse_interest,
    tell_of_edition,
)
from courses.models import CatalogueImport, Edition, Interest
from lms.kernel.states import TransitionRefused


@shared_task
def tell_who_waits(edition_id: int | None = None) -> int:
    """Tell who waits for a course that an edition of it takes enrolments and has places. Returns how many messages.

    Rung with one edition when that is published. As a sweep, each ten minutes, it finds what opens on its own date.
    """
    now = timezone.now()
    editions = Edition.objects.open_at(now).upcoming(now).filter(seats_taken__lt=F("capacity"))
    editions = editions.filter(course__in=Interest.objects.live().values("course"))
    if edition_id is not None:
        editions = editions.filter(pk=edition_id)
    told = 0
    for edition in editions.select_related("course", "provider", "location"):
        for interest in Interest.objects.not_knowing(edition).select_related("user", "course"):
            told += tell_of_edition(interest, edition, at=now)
    return told


@shared_task
def forget_old_interests() -> int:
    """End what was kept for a year, and delete what ended a month ago or was never confirmed. Each hour."""
    now = timezone.now()
    for interest in Interest.objects.lapsing(now):
        try:
            lapse_interest(interest, at=now)
        except TransitionRefused:
            continue  # withdrawn in this very second
    return forget_interests(at=now)


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=3)
def import_go_on(import_id: int) -> str:
    """Check a spreadsheet, or do what was shown of it: whichever it waits for. Returns its state."""
    one = CatalogueImport.objects.select_related("by").filter(pk=import_id).first()
    if one is None:
        return ""
    try:
        if one.state == CatalogueImport.State.APPLYING:
            carry_out_import(one, at=timezone.now())
        else:
            check_import(one, at=timezone.now())
    except TransitionRefused:
        one.refresh_from_db()  # another worker was faster
    return one.state


@shared_task
def import_what_waits() -> int:
    """Ring again for spreadsheets whose bell nobody heard. Each minute."""
    waiting = list(CatalogueImport.objects.unanswered(timezone.now()).values_list("pk", flat=True))
    for pk in waiting:
        import_go_on.delay(pk)
    return len(waiting)


@shared_task
def forget_old_imports() -> int:
    """Delete what was read from spreadsheets a month ago. Each day."""
    return forget_imports(at=timezone.now())
