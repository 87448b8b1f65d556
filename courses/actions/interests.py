"""Waiting for a date that suits: asking, being told when an edition opens, giving up, being forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from courses import signals
from courses.models import Course, Edition, Interest, InterestRequest, Telling
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.actions import check_code, find_or_create_person, give_code, pace_codes, verify_address
from lms.people.models import User, normalised_email

State = Interest.State


@dataclass(frozen=True)
class Wish:
    """For how many someone asks, and what would suit."""

    persons: int = 1
    organisation_name: str = ""
    course_language: str = ""
    place: str = ""
    days: tuple[str, ...] = ()
    dayparts: tuple[str, ...] = ()
    period: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        return asdict(self) | {"days": list(self.days), "dayparts": list(self.dayparts)}


@transaction.atomic
def ask_for_code(
    course: Course, *, email: str, name: dict[str, str], wish: Wish, language: str, at: datetime
) -> InterestRequest:
    """Keep what a visitor filled in, and mail six digits to the address. The same whether we know it or not."""
    request = InterestRequest(
        course=course,
        email=normalised_email(email),
        answers={"name": name, "wish": wish.columns},
        language=language,
        created_at=at,
    )
    return _send_code(request, at=at)


@transaction.atomic
def renew_interest_code(request: InterestRequest, *, at: datetime) -> InterestRequest:
    """Send new digits for what was filled in before. Raises CodeNotSent."""
    request = InterestRequest.objects.select_for_update().get(pk=request.pk)
    if request.state != InterestRequest.State.OPEN:
        return request
    pace_codes(request, at=at)
    return _send_code(request, at=at)


def _send_code(request: InterestRequest, *, at: datetime) -> InterestRequest:
    code = give_code(request, at=at)
    signals.interest_asked.send(InterestRequest, request=request, code=code, at=at)
    return request


def confirm_interest(request: InterestRequest, code: str, *, at: datetime) -> Interest | None:
    """The digits are right: the account exists, and its owner waits for a date. Raises CodeRefused.

    A double click answers the same interest; None when that was forgotten meanwhile.
    """
    check_code(request, code)
    with transaction.atomic():
        locked = InterestRequest.objects.select_for_update().get(pk=request.pk)
        if locked.state == InterestRequest.State.USED:
            return locked.interest
        answers = locked.answers
        wish = Wish(**{**answers["wish"], **{name: tuple(answers["wish"][name]) for name in ("days", "dayparts")}})
        user = find_or_create_person(locked.email, language=locked.language, at=at, **answers["name"])
        verify_address(user, email=locked.email, at=at)
        interest = register_interest(locked.course, user, wish, language=locked.language, by=user, at=at)
        move(
            locked,
            to=InterestRequest.State.USED,
            allowed=InterestRequest.TRANSITIONS,
            by=user,
            verb="interest_request.used",
            at=at,
            interest=interest,
        )
    return interest


@transaction.atomic
def register_interest(
    course: Course,
    user: User,
    wish: Wish,
    *,
    language: str,
    by: User | None,
    at: datetime,
    name: dict[str, str] | None = None,
) -> Interest:
    """Someone whose address is known waits for a date of this course. Asked again, the last wish holds.

    What enrols at this moment they saw on the page, so they are told of what opens after it.
    """
    if name:
        user = find_or_create_person(user.email, language=language, at=at, **name)
    interest = _revise(course, user, wish, language=language, by=by, at=at)
    if interest is None:
        try:
            with transaction.atomic():
                interest = Interest.objects.create(
                    course=course, user=user, language=language, asked_at=at, **wish.columns
                )
        except IntegrityError:  # a double click, past the look above at the same moment
            return Interest.objects.live().get(course=course, user=user)
        Event.record(interest, "interest.registered", by=by, at=at, data={"persons": wish.persons})
        signals.interest_registered.send(Interest, interest=interest, at=at)
    _note(interest, _open_editions(course, at), at=at, is_mailed=False)
    return interest


def _revise(course: Course, user: User, wish: Wish, *, language: str, by: User | None, at: datetime) -> Interest | None:
    """The interest that this person has already, with the new wish; who was told of a date waits again."""
    interest = Interest.objects.live().select_for_update().filter(course=course, user=user).first()
    if interest is None:
        return None
    changes: dict[str, Any] = {**wish.columns, "language": language}
    is_other = any(getattr(interest, name) != value for name, value in changes.items())
    if interest.state == State.TOLD:
        move(
            interest,
            to=State.WAITING,
            allowed=Interest.TRANSITIONS,
            by=by,
            verb="interest.asked_again",
            at=at,
            asked_at=at,
            **changes,
        )
    elif is_other:
        for name, value in changes.items():
            setattr(interest, name, value)
        interest.asked_at = at
        interest.save(update_fields=[*changes, "asked_at"])
        Event.record(interest, "interest.revised", by=by, at=at)
    return interest


def _open_editions(course: Course, at: datetime) -> Iterable[Edition]:
    return Edition.objects.open_at(at).upcoming(at).filter(course=course)


def _note(interest: Interest, editions: Iterable[Edition], *, at: datetime, is_mailed: bool) -> None:
    Telling.objects.bulk_create(
        [Telling(interest=interest, edition=edition, at=at, is_mailed=is_mailed) for edition in editions],
        ignore_conflicts=True,
    )


@transaction.atomic
def tell_of_edition(interest: Interest, edition: Edition, *, at: datetime) -> bool:
    """Tell one person who waits that an edition takes enrolments. Once: False when they knew, or no longer wait."""
    _telling, is_new = Telling.objects.get_or_create(
        interest=interest, edition=edition, defaults={"at": at, "is_mailed": True}
    )
    if not is_new or interest.state not in Interest.LIVE:
        return False
    data = {"edition": edition.pk}
    if interest.state == State.WAITING:
        try:
            move(interest, to=State.TOLD, allowed=Interest.TRANSITIONS, by=None, verb="interest.told", at=at, data=data)
        except TransitionRefused:
            return False  # withdrawn in this very second
    else:
        Event.record(interest, "interest.told", by=None, at=at, data=data)
    signals.edition_opened.send(Interest, interest=interest, edition=edition, at=at)
    return True


@transaction.atomic
def withdraw_interest(interest: Interest, *, by: User | None, at: datetime) -> Interest:
    """No longer interested. Raises TransitionRefused when it ended already."""
    require(by, "withdraw", interest)
    return _end(interest, to=State.WITHDRAWN, verb="interest.withdrawn", by=by, at=at)


@transaction.atomic
def meet_interest(user: User, course: Course, *, by: User | None, at: datetime) -> None:
    """Someone got a place in this course: they wait no longer. Who asked for a group still does."""
    for interest in Interest.objects.live().filter(user=user, course=course, persons=1):
        _end(interest, to=State.MET, verb="interest.met", by=by, at=at)


@transaction.atomic
def lapse_interest(interest: Interest, *, at: datetime) -> Interest:
    """Kept for as long as we promised."""
    return _end(interest, to=State.LAPSED, verb="interest.lapsed", by=None, at=at)


def _end(interest: Interest, *, to: str, verb: str, by: User | None, at: datetime) -> Interest:
    return move(interest, to=to, allowed=Interest.TRANSITIONS, by=by, verb=verb, at=at, ended_at=at)


@transaction.atomic
def forget_interests(*, at: datetime) -> int:
    """Delete what ended a month ago, and what visitors never confirmed within a day. Returns how many."""
    ended = Interest.objects.forgettable(at).delete()[1].get(Interest._meta.label, 0)
    unconfirmed = InterestRequest.objects.filter(created_at__lte=at - InterestRequest.KEPT)
    return ended + unconfirmed.delete()[0]
