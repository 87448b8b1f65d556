"""Whether a page still says what its other language says."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class TranslationCheck(models.Model):
    """Someone saw that a page says the same as its other language, as that stood then.

    Both languages are written by hand and either may be changed first, so no page is the other's source for good. A
    page without a row was made together with its other language.
    """

    page = models.OneToOneField(
        Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="translation_check"
    )
    source = models.ForeignKey(Page, verbose_name=_("compared with"), on_delete=models.CASCADE, related_name="+")
    # When the other one was last changed, as it was then read; empty: not since it was made. Not its revision, which
    # may be cleared away.
    source_changed_at = models.DateTimeField(_("as changed at"), null=True, blank=True)
    at = models.DateTimeField(_("checked at"), null=True, blank=True)  # empty: a copy that waits for its translation
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("check of a translation")
        verbose_name_plural = _("checks of translations")

    def __str__(self) -> str:
        return f"{self.page_id} ↔ {self.source_id}"
