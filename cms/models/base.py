"""What our pages share."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


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
