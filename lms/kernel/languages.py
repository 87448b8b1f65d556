"""Facts that exist in two languages: columns ``title_nl`` and ``title_en``, read in the language asked for."""

from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("nl", "en")


def current_language() -> str:
    """The active language as one of ours; Dutch when another or none is active."""
    language = (get_language() or "nl")[:2]
    return language if language in LANGUAGES else "nl"


def in_language(thing: Any, field: str, language: str | None = None) -> str:
    """``thing.<field>_<language>``, or the other language's text where this one is empty."""
    first = language or current_language()
    for candidate in (first, *LANGUAGES):
        if value := getattr(thing, f"{field}_{candidate}"):
            return str(value)
    return ""


def both_languages(thing: Any, field: str) -> dict[str, str]:
    """``{"nl": …, "en": …}``, each falling back to the other: the shape in which snapshots keep texts."""
    return {language: in_language(thing, field, language) for language in LANGUAGES}
