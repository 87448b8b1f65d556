"""Keys with which an organisation's own systems read and write here."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.people.models.organisations import Organisation
from lms.people.models.roles import Role
from lms.people.models.users import User


class ApiTokenQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> ApiTokenQuerySet:
        """HR has those of its own employer; the office sees all and may stop any, but makes none for another."""
        if user.holds(Role.OFFICER):
            return self
        return self.filter(organisation__in=user.organisations_as(Role.HR))

    def working_at(self, moment: datetime) -> ApiTokenQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=moment)


class ApiToken(models.Model):
    """A key to the API, of one organisation and for what its scopes say. We keep a hash: the key is shown once."""

    class Scope(models.TextChoices):
        READ_ENROLMENTS = "enrolments:read", _("read who learns what")
        READ_CERTIFICATES = "certificates:read", _("read and download certificates that are shared")
        WRITE_GROUPS = "groups:write", _("enrol groups of your people, and read what became of them")
        MANAGE_WEBHOOKS = "webhooks:manage", _("make, list and remove webhooks")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="tokens"
    )
    name = models.CharField(_("name"), max_length=60)
    scopes = models.JSONField(_("scopes"))
    start = models.CharField(_("begins with"), max_length=12, editable=False)  # to tell keys apart; opens nothing
    digest = models.CharField(max_length=64, unique=True, editable=False)
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
    expires_at = models.DateTimeField(_("works until"), editable=False)
    used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)  # to the minute
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="a_key_expires_after_it_was_made", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(
                name="only_a_revoked_key_says_by_whom", condition=Q(revoked_by=None) | Q(revoked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.start}…)"

    def may(self, scope: str) -> bool:
        return scope in self.scopes

    @property
    def scopes_said(self) -> list[Any]:
        """Its scopes in words, in the order of the list."""
        return [one.label for one in self.Scope if one in self.scopes]

    def is_working(self, moment: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > moment
