"""The menus of the site: each app names its own entries, the kernel only collects them.

An app registers in its ``AppConfig.ready``::

    register(Item(label=_("My learning"), url="enrolments:my", place="user", icon="graduation-cap", order=10))

so that nothing below needs to know which rooms stand above it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Place = Literal["main", "user", "employer", "learn", "employers", "about", "legal"]


def everyone(user: Any) -> bool:
    """The default audience. Known by identity, so that a menu for all never looks at who is there."""
    return True


@dataclass(frozen=True)
class Item:
    """One entry. ``url`` is a URL name, or a function of the request that may answer None: then there is no entry.
    ``label`` is a text, or a function of the request where the text is content.

    ``main`` stands in the header, ``user`` lists the rooms of who is signed in, ``employer`` the pages of an employer's
    room, the others are the footer's columns and its last line.
    """

    label: str | Promise | Callable[[HttpRequest], str]
    url: str | Callable[[HttpRequest], str | None]
    place: Place = "main"
    order: int = 100
    icon: str = ""
    for_user: Callable[[Any], bool] = everyone

    def address(self, request: HttpRequest) -> str | None:
        """Where it leads in the language of this request."""
        return self.url(request) if callable(self.url) else reverse(self.url)


_items: list[Item] = []


def register(item: Item) -> None:
    """Add an entry; the same entry twice counts once, since ``ready`` may run twice in tests."""
    if item not in _items:
        _items.append(item)


def entries(request: HttpRequest, place: Place) -> Iterator[dict[str, Any]]:
    """The entries of one place for this request, in order, the one we stand in marked ``current``."""
    here = request.path
    found, nearest = [], 0
    for item in sorted((item for item in _items if item.place == place), key=lambda item: item.order):
        if item.for_user is not everyone and not item.for_user(request.user):
            continue
        if not (address := item.address(request)):
            continue
        path = address.partition("#")[0].partition("?")[0]
        # An address with an anchor is a part of another page, and the front page lies above every page.
        is_above = path == address and (here == path or (path.count("/") > 2 and here.startswith(path)))
        depth = len(path) if is_above else 0
        nearest = max(nearest, depth)
        label = item.label(request) if callable(item.label) else item.label
        found.append((depth, {"url": address, "label": label, "icon": item.icon}))
    for depth, entry in found:
        # One page lies in one entry: of two above each other the nearer one.
        yield entry | {"current": 0 < depth == nearest}
