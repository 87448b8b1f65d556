"""The small language in which the programme office writes letters: text with ``{placeholders}``, and nothing else.

A line in which a placeholder has nothing to say is left out; so is one with a condition that does not hold:
``{if needs_check_in} At the entrance you get a code.`` or ``{not needs_check_in} We meet online.`` Empty lines
part paragraphs. Nothing is run, everything is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lms.kernel.letter_kinds import Kind

_TOKEN = re.compile(r"\{(if |not )?([a-z_]+)\}")
_BIG = (
    "<span style=\"font-family:'Courier New',monospace;font-size:34px;font-weight:bold;letter-spacing:6px\">{}</span>"
)
_PARAGRAPH = '</p><p style="margin:0 0 22px;font-size:16px">'


def troubles_of(text: str, kind: Kind) -> list[str]:
    """What is wrong with a text, in words for who writes it."""
    known = [one.name for one in kind.placeholders]
    found = []
    for name in dict.fromkeys(match[2] for match in _TOKEN.finditer(text)):
        if name not in known:
            offered = ", ".join(f"{{{one}}}" for one in known)
            found.append(
                _("{%(name)s} does not exist here. You can use: %(offered)s.") % {"name": name, "offered": offered}
            )
    rest = _TOKEN.sub("", text)
    alone = _("Near “%(text)s” a brace stands alone. Write a placeholder as {%(name)s}, without spaces.")
    name = known[0] if known else "name"
    near = re.finditer(r"[^\n]{0,40}[{}][^\n]{0,40}", rest)
    return found + [alone % {"text": match[0].strip(), "name": name} for match in near]


def missing_from(text: str, kind: Kind) -> list[str]:
    """The placeholders without which the letter is of no use, and that stand in no line that is always there."""
    said = {match[2] for match in _TOKEN.finditer(text) if not match[1]}
    return [name for name in kind.must_say if name not in said]


def lines_of(text: str, values: Mapping[str, Any]) -> list[str]:
    """The lines that are there for these values, filled in; an empty line parts paragraphs."""
    return [filled for line in text.splitlines() if (filled := _filled(line, values)) is not None]


def _filled(line: str, values: Mapping[str, Any]) -> str | None:
    for match in _TOKEN.finditer(line):
        if bool(values.get(match[2])) == (match[1] == "not "):
            return None
    return _TOKEN.sub(lambda match: _said(values, match), line).strip()


def _said(values: Mapping[str, Any], match: re.Match[str]) -> str:
    value = values.get(match[2])
    return "" if match[1] or isinstance(value, bool) else str(value)


def paragraphs_of(text: str, values: Mapping[str, Any]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines_of(text, values):
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [one for one in found if one]


def as_text(text: str, values: Mapping[str, Any]) -> str:
    """For plain text: paragraphs with an empty line between them."""
    return "\n\n".join("\n".join(one) for one in paragraphs_of(text, values))


def as_html(text: str, values: Mapping[str, Any]) -> SafeString:
    """For a place that is a paragraph already. Digits that stand alone are written large."""
    code = str(values.get("code", ""))
    paragraphs = []
    for lines in paragraphs_of(text, values):
        parts = [_BIG.format(escape(line)) if code and line == code else str(escape(line)) for line in lines]
        paragraphs.append(" ".join(parts).replace("\n", "<br>"))
    return mark_safe(_PARAGRAPH.join(paragraphs))  # noqa: S308  (every line is escaped above)


def as_line(text: str, values: Mapping[str, Any]) -> str:
    """For a subject or heading."""
    return " ".join(" ".join(lines_of(text, values)).split())
