"""What differs between what we issued and what somebody has, in words that a reader can compare."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext_lazy as _

MOST = 12
LONGEST = 160
_MOST_WORDS = 3000
_CONTEXT = 3


@dataclass(frozen=True)
class Difference:
    """One place: what stands before it (or what it is about), what we issued, what the file has instead."""

    where: Any
    issued: str
    found: str


def of_words(issued: list[str], found: list[str]) -> list[Difference]:
    """Word by word, in reading order; the same change in two places is told once."""
    ours, theirs = _words(issued), _words(found)
    told: dict[tuple[str, str], Difference] = {}
    for change, i1, i2, j1, j2 in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if change == "equal":
            continue
        pair = (_short(ours[i1:i2]), _short(theirs[j1:j2]))
        told.setdefault(pair, Difference(_short(ours[max(0, i1 - _CONTEXT) : i1]), *pair))
        if len(told) == MOST:
            break
    return list(told.values())


def _words(lines: list[str]) -> list[str]:
    return " ".join(lines).split()[:_MOST_WORDS]


def _short(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


_NAMES = {
    "identityHash": _("Name"),
    "name": _("Title"),
    "awardedDate": _("Issued on"),
    "validFrom": _("Issued on"),
    "validUntil": _("Valid until"),
    "narrative": _("Details"),
    "activityStartDate": _("Period"),
    "activityEndDate": _("Period"),
    "creditsEarned": _("Workload"),
}


def of_documents(issued: dict[str, Any], found: dict[str, Any]) -> list[Difference]:
    """Value by value, named as our pages name them where they do. The proof is left out: it is numbers."""
    ours, theirs = dict(_values(issued)), dict(_values(found))
    told = []
    for path in dict.fromkeys([*ours, *theirs]):
        if ours.get(path) != theirs.get(path):
            name = path.rpartition(".")[2].partition("[")[0]
            told.append(Difference(_NAMES.get(name, path[:LONGEST]), ours.get(path, ""), theirs.get(path, "")))
        if len(told) == MOST:
            break
    return told


def _values(thing: Any, path: str = "", depth: int = 0) -> Any:
    """Every value with the way to it."""
    if depth > 20:
        return
    if isinstance(thing, dict):
        for name, value in thing.items():
            if path or name != "proof":
                yield from _values(value, f"{path}.{name}".lstrip("."), depth + 1)
    elif isinstance(thing, list):
        for number, value in enumerate(thing):
            yield from _values(value, f"{path}[{number}]", depth + 1)
    else:
        yield path, _short(str(thing).split())
