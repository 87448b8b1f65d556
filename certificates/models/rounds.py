"""Rounds: one go over a whole edition, to issue what was earned or to make everything anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate, CertificateQuerySet
from courses.models import Edition


class RoundQuerySet(models.QuerySet["Round"]):
    def running(self) -> RoundQuerySet:
        return self.filter(state=Round.State.RUNNING)

    def unanswered(self, moment: datetime) -> RoundQuerySet:
        """Those that stand still for a minute: their bell was lost, with broker or worker."""
        return self.running().filter(moved_at__lte=moment - timedelta(minutes=1))


class Round(models.Model):
    """Asked for by one person, done by a worker, person after person. What came of it stands with each of them."""

    class What(models.TextChoices):
        ISSUE = "issue", _("issue what was earned")
        REISSUE = "reissue", _("make all of them anew")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    TRANSITIONS = {State.RUNNING: {State.DONE}, State.DONE: set()}

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="certificate_rounds"
    )
    what = models.CharField(_("what"), max_length=7, choices=What)
    reason = models.TextField(_("reason for inside"), blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.RUNNING, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    total = models.PositiveIntegerField(_("certificates"), default=0, editable=False)
    reached = models.PositiveBigIntegerField(_("got as far as"), default=0, editable=False)  # an enrolment's key
    asked_at = models.DateTimeField(_("asked for at"), editable=False)
    moved_at = models.DateTimeField(_("last went on at"), editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round of certificates")
        verbose_name_plural = _("rounds of certificates")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_round_at_a_time_per_edition", fields=["edition"], condition=Q(state="running")
            ),
            models.CheckConstraint(name="making_all_anew_has_a_reason", condition=~Q(what="reissue") | ~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.what}"

    def made(self) -> CertificateQuerySet:
        """The certificates that this round asked for, being made or made."""
        found: CertificateQuerySet = Certificate.objects.filter(
            enrolment__edition=self.edition_id, programme=None, requested_at__gte=self.asked_at
        )
        return found.filter(supersedes__isnull=self.what == self.What.ISSUE)
