"""What a page says of itself to machines: in its head, not on the page.

Search engines get one address per page and language, and are kept out of lists as someone filtered them: there are
more of those than courses. Who shares a page gets its picture (cms.share_cards).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from cms import structured_data
from cms.cards.editions import EditionRow
from cms.models import AgendaPage, BasePage, CourseIndexPage, CoursePage, HomePage, LabPage, StoryPage, ThemePage
from cms.share_cards import Card
from lms.kernel import formats
from lms.kernel.context import Identity, identity
from lms.kernel.languages import current_language

OPEN_GRAPH_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
# Pages that one address shows in many ways.
LISTS = (CourseIndexPage, AgendaPage)
# The drawing of a page that is not about one course; the other pages have the front page's.
COVER_OF = {CourseIndexPage: 7, AgendaPage: 6, StoryPage: 5}
FRONT_COVER = 4


@dataclass(frozen=True)
class Feed:
    """An address to subscribe to."""

    title: str
    url: str
    type: str = "application/rss+xml"


@dataclass(frozen=True)
class Head:
    """What cms/parts/head.html writes."""

    title: str
    description: str
    kind: str
    canonical: str
    robots: str
    locale: str
    other_locales: list[str]
    alternates: list[tuple[str, str]]
    image: str
    image_text: str
    feeds: list[Feed] = field(default_factory=list)
    data: str = ""


def head_of(page: BasePage, context: Mapping[str, Any], request: HttpRequest, moment: datetime) -> Head:
    """The head of a page, out of what the page itself shows (its context)."""
    canonical, robots = canonical_of(page, request)
    site = identity()
    image, card = "", None
    if page.pk and page.live:
        card = card_of(page, context, site)
        image = request.build_absolute_uri(reverse("share_card", args=[page.pk, card.digest]))
    others = [
        (one["language"], str(one["absolute"]).partition("?")[0])
        for one in context.get("languages") or []
        if not one["instead"]  # the way to another page is no translation of this one
    ]
    alternates = [(current_language(), page.get_full_url(request) or ""), *others] if canonical and others else []
    return Head(
        title=title_of(page),
        description=(context.get("description") or site.about)[:300],
        kind="article" if isinstance(page, StoryPage) else "website",
        canonical=canonical,
        robots=robots,
        locale=OPEN_GRAPH_LOCALES[current_language()],
        other_locales=[OPEN_GRAPH_LOCALES[language] for language, _url in others if language in OPEN_GRAPH_LOCALES],
        alternates=alternates + [("x-default", url) for language, url in alternates if language == _FIRST],
        image=image,
        image_text=" – ".join(filter(None, [card.title, card.above, card.below])) if card else "",
        feeds=feeds_of(page),
        data=structured_data.written(structured_data.of_page(page, context, request, site, image, moment)),
    )


_FIRST = settings.LANGUAGE_CODE


def title_of(page: BasePage) -> str:
    """What the page is called where it stands alone: the front page by its heading."""
    return str(page.seo_title or (page.heading if isinstance(page, HomePage) else "") or page.title)


def canonical_of(page: BasePage, request: HttpRequest) -> tuple[str, str]:
    """The one address under which the page is known, and what robots are asked.

    A list as someone filtered it has none and is not indexed; its links are followed. A further page of a list is a
    page of its own. Whatever else stands behind the question mark (where a visitor came from) is left away.
    """
    if not settings.LMS_MAY_BE_INDEXED:
        return page.get_full_url(request) or "", "noindex, nofollow"
    address = page.get_full_url(request) or ""
    if not isinstance(page, LISTS):
        return address, ""
    given = {name for name, values in request.GET.lists() if any(values)}
    if {name for name in given if not _is_foreign(name)} - {"page"}:
        return "", "noindex, follow"
    number = request.GET.get("page", "")
    is_further = number.isascii() and number.isdecimal() and 1 < int(number[:6]) < 10_000
    return f"{address}?page={int(number)}" if address and is_further else address, ""


def _is_foreign(name: str) -> bool:
    """A parameter of newsletters and advertisements, which changes nothing on the page."""
    return name.startswith(("utm_", "mtm_", "pk_")) or name.endswith("clid") or name in {"mc_cid", "mc_eid"}


def card_of(page: BasePage, context: Mapping[str, Any], site: Identity | None = None) -> Card:
    """What stands on the picture of a page."""
    site = site or identity()
    above, below, cover = "", "", COVER_OF.get(type(page), FRONT_COVER)
    if isinstance(page, CoursePage) and page.course_id:
        course = context.get("course") or page.course
        above, below, cover = course.provider.name, _date_line(context), course.cover
    elif isinstance(page, LabPage) and page.organisation_id:
        kind = page.organisation.get_lab_kind_display()
        above, below = kind[:1].upper() + kind[1:], page.organisation.city
        cover = getattr(page, "cover", None) or page.organisation_id % 8 + 1
    elif isinstance(page, ThemePage) and page.theme_id:
        cover = page.theme_id % 8 + 1
    elif isinstance(page, HomePage):
        above = page.eyebrow or site.subline
    return Card(title=title_of(page), above=above, below=below, site=site.name, cover=cover)


def _date_line(context: Mapping[str, Any]) -> str:
    """When and where the edition on offer is: ``4 t/m 25 maart 2027 · Delft``."""
    rows: list[EditionRow] = context.get("rows") or []
    row: EditionRow | None = context.get("choice") or next(iter(rows), None)
    if row is None or not row.edition.starts_at or not row.edition.ends_at:
        return ""
    return " · ".join(
        filter(None, [formats.date_range(row.edition.starts_at, row.edition.ends_at), _city_of(row) or row.place])
    )


def _city_of(row: EditionRow) -> str:
    place = row.edition.location
    return place.city if place and row.edition.mode != "online" else ""


def feeds_of(page: BasePage) -> list[Feed]:
    """What a reader of this page can subscribe to."""
    from cms.feeds import titled  # it reads heads

    return titled(page)
