"""Which column holds what, guessed from headings in Dutch or English, else from what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from enrolments.groups.names import PREFIXES

KINDS = {
    "given_name": _("given name"),
    "name_prefix": _("prefix"),
    "family_name": _("family name"),
    "name": _("whole name"),
    "email": _("e-mail address"),
    "language": _("language"),
    "department": _("department"),
    "": _("not used"),
}
SYNONYMS = {
    "given_name": "voornaam voornamen roepnaam givenname firstname forename first",
    "name_prefix": "tussenvoegsel tussenvoegsels tussenv tv voorvoegsel voorvoegsels prefix nameprefix infix",
    "family_name": "achternaam familienaam geslachtsnaam familyname lastname surname last",
    "name": "naam volledigenaam naammedewerker naamdeelnemer name fullname medewerker deelnemer cursist werknemer "
    "employee participant learner",
    "email": "email emailadres mail mailadres epost emailaddress zakelijkeemail werkmail emailwerk eadres",
    "language": "taal language voorkeurstaal",
    "department": "afdeling afdelingsnaam team department dept unit",
}
BY_HEADING = {word: kind for kind, words in SYNONYMS.items() for word in words.split()}


def guess(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Per column one of KINDS; each of them at most once, "" for what is not used."""
    if headings:
        found = [BY_HEADING.get(re.sub(r"[^a-z]", "", heading.casefold()), "") for heading in headings]
        if "email" not in found:
            found = _with_email(found, rows)
    else:
        found = _by_content(rows)
    return only_once(found)


def only_once(kinds: Sequence[str]) -> list[str]:
    """The first column of a kind counts; a whole name gives way to one in parts."""
    has_parts = "family_name" in kinds
    seen: set[str] = set()
    kept = []
    for kind in kinds:
        use = kind in KINDS and kind and kind not in seen and not (kind == "name" and has_parts)
        kept.append(kind if use else "")
        seen.add(kind)
    return kept


def _with_email(found: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    place = _column_of_addresses(rows)
    return [("email" if column == place else kind) for column, kind in enumerate(found)]


def _column_of_addresses(rows: Sequence[Sequence[str]]) -> int | None:
    counts: list[int] = [sum("@" in cell for cell in column) for column in zip(*rows, strict=False)]
    most = max(counts, default=0)
    return counts.index(most) if most else None


def _holds_names(column: Sequence[str]) -> bool:
    """Words behind most people, or prefixes behind some: not the one remark that made the list a column wider."""
    said = [cell for cell in column if cell]
    has_words = any(re.search(r"[^\W\d_]", cell) for cell in said)
    return has_words and (2 * len(said) > len(column) or all(cell.casefold() in PREFIXES for cell in said))


def _by_content(rows: Sequence[Sequence[str]]) -> list[str]:
    width = max((len(row) for row in rows), default=0)
    columns = [[row[place] for row in rows if place < len(row)] for place in range(width)]
    address = _column_of_addresses(rows)
    texts = [place for place, column in enumerate(columns) if place != address and _holds_names(column)]
    kinds = [""] * width
    if address is not None:
        kinds[address] = "email"
    middle = texts[1:2] and all(not cell or cell.casefold() in PREFIXES for cell in columns[texts[1]])
    names = (
        ["given_name", "name_prefix", "family_name"]
        if len(texts) > 2 and middle
        else ["given_name", "family_name"]
        if len(texts) > 1
        else ["name"]
    )
    for place, kind in zip(texts, names, strict=False):
        kinds[place] = kind
    return kinds
