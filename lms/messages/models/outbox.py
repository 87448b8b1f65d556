"""The outbox: a message is a row before it is a mail, so that nothing is lost with a mail server."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.people.models import Role, User


class MessageQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> MessageQuerySet:
        if user.holds(Role.OFFICER):
            return self
        return self.filter(recipient=user)

    def due(self, moment: datetime) -> MessageQuerySet:
        """Waiting messages whose next try is due, oldest first."""
        return self.filter(state=Message.State.WAITING, try_at__lte=moment).order_by("try_at", "pk")


class Message(models.Model):
    """One mail to one person, in their language. Sent once; failed after the last try."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        HELD = "held", _("held: the address does not work")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("came back")
        SUPPRESSED = "suppressed", _("not wanted")

    # Nobody has read it, and nobody will unless something is done.
    NOT_ARRIVED = (State.FAILED, State.BOUNCED, State.HELD)
    TRANSITIONS = {
        State.WAITING: {State.SENT, State.FAILED, State.HELD, State.SUPPRESSED},
        State.HELD: {State.WAITING, State.SUPPRESSED},  # the address works again
        State.FAILED: {State.WAITING},  # tried again by hand
        State.SENT: {State.BOUNCED},
        State.BOUNCED: {State.WAITING},  # tried again by hand
        State.SUPPRESSED: set(),
    }
    # What someone may have sent again.
    UNDELIVERED = (State.FAILED, State.HELD, State.BOUNCED)

    kind = models.CharField(_("kind"), max_length=40)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    calendar = models.TextField(_("calendar entry"), blank=True)
    calendar_method = models.CharField(_("calendar method"), max_length=10, blank=True)
    about = models.CharField(_("about"), max_length=80, blank=True)  # "enrolments.Enrolment:12": what it tells of
    # Ours, so that a mail that comes back, or comes twice, is known by it.
    message_id = models.CharField(_("Message-ID"), max_length=120, blank=True, editable=False)
    may_wait = models.BooleanField(_("may wait for the day"), default=False, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    created_at = models.DateTimeField(_("written at"), editable=False)
    try_at = models.DateTimeField(_("next try"), editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    error = models.CharField(_("last error"), max_length=250, blank=True, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_sent_message_says_when",
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | ~Q(state__in=["sent", "bounced"]) & Q(sent_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="a_message_id_is_given_once", fields=["message_id"], condition=~Q(message_id="")
            ),
        ]
        indexes = [models.Index(fields=["state", "try_at"], name="message_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
