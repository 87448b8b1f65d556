"""Links in a mail that answer an offered place: signed, for one answer to one offer, and dead when the offer is.

A link alone changes nothing: it opens a page with one button, since scanners of mail follow links.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from enrolments.models import Enrolment
from lms.kernel.models import Event

SALT = "enrolments.offer"
ANSWERS = ("accept", "decline")
OFFERINGS = ("enrolment.offered", "enrolment.place_kept")


@dataclass(frozen=True)
class OfferLink:
    """What a link says: whose offer, which answer. ``offering`` is the event that made it: that tells an earlier
    offer from a later one, and stays what it is when there is more time to answer.
    """

    code: str
    answer: str
    offering: int

    def is_open(self, enrolment: Enrolment, at: datetime) -> bool:
        """Whether this very offer still waits for its answer."""
        expires_at = enrolment.offer_expires_at
        return (
            enrolment.state == Enrolment.State.OFFERED
            and expires_at is not None
            and expires_at > at
            and _offering_of(enrolment) == self.offering
        )

    def is_of_an_earlier_offer(self, enrolment: Enrolment, at: datetime) -> bool:
        """Whether a newer offer waits for its answer, with links of its own."""
        newest = OfferLink(self.code, self.answer, _offering_of(enrolment))
        return newest != self and newest.is_open(enrolment, at)


def _offering_of(enrolment: Enrolment) -> int:
    made = Event.objects.about(enrolment).filter(verb__in=OFFERINGS)
    return made.values_list("pk", flat=True).last() or 0


def token_for(enrolment: Enrolment, answer: str) -> str:
    return signing.dumps([enrolment.code, answer, _offering_of(enrolment)], salt=SALT)


def read_token(token: str) -> OfferLink | None:
    """None for what we never signed."""
    try:
        link = OfferLink(*signing.loads(token, salt=SALT))
    except (signing.BadSignature, TypeError):
        return None
    return link if link.answer in ANSWERS else None
