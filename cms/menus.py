"""Where the site's menus lead: to pages, whose titles and addresses editors may change."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, F, Q, Value, When
from django.http import HttpRequest
from wagtail.models import Page

from cms.models import StandardPage
from lms.kernel.languages import current_language
from lms.kernel.menu import Item, Place, register
from lms.people.models import Organisation

# The cache may be each process's own, and a change is then heard by one of them: the others wait this long.
SECONDS = 60


class Entry(NamedTuple):
    label: str
    url: str


def _key(language: str) -> str:
    return f"cms.menu.{language}"


def forget(**_signal: Any) -> None:
    """A page changed: look again."""
    cache.delete_many([_key(language) for language, _name in settings.LANGUAGES])


def _read(language: str, request: HttpRequest) -> dict[str, Entry]:
    pages = (
        Page.objects.live()
        .filter(locale__language_code=language)
        .annotate(
            place=Case(
                When(courseindexpage__isnull=False, then=Value("courses")),
                When(agendapage__isnull=False, then=Value("agenda")),
                When(labindexpage__isnull=False, then=Value("labs")),
                When(themeindexpage__isnull=False, then=Value("themes")),
                When(storyindexpage__isnull=False, then=Value("stories")),
                When(partnerindexpage__isnull=False, then=Value("partners")),
                When(
                    Q(labpage__organisation__lab_kind=Organisation.LabKind.SKILLS_LAB, show_in_menus=True),
                    then=Value("academy"),
                ),
                When(standardpage__part__gt="", then=F("standardpage__part")),
                default=Value(""),
            )
        )
        .exclude(place="")
        .order_by("-path")  # of two in one place the first in the tree wins
    )
    return {page.place: Entry(page.title, page.get_url(request) or "") for page in pages}


def entries_of(request: HttpRequest) -> dict[str, Entry]:
    """The pages that menus name, by their place, in the active language. One query a minute."""
    language = current_language()
    # A menu has a dozen entries and asks for each: look once per request.
    known = request.__dict__.setdefault("cms_menu", {})
    if language not in known:
        if (found := cache.get(_key(language))) is None:
            found = _read(language, request)
            cache.set(_key(language), found, SECONDS)
        known[language] = found
    return known[language]


def _item(page: str, place: Place, order: int) -> Item:
    def label(request: HttpRequest) -> str:
        return entries_of(request)[page].label

    def url(request: HttpRequest) -> str | None:
        entry = entries_of(request).get(page)
        return entry.url if entry else None

    return Item(label=label, url=url, place=place, order=order)


def register_menus() -> None:
    """Our entries; a page that is not there has none."""
    for order, page in enumerate(("courses", "academy", "agenda", "labs"), start=1):
        register(_item(page, "main", order * 10))
        register(_item(page, "learn", order * 10))
    register(_item("themes", "learn", 50))
    register(_item("stories", "learn", 60))
    register(_item(StandardPage.Part.ABOUT, "main", 90))
    register(_item(StandardPage.Part.ABOUT, "about", 10))
    register(_item("partners", "about", 20))
    register(_item(StandardPage.Part.PRIVACY, "legal", 10))
    register(_item(StandardPage.Part.ACCESSIBILITY, "legal", 20))
