"""What every page shows around its own content: who we are, the menus, the other language.

Everything is worked out only when a template asks for it, and no part of it asks the database for an anonymous
visitor.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from lms.kernel import menu
from lms.kernel.languages import current_language, in_language
from lms.kernel.models import SiteIdentity

# Names of the languages in themselves: a reader looks for their own.
OWN_NAMES = {"nl": "Nederlands", "en": "English"}

# The cache may be each process's own, and a change is then heard by one of them: the others wait this long.
IDENTITY_KEY, IDENTITY_SECONDS = "kernel.identity", 60


@dataclass(frozen=True)
class Identity:
    """Who the site says it is, in the active language."""

    name: str
    subline: str
    about: str
    funding: str
    email: str
    phone: str


def identity(language: str | None = None) -> Identity:
    """The site's identity, read once a minute."""
    said = cache.get(IDENTITY_KEY)
    if said is None:
        said = SiteIdentity.objects.get()
        cache.set(IDENTITY_KEY, said, IDENTITY_SECONDS)
    return Identity(
        name=said.name,
        subline=in_language(said, "subline", language),
        about=in_language(said, "about", language),
        funding=in_language(said, "funding", language),
        email=said.email,
        phone=said.phone,
    )


def forget_identity() -> None:
    """It was changed: look again."""
    cache.delete(IDENTITY_KEY)


def translations_of(request: HttpRequest) -> list[dict[str, str]]:
    """The same address in the other languages; empty where an address has no language in it."""
    here = request.get_full_path()
    found = []
    for language, _label in settings.LANGUAGES:
        if language != current_language() and (url := translate_url(here, language)) != here:
            absolute = request.build_absolute_uri(url)
            found.append(
                {"language": language, "label": OWN_NAMES.get(language, language), "url": url, "absolute": absolute}
            )
    return found


def translations_of_page(page: Any, request: HttpRequest) -> list[dict[str, str]]:
    """A Wagtail page in the other languages, at one query: its live translation, with as much of the address's query
    as the page knows there; else the nearest page above it that is translated, named in ``instead``.
    """
    there = {one.locale.language_code: one for one in page.get_translations().live().select_related("locale")}
    found = []
    for language, _label in settings.LANGUAGES:
        if language == current_language():
            continue
        target, instead = there.get(language), ""
        if target is None:
            target = _nearest_above(page, language)
            instead = target.title if target else ""
        if target is None or not (url := target.get_url(request)):
            continue
        query = "?instead=1" if instead else _query_elsewhere(page, request, language)
        found.append(
            {
                "language": language,
                "label": OWN_NAMES.get(language, language),
                "url": f"{url}{query}",
                "absolute": request.build_absolute_uri(url),
                "instead": instead,
            }
        )
    return found


def _query_elsewhere(page: Any, request: HttpRequest, language: str) -> str:
    """What the page says of its query in another language; a page of Wagtail's own says nothing."""
    said = getattr(page, "query_elsewhere", None)
    return said(request, language) if said else ""


def _nearest_above(page: Any, language: str) -> Any:
    """The lowest page above this one that is there in another language; none above a page not yet saved."""
    if not page.pk or not page.depth:
        return None
    above = page.get_ancestors().filter(depth__gt=1)
    pages = above.model.objects.live().filter(
        translation_key__in=above.values("translation_key"), locale__language_code=language
    )
    return pages.order_by("-depth").first()


def user_menu_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The rooms of who is signed in; nobody's for a visitor."""
    if not request.user.is_authenticated:
        return []
    return list(menu.entries(request, "user"))


def footer_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The footer's columns that have something in them."""
    columns = [
        (_("Learning"), menu.entries(request, "learn")),
        (_("Employers"), menu.entries(request, "employers")),
        (_("About us"), menu.entries(request, "about")),
    ]
    return [{"heading": heading, "items": items} for heading, found in columns if (items := list(found))]


def interface(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    return {
        "site_identity": SimpleLazyObject(identity),
        "main_menu": SimpleLazyObject(lambda: list(menu.entries(request, "main"))),
        "user_menu": SimpleLazyObject(lambda: user_menu_of(request)),
        "footer_menu": SimpleLazyObject(lambda: footer_of(request)),
        "legal_menu": SimpleLazyObject(lambda: list(menu.entries(request, "legal"))),
        "translations": SimpleLazyObject(lambda: translations_of(request)),
        # The name under which django-htmx looks for it; worked out when a script tag asks, so that a page without
        # scripts needs no nonce.
        "csp_nonce": getattr(request, "csp_nonce", None),
    }
