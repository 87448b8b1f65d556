"""What our pages share."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from cms.forms import PageForm


class BasePage(Page):
    """What all our pages share: an introduction under the title, and words for the page's head."""

    base_form_class = PageForm

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel(
                    "slug", help_text=_("The last part of the address. Change it only if you must: links lead here.")
                ),
                FieldPanel("seo_title", help_text=_("Empty: the title of the page. Sixty characters are shown.")),
                FieldPanel(
                    "search_description",
                    help_text=_("One or two sentences that say what someone finds here; 150 characters are shown."),
                ),
            ],
            heading=_("For search engines"),
        ),
        MultiFieldPanel(["show_in_menus"], heading=_("For the menus of the site")),
    ]

    class Meta:
        abstract = True

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["canonical"] = self.get_full_url(request)
        context["description"] = self.search_description or self.introduction
        context["trail"] = self.trail(request)
        return context

    def permissions_for_user(self, user: Any) -> Any:
        from cms.policies import PageTester  # it reads these models

        return PageTester(user, self)

    def save_revision(self, *args: Any, **kwargs: Any) -> Any:
        """Before its first change a page that was built, not edited, keeps what stands on the site as a revision.

        Without one its history would begin with the change; and Wagtail takes a page that has no live revision off the
        site as soon as someone dates a change to it.
        """
        if self.pk and self.live and self.live_revision_id is None:
            standing = type(self).objects.get(pk=self.pk)
            self.live_revision = Page.save_revision(standing, changed=False, log_action=False, clean=False)
            type(self).objects.filter(pk=self.pk).update(live_revision=self.live_revision)
        return super().save_revision(*args, **kwargs)

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """As it will stand on the site, and the other language as that was last saved."""
        translated = self.pk and self.get_translations().exists()
        return [("", _("This language")), *([("other", _("The other language"))] if translated else [])]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> Any:
        other = self.get_translations().first() if mode_name == "other" and self.pk else None
        page = other.get_latest_revision_as_object() if other else self
        language = page.locale.language_code if page.locale_id else translation.get_language()
        with translation.override(language):
            response = Page.serve_preview(page, request, "")
            return response.render() if hasattr(response, "render") else response

    def trail(self, request: HttpRequest) -> list[tuple[str, str]]:
        """The pages above this one, for the breadcrumb; none above the home page and a page not yet saved."""
        if not self.pk or self.depth is None:
            return []
        above = list(self.get_ancestors().filter(depth__gt=1))
        return [(gettext("Home") if page.depth == 2 else page.title, page.get_url(request) or "") for page in above]

    def query_elsewhere(self, request: HttpRequest, language: str) -> str:
        """What of this address's query holds in another language, with its names in that language: ``?thema=iot``.

        Nothing, on most pages: what stands behind their question mark is not theirs.
        """
        return ""

    def _refuse_second(self, field: str, message: str) -> None:
        """One page per thing and language. Not a database constraint: the language stands in Wagtail's own table."""
        thing = getattr(self, f"{field}_id")
        if thing is None or self.locale_id is None:
            return
        others = type(self).objects.filter(**{field: thing}, locale=self.locale_id).exclude(pk=self.pk)
        if others.exists():
            raise ValidationError({field: message})
