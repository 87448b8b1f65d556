"""Who someone was, kept apart for the evidence of a running project after they had their data erased."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SealedIdentityQuerySet(models.QuerySet):
    def to_forget(self, day: date) -> Self:
        """Those whose last project has had its time. Without a date nobody knows yet, so they stay."""
        return self.filter(keep_until__lt=day)


class SealedIdentity(models.Model):
    """A name that only the evidence of a project may still show.

    The account itself is empty from the moment of erasing, so that no page, list or search can show it by mistake.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="sealed_identity",
    )
    full_name = models.CharField(_("name"), max_length=250, blank=True)
    list_name = models.CharField(_("name on a register"), max_length=250, blank=True)
    sealed_at = models.DateTimeField(_("erased at"), editable=False)
    keep_until = models.DateField(
        _("keep until"), null=True, blank=True, help_text=_("Empty while a project's last payment is unknown.")
    )

    objects = SealedIdentityQuerySet.as_manager()

    class Meta:
        verbose_name = _("name kept for evidence")
        verbose_name_plural = _("names kept for evidence")
        constraints = [
            models.CheckConstraint(
                name="a_sealed_identity_is_of_someone", condition=~Q(full_name="") | ~Q(list_name="")
            )
        ]

    def __str__(self) -> str:
        return f"sealed identity {self.pk}"
