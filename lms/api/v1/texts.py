"""Pages of lists, and amounts."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from lms.api.catalogue import absolute
from lms.api.v1.shapes import Paged


def page_of(rows: QuerySet[Any], query: Paged, request: HttpRequest) -> tuple[list[Any], dict[str, Any]]:
    """The rows of this page, and what the answer says about pages. A page beyond the last is empty, not an error."""
    count = rows.count()
    start = (query.page - 1) * query.page_size
    pages = Paginator(range(count), query.page_size).num_pages
    return list(rows[start : start + query.page_size]) if start < count else [], {
        "page": query.page,
        "page_size": query.page_size,
        "count": count,
        "next": _other_page(request, query.page + 1) if query.page < pages else None,
        "previous": _other_page(request, min(query.page - 1, pages)) if query.page > 1 else None,
    }


def _other_page(request: HttpRequest, number: int) -> str:
    parameters = request.GET.copy()
    parameters["page"] = str(number)
    return absolute(f"{request.path}?{parameters.urlencode()}")


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
