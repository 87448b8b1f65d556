"""What machines ask of the site as a whole: a map of its pages, and the picture of one."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from cms.cards import course_page
from cms.head import card_of
from cms.models import BasePage, CoursePage
from cms.share_cards import draw

# A page's picture has its words in its address, so it never changes.
FOR_EVER = "public, max-age=31536000, immutable"


# The map of the site -------------------------------------------------------------------------------------------------


class PageMap(Sitemap):
    """Live pages that anyone may see, each with its other languages."""

    limit = 10_000

    def items(self) -> Any:
        site = Site.objects.get(is_default_site=True)
        # Each language has a tree of its own beside the site's first.
        trees = Q()
        for root in Page.objects.filter(translation_key=site.root_page.specific.translation_key):
            trees |= Q(path__startswith=root.path)
        return self.chosen(Page.objects.live().public().filter(trees)).select_related("locale").order_by("path")

    def chosen(self, pages: Any) -> Any:
        return pages.not_type(CoursePage)

    def get_latest_lastmod(self) -> datetime | None:
        return self.items().order_by("-last_published_at").values_list("last_published_at", flat=True).first()

    def _urls(self, page: int, protocol: str, domain: str) -> list[dict[str, Any]]:
        shown = list(self.paginator.page(page).object_list)
        everywhere = Page.objects.live().public().filter(translation_key__in={one.translation_key for one in shown})
        addresses: dict[Any, dict[str, str]] = defaultdict(dict)
        for one in everywhere.select_related("locale"):
            if address := one.full_url:
                addresses[one.translation_key][one.locale.language_code] = address
        self.latest_lastmod = max((one.last_published_at for one in shown if one.last_published_at), default=None)
        return [
            {
                "location": addresses[one.translation_key][one.locale.language_code],
                "lastmod": one.last_published_at,
                "alternates": _alternates(addresses[one.translation_key]),
            }
            for one in shown
            if one.locale.language_code in addresses[one.translation_key]
        ]


class CourseMap(PageMap):
    """The pages of courses: most of the site, and what changes most."""

    def chosen(self, pages: Any) -> Any:
        return pages.type(CoursePage)


def _alternates(addresses: dict[str, str]) -> list[dict[str, str]]:
    if len(addresses) < 2:
        return []
    found = [{"lang_code": language, "location": url} for language, url in sorted(addresses.items())]
    if first := addresses.get(settings.LANGUAGE_CODE):
        found.append({"lang_code": "x-default", "location": first})
    return found


SITEMAPS = {"pages": PageMap, "courses": CourseMap}


# Pictures ------------------------------------------------------------------------------------------------------------


@require_safe
def share_card(request: HttpRequest, page: int, digest: str) -> HttpResponse:
    """The picture of a live page. Of what it said before: on to what it says now."""
    found = get_object_or_404(Page.objects.live().public().select_related("locale"), pk=page).specific
    if not isinstance(found, BasePage):
        return redirect("/")
    with override(found.locale.language_code):
        context: dict[str, Any] = {}
        if isinstance(found, CoursePage):
            context = course_page.offered(found.course, timezone.now())
        card = card_of(found, context)
    if card.digest != digest:
        answer = redirect("share_card", page=page, digest=card.digest)
        answer["Cache-Control"] = "no-cache"
        return answer
    etag = f'"{digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(_drawn(card.digest, lambda: draw(card)), content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = FOR_EVER
    return response


def _drawn(digest: str, make: Any) -> bytes:
    """The picture of this name, drawn the first time it is asked for. Two who draw at once draw the same."""
    file = Path(settings.LMS_VAR) / "share" / f"{digest}.png"
    if file.exists():
        return file.read_bytes()
    picture: bytes = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=".draft-", delete=False) as draft:
        draft.write(picture)
    Path(draft.name).replace(file)
    return picture
