"""What the front page shows."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from cms.cards.courses import card_of, hours_of, of_house, with_editions
from cms.cards.editions import agenda_rows, upcoming_on
from cms.cards.links import named, room
from cms.cards.partners import partner_pages
from cms.cards.paths import paths_of, programmes_of
from cms.cards.stories import story_cards
from cms.models import CoursePage, HomePage, PartnerPage, StoryPage, ThemePage
from courses.models import Course
from lms.kernel.languages import in_language

AGENDA_ON_HOME = 5
# With the choice helper three rows of four; the rest is a click away.
PROGRAMMES_ON_HOME = 11
STORIES_ON_HOME = 3


def home(page: HomePage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """The front page: programmes, the skills lab's courses, what starts soon."""
    pages = CoursePage.objects.filter(locale=page.locale_id).order_by("course__code")
    # What one takes by its parts is the skills lab's path, and stands with the skills lab.
    whole = pages.filter(course__kind=Course.Kind.PROGRAMME, course__parts__isnull=True)
    programmes = list(with_editions(whole, moment)[:PROGRAMMES_ON_HOME])
    academy, modules, paths = page.academy, [], []
    if academy and academy.live:
        modules = list(
            pages.live()
            .filter(course__kind=Course.Kind.COURSE)
            .filter(of_house(academy.organisation_id, "course__"))
            .defer("body")
            .select_related("course")
            .distinct()
        )
        paths = paths_of(programmes_of(academy.organisation_id), page.locale_id, request, moment)
    here = {"locale": page.locale_id}
    catalogue = _child_address(page, "courseindexpage", request)
    return {
        "catalogue_url": catalogue,
        "agenda_url": _child_address(page, "agendapage", request),
        "employer_url": reverse("enrolments:employer"),
        "who_param": pgettext("in an address", "who"),
        "programmes": [card_of(one, request, moment) for one in programmes],
        "academy": academy if academy and academy.live else None,
        "academy_url": academy.get_url(request) if academy else "",
        "path": next(iter(paths), None),
        "academy_text": in_language(academy.organisation, "description") if academy else "",
        "modules": [
            {
                "title": one.title,
                "url": one.get_url(request),
                "hours": hours_of(one.course.total_minutes),
                "text": in_language(one.course, "format"),
            }
            for one in modules
        ],
        "agenda": agenda_rows(upcoming_on(page, moment)[:AGENDA_ON_HOME], page, request, moment),
        "themes": [
            (one.title, one.get_url(request))
            for one in ThemePage.objects.live().filter(**here).defer("body").order_by("title")
        ],
        "themes_url": room("themes", request),
        "stories": story_cards(
            StoryPage.objects.live().filter(**here).order_by("-first_published_at", "pk")[:STORIES_ON_HOME], request
        ),
        "stories_url": room("stories", request),
        "partners": [
            {"title": one.title, "url": one.get_url(request), "logo": one.logo}
            for one in partner_pages(PartnerPage.objects.live().filter(**here))
        ],
        "partners_url": room("partners", request),
        "ask_url": named("desk:ask"),
        "figures": [block.value for block in page.figures],
        "sources": list(dict.fromkeys(block.value["source"] for block in page.figures)),
    }


def _child_address(page: HomePage, kind: str, request: HttpRequest) -> str:
    """Where one of the home page's fixed rooms is; empty while there is none."""
    found = page.get_children().live().filter(**{f"{kind}__isnull": False}).first()
    return found.get_url(request) if found else ""
