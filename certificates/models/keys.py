"""Keys of the issuer: the public halves, kept for as long as what they signed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IssuerKeyQuerySet(models.QuerySet["IssuerKey"]):
    def active(self, purpose: str) -> IssuerKey | None:
        """The key that signs for this purpose now."""
        return self.filter(purpose=purpose, retired_at=None).first()

    def trusted(self, purpose: str) -> IssuerKeyQuerySet:
        """Keys whose signatures count, also from before they were retired."""
        return self.filter(purpose=purpose, compromised_at=None)


class IssuerKey(models.Model):
    """The public half of a key that signs or once signed. Never deleted: what it signed must stay checkable."""

    class Purpose(models.TextChoices):
        CREDENTIAL = "credential", _("credentials")
        SEAL = "seal", _("seal")
        TOKEN = "token", _("tokens")

    class Holder(models.TextChoices):
        """Where the private half is, and stays."""

        FILE = "file", _("a file")
        DEVICE = "pkcs11", _("a device")
        PROVIDER = "csc", _("a trust service provider")

    name = models.SlugField(_("name"), max_length=60, unique=True, help_text=_("Its name in the DID document."))
    purpose = models.CharField(_("signs"), max_length=10, choices=Purpose)
    public = models.TextField(
        _("public half"), help_text=_("A Multikey, or the seal's certificates in PEM, its own first.")
    )
    held_in = models.CharField(_("private half in"), max_length=6, choices=Holder, default=Holder.FILE)
    held_as = models.CharField(_("its name there"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("demo"), default=False)
    made_at = models.DateTimeField(_("made at"))
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    compromised_at = models.DateTimeField(_("compromised at"), null=True, blank=True)

    objects = IssuerKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of the issuer")
        verbose_name_plural = _("keys of the issuer")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_active_key_per_purpose", fields=["purpose"], condition=Q(retired_at=None)
            ),
            models.CheckConstraint(
                name="a_compromised_key_is_retired", condition=Q(compromised_at=None) | Q(retired_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name
