"""Words in braces that an announcement fills in for each reader: ``{voornaam}``, ``{first_name}``."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from courses.models import Edition
from enrolments.models import Enrolment
from lms.kernel import formats

IN_BRACES = re.compile(r"\{([^{}\n]*)\}")


def _starts(edition: Edition, language: str) -> str:
    return formats.long_date(edition.starts_at, language) if edition.starts_at else ""


def _place(edition: Edition) -> str:
    return f"{edition.location.name}, {edition.location.address}" if edition.location else _("Online")


# By what a coordinator writes, in the language of the text. An empty given name leaves no hole: letters greet as well.
WORDS: dict[str, dict[str, Callable[[Enrolment], str]]] = {
    "nl": {
        "voornaam": lambda one: one.learner.given_name,
        "opleiding": lambda one: one.edition.course.title_nl,
        "editie": lambda one: one.edition.code,
        "begindatum": lambda one: _starts(one.edition, "nl"),
        "plaats": lambda one: _place(one.edition),
    },
    "en": {
        "first_name": lambda one: one.learner.given_name,
        "course": lambda one: one.edition.course.title_en,
        "edition": lambda one: one.edition.code,
        "start_date": lambda one: _starts(one.edition, "en"),
        "place": lambda one: _place(one.edition),
    },
}


def known(language: str) -> str:
    """The words there are, as one writes them."""
    return ", ".join(f"{{{word}}}" for word in WORDS[language])


def unknown(text: str, language: str) -> list[str]:
    """What stands in braces and is no word of this language: it would be sent as it stands."""
    return [word for word in IN_BRACES.findall(text) if word not in WORDS[language]]


def filled_in(text: str, enrolment: Enrolment, language: str) -> str:
    """The text for one reader."""
    return IN_BRACES.sub(lambda found: WORDS[language][found[1]](enrolment), text)
