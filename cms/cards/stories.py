"""What the pages of stories show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from cms.cards.courses import card_of, with_editions
from cms.models import CoursePage, LabPage, StoryIndexPage, StoryPage

PER_PAGE = 12
OTHERS = 3


@dataclass(frozen=True)
class StoryCard:
    """What templates/cms/parts/story.html takes."""

    title: str
    url: str
    kind: str
    who: str
    role: str
    quote: str
    picture: Any
    picture_alt: str
    cover: int
    is_example: bool


def story_cards(pages: Any, request: HttpRequest) -> list[StoryCard]:
    """Stories as cards. Two queries: the pictures' smaller versions are fetched with them."""
    found: Iterable[StoryPage] = (
        pages.defer("body").select_related("course", "picture").prefetch_related("picture__renditions")
    )
    return [
        StoryCard(
            title=one.title,
            url=one.get_url(request) or "",
            kind=str(one.get_kind_display()),
            who=one.who,
            role=one.role,
            quote=one.quote or one.introduction,
            picture=one.picture,
            picture_alt=one.picture_alt,
            cover=one.course.cover if one.course else 8,
            is_example=one.is_example,
        )
        for one in found
    ]


def stories(page: StoryIndexPage, request: HttpRequest) -> dict[str, Any]:
    """All stories, the latest first."""
    found = StoryPage.objects.live().filter(locale=page.locale_id).order_by("-first_published_at", "pk")
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return {"shown": shown, "stories": story_cards(shown.object_list, request)}


def story(page: StoryPage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """One story, with the course and the lab it is about, and a few others."""
    about = with_editions(CoursePage.objects.filter(locale=page.locale_id, course=page.course_id), moment)
    lab = LabPage.objects.live().filter(locale=page.locale_id, organisation=page.lab_id).defer("body").first()
    others = StoryPage.objects.live().filter(locale=page.locale_id).exclude(pk=page.pk)
    return {
        "kind": str(page.get_kind_display()) if page.kind else "",
        "cover": page.course.cover if page.course else 8,
        "cards": [card_of(one, request, moment) for one in about] if page.course_id else [],
        "lab_name": lab.title if lab else "",
        "lab_url": (lab.get_url(request) or "") if lab else "",
        "others": story_cards(others.order_by("-first_published_at", "pk")[:OTHERS], request),
    }
