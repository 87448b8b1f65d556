"""Doorbells of certificates. The row is the letter: a lost ring is found by the sweep within minutes."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from certificates import actions
from certificates.actions import bundles as bundle_actions
from certificates.actions import expiring
from certificates.actions import rounds as round_actions
from certificates.lacking import without_certificate
from certificates.models import Bundle, Certificate, Round
from courses.models import Course
from enrolments.models import Enrolment
from lms.kernel.states import TransitionRefused

OVERDUE = timedelta(minutes=1)
AT_A_TIME = 500
ROUND_THE_MISSING = "certificates.missing"  # up to which enrolment the last hour came


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
    # A few hundred an hour, going round: what cannot be made yet must not keep us from what can.
    finished = Enrolment.objects.filter(outcome__in=[Enrolment.Outcome.PASSED, Enrolment.Outcome.ATTENDED])
    without = without_certificate(finished).select_related("edition__course")
    turn = list(without.filter(pk__gt=cache.get(ROUND_THE_MISSING, 0)).order_by("pk")[:AT_A_TIME])
    cache.set(ROUND_THE_MISSING, turn[-1].pk if len(turn) == AT_A_TIME else 0, timeout=None)
    asked = sum(actions.request_earned_certificate(one, by=None, at=now) is not None for one in turn)
    for programme in Course.objects.filter(parts__isnull=False).distinct():
        for part in Certificate.objects.all().last_parts(programme)[:500]:
            asked += len(actions.request_programme_certificates(part, by=None, at=now))
    return asked


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def make_bundle(bundle_id: int) -> None:
    """Make a file of certificates, from where it is to its end."""
    bundle = Bundle.objects.filter(pk=bundle_id).first()
    while bundle and bundle_actions.go_on(bundle, at=timezone.now()):
        pass


@shared_task
def look_after_bundles() -> int:
    """Ring again for files in which nothing happens, and clear away those whose week is over. Each minute."""
    now = timezone.now()
    for bundle in Bundle.objects.all().past(now):
        with contextlib.suppress(TransitionRefused):  # cleared away in this very second
            bundle_actions.end_bundle(bundle, at=now)
    waiting = list(Bundle.objects.all().unanswered(now).values_list("pk", flat=True)[:100])
    for pk in waiting:
        make_bundle.delay(pk)
    return len(waiting)


@shared_task(acks_late=True, autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def make_round(round_id: int) -> None:
    """Go over an edition, from where it is to its end."""
    found = Round.objects.filter(pk=round_id).first()
    while found and round_actions.go_on(found, at=timezone.now()):
        pass


@shared_task
def look_after_rounds() -> int:
    """Ring again for rounds that stand still. Each minute."""
    waiting = list(Round.objects.unanswered(timezone.now()).values_list("pk", flat=True)[:100])
    for pk in waiting:
        make_round.delay(pk)
    return len(waiting)


@shared_task
def tell_of_expiry() -> int:
    """Sixty and fourteen days before: holders, and employers with whom it is shared. Each morning."""
    now = timezone.now()
    today = timezone.localdate(now)
    return expiring.tell_holders(day=today, at=now) + expiring.tell_employers(day=today, at=now)
