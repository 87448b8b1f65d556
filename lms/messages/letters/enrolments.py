"""About an enrolment, from the code that begins it to the letter that ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext as _

from courses.calendar import edition_calendar, sessions_with_places
from courses.models import Edition, Mode, Session
from enrolments.endings import ending_of, origin_of
from enrolments.models import Enrolment, SeatHold
from enrolments.offers import token_for
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.kernel.post import Letter
from lms.messages.letters.parts import Facts, about_edition, absolute, alternatives_to, facts_of, page_of, price_of
from lms.messages.quiet import allowed_from, in_time_until
from lms.messages.snapshots import Told, sessions_of, when_of


@dataclass
class Said:
    """What a function below puts in its letter, besides to whom it goes."""

    context: dict[str, Any]
    calendar: str = ""
    calendar_method: str = ""
    is_urgent: bool = False


def to_learner(write: Callable[..., Said]) -> Callable[..., dict[str, Any]]:
    """Address a letter about an enrolment to its learner, in the language in which they enrolled."""

    @wraps(write)
    def addressed(enrolment: Enrolment, at: datetime, *more: Any) -> dict[str, Any]:
        learner = enrolment.learner
        with translation.override(enrolment.language):
            said = write(enrolment, at, *more)
            context = {
                **about_edition(enrolment.edition),
                "greeting_name": learner.given_name,
                "action_url": page_of(enrolment),
                "action_label": _("See your enrolment"),
                **said.context,
            }
        letter = Letter(write.__name__, learner.email, enrolment.language, context, learner, enrolment)
        letter.calendar, letter.calendar_method = said.calendar, said.calendar_method
        letter.is_urgent = said.is_urgent
        return vars(letter)

    return addressed


def company_that_enrolled(enrolment: Enrolment) -> str:
    """The employer that enrolled this learner with a group; nobody is enrolled without hearing by whom."""
    return enrolment.group.employer.name if enrolment.group is not None else ""


def enrolment_code(hold: SeatHold, code: str) -> dict[str, Any]:
    """Six digits, how long the seat is held, and the way back to the page."""
    is_request = not hold.has_seat and (hold.edition.asks_approval or hold.edition.asks_intake)
    with translation.override(hold.language):
        context = {
            **about_edition(hold.edition),
            "greeting_name": hold.answers["given_name"],
            "code": code,
            "held_until": formats.clock_time(hold.expires_at) if hold.has_seat else "",
            "is_request": is_request,
            "is_waiting": not hold.has_seat and not is_request,
            "facts": facts_of(hold.edition),
            "action_url": absolute("enrolments:code", hold.token),
            "action_label": _("Confirm your enrolment"),
        }
    return vars(Letter("enrolment_code", hold.email, hold.language, context, about=hold))


@to_learner
def enrolment_confirmed(enrolment: Enrolment, at: datetime, sequence: int) -> Said:
    """The place is certain: when, where, and an invitation for every session."""
    edition = enrolment.edition
    facts = [*facts_of(edition), *_to_bring(edition), (_("Number"), enrolment.code)]
    context = {
        **_start_of(edition),
        "needs_check_in": edition.mode != Mode.ONLINE,
        "employer": company_that_enrolled(enrolment),
        **_moved_here(enrolment),
        **_ordered(enrolment, facts, at),
    }
    return _inviting(context, enrolment, at, sequence)


def _ordered(enrolment: Enrolment, facts: Facts, at: datetime) -> dict[str, Any]:
    """What someone who pays themselves agreed to, to keep: the price, and how a private person goes back on it."""
    order = getattr(enrolment, "order", None)
    if order is None or order.payer != order.Payer.SELF:
        return {"facts": facts}
    said: dict[str, Any] = {
        "facts": [*facts, (_("Ordered on"), formats.date_time(order.ordered_at)), (_("Price"), price_of(order))]
    }
    if order.may_be_withdrawn(at):  # who moves later may find the days gone
        said |= {
            "withdrawal_until": formats.long_date(order.withdrawal_until),
            "withdrawal_url": absolute("enrolments:withdraw_contract", enrolment.code),
            "early_start": order.early_start_asked_at is not None,
        }
    return said


def _moved_here(enrolment: Enrolment) -> dict[str, str]:
    """From which date, and by whom unless by the learner."""
    origin = origin_of(enrolment)
    starts = origin.starts_at if origin else None
    return {"moved_from": formats.long_date(starts) if starts else "", "moved_by": origin.by if origin else ""}


def _to_bring(edition: Edition) -> list[tuple[str, str]]:
    bring = in_language(edition.course, "bring")
    return [(_("Bring along"), bring)] if bring else []


def _start_of(edition: Edition) -> dict[str, str]:
    if not edition.starts_at:
        return {"starts": "", "starts_time": ""}
    return {"starts": formats.long_date(edition.starts_at), "starts_time": formats.clock_time(edition.starts_at)}


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
def enrolment_withdrawn(
    enrolment: Enrolment, at: datetime, told: Sequence[Told] = (), sequence: int | None = None
) -> Said:
    """The place was given up, by the learner or by who is named; takes the sessions out of their calendar."""
    context = {"facts": [(_("Number"), enrolment.code)], "withdrawn_by": ending_of(enrolment).by}
    return _cancelling(context, enrolment, at, told, sequence)


@to_learner
def enrolment_moved(enrolment: Enrolment, at: datetime, told: list[Told], sequence: int) -> Said:
    """Takes the sessions of the old date out of the calendar; what came instead has its own letter."""
    title = f"title_{enrolment.language}"
    instead = Enrolment.objects.filter(
        learner=enrolment.learner, edition__code=ending_of(enrolment).moved_to, state=Enrolment.State.OFFERED
    )
    context = {
        "is_offer": instead.exists(),
        "facts": [(when_of(one), one[title] or one["title_nl"]) for one in told],
    }
    return _cancelling(context, enrolment, at, told, sequence)


@to_learner
def enrolment_cancelled(
    enrolment: Enrolment, at: datetime, told: Sequence[Told] = (), sequence: int | None = None
) -> Said:
    """The edition does not go on; what else there is."""
    context = {"facts": [], "alternatives": alternatives_to(enrolment.edition, at)}
    said = _cancelling(context, enrolment, at, told, sequence)
    starts = enrolment.edition.starts_at
    said.is_urgent = starts is not None and starts < in_time_until(at)
    return said


# Before it begins -----------------------------------------------------------------------------------------------------


@to_learner
def edition_changed(
    enrolment: Enrolment, at: datetime, changes: list[dict[str, str]], sequence: int, told: Sequence[Told] = ()
) -> Said:
    """What is different from what we told: what it was, what it is, and an invitation that changes the calendar."""
    edition = enrolment.edition
    context = {
        "changes": changes,
        "facts": [*facts_of(edition), (_("Number"), enrolment.code)],
        "starts": _start_of(edition)["starts"],
    }
    said = _inviting(context, enrolment, at, sequence)
    said.is_urgent = (
        _is_near(told, at) or edition.sessions.filter(starts_at__gt=at, starts_at__lt=in_time_until(at)).exists()
    )
    return said


def _is_near(told: Sequence[Told], at: datetime) -> bool:
    """Whether someone would set out for one of these sessions, as they were told, before a letter that waits."""
    return any(at < datetime.fromisoformat(one["starts_at"]) < in_time_until(at) for one in told)


@to_learner
def edition_changed_waiting(
    enrolment: Enrolment, at: datetime, changes: list[dict[str, str]], gone: Sequence[Told]
) -> Said:
    """The same to who waits for a place, or for an answer: nothing of it is in a calendar yet."""
    title = f"title_{enrolment.language}"
    dropped = [
        {"what": one[title] or one["title_nl"], "was": when_of(one), "now": _("does not take place")} for one in gone
    ]
    context = {
        "changes": [*changes, *dropped],
        "facts": [*facts_of(enrolment.edition), (_("Number"), enrolment.code)],
    }
    starts = enrolment.edition.starts_at
    return Said(context, is_urgent=starts is not None and at < starts < in_time_until(at))


@to_learner
def session_dropped(enrolment: Enrolment, at: datetime, told: list[Told], sequence: int) -> Said:
    """Sessions that do not take place, while the edition goes on; taken out of the calendar."""
    title = f"title_{enrolment.language}"
    context = {"is_one": len(told) == 1, "facts": [(when_of(one), one[title] or one["title_nl"]) for one in told]}
    said = _cancelling(context, enrolment, at, told, sequence)
    said.is_urgent = _is_near(told, at)
    return said


@to_learner
def reminder_week(enrolment: Enrolment, at: datetime) -> Said:
    """In a week it begins: time to say that one cannot come."""
    edition = enrolment.edition
    facts = [*facts_of(edition), *_to_bring(edition), (_("Number"), enrolment.code)]
    return Said({**_start_of(edition), "facts": facts})


@to_learner
def reminder_day(enrolment: Enrolment, at: datetime) -> Said:
    """It is about to begin: when, where, what to bring along. Never on the day itself, if it can be helped."""
    edition = enrolment.edition
    context = {
        **_start_of(edition),
        "facts": [*facts_of(edition), *_to_bring(edition)],
        "is_online": edition.mode == Mode.ONLINE,
        "needs_check_in": edition.mode != Mode.ONLINE,
    }
    starts = edition.starts_at
    return Said(context, is_urgent=starts is not None and formats.day_of(allowed_from(at)) >= formats.day_of(starts))


# Its entries in a calendar --------------------------------------------------------------------------------------------


def _inviting(context: dict[str, Any], enrolment: Enrolment, at: datetime, sequence: int) -> Said:
    sessions = sessions_with_places(enrolment.edition)
    return Said(context, _calendar(enrolment, sessions, "REQUEST", at, sequence), "REQUEST")


def _cancelling(
    context: dict[str, Any], enrolment: Enrolment, at: datetime, told: Sequence[Told], sequence: int | None
) -> Said:
    """Whoever has nothing in their calendar gets no cancellation of it either."""
    if sequence is None or not told:
        return Said(context)
    sessions = sessions_of(list(told), enrolment.edition)
    return Said(context, _calendar(enrolment, sessions, "CANCEL", at, sequence), "CANCEL")


def _calendar(enrolment: Enrolment, sessions: list[Session], method: str, at: datetime, sequence: int) -> str:
    """These sessions as an invitation to this learner, or as its cancellation."""
    entries = edition_calendar(
        enrolment.edition,
        sessions,
        at=at,
        method=method,
        attendee=enrolment.learner.email,
        sequence=sequence,
        url=page_of(enrolment),
    )
    return entries.decode()
