"""What each message says: one function per kind, from a row to its facts, links and calendar entry.

The words stand in ``templates/email/<kind>…``; here is only what they speak of, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from certificates.models import Certificate
from courses.calendar import edition_calendar, sequences_of
from courses.models import Edition, Interest, InterestRequest, Mode, Session
from enrolments.models import Enrolment, SeatHold
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.kernel.post import Letter
from lms.messages.models import Message
from lms.people.models import User

ALTERNATIVES = 3
Facts = list[tuple[str, str]]


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


# Before there is an account -------------------------------------------------------------------------------------------


def enrolment_code(hold: SeatHold, code: str) -> dict[str, Any]:
    """Six digits, how long the seat is held, and the way back to the page."""
    with translation.override(hold.language):
        context = {
            **about_edition(hold.edition),
            "greeting_name": hold.answers["given_name"],
            "code": code,
            "held_until": formats.clock_time(hold.expires_at) if hold.has_seat else "",
            "facts": facts_of(hold.edition),
            "action_url": absolute("enrolments:code", hold.token),
            "action_label": _("Confirm your enrolment"),
        }
    return vars(Letter("enrolment_code", hold.email, hold.language, context, about=hold))


def interest_code(request: InterestRequest, code: str) -> dict[str, Any]:
    """Six digits that prove the address of who waits for a date, and the way back to the page."""
    with translation.override(request.language):
        context = {
            "course": request.course.title,
            "kicker": request.course.code,
            "greeting_name": request.answers["name"].get("given_name", ""),
            "code": code,
            "facts": [],
            "action_url": absolute("cms:interest_code", request.token),
            "action_label": _("Fill in the code"),
        }
    return vars(Letter("interest_code", request.email, request.language, context, about=request))


# About waiting for a date ---------------------------------------------------------------------------------------------


def interest_registered(interest: Interest) -> dict[str, Any]:
    """What we noted, for how long we keep it, and how to stop."""
    with translation.override(interest.language):
        group = [(_("Company"), interest.organisation_name), (_("People"), str(interest.persons))]
        context = {
            **_to_who_waits(interest),
            "facts": [
                *(group if interest.persons > 1 else []),
                (_("What suits you"), "; ".join(interest.preferences) or _("Any date")),
                (_("We keep this until"), formats.plain_date(interest.asked_at + Interest.KEPT)),
            ],
            "action_url": absolute("cms:course", interest.course.code),
            "action_label": _("Look at the course"),
        }
    return vars(Letter("interest_registered", interest.user.email, interest.language, context, interest.user, interest))


def edition_opened(interest: Interest, edition: Edition) -> dict[str, Any]:
    """An edition takes enrolments: when and where, the way in, and how to stop."""
    with translation.override(interest.language):
        context = {
            **about_edition(edition),
            **_to_who_waits(interest),
            "kicker": f"{edition.code} · {edition.provider.name}",
            "is_group": interest.persons > 1,
            "facts": [
                *facts_of(edition),
                (_("Language"), str(edition.get_language_display()).capitalize()),
                (_("Enrol before"), formats.long_date(edition.enrolment_closes_at)),
            ],
            "action_url": absolute("enrolments:enrol", edition.code),
            "action_label": _("Enrol"),
        }
    return vars(Letter("edition_opened", interest.user.email, interest.language, context, interest.user, interest))


def _to_who_waits(interest: Interest) -> dict[str, Any]:
    return {
        "course": interest.course.title,
        "kicker": interest.course.code,
        "greeting_name": interest.user.given_name,
        "second_url": absolute("cms:interest_withdraw", interest.uuid),
        "second_label": _("I am no longer interested"),
    }


# About an enrolment ---------------------------------------------------------------------------------------------------


@to_learner
def enrolment_confirmed(enrolment: Enrolment, at: datetime) -> Said:
    """The place is certain: when, where, and an invitation for every session."""
    edition = enrolment.edition
    context = {
        "facts": [*facts_of(edition), (_("Number"), enrolment.code)],
        "starts": formats.long_date(edition.starts_at) if edition.starts_at else "",
        "starts_time": formats.clock_time(edition.starts_at) if edition.starts_at else "",
        "needs_check_in": edition.mode != Mode.ONLINE,
    }
    return Said(context, calendar_of(enrolment, "REQUEST", at), "REQUEST")


@to_learner
def enrolment_waitlisted(enrolment: Enrolment, at: datetime) -> Said:
    """No place yet; which number in the queue."""
    place = Enrolment.objects.with_place().get(pk=enrolment.pk).place
    return Said({"place": place, "facts": [*facts_of(enrolment.edition), (_("Number"), enrolment.code)]})


@to_learner
def seat_offered(enrolment: Enrolment, at: datetime) -> Said:
    """A place came free: until when it is kept. The link opens a page with two buttons, it answers nothing itself."""
    deadline = cast(datetime, enrolment.offer_expires_at)  # a constraint of the table says that it is there
    context = {
        "deadline": f"{formats.long_date(deadline)} {formats.clock_time(deadline)}",
        "deadline_short": formats.short_date(deadline),
        "facts": facts_of(enrolment.edition),
        "action_label": _("Take or leave the place"),
    }
    return Said(context)


@to_learner
def offer_lapsed(enrolment: Enrolment, at: datetime) -> Said:
    """Nobody answered in time; what else there is."""
    return Said({"facts": [], "alternatives": alternatives_to(enrolment.edition, at)})


@to_learner
def enrolment_withdrawn(enrolment: Enrolment, at: datetime) -> Said:
    """Confirms that the learner gave up the place, and takes the sessions out of their calendar."""
    return _called_off(enrolment, at, {"facts": [(_("Number"), enrolment.code)]})


@to_learner
def enrolment_cancelled(enrolment: Enrolment, at: datetime) -> Said:
    """The edition does not go on; what else there is."""
    return _called_off(enrolment, at, {"facts": [], "alternatives": alternatives_to(enrolment.edition, at)})


def _called_off(enrolment: Enrolment, at: datetime, context: dict[str, Any]) -> Said:
    """Whoever never got an invitation (a waiter, or an offer not taken) gets no cancellation of it either."""
    if not invitations_of(enrolment).exists():
        return Said(context)
    return Said(context, calendar_of(enrolment, "CANCEL", at), "CANCEL")


# About a certificate --------------------------------------------------------------------------------------------------


def certificate_ready(certificate: Certificate) -> dict[str, Any]:
    """Where to find it, and the address at which anyone can check it. Nothing is attached: mail gets forwarded."""
    learner, language = certificate.enrolment.learner, certificate.snapshot["language"]
    with translation.override(language):
        context = {
            "greeting_name": learner.given_name,
            "course": certificate.snapshot["title"][language],
            "kicker": f"{certificate.snapshot['course']['code']} · {certificate.snapshot['provider']['name']}",
            "is_assessed": certificate.kind == "assessed",
            "replaces": certificate.supersedes_id is not None,
            "facts": [(_("Number"), certificate.grouped_number)],
            "action_url": absolute("certificates:detail", certificate.grouped_number),
            "action_label": _("Look at your certificate"),
            "second_url": certificate.snapshot["verify_url"],
            "second_label": _("The page where others check it"),
            "funding": (certificate.snapshot["funding"]["statement"] or {}).get(language, ""),
        }
    return vars(Letter("certificate_ready", learner.email, language, context, learner, certificate))


# About a page of the site ---------------------------------------------------------------------------------------------


def _about_page(kind: str, page: Page, reader: User, **context: Any) -> dict[str, Any]:
    """To someone of the back office, in the language of their account."""
    with translation.override(reader.language):
        told = {
            "greeting_name": reader.given_name,
            "kicker": page.page_type_display_name,
            "page": page.get_latest_revision_as_object().title,
            "facts": [],
            "action_url": settings.LMS_BASE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "action_label": _("Open the page"),
            **context,
        }
    return vars(Letter(kind, reader.email, reader.language, told, reader, page))


def page_submitted(page: Page, reader: User, *, by: User | None) -> dict[str, Any]:
    """A page waits for approval: whose, and where to look at it."""
    return _about_page("page_submitted", page, reader, who=str(by) if by else "")


def page_approved(page: Page, reader: User, *, note: str) -> dict[str, Any]:
    """What someone sent in is on the site."""
    with translation.override(reader.language):
        label = _("See it on the site")
    second = {"second_url": page.full_url, "second_label": label} if page.live and page.full_url else {}
    return _about_page("page_approved", page, reader, note=note, **second)


def page_sent_back(page: Page, reader: User, *, note: str) -> dict[str, Any]:
    """What someone sent in is to be changed first; the note says what."""
    return _about_page("page_sent_back", page, reader, note=note)


# Parts ----------------------------------------------------------------------------------------------------------------


def absolute(name: str, *args: Any) -> str:
    """The whole address of a page in the active language."""
    return settings.LMS_BASE_URL + reverse(name, args=args)


def page_of(enrolment: Enrolment) -> str:
    """The learner's own page of an enrolment; opening it changes nothing."""
    return absolute("enrolments:enrolment", enrolment.code)


def about_edition(edition: Edition) -> dict[str, Any]:
    """What every letter about an edition names."""
    return {
        "course": edition.course.title,
        "kicker": f"{edition.code} · {edition.provider.name}",
        "provider": edition.provider.name,
        "funding": in_language(edition, "funding_notice"),
        "starts_on": formats.plain_date(edition.starts_at) if edition.starts_at else "",
    }


def facts_of(edition: Edition) -> Facts:
    """When and where. Sessions at one time of day are said in one line, others one by one."""
    sessions = list(edition.sessions.all())
    facts: Facts = []
    if len({_hours_of(session) for session in sessions}) == 1:
        facts += [(_("When"), _days_of(sessions)), (_("Time"), _hours_of(sessions[0]))]
    else:
        facts += [(formats.short_date_year(session.starts_at), _hours_of(session)) for session in sessions]
    if edition.mode == Mode.ONLINE:
        facts.append((_("Where"), _("Online")))
    elif edition.location:
        facts.append((_("Where"), f"{edition.location.name}, {edition.location.address}"))
    return facts


def _hours_of(session: Session) -> str:
    return formats.time_range(session.starts_at, session.ends_at)


def _days_of(sessions: list[Session]) -> str:
    """``4 donderdagen, 4 t/m 25 maart 2027``: the weekday only when all fall on the same one."""
    first, last = sessions[0].starts_at, sessions[-1].starts_at
    if len(sessions) == 1:
        return formats.long_date(first)
    span, count = formats.date_range(first, last), len(sessions)
    weekdays = {formats.day_of(session.starts_at).weekday() for session in sessions}
    if len(weekdays) > 1:
        return _("%(count)s days, %(span)s") % {"count": count, "span": span}
    names = [
        _("%(count)s Mondays, %(span)s"),
        _("%(count)s Tuesdays, %(span)s"),
        _("%(count)s Wednesdays, %(span)s"),
        _("%(count)s Thursdays, %(span)s"),
        _("%(count)s Fridays, %(span)s"),
        _("%(count)s Saturdays, %(span)s"),
        _("%(count)s Sundays, %(span)s"),
    ]
    return names[weekdays.pop()] % {"count": count, "span": span}


def alternatives_to(edition: Edition, at: datetime) -> list[dict[str, str]]:
    """The next editions of the same course that take enrolments."""
    others = Edition.objects.open_at(at).upcoming(at).filter(course=edition.course_id).exclude(pk=edition.pk)
    return [
        {
            "when": formats.date_range(other.starts_at, other.ends_at) if other.starts_at and other.ends_at else "",
            "where": other.location.city if other.location else _("Online"),
            "url": absolute("enrolments:enrol", other.code),
        }
        for other in others.select_related("location")[:ALTERNATIVES]
    ]


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
