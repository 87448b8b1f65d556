"""What the front page shows."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from cms.cards.courses import card_of, hours_of, of_house, with_editions
from cms.cards.editions import agenda_rows, upcoming_on
from cms.models import CoursePage, HomePage
from courses.models import Course
from lms.kernel.languages import in_language

AGENDA_ON_HOME = 5


def home(page: HomePage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """The front page: programmes, the skills lab's courses, what starts soon."""
    pages = CoursePage.objects.filter(locale=page.locale_id).order_by("course__code")
    programmes = list(with_editions(pages.filter(course__kind=Course.Kind.PROGRAMME), moment))
    academy, modules = page.academy, []
    if academy and academy.live:
        modules = list(
            pages.live()
            .filter(course__kind=Course.Kind.COURSE)
            .filter(of_house(academy.organisation_id, "course__"))
            .defer("body")
            .select_related("course")
            .distinct()
        )
    catalogue = _child_address(page, "courseindexpage", request)
    return {
        "catalogue_url": catalogue,
        "agenda_url": _child_address(page, "agendapage", request),
        "employer_url": reverse("enrolments:employer"),
        "who_param": pgettext("in an address", "who"),
        "programmes": [card_of(one, request, moment) for one in programmes],
        "academy": academy if academy and academy.live else None,
        "academy_url": academy.get_url(request) if academy else "",
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
        "figures": [block.value for block in page.figures],
        "sources": list(dict.fromkeys(block.value["source"] for block in page.figures)),
    }


def _child_address(page: HomePage, kind: str, request: HttpRequest) -> str:
    """Where one of the home page's fixed rooms is; empty while there is none."""
    found = page.get_children().live().filter(**{f"{kind}__isnull": False}).first()
    return found.get_url(request) if found else ""
