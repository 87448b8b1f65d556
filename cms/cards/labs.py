"""What the pages of labs show."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import pgettext

from cms.cards.agenda import calendar_feed
from cms.cards.courses import card_of, of_house, with_editions
from cms.cards.editions import agenda_rows, upcoming_on
from cms.cards.links import named, room
from cms.cards.paths import paths_of, programmes_of
from cms.models import CoursePage, LabIndexPage, LabPage
from courses.models import Course, Edition, Part
from lms.kernel.languages import in_language
from lms.people.models import Organisation, User

AGENDA_ON_HOME = 5
MAP = "https://www.openstreetmap.org/search"


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
    paths = paths_of(programmes_of(house.pk), page.locale_id, request, moment)
    walked = {code for path in paths for code in (path.code, *(step.code for step in path.steps))}
    address = ", ".join(part for part in (house.street, f"{house.postcode} {house.city}".strip()) if part)
    return {
        "house": house,
        "introduction": page.introduction or in_language(house, "description"),
        "full_name": house.full_name if house.full_name != house.name else "",
        "address": address,
        # The city alone finds no door.
        "map_url": f"{MAP}?{urlencode({'query': f'{house.name}, {address}'})}" if house.street else "",
        "paths": paths,
        "cards": [
            card_of(one, request, moment) for one in found if not is_module(one) and one.course.code not in walked
        ],
        "modules": [card_of(one, request, moment) for one in found if is_module(one)],
        # Those that no path of this house leads along.
        "loose": [card_of(one, request, moment) for one in found if is_module(one) and one.course.code not in walked],
        "stacks_into": [in_language(one, "title") for one in programmes.values()],
        "trainers": _trainers(house, moment),
        "agenda": agenda_rows(
            upcoming_on(page, moment).filter(course__in=courses)[:AGENDA_ON_HOME], page, request, moment
        ),
        "agenda_url": room("agenda", request, **{pgettext("in an address", "lab"): house.code or str(house.pk)}),
        "ask_url": asking_at(house),
        "feed_url": calendar_feed(house) if house.code else "",
    }


def asking_at(house: Organisation) -> str:
    """The desk's form, with the question laid with this lab already; nothing where there is no desk."""
    address = named("desk:ask")
    return f"{address}?{urlencode({'lab': house.code})}" if address and house.code else address


def _trainers(house: Organisation, moment: datetime) -> list[str]:
    """Who teaches the editions on view: the names that the pages of these courses tell as well."""
    editions = Edition.objects.on_view(moment).published().filter(provider=house).order_by().values("pk")
    found = User.objects.filter(editions_taught__in=editions).distinct().order_by("family_name", "given_name")
    return [one.full_name for one in found if one.full_name]


def labs(page: LabIndexPage, request: HttpRequest) -> dict[str, Any]:
    """All labs with a page, with how many courses each has."""
    found = (
        LabPage.objects.live()
        .filter(locale=page.locale_id)
        .defer("body")
        .select_related("organisation", "logo")
        .prefetch_related("logo__renditions")
        .order_by("organisation__lab_kind", "title")
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
                "colour": one.colour,
                "cover": one.cover,
                "logo": one.logo,
                "text": one.introduction or in_language(one.organisation, "description"),
                "courses": len(counted[one.organisation_id]),
            }
            for one in found
        ]
    }
