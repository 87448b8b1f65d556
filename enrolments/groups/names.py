"""Names in one piece, taken apart as Dutch names are: given name, prefix (tussenvoegsel), family name."""

from __future__ import annotations

WORDS = {
    "van", "de", "den", "der", "het", "'t", "ter", "ten", "te", "tot", "op", "in", "aan", "bij", "onder",
    "uit", "voor", "von", "zu", "zum", "zur", "vom", "vander", "vande", "vanden", "d'", "l'", "la", "le",
    "les", "du", "des", "da", "do", "dos", "das", "di", "del", "della", "el", "al", "ben", "bin", "ibn",
}  # fmt: skip
BEFORE = ("van", "in", "op", "aan", "uit", "von", "bij", "voor", "de")
PREFIXES = WORDS | {f"{first} {second}" for first in BEFORE for second in WORDS}


def parts_of(name: str) -> dict[str, str]:
    """``Sanne de Vries``, ``Vries, S. de`` and ``Vries, de, Sanne`` alike."""
    pieces = [piece.strip() for piece in name.split(",")]
    if len(pieces) == 3 and pieces[1].casefold() in PREFIXES:
        family, prefix, given = pieces
        return _named(given, prefix, family)
    if len(pieces) == 2 and all(pieces):
        prefix, family = split_prefix(pieces[0])
        words = pieces[1].split()
        place = next((at for at, word in enumerate(words) if at and word.casefold() in WORDS), len(words))
        return _named(" ".join(words[:place]), prefix or " ".join(words[place:]), family)
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return _named("", "", name.strip(" ,"))
    place = next((at for at, word in enumerate(words[:-1]) if at and word.casefold() in WORDS), 1)
    prefix, family = split_prefix(" ".join(words[place:]))
    return _named(" ".join(words[:place]), prefix, family)


def split_prefix(family_name: str) -> tuple[str, str]:
    """``de Vries`` as prefix and name; a name that is nothing but such words stays a name."""
    words = family_name.split()
    place = 0
    while place < len(words) - 1 and words[place].casefold() in WORDS:
        place += 1
    return " ".join(words[:place]), " ".join(words[place:])


def _named(given: str, prefix: str, family: str) -> dict[str, str]:
    return {"given_name": given, "name_prefix": prefix, "family_name": family}
