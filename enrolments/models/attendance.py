"""Who was at which session, confirmed twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Session
from enrolments.models.enrolments import Enrolment


class AttendanceQuerySet(models.QuerySet):
    def counting(self) -> AttendanceQuerySet:
        """Rows with both confirmations: the minutes that count for the indicators."""
        return self.filter(minutes__gt=0, learner_confirmed_at__isnull=False, trainer_confirmed_at__isnull=False)


class Attendance(models.Model):
    """One person at one session. No reasons of health, no free text; every overwrite leaves an event."""

    class Status(models.TextChoices):
        PRESENT = "present", _("present")
        PARTIAL = "partial", _("partly present")
        ABSENT_WITH_NOTICE = "absent_with_notice", _("absent with notice")
        ABSENT = "absent", _("absent")
        UNKNOWN = "unknown", _("not yet known")

    class Method(models.TextChoices):
        """How the learner confirmed."""

        QR = "qr", _("QR code")
        PIN = "pin", _("session code")

    session = models.ForeignKey(Session, verbose_name=_("session"), on_delete=models.PROTECT, related_name="attendance")
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="attendance"
    )
    status = models.CharField(_("status"), max_length=18, choices=Status, default=Status.UNKNOWN)
    minutes = models.PositiveSmallIntegerField(_("minutes present"), default=0)
    learner_confirmed_at = models.DateTimeField(_("confirmed by the learner"), null=True, blank=True)
    learner_method = models.CharField(_("way of confirmation"), max_length=4, choices=Method, blank=True)
    trainer_confirmed_at = models.DateTimeField(_("confirmed by the trainer"), null=True, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(name="one_attendance_per_session_and_learner", fields=["session", "enrolment"]),
            models.CheckConstraint(
                name="minutes_only_for_who_was_there",
                condition=Q(status__in=["present", "partial"], minutes__gt=0)
                | Q(status__in=["absent_with_notice", "absent", "unknown"], minutes=0),
                violation_error_message=_("Minutes belong to someone who was there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.enrolment_id} {self.status}"

    @property
    def counts(self) -> bool:
        """Both confirmations are there and there is time to count."""
        return bool(self.minutes and self.learner_confirmed_at and self.trainer_confirmed_at)
