"""What a visitor filled in, kept for a day while mailed digits prove the address."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressProofQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(state=AddressProof.State.OPEN)

    def kept_at(self, moment: datetime) -> Self:
        """Those whose link and digits still work: a day long."""
        return self.filter(created_at__gt=moment - AddressProof.KEPT)


class AddressProof(models.Model):
    """What a visitor filled in, kept for a day while six mailed digits prove the e-mail address.

    Whoever asks for digits derives from it and says what they are for; ``NOUN`` names it in events. No account is made
    before the digits came back, and no page tells whether there is one.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        USED = "used", _("used")

    TRANSITIONS = {State.OPEN: {State.USED}, State.USED: set()}
    ATTEMPTS = 5
    KEPT = timedelta(days=1)
    NOUN: str

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN, editable=False)
    email = models.EmailField(_("e-mail address"))
    answers = models.JSONField(_("what was filled in"))
    language = models.CharField(_("language"), max_length=2)
    code_hash = models.CharField(max_length=128, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("made at"), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.token)
