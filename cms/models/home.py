"""The front page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import DoorsBlock, FigureBlock, SearchesBlock
from cms.models.base import BasePage


class HomePage(BasePage):
    """The front page of one language."""

    eyebrow = models.CharField(_("line above the heading"), max_length=80, blank=True)
    heading = models.CharField(_("heading"), max_length=120)
    searches = StreamField(SearchesBlock(), verbose_name=_("often looked for"), blank=True)
    doors = StreamField(DoorsBlock(), verbose_name=_("doors"), blank=True)
    academy = models.ForeignKey(
        "cms.LabPage",
        verbose_name=_("skills lab on the front page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    figures_heading = models.CharField(_("heading above the figures"), max_length=80, blank=True)
    figures = StreamField([("figure", FigureBlock())], verbose_name=_("figures"), blank=True)
    partners = models.TextField(_("about the partners"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("eyebrow"),
        FieldPanel("heading"),
        FieldPanel("introduction"),
        FieldPanel("searches"),
        FieldPanel("doors"),
        FieldPanel("academy"),
        FieldPanel("figures_heading"),
        FieldPanel("figures"),
        FieldPanel("partners"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.CourseIndexPage",
        "cms.LabIndexPage",
        "cms.AgendaPage",
        "cms.ThemeIndexPage",
        "cms.PartnerIndexPage",
        "cms.StoryIndexPage",
        "cms.StandardPage",
    ]
    max_count = len(settings.LANGUAGES)

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import home  # it reads these models

        return super().get_context(request, *args, **kwargs) | home.home(self, request, timezone.now())
