"""What people who learned here tell about it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import ProseBlock
from cms.models.base import BasePage
from courses.models import Course
from lms.people.models import Organisation


class StoryIndexPage(BasePage):
    """All stories, the latest first."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("overview of stories")
        verbose_name_plural = _("overviews of stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import stories  # it reads these models

        return super().get_context(request, *args, **kwargs) | stories.stories(self, request)


class StoryPage(BasePage):
    """A portrait of one person or company: what they learned, and what they do with it now."""

    class Kind(models.TextChoices):
        """Who tells it. The programme speaks of these four."""

        EMPLOYEE = "employee", _("employee")
        CAREER_SWITCHER = "career_switcher", _("career switcher")
        STUDENT = "student", _("student")
        COMPANY = "company", _("company")

    kind = models.CharField(_("who tells it"), max_length=15, choices=Kind, default=Kind.EMPLOYEE)
    who = models.CharField(_("name"), max_length=120, help_text=_("Only with the consent of who it is about."))
    role = models.CharField(_("what they do"), max_length=160, blank=True, help_text=_("Work, company, place."))
    quote = models.TextField(_("quote"), blank=True)
    picture = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    picture_alt = models.CharField(
        _("what the picture shows"), max_length=200, blank=True, help_text=_("Read aloud to who cannot see it.")
    )
    course = models.ForeignKey(
        Course, verbose_name=_("course it is about"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lab = models.ForeignKey(
        Organisation,
        verbose_name=_("lab"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        limit_choices_to=~Q(lab_kind=""),
    )
    is_example = models.BooleanField(
        _("example story"), default=False, help_text=_("Made up, to show what a story can be. The page says so.")
    )
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("who"), FieldPanel("role"), FieldPanel("is_example")],
            heading=_("Who tells it"),
        ),
        FieldPanel("introduction"),
        FieldPanel("quote"),
        MultiFieldPanel([FieldPanel("picture"), FieldPanel("picture_alt")], heading=_("Picture")),
        MultiFieldPanel([FieldPanel("course"), FieldPanel("lab")], heading=_("What it is about")),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.StoryIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import stories  # it reads these models

        context = super().get_context(request, *args, **kwargs)
        context |= stories.story(self, request, timezone.now())
        context["description"] = self.search_description or self.introduction or self.quote
        return context
