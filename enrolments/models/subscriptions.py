"""The private address under which a learner's own calendar can be read."""

from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


def new_salt() -> str:
    return secrets.token_hex(16)


def hash_of(token: str) -> str:
    """How a token is looked up; a random 128 bits needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarSubscription(models.Model):
    """Whoever knows the address reads one learner's sessions, so it can be renewed: the old one then opens nothing.

    The token follows from a random salt and the secret of the installation: the page can show it again, and a stolen
    table alone opens no calendar.
    """

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("learner"),
        on_delete=models.CASCADE,
        related_name="calendar_subscription",
    )
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), editable=False)

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")

    def __str__(self) -> str:
        return f"calendar subscription {self.pk}"

    @property
    def token(self) -> str:
        return salted_hmac("enrolments.CalendarSubscription", self.salt, algorithm="sha256").hexdigest()[:32]
