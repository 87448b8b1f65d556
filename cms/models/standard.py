"""Pages of prose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import ProseBlock
from cms.models.base import BasePage


class StandardPage(BasePage):
    """A page of prose: about the programme, how we treat your data, how accessible the site is."""

    class Part(models.TextChoices):
        """What the site needs to find again: for its menus, and for links from other rooms."""

        ABOUT = "about", _("about the programme")
        PRIVACY = "privacy", _("privacy statement")
        ACCESSIBILITY = "accessibility", _("accessibility statement")

    part = models.CharField(
        _("part of the site"), max_length=13, choices=Part, blank=True, help_text=_("Empty: an ordinary page.")
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    settings_panels = [FieldPanel("part"), *Page.settings_panels]
    parent_page_types = ["cms.HomePage", "cms.StandardPage"]
    subpage_types = ["cms.StandardPage"]

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
