"""About an enrolment, from the code that begins it to the letter that ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from courses.calendar import edition_calendar, sequences_of
from courses.models import Mode
from enrolments.models import Enrolment, SeatHold
from enrolments.offers import token_for
from lms.kernel import formats
from lms.kernel.models import Event
from lms.kernel.post import Letter
from lms.messages.letters.parts import about_edition, absolute, alternatives_to, facts_of, page_of
from lms.messages.models import Message


@dataclass
class Said:
    """What a function below puts in its letter, besides to whom it goes."""

    context: dict[str, Any]
    calendar: str = ""
    calendar_method: str = ""


def to_learner(write: Callable[[Enrolment, datetime], Said]) -> Callable[[Enrolment, datetime], dict[str, Any]]:
    """Address a letter about an enrolment to its learner, in the language in which they enrolled."""

    @wraps(write)
    def addressed(enrolment: Enrolment, at: datetime) -> dict[str, Any]:
        learner = enrolment.learner
        with translation.override(enrolment.language):
            said = write(enrolment, at)
            context = {
                **about_edition(enrolment.edition),
                "greeting_name": learner.given_name,
                "action_url": page_of(enrolment),
                "action_label": _("See your enrolment"),
                **said.context,
            }
        letter = Letter(write.__name__, learner.email, enrolment.language, context, learner, enrolment)
        letter.calendar, letter.calendar_method = said.calendar, said.calendar_method
        return vars(letter)

    return addressed


def company_that_enrolled(enrolment: Enrolment) -> str:
    """The employer that enrolled this learner with a group; nobody is enrolled without hearing by whom."""
    return enrolment.group.employer.name if enrolment.group is not None else ""


def enrolment_code(hold: SeatHold, code: str) -> dict[str, Any]:
    """Six digits, how long the seat is held, and the way back to the page."""
    with translation.override(hold.language):
        context = {
            **about_edition(hold.edition),
            "greeting_name": hold.answers["given_name"],
            "code": code,
            "held_until": formats.clock_time(hold.expires_at) if hold.has_seat else "",
            "is_request": hold.edition.asks_approval or hold.edition.asks_intake,
            "facts": facts_of(hold.edition),
            "action_url": absolute("enrolments:code", hold.token),
            "action_label": _("Confirm your enrolment"),
        }
    return vars(Letter("enrolment_code", hold.email, hold.language, context, about=hold))


@to_learner
def enrolment_confirmed(enrolment: Enrolment, at: datetime) -> Said:
    """The place is certain: when, where, and an invitation for every session."""
    edition = enrolment.edition
    context = {
        "facts": [*facts_of(edition), (_("Number"), enrolment.code)],
        "starts": formats.long_date(edition.starts_at) if edition.starts_at else "",
        "starts_time": formats.clock_time(edition.starts_at) if edition.starts_at else "",
        "needs_check_in": edition.mode != Mode.ONLINE,
        "employer": company_that_enrolled(enrolment),
    }
    return Said(context, calendar_of(enrolment, "REQUEST", at), "REQUEST")


@to_learner
def enrolment_waitlisted(enrolment: Enrolment, at: datetime) -> Said:
    """No place yet; which number in the queue."""
    place = Enrolment.objects.with_place().get(pk=enrolment.pk).place
    return Said(
        {
            "place": place,
            "employer": company_that_enrolled(enrolment),
            "waits_together": enrolment.group is not None and enrolment.group.waitlisted_at is not None,
            "facts": [*facts_of(enrolment.edition), (_("Number"), enrolment.code)],
        }
    )


@to_learner
def seat_offered(enrolment: Enrolment, at: datetime) -> Said:
    """A place came free: until when it is kept. Each link opens a page with one button, it answers nothing itself."""
    deadline = cast(datetime, enrolment.offer_expires_at)  # a constraint of the table says that it is there
    context = {
        "deadline": f"{formats.long_date(deadline)} {formats.clock_time(deadline)}",
        "deadline_short": formats.short_date(deadline),
        "facts": facts_of(enrolment.edition),
        "action_url": absolute("enrolments:offer", token_for(enrolment, "accept")),
        "action_label": _("Take the place"),
        "second_url": absolute("enrolments:offer", token_for(enrolment, "decline")),
        "second_label": _("Leave it to someone else"),
    }
    return Said(context)


@to_learner
def offer_lapsed(enrolment: Enrolment, at: datetime) -> Said:
    """Nobody answered in time; what else there is."""
    return Said({"facts": [], "alternatives": alternatives_to(enrolment.edition, at)})


@to_learner
def enrolment_withdrawn(enrolment: Enrolment, at: datetime) -> Said:
    """Confirms that the learner gave up the place, and takes the sessions out of their calendar."""
    left = Event.objects.about(enrolment).filter(verb="enrolment.withdrawn").last()
    by_company = left is not None and left.by_id != enrolment.learner_id and company_that_enrolled(enrolment)
    return _called_off(enrolment, at, {"facts": [(_("Number"), enrolment.code)], "withdrawn_by": by_company or ""})


@to_learner
def enrolment_cancelled(enrolment: Enrolment, at: datetime) -> Said:
    """The edition does not go on; what else there is."""
    return _called_off(enrolment, at, {"facts": [], "alternatives": alternatives_to(enrolment.edition, at)})


def _called_off(enrolment: Enrolment, at: datetime, context: dict[str, Any]) -> Said:
    """Whoever never got an invitation (a waiter, or an offer not taken) gets no cancellation of it either."""
    if not invitations_of(enrolment).exists():
        return Said(context)
    return Said(context, calendar_of(enrolment, "CANCEL", at), "CANCEL")


# Its entries in a calendar --------------------------------------------------------------------------------------------


def invitations_of(enrolment: Enrolment) -> models.QuerySet[Message]:
    """The calendar entries sent before for this very enrolment."""
    return Message.objects.filter(about=f"{enrolment._meta.label}:{enrolment.pk}").exclude(calendar_method="")


def calendar_of(enrolment: Enrolment, method: str, at: datetime) -> str:
    """The sessions as an invitation to this learner, or as its cancellation.

    A calendar believes only what has a higher number than what it has. Both what changed in the edition and what was
    sent before count, so who withdraws and enrols again is invited again.
    """
    edition, learner = enrolment.edition, enrolment.learner
    mine = Enrolment.objects.filter(edition=edition, learner=learner).values_list("pk", flat=True)
    sent = Message.objects.filter(about__in=[f"{Enrolment._meta.label}:{pk}" for pk in mine])
    sessions = list(edition.sessions.select_related("room__location"))
    changes = max(sequences_of(edition, sessions).values(), default=0)
    sequence = changes + sent.exclude(calendar_method="").count()
    entries = edition_calendar(
        edition, sessions, at=at, method=method, attendee=learner.email, sequence=sequence, url=page_of(enrolment)
    )
    return entries.decode()
