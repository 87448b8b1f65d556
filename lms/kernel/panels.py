"""Rooms made of panels: a page such as "my page" belongs to a lower app, and higher apps add their part to it.

The my page is served by enrolments, yet shows certificates and messages; enrolments may not import those. So each app
enters a panel for a room in its AppConfig.ready, and the page shows all panels in order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Panel:
    """``context`` answers what the template needs, or None when there is nothing to show."""

    room: str
    order: int
    template: str
    context: Callable[[HttpRequest], dict[str, Any] | None]


_PANELS: list[Panel] = []


def register(panel: Panel) -> None:
    """Enter a panel; entering the same one again changes nothing."""
    if panel not in _PANELS:
        _PANELS.append(panel)


def panels_of(room: str, request: HttpRequest) -> list[SafeString]:
    """The rendered panels of a room, in order."""
    panels = sorted((one for one in _PANELS if one.room == room), key=lambda one: one.order)
    return [
        render_to_string(panel.template, context, request=request)
        for panel in panels
        if (context := panel.context(request)) is not None
    ]


@dataclass(frozen=True)
class Column:
    """A column that an app above adds to a room's table: for the rows on view, by their ids, what stands in it."""

    room: str
    order: int
    heading: str | Promise
    cells: Callable[[HttpRequest, Collection[models.Model]], dict[int, SafeString | str]]


_COLUMNS: list[Column] = []


def register_column(column: Column) -> None:
    """Enter a column; entering the same one again changes nothing."""
    if column not in _COLUMNS:
        _COLUMNS.append(column)


def columns_of(room: str, request: HttpRequest, rows: Collection[models.Model]) -> list[tuple[str, dict[int, Any]]]:
    """The headings of a room's added columns, each with its cells; one question per column, however many rows."""
    columns = sorted((one for one in _COLUMNS if one.room == room), key=lambda one: one.order)
    return [(str(column.heading), dict(column.cells(request, rows))) for column in columns]
