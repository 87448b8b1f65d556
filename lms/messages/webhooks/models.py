"""Where an employer's system listens, and what was sent to it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User

# The log reaches back a month.
KEPT = timedelta(days=30)


class WebhookQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> WebhookQuerySet:
        return self.filter(organisation__in=user.organisations_as(Role.HR))


class Webhook(models.Model):
    """An address of an employer's system. The secret signs what is sent to it; it is kept encrypted."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")

    TRANSITIONS = {State.ACTIVE: {State.PAUSED}, State.PAUSED: {State.ACTIVE}}

    class Event(models.TextChoices):
        CONFIRMED = "enrolment.confirmed", _("someone has a place")
        WAITLISTED = "enrolment.waitlisted", _("someone is on the waiting list")
        WITHDRAWN = "enrolment.withdrawn", _("someone withdrew before it began")
        CANCELLED = "enrolment.cancelled", _("an enrolment was cancelled")
        GROUP_FINISHED = "group.finished", _("every row of a group has its result")
        SHARED = "certificate.shared", _("a certificate is shared with you")
        REVOKED = "certificate.revoked", _("a shared certificate was revoked")
        UNSHARED = "sharing.withdrawn", _("a certificate is no longer shared")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="webhooks"
    )
    url = models.URLField(_("address"), max_length=300)
    events = models.JSONField(_("events"))
    sealed_secret = models.TextField(editable=False)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.ACTIVE, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    made_at = models.DateTimeField(_("made at"), editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(name="an_address_listens_once", fields=["organisation", "url"])]

    def __str__(self) -> str:
        return self.url

    @property
    def events_said(self) -> list[str]:
        return [str(one.label) for one in self.Event if one in self.events]


class DeliveryQuerySet(models.QuerySet):
    def due(self, moment: datetime) -> DeliveryQuerySet:
        """What waits for its next try, oldest first; an address that is paused is left alone."""
        return self.filter(
            state=Delivery.State.WAITING, try_at__lte=moment, webhook__state=Webhook.State.ACTIVE
        ).order_by("try_at", "pk")


class Delivery(models.Model):
    """One message to one address. It names a row, and is made up when it is sent: what may no longer be told then is
    not sent, and lay nowhere meanwhile."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    TRANSITIONS = {
        State.WAITING: {State.SENT, State.FAILED},
        State.SENT: {State.WAITING},  # sent again by hand
        State.FAILED: {State.WAITING},
    }
    TEST = "test"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(_("event"), max_length=30)
    about = models.CharField(_("about"), max_length=20, blank=True)  # the key of the enrolment or certificate
    happened_at = models.DateTimeField(_("happened at"), editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    try_at = models.DateTimeField(_("next try"), editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True, editable=False)
    status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True, editable=False)
    error = models.CharField(_("last error"), max_length=120, blank=True, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-happened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_sent_delivery_says_when",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["state", "try_at"], name="delivery_due")]

    def __str__(self) -> str:
        return str(self.uuid)
