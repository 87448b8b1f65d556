"""Writing to the people of an edition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from courses.actions import lock_edition
from courses.models import Edition
from enrolments import letters, placeholders
from enrolments.models import Announcement, AnnouncementRecipient, Enrolment, EnrolmentQuerySet
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.people.models import User

State = Enrolment.State
# Nobody is mailed again and again because someone cannot stop: so many for one edition in an hour, for one day.
PER_HOUR, PER_DAY = 4, 10


class NobodyToTell(Exception):
    """Of those chosen nobody is in this edition any more."""


class TooManyAnnouncements(Exception):
    """This edition was written to often enough; ``again_at`` is when it may be again."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at.isoformat())
        self.again_at = again_at


class LanguageMissing(Exception):
    """Someone reads a language in which nothing was written; ``languages`` are those."""

    def __init__(self, languages: Collection[str]) -> None:
        super().__init__(", ".join(sorted(languages)))
        self.languages = set(languages)


@dataclass(frozen=True)
class Said:
    """The words in one language; with words in braces that are filled in for each reader."""

    subject: str
    text: str


def audience_of(edition: Edition, audience: str, chosen: Collection[str] = ()) -> EnrolmentQuerySet:
    """Whom an announcement to this audience reaches now: one mail a person, since one is enrolled once."""
    live = Enrolment.objects.live().filter(edition=edition).select_related("learner").order_by("pk")
    match audience:
        case Announcement.Audience.PLACES:
            return live.holding_a_seat().exclude(state=State.OFFERED)
        case Announcement.Audience.WAITING:
            return live.filter(state__in=[State.WAITLISTED, State.OFFERED])
        case Announcement.Audience.CHOSEN:
            return live.filter(code__in=list(chosen))
    return live.exclude(state=State.REQUESTED)


@transaction.atomic
def announce(
    edition: Edition,
    said: dict[str, Said],
    *,
    audience: str,
    form_key: UUID,
    by: User | None,
    at: datetime,
    chosen: Collection[str] = (),
) -> Announcement:
    """Write to the people of an edition, each in their language. The same form sent twice is sent once.

    Raises NobodyToTell, LanguageMissing, TooManyAnnouncements.
    """
    require(by, "coordinate", edition)
    edition = lock_edition(edition)
    if sent := Announcement.objects.filter(form_key=form_key, edition=edition).first():
        return sent
    _pace(edition, at)
    readers = list(audience_of(edition, audience, chosen).select_related("learner", "edition__course"))
    if not readers:
        raise NobodyToTell(edition.code)
    if missing := {one.language for one in readers} - said.keys():
        raise LanguageMissing(missing)
    words = {f"{part}_{language}": getattr(one, part) for language, one in said.items() for part in ("subject", "text")}
    announcement = Announcement.objects.create(
        edition=edition, audience=audience, form_key=form_key, by=by, at=at, **words
    )
    recipients = AnnouncementRecipient.objects.bulk_create(
        AnnouncementRecipient(announcement=announcement, enrolment=one, language=one.language) for one in readers
    )
    for recipient in recipients:
        one, language = recipient.enrolment, recipient.language
        subject, text = (
            placeholders.filled_in(part, one, language) for part in (said[language].subject, said[language].text)
        )
        post(letters.announcement(recipient, subject, text), at=at)
    Event.record(
        edition, "edition.announced", by=by, at=at, data={"announcement": announcement.pk, "people": len(recipients)}
    )
    return announcement


def _pace(edition: Edition, at: datetime) -> None:
    sent = list(
        Announcement.objects.filter(edition=edition, at__gt=at - timedelta(days=1))
        .order_by("-at")
        .values_list("at", flat=True)[:PER_DAY]
    )
    for most, span in ((PER_HOUR, timedelta(hours=1)), (PER_DAY, timedelta(days=1))):
        if len(sent) >= most and sent[most - 1] > at - span:
            raise TooManyAnnouncements(sent[most - 1] + span)
