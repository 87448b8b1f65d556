"""A question's way: asked, routed, answered, closed; and the contact person forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Course
from lms.desk import evidence, letters
from lms.desk.deadlines import due_on
from lms.desk.models import Entry, PeerGroup, Request, Topic
from lms.kernel import counting
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.states import TransitionRefused, move
from lms.people.actions import find_or_create_employer
from lms.people.models import Organisation, User, normalised_email

State = Request.State


@dataclass(frozen=True)
class Question:
    """What a company says of itself and asks."""

    company_name: str
    text: str
    company_kvk: str = ""
    contact_name: str = ""
    contact_role: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    topic: Topic | None = None
    lab: Organisation | None = None
    course: Course | None = None
    group: PeerGroup | None = None
    agrees_to_be_named: bool = False
    form_key: uuid.UUID = field(default_factory=uuid.uuid4)


# What the company does -----------------------------------------------------------------------------------------------


def ask(
    question: Question,
    *,
    language: str,
    by: User | None,
    at: datetime,
    channel: str = Request.Channel.WEB,
    is_suspect: bool = False,
) -> Request:
    """Take a question in and lay it with the house that answers it. The same form twice gives the same request.

    A suspect one (a machine filled in what no person sees) is kept apart for a while, and nobody is mailed: a person
    whose browser filled it in is not lost.
    """
    try:
        return _take_in(question, language=language, by=by, at=at, channel=channel, is_suspect=is_suspect)
    except IntegrityError:
        if there := Request.objects.filter(form_key=question.form_key).first():
            return there
        raise


@transaction.atomic
def _take_in(
    question: Question, *, language: str, by: User | None, at: datetime, channel: str, is_suspect: bool
) -> Request:
    house = _house_for(question)
    request = Request.objects.create(
        form_key=question.form_key,
        kind=Request.Kind.JOIN if question.group else Request.Kind.QUESTION,
        channel=channel,
        state=State.SPAM if is_suspect else State.ROUTED if house else State.NEW,
        language=language,
        topic=question.topic,
        company_name=question.company_name,
        company_kvk=question.company_kvk,
        organisation=_known(question),
        contact_name=question.contact_name,
        contact_role=question.contact_role,
        contact_email=normalised_email(question.contact_email),
        contact_phone=question.contact_phone,
        group=question.group,
        agrees_to_be_named=question.agrees_to_be_named,
        routed_to=house,
        course=question.course or (question.topic.course if question.topic else None),
        asked_at=at,
        moved_at=at,
        due_on=due_on(at, Request.WORKING_DAYS),
    )
    Entry.objects.create(request=request, author=Entry.Author.COMPANY, text=question.text, at=at)
    Event.record(request, "request.asked", by=by, at=at, data={"channel": channel, "house": house and house.pk})
    if not is_suspect:
        if request.contact_email:
            post(letters.received(request), at=at)
        _tell_the_house(request, at=at)
    return request


def _house_for(question: Question) -> Organisation | None:
    """Who answers: the host of the group, the lab that was asked for, the topic's house; None: the programme office."""
    if question.group:
        return question.group.host
    if question.lab:
        return question.lab
    if question.topic and question.topic.house:
        return question.topic.house
    return question.course.provider if question.course else None


def _known(question: Question) -> Organisation | None:
    """The organisation with this KvK number, or without one of exactly this name."""
    if question.company_kvk:
        return Organisation.objects.filter(kvk_number=question.company_kvk).first()
    return Organisation.objects.filter(name__iexact=question.company_name).order_by("pk").first()


def _tell_the_house(request: Request, *, at: datetime) -> None:
    for letter in letters.for_the_house(request, timezone.localdate(at)):
        post(letter, at=at)


@transaction.atomic
def reply(request: Request, text: str, *, at: datetime, form_key: uuid.UUID | None = None) -> Entry:
    """The company says something more; the desk has to move again, within the same number of working days."""
    _lock(request)
    if not request.takes_replies:
        raise TransitionRefused(f"Request {request.pk} takes no replies.")
    form_key = form_key or uuid.uuid4()
    if there := Entry.objects.filter(request=request, form_key=form_key).first():
        return there
    entry = Entry.objects.create(request=request, author=Entry.Author.COMPANY, text=text, at=at, form_key=form_key)
    Event.record(request, "request.replied", by=None, at=at)
    if not request.is_waiting:
        _wait_for_the_desk(request, "request.reopened", by=None, at=at)
        _tell_the_house(request, at=at)
    return entry


@transaction.atomic
def withdraw(request: Request, *, at: datetime) -> Request:
    """The company wants no answer any more."""
    return move(
        request,
        to=State.WITHDRAWN,
        allowed=Request.TRANSITIONS,
        by=None,
        verb="request.withdrawn",
        at=at,
        moved_at=at,
        outcome="",
    )


# What the desk does --------------------------------------------------------------------------------------------------


@transaction.atomic
def route(
    request: Request, house: Organisation | None, *, by: User | None, at: datetime, course: Course | None = None
) -> Request:
    """Lay a question with a house, or with the programme office itself (None). Whoever had taken it on lets go."""
    require(by, "route", request)
    return _lay_with(request, house, course=course, by=by, at=at)


@transaction.atomic
def hand_back(request: Request, *, by: User | None, at: datetime) -> Request:
    """Not for this house: back to the programme office, which lays it elsewhere."""
    require(by, "hand_back", request)
    return _lay_with(request, None, course=request.course, by=by, at=at)


def _lay_with(
    request: Request, house: Organisation | None, *, course: Course | None, by: User | None, at: datetime
) -> Request:
    """Also from one house to the next, which is no other state."""
    rows = Request.objects.select_for_update().filter(pk=request.pk, state__in=Request.WAITING_FOR_THE_DESK)
    if not rows.update(
        state=State.ROUTED if house else State.NEW, routed_to=house, course=course, assignee=None, moved_at=at
    ):
        raise TransitionRefused(f"Request {request.pk} no longer waits.")
    request.refresh_from_db()
    Event.record(request, "request.routed", by=by, at=at, data={"house": house and house.pk})
    _tell_the_house(request, at=at)
    return request


@transaction.atomic
def take_on(request: Request, *, by: User, at: datetime) -> Request:
    """This person answers it."""
    require(by, "answer", request)
    request.assignee = by
    request.save(update_fields=["assignee"])
    Event.record(request, "request.taken_on", by=by, at=at)
    return request


@transaction.atomic
def answer(
    request: Request,
    text: str,
    *,
    by: User | None,
    at: datetime,
    courses: Sequence[Course] = (),
    labs: Sequence[Organisation] = (),
    form_key: uuid.UUID | None = None,
) -> Entry:
    """Answer the company, with courses and labs that may help. The first answer makes it a company reached.

    Whoever answers has read the question, so from here on its company is an organisation of ours, if it was not yet.
    """
    require(by, "answer", request)
    _lock(request)
    form_key = form_key or uuid.uuid4()
    if there := Entry.objects.filter(request=request, form_key=form_key).first():
        return there
    entry = Entry.objects.create(request=request, author=Entry.Author.DESK, by=by, text=text, at=at, form_key=form_key)
    entry.courses.set(courses)
    entry.labs.set(labs)
    if request.is_waiting:
        _answered(request, by=by, at=at)
    else:
        Event.record(request, "request.added_to", by=by, at=at)
    if request.contact_email:
        post(letters.answered(request, entry), at=at)
    return entry


def _answered(request: Request, *, by: User | None, at: datetime) -> None:
    organisation = request.organisation or find_or_create_employer(
        name=request.company_name, kvk_number=request.company_kvk, by=by, at=at
    )
    is_first = request.answered_at is None
    changes: dict[str, Any] = {"counts": evidence.counts(organisation), "answered_at": at} if is_first else {}
    move(
        request,
        to=State.ANSWERED,
        allowed=Request.TRANSITIONS,
        by=by,
        verb="request.answered",
        at=at,
        organisation=organisation,
        moved_at=at,
        assignee=by or request.assignee,
        **changes,
    )
    if is_first and request.counts:
        counting.count(evidence.contact_by_request(request, organisation, timezone.localdate(at)), at=at)


@transaction.atomic
def add_note(request: Request, text: str, *, by: User | None, at: datetime) -> Entry:
    """Something for ourselves; the company never reads it."""
    require(by, "answer", request)
    entry = Entry.objects.create(request=request, author=Entry.Author.NOTE, by=by, text=text, at=at)
    Event.record(request, "request.noted", by=by, at=at)
    return entry


@transaction.atomic
def close(request: Request, outcome: str, *, by: User | None, at: datetime) -> Request:
    """It is done; the company may still ask on."""
    require(by, "close", request)
    return move(
        request,
        to=State.CLOSED,
        allowed=Request.TRANSITIONS,
        by=by,
        verb="request.closed",
        at=at,
        data={"outcome": outcome},
        outcome=outcome,
        moved_at=at,
    )


@transaction.atomic
def mark_spam(request: Request, *, by: User | None, at: datetime) -> Request:
    """No question of a company. Its contact details go after thirty days."""
    require(by, "close", request)
    return move(
        request, to=State.SPAM, allowed=Request.TRANSITIONS, by=by, verb="request.marked_spam", at=at, moved_at=at
    )


@transaction.atomic
def not_spam(request: Request, *, by: User | None, at: datetime) -> Request:
    """It was a question after all; the company waits from now on, and its receipt goes out."""
    require(by, "route", request)
    move(
        request,
        to=State.NEW,
        allowed=Request.TRANSITIONS,
        by=by,
        verb="request.was_no_spam",
        at=at,
        routed_to=None,
        moved_at=at,
        due_on=due_on(at, Request.WORKING_DAYS),
    )
    if request.contact_email:
        post(letters.received(request), at=at)
    return request


def _lock(request: Request) -> None:
    """Whoever writes about the same question waits, and then sees what the first one did."""
    list(Request.objects.select_for_update().filter(pk=request.pk).values_list("pk"))
    request.refresh_from_db()


def _wait_for_the_desk(request: Request, verb: str, *, by: User | None, at: datetime) -> None:
    move(
        request,
        to=State.ROUTED if request.routed_to_id else State.NEW,
        allowed=Request.TRANSITIONS,
        by=by,
        verb=verb,
        at=at,
        outcome="",
        moved_at=at,
        due_on=due_on(at, Request.WORKING_DAYS),
    )


# What time does ------------------------------------------------------------------------------------------------------


@transaction.atomic
def forget_contact(request: Request, *, at: datetime) -> Request:
    """Take the person out of a question: name, addresses, words, and the link by which they came.

    What was counted stays: the number, the days, the company and the role of the contact person.
    """
    Entry.objects.filter(request=request).update(text="", by=None)
    request.contact_name = request.contact_email = request.contact_phone = ""
    request.token, request.forgotten_at = uuid.uuid4(), at
    request.save(update_fields=["contact_name", "contact_email", "contact_phone", "token", "forgotten_at"])
    Event.record(request, "request.contact_forgotten", by=None, at=at)
    return request
