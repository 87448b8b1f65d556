"""What the pages of themes show."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import pgettext

from cms.cards.courses import card_of, with_editions
from cms.cards.editions import agenda_rows, upcoming_on
from cms.cards.links import room
from cms.cards.stories import story_cards
from cms.models import CoursePage, LabPage, StoryPage, ThemeIndexPage, ThemePage
from courses.models import Course, Part

AGENDA_ON_THEME = 5
STORIES_ON_THEME = 3


def theme(page: ThemePage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """One theme: what one can learn, where, when, and who tells about it."""
    pages = CoursePage.objects.filter(locale=page.locale_id, course__themes=page.theme_id)
    found = list(with_editions(pages.order_by("-course__kind", "course__code"), moment))
    courses = [one.course_id for one in found]
    labs = (
        LabPage.objects.live()
        .filter(locale=page.locale_id)
        .filter(Q(organisation__courses__in=courses) | Q(organisation__courses_hosted__in=courses))
        .distinct()
        .defer("body")
        .select_related("organisation")
        .order_by("title")
    )
    stories = StoryPage.objects.live().filter(locale=page.locale_id, course__in=courses)
    code = page.theme.code
    return {
        "theme": page.theme,
        "cards": [card_of(one, request, moment) for one in found],
        "labs": [(one.title, one.get_url(request), one.organisation.city, one.colour) for one in labs],
        "stories": story_cards(stories.order_by("-first_published_at", "pk")[:STORIES_ON_THEME], request),
        "agenda": agenda_rows(
            upcoming_on(page, moment).filter(course__in=courses)[:AGENDA_ON_THEME], page, request, moment
        ),
        "agenda_url": room("agenda", request, **{pgettext("in an address", "theme"): code}),
        "catalogue_url": room("courses", request, **{pgettext("in an address", "theme"): code}),
    }


def themes(page: ThemeIndexPage, request: HttpRequest) -> dict[str, Any]:
    """All themes with a page, with how many courses each has."""
    pages = ThemePage.objects.live().filter(locale=page.locale_id)
    found = list(pages.defer("body").select_related("theme").order_by("title"))
    shown = CoursePage.objects.live().filter(locale=page.locale_id).values("course")
    covers: dict[int, list[int]] = defaultdict(list)
    by_parts = Exists(Part.objects.filter(programme=OuterRef("pk")))
    ordered = Course.objects.filter(pk__in=shown, themes__isnull=False).order_by(by_parts, "-kind", "code")
    for key, cover in ordered.values_list("themes", "cover"):
        covers[key].append(cover)
    return {
        "themes": [
            {
                "title": one.title,
                "url": one.get_url(request),
                "text": one.introduction,
                "courses": len(covers[one.theme_id]),
                # The drawing of the first programme about it, so that a theme and its courses look alike.
                "cover": next(iter(covers[one.theme_id]), 0),
            }
            for one in found
        ]
    }
