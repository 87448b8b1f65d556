"""Rooms made of panels: a page such as "my page" belongs to a lower app, and higher apps add their part to it.

The my page is served by enrolments, yet shows certificates and messages; enrolments may not import those. So each app
enters a panel for a room in its AppConfig.ready, and the page shows all panels in order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
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
