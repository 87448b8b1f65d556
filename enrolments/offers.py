"""Links in a mail that answer an offered place: signed, for one answer to one offer, and dead when the offer is.

A link alone changes nothing: it opens a page with one button, since scanners of mail follow links.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from enrolments.models import Enrolment

SALT = "enrolments.offer"
ANSWERS = ("accept", "decline")


@dataclass(frozen=True)
class OfferLink:
    """What a link says: whose offer, which answer. ``deadline`` tells an earlier offer from a later one."""

    code: str
    answer: str
    deadline: float

    def is_open(self, enrolment: Enrolment, at: datetime) -> bool:
        """Whether this very offer still waits for its answer."""
        expires_at = enrolment.offer_expires_at
        return (
            enrolment.state == Enrolment.State.OFFERED
            and expires_at is not None
            and expires_at > at
            and expires_at.timestamp() == self.deadline  # the moment, in whatever zone it was written
        )


def token_for(enrolment: Enrolment, answer: str) -> str:
    expires_at = enrolment.offer_expires_at
    return signing.dumps([enrolment.code, answer, expires_at.timestamp() if expires_at else 0.0], salt=SALT)


def read_token(token: str) -> OfferLink | None:
    """None for what we never signed."""
    try:
        link = OfferLink(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None
    return link if link.answer in ANSWERS else None
