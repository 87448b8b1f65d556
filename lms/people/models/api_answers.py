"""What a system of an organisation was answered, so that it may ask the same thing twice and have it done once."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.people.models.organisations import Organisation


class ApiAnswer(models.Model):
    """The answer to one request that a system may send again. The key and what was said are kept as hashes."""

    KEPT = timedelta(days=2)

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="api_answers"
    )
    key = models.CharField(max_length=64, editable=False)
    said = models.CharField(max_length=64, editable=False)
    answer = models.JSONField(_("answer"), default=dict)  # names nobody
    given_at = models.DateTimeField(_("given at"), db_index=True)

    class Meta:
        verbose_name = _("answer to a system")
        verbose_name_plural = _("answers to systems")
        constraints = [
            models.UniqueConstraint(name="a_key_of_a_system_is_answered_once", fields=["organisation", "key"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.key[:12]}"
