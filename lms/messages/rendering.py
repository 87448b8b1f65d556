"""From a kind of letter and what it speaks of to subject, plain text and HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import structlog
from django.template.loader import render_to_string
from django.utils import translation

from lms.kernel.letter_kinds import kind_of
from lms.messages.models import MailText
from lms.messages.stopping import address_to_stop
from lms.messages.words import as_html, as_line, as_text

log = structlog.get_logger(__name__)


@dataclass
class Rendered:
    """A letter in words."""

    subject: str
    text: str
    html: str


def rendered(kind: str, *, email: str, language: str, context: dict[str, Any]) -> Rendered:
    """The letter in the reader's language: in the programme office's words if it has any, else in the shipped ones.

    No wording of ours or theirs may keep a letter from going: what cannot be rendered is logged, and said as shipped.
    """
    with translation.override(language):
        around = _around(kind, email, language, context)
        own = MailText.objects.filter(kind=kind, language=language, is_own=True).first()
        if own is not None:
            try:
                return in_own_words(own, around)
            except Exception:  # whatever it is, the letter has to go
                log.exception("own_words_failed", kind=kind, language=language)
        return shipped(kind, around)


def _around(kind: str, email: str, language: str, context: dict[str, Any]) -> dict[str, Any]:
    topic = kind_of(kind).topic
    stop = address_to_stop(kind, email, language)
    return {**context, "language": language, "stop_url": stop, "stop_topic": topic.label if topic else ""}


def shipped(kind: str, context: dict[str, Any]) -> Rendered:
    """By the templates that came with the platform, in the active language."""
    subject = " ".join(render_to_string(f"email/{kind}_subject.txt", context).split())
    text = _spaced(render_to_string(f"email/{kind}.txt", context))
    return Rendered(subject[:250], text, render_to_string(f"email/{kind}.html", {**context, "subject": subject}))


def in_own_words(own: MailText, context: dict[str, Any]) -> Rendered:
    """The same letter with other words: facts, links, funding and what else stands around them stay the template's."""
    kind = kind_of(own.kind)
    names = {one.name for one in kind.placeholders}
    values = {name: value for name, value in context.items() if name in names}
    subject = as_line(own.subject, values) or shipped(own.kind, context).subject
    said = {
        "parent_text": f"email/{own.kind}.txt",
        "parent_html": f"email/{own.kind}.html",
        "heading": as_line(own.heading, values) or subject,
        "text": as_text(own.words, values),
        "html": as_html(own.words, values),
        "tip_text": as_text(own.tip, values),
        "tip_html": as_html(own.tip, values),
        "first": as_line(own.words, values)[:120],
        "keeps_more": kind.has_fixed_part,
    }
    whole = {**context, "subject": subject, "own": said}
    text, html = (render_to_string(f"email/own_words.{form}", whole) for form in ("txt", "html"))
    return Rendered(subject[:250], _spaced(text), html)


def _spaced(text: str) -> str:
    """One empty line between two paragraphs, whatever stands or is left out between them."""
    return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", text)
