"""The labs in which people learn."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import ProseBlock
from cms.forms import HousePageForm
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
    """One lab in one language, with what it teaches and when. A skills lab's page shows its path of parts."""

    class Colour(models.TextChoices):
        """Paints on which white text reads well (7:1), in light and dark; the stylesheet mixes them."""

        OCEAN = "ocean", _("ocean")
        PETROL = "petrol", _("petrol")
        FOREST = "forest", _("forest")
        INDIGO = "indigo", _("indigo")
        PLUM = "plum", _("plum")
        RUST = "rust", _("rust")
        GRAPHITE = "graphite", _("graphite")

    class Cover(models.IntegerChoices):
        """The drawings that courses have as well."""

        CIRCUIT = 1, _("circuit")
        ARM = 2, _("robot arm")
        WELD = 3, _("weld layers")
        LENS = 4, _("lenses")
        FIBRE = 5, _("laid fibre")
        VIBRATION = 6, _("vibration")
        ASSEMBLY = 7, _("parts of an assembly")
        MESH = 8, _("network")

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("lab"),
        on_delete=models.PROTECT,
        related_name="pages",
        limit_choices_to=~Q(lab_kind=""),
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
    colour = models.CharField(_("colour"), max_length=8, choices=Colour, default=Colour.OCEAN)
    cover = models.PositiveSmallIntegerField(
        _("drawing"), choices=Cover, null=True, blank=True, help_text=_("Empty: none, or the photo.")
    )
    photo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("photo"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Stands in the place of the drawing."),
    )
    photo_alt = models.CharField(
        _("what the photo shows"), max_length=200, blank=True, help_text=_("Read aloud to who cannot see it.")
    )
    map_image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("map"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A picture of a map, with its source in it. Empty: the address alone."),
    )
    map_alt = models.CharField(
        _("what the map shows"),
        max_length=200,
        blank=True,
        help_text=_("For example: the lab is on the quay, five minutes from the ferry."),
    )
    directions = models.TextField(
        _("how to get there"), blank=True, help_text=_("From the station, by car, where to ring the bell.")
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("organisation"),
        FieldPanel("introduction", help_text=_("Empty: the lab's own description.")),
        MultiFieldPanel(
            [
                FieldPanel("logo"),
                FieldRowPanel([FieldPanel("colour"), FieldPanel("cover")]),
                FieldPanel("photo"),
                FieldPanel("photo_alt"),
            ],
            heading=_("How it looks"),
        ),
        MultiFieldPanel(
            [FieldPanel("map_image"), FieldPanel("map_alt"), FieldPanel("directions")], heading=_("How to get there")
        ),
        FieldPanel("body"),
    ]
    base_form_class = HousePageForm
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
