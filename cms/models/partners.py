"""Who makes the programme possible."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import ProseBlock
from cms.models.base import BasePage
from courses.models import Course
from lms.people.models import Organisation


class PartnerIndexPage(BasePage):
    """All partners and funders, by what they do in the programme."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.PartnerPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("overview of partners")
        verbose_name_plural = _("overviews of partners")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import partners  # it reads these models

        return super().get_context(request, *args, **kwargs) | partners.partners(self, request)


class PartnerPage(BasePage):
    """One partner or funder in one language: what it does here, and where one meets it."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("partner"),
        on_delete=models.PROTECT,
        related_name="partner_pages",
        limit_choices_to=Q(is_partner=True) | Q(is_funder=True),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: the name is set in type. Use a logo only with its owner's consent."),
    )
    courses = ParentalManyToManyField(
        Course,
        verbose_name=_("courses it works on"),
        blank=True,
        related_name="+",
        help_text=_("Besides those it gives itself."),
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("organisation"),
        FieldPanel("introduction", help_text=_("Empty: the organisation's own description.")),
        FieldPanel("logo"),
        FieldPanel("courses"),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.PartnerIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("partner page")
        verbose_name_plural = _("partner pages")

    def clean(self) -> None:
        super().clean()
        self._refuse_second("organisation", gettext("This partner already has a page in this language."))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import partners  # it reads these models

        context = super().get_context(request, *args, **kwargs)
        if self.organisation_id is None:  # the preview of a page that has no partner yet
            return context
        context |= partners.partner(self, request, timezone.now())
        context["description"] = self.search_description or context["introduction"]
        return context
