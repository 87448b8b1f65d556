"""Doorbells of certificates. The row is the letter: a lost ring is found by the sweep within minutes."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from certificates import actions
from certificates.models import Certificate
from courses.models import Course
from enrolments.models import Enrolment

OVERDUE = timedelta(minutes=1)


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def issue_certificate(certificate_id: int) -> None:
    """Issue one certificate if it still waits."""
    actions.issue_certificate(Certificate.objects.get(pk=certificate_id), at=timezone.now())


@shared_task
def issue_waiting_certificates() -> int:
    """Ring again for every certificate that waits longer than a minute: its ring was lost with broker or worker."""
    overdue = Certificate.objects.waiting().filter(requested_at__lte=timezone.now() - OVERDUE)
    ids = list(overdue.values_list("pk", flat=True)[:500])
    for pk in ids:
        issue_certificate.delay(pk)
    return len(ids)


@shared_task
def request_missing_certificates() -> int:
    """Ask again for certificates that were held back because something they must state was missing. Each hour."""
    now = timezone.now()
    finished = Enrolment.objects.filter(outcome__in=[Enrolment.Outcome.PASSED, Enrolment.Outcome.ATTENDED])
    without = finished.filter(certificates=None).select_related("edition__course")
    asked = sum(actions.request_earned_certificate(one, by=None, at=now) is not None for one in without[:500])
    for programme in Course.objects.filter(parts__isnull=False).distinct():
        for part in Certificate.objects.all().last_parts(programme)[:500]:
            asked += len(actions.request_programme_certificates(part, by=None, at=now))
    return asked
