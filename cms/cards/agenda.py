"""What the agenda shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.cards.courses import of_house
from cms.cards.editions import agenda_rows, upcoming_on
from cms.cards.links import named, room
from cms.models import AgendaPage
from courses.models import Course, Edition, Mode, Theme
from lms.kernel import formats
from lms.kernel.languages import current_language, in_language
from lms.people.models import Organisation

AGENDA_PER_PAGE = 50


def params() -> dict[str, str]:
    """The names of the filters in an address, in the active language; the catalogue's own, so that links fit both."""
    return {
        "lab": pgettext("in an address", "lab"),
        "theme": pgettext("in an address", "theme"),
        "form": pgettext("in an address", "form"),
    }


@dataclass(frozen=True)
class Filter:
    """One list to choose from. ``chosen`` is empty where nothing is, or what the address asks for does not exist."""

    name: str
    param: str
    label: str
    everything: str
    options: list[tuple[str, str]]
    chosen: str

    @property
    def said(self) -> str:
        return dict(self.options).get(self.chosen, "")


def agenda(page: AgendaPage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """Coming editions by month, of one lab, theme or form when the address asks for these."""
    coming = upcoming_on(page, moment)
    courses = coming.order_by().values("course")
    teaching = Q(courses__in=courses) | Q(courses_hosted__in=courses)
    houses = {code_of(one): one for one in Organisation.objects.labs().filter(teaching).distinct().order_by("name")}
    filters = _filters(coming, houses, request)
    chosen = {one.name: one.chosen for one in filters if one.chosen}
    house = houses.get(chosen.get("lab", ""))
    numbers = Paginator(_narrowed(coming, chosen, house), AGENDA_PER_PAGE)
    shown = numbers.get_page(request.GET.get("page"))
    rows = agenda_rows(list(shown.object_list), page, request, moment)
    months = [
        {"name": date_format(first, "F Y"), "anchor": f"{first:%Y-%m}", "rows": list(found)}
        for first, found in groupby(
            rows, key=lambda row: formats.day_of(row.edition.starts_at or moment).replace(day=1)
        )
    ]
    asked = urlencode([(one.param, one.chosen) for one in filters if one.chosen])
    return {
        "months": months,
        "shown": shown,
        "count": numbers.count,
        "filters": filters,
        "narrowed": bool(asked),
        "address": f"?{asked}&page=" if asked else "?page=",
        "house": house,
        "catalogue_url": room("courses", request),
        "feed_url": calendar_feed(house),
    }


def _filters(coming: QuerySet[Edition], houses: Mapping[str, Organisation], request: HttpRequest) -> list[Filter]:
    """What occurs among the coming editions; a filter that leaves no choice is none."""
    themes = Theme.objects.filter(courses__in=coming.order_by().values("course")).distinct()
    modes = set(coming.order_by().values_list("mode", flat=True).distinct())
    found = {
        "lab": (_("Lab"), _("All labs"), [(code, house.name) for code, house in houses.items()]),
        "theme": (
            _("Subject"),
            _("All subjects"),
            sorted(((one.code, in_language(one, "name")) for one in themes), key=lambda pair: pair[1]),
        ),
        "form": (
            _("Form"),
            _("All forms"),
            [(one.value, str(one.label).capitalize()) for one in Mode if one.value in modes],
        ),
    }
    filters = []
    for name, param in params().items():
        label, everything, options = found[name]
        # The English name is understood everywhere, as in the catalogue.
        asked = request.GET.get(param) or request.GET.get(name) or ""
        if len(options) > 1:
            filters.append(Filter(name, param, label, everything, options, asked if asked in dict(options) else ""))
    return filters


def calendar_feed(house: Organisation | None = None) -> str:
    """Where a calendar subscribes to what is coming: of one lab, else of all."""
    if house and house.code:
        return named("feeds:lab_ical", current_language(), house.code)
    return named("feeds:agenda_ical", current_language())


def code_of(house: Organisation) -> str:
    return house.code or str(house.pk)


def _narrowed(coming: QuerySet[Edition], chosen: Mapping[str, str], house: Organisation | None) -> QuerySet[Edition]:
    if house:
        coming = coming.filter(course__in=Course.objects.filter(of_house(house.pk)).values("pk"))
    if theme := chosen.get("theme"):
        coming = coming.filter(course__themes__code=theme)
    if form := chosen.get("form"):
        coming = coming.filter(mode=form)
    return coming
