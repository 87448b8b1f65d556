"""Doorbells and sweeps of privacy: each may run twice, or late, and changes nothing more."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from lms.privacy import actions, running
from lms.privacy.models import PrivacyRequest

log = structlog.get_logger(__name__)


@shared_task
def make_download(request_id: int) -> None:
    """Make one file if it still waits; a request that is gone (its owner erased) is no error."""
    if request := PrivacyRequest.objects.select_related("person").filter(pk=request_id).first():
        actions.make_download(request, at=timezone.now())


@shared_task
def do_what_waits() -> int:
    """Files whose ring was lost, erasures whose time has come or that broke off, what is not to wait. Each minute."""
    now = timezone.now()
    waiting = [*PrivacyRequest.objects.to_make()[:50], *PrivacyRequest.objects.to_erase(now)[:50]]
    for request in waiting:
        do = actions.make_download if request.kind == PrivacyRequest.Kind.DOWNLOAD else actions.erase_person
        try:
            do(request, at=now)
        except Exception:  # one person's trouble must not keep the others
            log.exception("request_failed", pk=request.pk)
    return len(waiting) + running.run_soon(now)


@shared_task
def run_terms() -> int:
    """Every term that has passed. Each night."""
    return running.run_terms(timezone.now()).done
