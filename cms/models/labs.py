"""The labs in which people learn."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import ProseBlock
from cms.models.base import BasePage
from lms.people.models import Organisation


class LabIndexPage(BasePage):
    """The labs in which people learn."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.LabPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("overview of labs")
        verbose_name_plural = _("overviews of labs")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import labs  # it reads these models

        return super().get_context(request, *args, **kwargs) | labs.labs(self, request)


class LabPage(BasePage):
    """One lab in one language, with what it teaches and when."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("lab"),
        on_delete=models.PROTECT,
        related_name="pages",
        limit_choices_to=~Q(lab_kind=""),
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("organisation"),
        FieldPanel("introduction", help_text=_("Empty: the lab's own description.")),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.LabIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("lab page")
        verbose_name_plural = _("lab pages")

    def clean(self) -> None:
        super().clean()
        self._refuse_second("organisation", gettext("This lab already has a page in this language."))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import labs  # it reads these models

        context = super().get_context(request, *args, **kwargs)
        if self.organisation_id is None:  # the preview of a page that has no lab yet
            return context
        context |= labs.lab(self, request, timezone.now())
        context["description"] = self.search_description or context["introduction"]
        return context
