"""Notices that a certificate is about to expire: each is given once."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate, CertificateQuerySet
from lms.people.models import Organisation

# How many days before, and up to how many this one is still worth giving.
STEPS = ((60, 14), (14, -1))


class ExpiryNotice(models.Model):
    """That the holder was told, or an employer with whom it is shared."""

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.CASCADE, related_name="expiry_notices"
    )
    days = models.PositiveSmallIntegerField(_("days before"))
    company = models.ForeignKey(
        Organisation, verbose_name=_("employer"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("notice of expiry")
        verbose_name_plural = _("notices of expiry")
        ordering = ["-told_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_holder_is_told_of_expiry_once", fields=["certificate", "days"], condition=Q(company=None)
            ),
            models.UniqueConstraint(
                name="an_employer_is_told_of_expiry_once",
                fields=["certificate", "days", "company"],
                condition=Q(company__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.days}"


def to_be_told(days: int, until: int, *, day: date, company: Organisation | None = None) -> CertificateQuerySet:
    """Certificates that expire within so many days, not renewed, of which this reader has not been told yet."""
    told = ExpiryNotice.objects.filter(certificate=OuterRef("pk"), days=days, company=company)
    found = Certificate.objects.all() if company is None else Certificate.objects.all().shared_with({company.pk})
    return (
        found.issued()
        .filter(
            expires_on__gt=day + timedelta(days=until),
            expires_on__lte=day + timedelta(days=days),
            erased_at=None,
            enrolment__learner__is_active=True,
        )
        .exclude(Exists(told))
        .not_renewed()
        .order_by("expires_on", "pk")
    )
