"""The catalogue and the pages of its courses."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.addresses import in_other_words
from cms.blocks import ProseBlock
from cms.forms import HousePageForm
from cms.models.base import BasePage
from courses.back_office.panels import LackingPanel
from courses.models import Course


class CourseIndexPage(BasePage):
    """The catalogue: every course with a page in this language."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.CoursePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.catalogue import Catalogue  # it reads these models

        context = super().get_context(request, *args, **kwargs)
        context["catalogue"] = Catalogue(self, request, timezone.now())
        return context

    def query_elsewhere(self, request: HttpRequest, language: str) -> str:
        from cms.shelf import here_params  # it reads these models

        return in_other_words(request.GET, here_params, language, keep=("q", "sort"))

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        template = super().get_template(request, *args, **kwargs)
        htmx = getattr(request, "htmx", None)  # a preview's request passed no middleware of ours
        if htmx and htmx.target == "resultaten" and not htmx.history_restore_request:
            return f"{template}#answer"
        return template

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
        response = super().serve(request, *args, **kwargs)
        # One address, two answers: a cache keeps the list for htmx apart from the whole page.
        patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
        if response.template_name.endswith("#answer"):
            catalogue = response.context_data["catalogue"]
            # The browser shows the address a visitor would share. Typing a word is one step back, not one per letter.
            header = "HX-Replace-Url" if request.headers.get("HX-Trigger-Name") == "q" else "HX-Push-Url"
            response[header] = catalogue.here
        return response


class CoursePage(BasePage):
    """One course in one language: the prose is here, every fact is the course's."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="pages")
    body = StreamField(ProseBlock(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("course"),
        LackingPanel(),
        FieldPanel("introduction", help_text=_("Empty: the course's own summary.")),
        FieldPanel("body"),
    ]
    base_form_class = HousePageForm
    parent_page_types = ["cms.CourseIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")

    def clean(self) -> None:
        super().clean()
        self._refuse_second("course", gettext("This course already has a page in this language."))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.cards import course_page  # it reads these models

        context = super().get_context(request, *args, **kwargs)
        if self.course_id is None:  # the preview of a page that has no course yet
            return context
        context |= course_page.course(self, request, timezone.now())
        context["description"] = self.search_description or context["introduction"]
        return context
