"""What a learner was last told of an edition. What changed since then is a comparison with it, never a guess."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from enrolments.models import Enrolment


class Invitation(models.Model):
    """The sessions as one learner was last told of them, and the number of the last calendar mail about them.

    Who waits, or asked for a place, was told as well and has nothing in their calendar: it does not stand then, and its
    number is nought.
    """

    enrolment = models.OneToOneField(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.CASCADE, related_name="invitation"
    )
    told = models.JSONField(_("told"), default=dict)
    sequence = models.PositiveIntegerField(_("number of the last calendar mail"), default=0)
    is_standing = models.BooleanField(_("stands in the calendar"), default=True)
    told_at = models.DateTimeField(_("told at"))
    confirmed_at = models.DateTimeField(_("confirmed at"))
    reminded_week_at = models.DateTimeField(_("reminded a week ahead at"), null=True, blank=True)
    reminded_day_at = models.DateTimeField(_("reminded a day ahead at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.sequence}"


class EditionChange(models.Model):
    """Someone is changing an edition. Its learners are told when that has been quiet for some minutes: one letter."""

    edition = models.OneToOneField(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="untold_change"
    )
    first_at = models.DateTimeField(_("first change at"))
    due_at = models.DateTimeField(_("to be told at"), db_index=True)

    class Meta:
        verbose_name = _("change to be told")
        verbose_name_plural = _("changes to be told")
        ordering = ["due_at", "pk"]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.due_at}"
