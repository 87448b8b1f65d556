"""The programme office's own words for a kind of letter."""

from __future__ import annotations

from django.db import transaction

from lms.kernel.letter_kinds import KINDS, kind_of
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.messages.models import MailText
from lms.messages.shipped import shipped_words
from lms.people.models import User

LANGUAGES = ("nl", "en")
PARTS = ("subject", "heading", "words", "tip")


def ensure_texts(using: str = "default") -> None:
    """A row for every kind and language, after each migrate; what stands is left alone."""
    there = set(MailText.objects.using(using).values_list("kind", "language"))
    MailText.objects.using(using).bulk_create(
        [
            MailText(kind=kind, language=language)
            for kind in KINDS
            for language in LANGUAGES
            if (kind, language) not in there
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def save_text(text: MailText, *, by: User | None) -> MailText:
    """Say it in these words from now on; in the shipped ones, when they are the same. The event keeps what was said."""
    require(by, "edit", text)
    said = {part: getattr(text, part) for part in PARTS}
    text.is_own = said != shipped_words(kind_of(text.kind), text.language)
    if not text.is_own:
        _clear(text)
    text.save()
    Event.record(text, "mailtext.revised", by=by, data=said)
    return text


@transaction.atomic
def reset_text(text: MailText, *, by: User | None) -> MailText:
    """Back to the shipped words."""
    require(by, "edit", text)
    _clear(text)
    text.is_own = False
    text.save()
    Event.record(text, "mailtext.reset", by=by)
    return text


def _clear(text: MailText) -> None:
    for part in PARTS:
        setattr(text, part, "")
