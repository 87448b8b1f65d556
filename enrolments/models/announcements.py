"""What a coordinator writes to the people of an edition, and to whom it went."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from enrolments.models.enrolments import Enrolment
from lms.kernel.languages import in_language


class Announcement(models.Model):
    """A message to some or all of an edition: its words, as they were sent. Written once, never changed."""

    class Audience(models.TextChoices):
        ALL = "all", _("everyone with a place or on the waiting list")
        PLACES = "places", _("everyone with a place")
        WAITING = "waiting", _("everyone on the waiting list")
        CHOSEN = "chosen", _("the people I choose")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Drawn with the form: the same form sent twice is one announcement.
    form_key = models.UUIDField(unique=True, editable=False)
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="announcements"
    )
    audience = models.CharField(_("to"), max_length=8, choices=Audience)
    subject_nl = models.CharField(_("subject in Dutch"), max_length=150, blank=True)
    text_nl = models.TextField(_("text in Dutch"), blank=True)
    subject_en = models.CharField(_("subject in English"), max_length=150, blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        editable=False,
        related_name="+",
    )
    at = models.DateTimeField(_("at"), editable=False)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="an_announcement_says_something",
                condition=models.Q(subject_nl__gt="", text_nl__gt="") | models.Q(subject_en__gt="", text_en__gt=""),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        return in_language(self, "subject")


class AnnouncementRecipient(models.Model):
    """One person an announcement went to, in the language they read. How far its mail got is the outbox's to say."""

    announcement = models.ForeignKey(
        Announcement, verbose_name=_("announcement"), on_delete=models.CASCADE, related_name="recipients"
    )
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.CASCADE, related_name="announcements"
    )
    language = models.CharField(_("language"), max_length=2)

    class Meta:
        verbose_name = _("recipient of an announcement")
        verbose_name_plural = _("recipients of announcements")
        constraints = [
            models.UniqueConstraint(name="an_announcement_goes_to_someone_once", fields=["announcement", "enrolment"])
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} {self.enrolment_id}"
