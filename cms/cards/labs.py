"""What the pages of labs show."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from cms.cards.courses import card_of, of_house, with_editions
from cms.cards.editions import agenda_rows, upcoming_on
from cms.models import AgendaPage, CoursePage, LabIndexPage, LabPage
from courses.models import Course, Part
from lms.kernel.languages import in_language
from lms.people.models import Organisation

AGENDA_ON_HOME = 5


def lab(page: LabPage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """A lab's own page: what it is, what it teaches, when."""
    house = page.organisation

    def is_module(one: CoursePage) -> bool:
        """What a skills lab stacks: its own courses, not the programmes it lends a hand in."""
        is_own = one.course.provider_id == house.pk and one.course.kind == Course.Kind.COURSE
        return is_own and house.lab_kind == Organisation.LabKind.SKILLS_LAB

    pages = (
        CoursePage.objects.filter(locale=page.locale_id)
        .filter(of_house(house.pk, "course__"))
        .distinct()
        .order_by("course__kind", "course__code")
    )
    found = list(with_editions(pages, moment))
    courses = [one.course_id for one in found]
    stacked = Part.objects.filter(course__in=courses).select_related("programme").order_by("order")
    programmes = {part.programme_id: part.programme for part in stacked}
    return {
        "house": house,
        "introduction": page.introduction or in_language(house, "description"),
        "full_name": house.full_name if house.full_name != house.name else "",
        "address": ", ".join(part for part in (house.street, f"{house.postcode} {house.city}".strip()) if part),
        "cards": [card_of(one, request, moment) for one in found if not is_module(one)],
        "modules": [card_of(one, request, moment) for one in found if is_module(one)],
        "stacks_into": [in_language(one, "title") for one in programmes.values()],
        "agenda": agenda_rows(
            upcoming_on(page, moment).filter(course__in=courses)[:AGENDA_ON_HOME], page, request, moment
        ),
        "agenda_url": _agenda_address(page, request),
    }


def _agenda_address(page: Any, request: HttpRequest) -> str:
    found = AgendaPage.objects.live().filter(locale=page.locale_id).first()
    return found.get_url(request) if found else ""


def labs(page: LabIndexPage, request: HttpRequest) -> dict[str, Any]:
    """All labs with a page, with how many courses each has."""
    found = (
        LabPage.objects.live().child_of(page).select_related("organisation").order_by("organisation__lab_kind", "title")
    )
    shown = CoursePage.objects.live().filter(locale=page.locale_id).values("course")
    counted: dict[int, set[int]] = defaultdict(set)
    houses = Organisation.objects.filter(pages__in=found)
    for course, provider in Course.objects.filter(pk__in=shown, provider__in=houses).values_list("pk", "provider"):
        counted[provider].add(course)
    for course, house in Course.labs.through.objects.filter(course__in=shown, organisation__in=houses).values_list(
        "course", "organisation"
    ):
        counted[house].add(course)
    return {
        "labs": [
            {
                "title": one.title,
                "url": one.get_url(request),
                "kind": one.organisation.get_lab_kind_display(),
                "city": one.organisation.city,
                "text": one.introduction or in_language(one.organisation, "description"),
                "courses": len(counted[one.organisation_id]),
            }
            for one in found
        ]
    }
