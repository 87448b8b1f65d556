"""Stopping mail that is not necessary (RFC 8058): a link that works without signing in, for one reader and topic."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from lms.kernel.letter_kinds import TOPICS, Topic, kind_of
from lms.people.models import normalised_email

SALT = "lms.messages.stopping"


@dataclass(frozen=True)
class Wish:
    """Whose mail about what."""

    email: str
    topic: Topic


def token_of(email: str, topic: str) -> str:
    """Signed and not dated: a mail may be found years later, and must still be stoppable."""
    return signing.dumps([normalised_email(email), topic], salt=SALT, compress=True)


def wish_of(token: str) -> Wish | None:
    """What the token stands for; None for one that we did not give, or of a topic that is no more."""
    try:
        email, topic = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Wish(email, TOPICS[topic]) if topic in TOPICS else None


def address_to_stop(kind: str, email: str, language: str) -> str:
    """Where the reader of a kind of mail stops it; empty for what is necessary."""
    topic = kind_of(kind).topic
    if topic is None:
        return ""
    with translation.override(language):
        return settings.LMS_BASE_URL + reverse("mail_stop", args=[token_of(email, topic.name)])
