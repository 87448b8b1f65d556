"""Links with which a holder shows a certificate to whom they like, with as much on it as they chose."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate
from lms.kernel.policies import Scoped
from lms.people.models import User


def new_salt() -> str:
    return secrets.token_hex(16)


def hash_of(token: str) -> str:
    """How a link is looked up; a random 128 bits needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class ShareQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> ShareQuerySet:
        return self.filter(certificate__in=Certificate.objects.allowing(user, verb).values("pk"))

    def working(self, at: datetime) -> ShareQuerySet:
        """Links that open something."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class Share(models.Model):
    """One link to one certificate. Whoever has it sees what the holder chose, until it ends or is taken back.

    The token follows from a random salt and the secret of the installation: its maker's page can show it again, and a
    stolen table alone opens nothing.
    """

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.CASCADE, related_name="shares"
    )
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    label = models.CharField(_("for whom"), max_length=60, blank=True)
    shows_name = models.BooleanField(_("my name"), default=True)
    shows_hours = models.BooleanField(_("hours and period"), default=True)
    shows_outcomes = models.BooleanField(_("what I learned and how it was assessed"), default=True)
    shows_parts = models.BooleanField(_("the parts of the programme"), default=True)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("works until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    # A day and no more: it tells a link in use from a forgotten one, and watches nobody.
    opened_on = models.DateField(_("last opened on"), null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a certificate")
        verbose_name_plural = _("links to certificates")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_link_ends_after_it_was_made",
                condition=(Q(expires_at=None) | Q(expires_at__gt=F("made_at")))
                & (Q(revoked_at=None) | Q(revoked_at__gte=F("made_at"))),
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk} to {self.certificate_id}"

    @property
    def token(self) -> str:
        return salted_hmac("certificates.Share", self.salt, algorithm="sha256").hexdigest()[:32]

    def works(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > at)

    @property
    def shows_everything(self) -> bool:
        """Then the number may stand there as well: its page says all of this."""
        return self.shows_name and self.shows_hours and self.shows_outcomes and self.shows_parts
