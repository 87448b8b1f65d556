"""Telling in time that a certificate expires: its holder, and the employer with whom it is shared."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from certificates import letters
from certificates.models import Certificate, ExpiryNotice
from certificates.models.notices import STEPS, to_be_told
from enrolments.models import Grant
from lms.kernel.post import post
from lms.people.models import Organisation, Role

log = structlog.get_logger(__name__)

AT_A_TIME = 500  # a night; what is left comes the next night


def tell_holders(*, day: date, at: datetime) -> int:
    """Sixty and fourteen days before, once each. Returns how many letters."""
    told = 0
    for days, until in STEPS:
        waiting = to_be_told(days, until, day=day).select_related("enrolment__learner", "enrolment__edition__course")
        for certificate in waiting.select_related("programme")[:AT_A_TIME]:
            try:
                told += _tell_holder(certificate, days, at=at)
            except Exception:  # one letter that cannot be written keeps no other back
                log.exception("expiry_not_told", certificate=certificate.pk)
    return told


@transaction.atomic
def _tell_holder(certificate: Certificate, days: int, *, at: datetime) -> bool:
    _notice, is_new = ExpiryNotice.objects.get_or_create(
        certificate=certificate, days=days, company=None, defaults={"told_at": at}
    )
    if is_new:
        post(letters.certificate_expires(certificate), at=at)
    return is_new


def tell_employers(*, day: date, at: datetime) -> int:
    """One letter to each HR of an employer, about everything that is shared at this moment and runs out."""
    furthest = day + timedelta(days=max(days for days, _until in STEPS))
    expiring = Certificate.objects.all().issued().filter(expires_on__range=(day, furthest))
    granted = Grant.objects.in_force(day).filter(
        scope=Grant.Scope.CERTIFICATE, enrolment__certificates__in=expiring, organisation=OuterRef("pk")
    )
    return sum(_tell_employer(company, day=day, at=at) for company in Organisation.objects.filter(Exists(granted)))


@transaction.atomic
def _tell_employer(company: Organisation, *, day: date, at: datetime) -> int:
    """All or nothing: who was told and what they were told are one transaction."""
    company = Organisation.objects.select_for_update(of=("self",)).get(pk=company.pk)
    readers = company.memberships.current(day).filter(role=Role.HR, user__is_active=True).select_related("user")
    if not readers:
        return 0  # nobody was told: whoever becomes HR still is
    found: list[Certificate] = []
    for days, until in STEPS:
        waiting = list(to_be_told(days, until, day=day, company=company).select_related("enrolment__learner"))
        ExpiryNotice.objects.bulk_create(
            ExpiryNotice(certificate=one, days=days, company=company, told_at=at) for one in waiting
        )
        found += waiting
    if not found:
        return 0
    found.sort(key=lambda one: (one.expires_on or day, one.pk))
    for membership in readers.order_by("user"):
        post(letters.certificates_expire(company, membership.user, found), at=at)
    return len(readers)
