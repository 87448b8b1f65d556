"""Places in the public lists of revocations."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate


class StatusEntry(models.Model):
    """A certificate's place in a public list of revocations. Random, so that neighbours say nothing about each other;
    never given to another.
    """

    list_number = models.PositiveIntegerField(_("list"))
    place = models.PositiveIntegerField(_("place"))
    certificate = models.OneToOneField(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="status_entry"
    )

    class Meta:
        verbose_name = _("place in a status list")
        verbose_name_plural = _("places in status lists")
        constraints = [
            models.UniqueConstraint(name="a_place_in_a_status_list_is_given_once", fields=["list_number", "place"])
        ]

    def __str__(self) -> str:
        return f"{self.list_number}#{self.place}"
