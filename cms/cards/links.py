"""Where cards lead outside the page they stand on."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from cms.menus import entries_of


def named(name: str, *args: Any) -> str:
    """The address of another room's page; nothing where that room is not installed. Pages do not know the rooms."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def room(place: str, request: HttpRequest, **query: str) -> str:
    """The address of one of the site's own rooms (``courses``, ``agenda``, …); nothing while there is none."""
    entry = entries_of(request).get(place)
    if not entry:
        return ""
    return f"{entry.url}?{urlencode(query)}" if query else entry.url
