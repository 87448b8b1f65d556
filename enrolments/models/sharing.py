"""What a learner lets an employer see."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from enrolments.models.enrolments import Enrolment
from lms.people.models import Employment, Organisation


class GrantQuerySet(models.QuerySet):
    def active(self) -> GrantQuerySet:
        return self.filter(revoked_at=None)

    def in_force(self, day: date) -> GrantQuerySet:
        """Active grants to an employer where the learner works that day: who leaves shares nothing any more."""
        works_there = Employment.objects.current(day).filter(
            user=OuterRef("learner"), organisation=OuterRef("organisation")
        )
        return self.active().filter(Exists(works_there))


class Grant(models.Model):
    """A learner lets an employer see something, per scope, revocable. Without one the employer sees nothing more."""

    class Scope(models.TextChoices):
        CERTIFICATE = "certificate", _("certificate")
        HOURS = "hours", _("hours attended")
        ATTENDANCE = "attendance", _("attendance")

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("learner"), on_delete=models.CASCADE, related_name="grants"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("employer"), on_delete=models.CASCADE, related_name="grants"
    )
    scope = models.CharField(_("what is shared"), max_length=11, choices=Scope)
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.CASCADE, related_name="grants"
    )
    text_version = models.CharField(_("version of the text"), max_length=20)
    language = models.CharField(_("language"), max_length=2)
    granted_at = models.DateTimeField(_("granted at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("sharing grant")
        verbose_name_plural = _("sharing grants")
        constraints = [
            models.UniqueConstraint(
                name="one_active_grant_per_scope",
                fields=["enrolment", "organisation", "scope"],
                condition=Q(revoked_at=None),
                violation_error_message=_("This is already shared."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.scope}"
