"""What the agenda shows."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.formats import date_format

from cms.cards.editions import agenda_rows, upcoming_on
from cms.models import AgendaPage
from lms.kernel import formats

AGENDA_PER_PAGE = 50


def agenda(page: AgendaPage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """Coming editions, by month."""
    numbers = Paginator(upcoming_on(page, moment), AGENDA_PER_PAGE)
    shown = numbers.get_page(request.GET.get("page"))
    rows = agenda_rows(list(shown.object_list), page, request, moment)
    months = [
        {"name": date_format(first, "F Y"), "rows": list(found)}
        for first, found in groupby(
            rows, key=lambda row: formats.day_of(row.edition.starts_at or moment).replace(day=1)
        )
    ]
    return {"months": months, "shown": shown, "count": numbers.count}
