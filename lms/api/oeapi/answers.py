"""How an answer of OEAPI is given: whole or the fields asked for, one or a page of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from lms.api.framework import Answer, Compact
from lms.api.oeapi import shapes
from lms.api.problems import BadParameter


def answer(request: HttpRequest, said: Answer | dict[str, Any]) -> HttpResponse:
    whole = said if isinstance(said, dict) else said.model_dump(mode="json", by_alias=True, exclude_none=True)
    response = HttpResponse(Compact().render(request, whole, response_status=200), content_type="application/json")
    response.headers["Content-Language"] = "nl, en"
    return response


def _fields_of(query: shapes.One, shape: type[Answer]) -> frozenset[str] | None:
    """The fields that were asked for; what the standard requires is always among them. None is all of them."""
    if query.fields is None:
        return None
    depth, name, names = 0, "", []
    text = query.fields
    for mark in text.removeprefix("(").removesuffix(")") + ",":
        if mark == "," and depth == 0:
            names.append(name)
            name = ""
        elif mark in "()":
            # What is asked of an object in it is answered with the whole object.
            depth += 1 if mark == "(" else -1
        elif depth == 0:
            name += mark
    return frozenset(one for one in names if one) | shape.always  # type: ignore[attr-defined]


def one(request: HttpRequest, query: shapes.One, said: Answer) -> HttpResponse:
    return answer(request, _cut(said, _fields_of(query, type(said))))


def _cut(said: Answer, fields: frozenset[str] | None) -> dict[str, Any]:
    whole = said.model_dump(mode="json", by_alias=True, exclude_none=True)
    return whole if fields is None else {name: value for name, value in whole.items() if name in fields}


def many(
    request: HttpRequest,
    query: shapes.Many,
    rows: QuerySet[Any],
    shape: type[Answer],
    told: Callable[[Sequence[Any]], Iterable[Answer]],
) -> HttpResponse:
    """A page of rows, told in the standard's words. Beyond the last page there is an empty one."""
    count, size, number = rows.count(), query.pageSize, query.pageNumber
    pages = max(-(-count // size), 1)
    start = (number - 1) * size
    found = list(rows[start : start + size]) if start < count else []
    fields = _fields_of(query, shape)
    return answer(
        request,
        {
            "pageSize": size,
            "pageNumber": number,
            "hasPreviousPage": number > 1,
            "hasNextPage": number < pages,
            "totalPages": pages,
            "items": [_cut(said, fields) for said in told(found)],
        },
    )


def expansions(asked: str | None, path: str) -> set[str]:
    names = {name for name in (asked or "").split(",") if name}
    allowed = shapes.EXPANDS[path]
    if unknown := sorted(names - set(allowed)):
        raise BadParameter("expand", f"{unknown[0]!r} cannot be expanded here; these can: {', '.join(allowed)}.")
    return names


def searched(rows: QuerySet[Any], query: shapes.Many, *fields: str) -> QuerySet[Any]:
    """Each word of ``q`` somewhere in these fields."""
    for word in (query.q or "").split():
        rows = rows.filter(Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR))
    return rows


def spoken(rows: QuerySet[Any], tag: str | None, field: str) -> QuerySet[Any]:
    return rows.filter(**{field: tag[:2]}) if tag else rows
