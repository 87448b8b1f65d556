"""Subjects, each with what there is to learn, visit and read about it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import ProseBlock
from cms.models.base import BasePage
from courses.models import Theme


class ThemeIndexPage(BasePage):
    """The subjects one can learn about."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ThemePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("overview of themes")
        verbose_name_plural = _("overviews of themes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import themes  # it reads these models

        return super().get_context(request, *args, **kwargs) | themes.themes(self, request)


class ThemePage(BasePage):
    """One subject in one language, with its courses, its labs and who tells about it."""

    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="pages")
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("theme"),
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.ThemeIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("theme page")
        verbose_name_plural = _("theme pages")

    def clean(self) -> None:
        super().clean()
        self._refuse_second("theme", gettext("This theme already has a page in this language."))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import themes  # it reads these models

        context = super().get_context(request, *args, **kwargs)
        if self.theme_id is None:  # the preview of a page that has no theme yet
            return context
        return context | themes.theme(self, request, timezone.now())
