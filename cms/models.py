"""The pages of the site. Each holds prose and says which facts it shows; the facts stay with the courses."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from cms.blocks import DoorsBlock, FigureBlock, ProseBlock, SearchesBlock
from courses.models import Course
from lms.people.models import Organisation


class BasePage(Page):
    """What all our pages share: an introduction under the title, and words for the page's head."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["canonical"] = self.get_full_url(request)
        context["description"] = self.search_description or self.introduction
        context["trail"] = self.trail(request)
        return context

    def trail(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The pages above this one, for the breadcrumb; none above the home page and a page not yet saved."""
        if not self.pk or self.depth is None:
            return []
        above = list(self.get_ancestors().filter(depth__gt=1))
        return [(gettext("Home") if page.depth == 2 else page.title, page.get_url(request) or "") for page in above]

    def _refuse_second(self, field: str, message: str) -> None:
        """One page per thing and language. Not a database constraint: the language stands in Wagtail's own table."""
        thing = getattr(self, f"{field}_id")
        if thing is None or self.locale_id is None:
            return
        others = type(self).objects.filter(**{field: thing}, locale=self.locale_id).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError({field: message})


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
    subpage_types = ["cms.CourseIndexPage", "cms.LabIndexPage", "cms.AgendaPage", "cms.StandardPage"]
    max_count = len(settings.LANGUAGES)

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms import cards  # cards reads these models

        return super().get_context(request, *args, **kwargs) | cards.home(self, request, timezone.now())


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
        FieldPanel("introduction", help_text=_("Empty: the course's own summary.")),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.CourseIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("course page")
        verbose_name_plural = _("course pages")

    def clean(self) -> None:
        super().clean()
        self._refuse_second("course", gettext("This course already has a page in this language."))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms import cards  # cards reads these models

        context = super().get_context(request, *args, **kwargs)
        if self.course_id is None:  # the preview of a page that has no course yet
            return context
        context |= cards.course(self, request, timezone.now())
        context["description"] = self.search_description or context["introduction"]
        return context


class LabIndexPage(BasePage):
    """The labs in which people learn."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.LabPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("overview of labs")
        verbose_name_plural = _("overviews of labs")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms import cards  # cards reads these models

        return super().get_context(request, *args, **kwargs) | cards.labs(self, request)


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
        from cms import cards  # cards reads these models

        context = super().get_context(request, *args, **kwargs)
        if self.organisation_id is None:  # the preview of a page that has no lab yet
            return context
        context |= cards.lab(self, request, timezone.now())
        context["description"] = self.search_description or context["introduction"]
        return context


class AgendaPage(BasePage):
    """All editions that are still to begin, soonest first."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms import cards  # cards reads these models

        return super().get_context(request, *args, **kwargs) | cards.agenda(self, request, timezone.now())


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


class CourseIndexEntry(models.Model):
    """A course's words in one language, as the search compares them; written by cms.search only."""

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="index_entries")
    language = models.CharField(_("language"), max_length=2)
    title = models.TextField(_("words of the title"))
    keywords = models.TextField(_("words of skills, themes and labs"))
    text = models.TextField(_("other words"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(name="one_search_entry_per_language", fields=["course", "language"])]

    def __str__(self) -> str:
        return f"{self.course_id} {self.language}"
