"""The words that came with the platform, as the programme office would write them: with ``{placeholders}``.

Read from the templates themselves, so that nobody has to keep a second copy. What a template says under a condition is
found by leaving each condition out in turn, which is right as long as a sentence under a condition has its own line.
"""

from __future__ import annotations

from typing import Any

from django.template import Context
from django.template.loader import get_template
from django.template.loader_tags import BlockNode
from django.utils import translation
from django.utils.html import strip_tags

from lms.kernel.letter_kinds import Kind, Placeholder

Texts = dict[str, str]


def shipped_words(kind: Kind, language: str) -> Texts:
    """Subject, heading, words and remark of a kind in a language."""
    with translation.override(language):
        subject, heading = _all(kind, f"email/{kind.name}_subject.txt", ""), _all(kind, _html(kind), "heading")
        return {
            "subject": " ".join(subject.split()),
            "heading": " ".join(strip_tags(heading).split()),
            "words": _with_conditions(kind, "intro"),
            "tip": _with_conditions(kind, "tip"),
        }


def sample_context(kind: Kind, language: str, *, longest: bool = False) -> dict[str, Any]:
    """Values as a letter of this kind could have them."""
    name = "Wilhelmina-Alexandrina" if longest else "Samira"
    return {
        "greeting_name": name,
        "kicker": "COBOTS-27-2 · RoboHouse",
        "facts": [],
        "action_url": "https://lms.example/nl/mijn/",
        "action_label": {"nl": "Bekijk de pagina", "en": "See the page"}[language],
        **{key: _in(value, language) for key, value in kind.around.items()},
        **{one.name: one.value(language, longest=longest) for one in kind.placeholders},
    }


def _in(value: Any, language: str) -> Any:
    """A sample, or a list or table of them, in one language."""
    match value:
        case (str() as nl, str() as en):
            return nl if language == "nl" else en
        case (term, words):
            return _in(term, language), _in(words, language)
        case list():
            return [_in(one, language) for one in value]
        case dict():
            return {key: _in(one, language) for key, one in value.items()}
    return value


def _html(kind: Kind) -> str:
    return f"email/{kind.name}.html"


def _marked(kind: Kind, without: Placeholder | None = None) -> dict[str, Any]:
    """Each placeholder stands for itself; conditions hold, but one."""
    values: dict[str, Any] = dict(kind.around)
    for one in kind.placeholders:
        values[one.name] = True if one.is_condition else f"{{{one.name}}}"
    if without is not None:
        values[without.name] = False if without.is_condition else ""
    return values


def _rendered(kind: Kind, template: str, block: str, values: dict[str, Any]) -> str:
    found = get_template(template).template  # type: ignore[attr-defined]
    nodes = found.nodelist
    if block:
        nodes = next((one.nodelist for one in nodes.get_nodes_by_type(BlockNode) if one.name == block), None)
    if nodes is None:
        return ""
    context = Context(values, autoescape=False)
    with context.bind_template(found):
        return str(nodes.render(context))


def _all(kind: Kind, template: str, block: str) -> str:
    return _rendered(kind, template, block, _marked(kind))


def _lines(kind: Kind, block: str, values: dict[str, Any]) -> list[str]:
    return [" ".join(line.split()) for line in _rendered(kind, f"email/{kind.name}.txt", block, values).splitlines()]


def _with_conditions(kind: Kind, block: str) -> str:
    lines = _lines(kind, block, _marked(kind))
    conditions: dict[str, list[str]] = {line: [] for line in lines}
    otherwise: dict[int, list[str]] = {}
    for one in kind.placeholders:
        if not (one.is_condition or one.may_be_empty):
            continue
        token = f"{{{one.name}}}"
        without = _lines(kind, block, _marked(kind, without=one))
        emptied = {" ".join(line.replace(token, "").split()) for line in lines}
        for line in lines:
            if line and line not in without and token not in line:
                conditions[line].append(f"{{if {one.name}}}")
        for number, line in enumerate(without):
            if line and line not in lines and line not in emptied:
                otherwise.setdefault(min(number, len(lines) - 1), []).append(f"{{not {one.name}}} {line}")
    written = []
    for number, line in enumerate(lines):
        written.append(" ".join([*conditions[line], line]) if line else line)
        written += otherwise.get(number, [])
    return _tidy(written)


def _tidy(lines: list[str]) -> str:
    """Without empty lines at the ends, or two in a row."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()
