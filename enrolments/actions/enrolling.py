"""Getting a seat, waiting for one, being offered one, giving it up.

Everything that takes or frees a seat or touches the waiting list first locks the edition's row (lock_edition), so an
edition's seats and its queue change one at a time. A freed seat passes straight to the first who waits: it never
becomes free in between, so nobody can jump the queue.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from courses.actions import free_seat, lock_edition, meet_interest
from courses.models import Edition
from courses.signals import edition_cancelled
from enrolments import signals
from enrolments.actions.asking import approvals_needed, ask_approvals, drop_approvals
from enrolments.actions.ordering import conclude_order, correct_order, place_order, who_pays
from enrolments.actions.queue import end_groups_of
from enrolments.actions.seats import claim_unless_others_wait, give_up, may_offer, offer_seat, pass_on_seat
from enrolments.actions.sharing import share
from enrolments.models import Enrolment, Grant, GroupEnrolment, LearnerCategory, Order, SeatHold
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.actions import (
    check_code,
    find_or_create_employer,
    find_or_create_person,
    give_code,
    pace_codes,
    start_employment,
)
from lms.people.models import User, normalised_email

HOLD = timedelta(minutes=20)
TERMS_VERSION = "2026-11"

State = Enrolment.State


class EnrolmentClosed(Exception):
    """The edition takes no enrolments at this moment."""


class AlreadyEnrolled(Exception):
    """This person already has a live enrolment here; ``enrolment`` is it."""

    def __init__(self, enrolment: Enrolment) -> None:
        super().__init__(enrolment.code)
        self.enrolment = enrolment


class SeatGone(Exception):
    """The held seat was released before the code came and none is free; the waiting list is still possible."""


@dataclass(frozen=True)
class Answers:
    """What someone says of themselves on the enrolment page; which fields matter follows from the category."""

    category: str
    given_name: str
    family_name: str
    name_prefix: str = ""
    employer_name: str = ""
    employer_kvk: str = ""
    sector_left: str = ""
    sector_sought: str = ""
    institution: str = ""
    shares: tuple[str, ...] = ()
    purchase_order: str = ""
    early_start: bool = False
    # Whether an obligation to pay was accepted, where there is one: the page of a waiting list asks for none.
    is_order: bool = True

    @property
    def name(self) -> dict[str, str]:
        return {"given_name": self.given_name, "name_prefix": self.name_prefix, "family_name": self.family_name}


@transaction.atomic
def hold_seat(
    edition: Edition, *, email: str, answers: Answers, language: str, at: datetime, instead_of: SeatHold | None = None
) -> SeatHold:
    """Keep a seat for twenty minutes while an address is confirmed; without a free seat only the answers are kept.

    So they are where the provider approves enrolments first: a request holds no seat.

    Someone who asks again with the same address, or changes what an earlier attempt (``instead_of``) said, takes over
    its seat, so that one impatient visitor never holds two. Raises EnrolmentClosed.
    """
    edition = lock_edition(edition)
    if not edition.takes_enrolments(at):
        raise EnrolmentClosed(edition.code)
    email = normalised_email(email)
    has_seat = _take_over_seat(edition, email, instead_of) or (
        not edition.asks_approval and not edition.asks_intake and claim_unless_others_wait(edition)
    )
    hold = SeatHold(
        edition=edition,
        email=email,
        answers=asdict(answers),
        language=language,
        has_seat=has_seat,
        was_promised_a_seat=has_seat,
        created_at=at,
        expires_at=at + HOLD,
    )
    return _send_code(hold, at=at)


def _take_over_seat(edition: Edition, email: str, instead_of: SeatHold | None = None) -> bool:
    """Whether an earlier attempt of the same visitor gave up its seat. The caller holds the edition's lock."""
    same = Q(email=email) | Q(pk=instead_of.pk) if instead_of else Q(email=email)
    earlier = SeatHold.objects.open().filter(same, edition=edition, has_seat=True).first()
    if earlier is None:
        return False
    return bool(SeatHold.objects.filter(pk=earlier.pk, has_seat=True).update(has_seat=False))


@transaction.atomic
def renew_code(hold: SeatHold, *, at: datetime) -> SeatHold:
    """Send new digits for what was filled in before; the old ones stop working. Raises CodeNotSent, EnrolmentClosed."""
    hold = SeatHold.objects.select_for_update(of=("self",)).select_related("edition").get(pk=hold.pk)
    if hold.state != SeatHold.State.OPEN:
        return hold
    if hold.edition.state != Edition.State.PUBLISHED:
        raise EnrolmentClosed(hold.edition.code)
    pace_codes(hold, at=at)
    return _send_code(hold, at=at)


def _send_code(hold: SeatHold, *, at: datetime) -> SeatHold:
    code = give_code(hold, at=at, data={"has_seat": hold.has_seat})
    signals.seat_held.send(SeatHold, hold=hold, code=code, at=at)
    return hold


def confirm_hold(hold: SeatHold, code: str, *, at: datetime, accept_waiting_list: bool = True) -> Enrolment:
    """The digits are right: the account exists, the enrolment is confirmed, or stands on the waiting list.

    Who asked for the waiting list and would pay themself is offered a seat that is free now: asking binds nobody.
    Raises CodeRefused (each wrong try is counted), AlreadyEnrolled, EnrolmentClosed, and SeatGone when a seat was
    promised, ran out, and ``accept_waiting_list`` is false: the same digits may then come back with it true.
    """
    check_code(hold, code)
    if hold.state == SeatHold.State.USED and hold.enrolment is not None:
        return hold.enrolment  # a double click
    with transaction.atomic():
        edition = lock_edition(hold.edition)
        hold.refresh_from_db()
        if hold.state == SeatHold.State.USED and hold.enrolment is not None:
            return hold.enrolment
        answers = Answers(**{**hold.answers, "shares": tuple(hold.answers["shares"])})
        learner = find_or_create_person(hold.email, language=hold.language, at=at, **answers.name)
        live = Enrolment.objects.live().filter(edition=edition, learner=learner).first()
        if live is not None:
            _give_back_seat_of(hold, edition, at=at)  # kept: the refusal is raised after this transaction
        else:
            # A held seat outlives the enrolment window, and nothing outlives the edition.
            is_off = edition.state != Edition.State.PUBLISHED
            if is_off or (not hold.has_seat and not edition.takes_enrolments(at)):
                raise EnrolmentClosed(edition.code)
            # The seat may have passed to a later attempt of the same visitor, whose mail they did not open.
            had_seat = hold.has_seat or _take_over_seat(edition, hold.email)
            insists = hold.was_promised_a_seat and not accept_waiting_list
            if not had_seat and not insists:
                answers = replace(answers, is_order=False)
            enrolment = take_place(
                edition,
                learner,
                answers,
                language=hold.language,
                had_seat=had_seat,
                insists=insists,
                by=learner,
                at=at,
            )
            move(
                hold,
                to=SeatHold.State.USED,
                allowed=SeatHold.TRANSITIONS,
                by=learner,
                verb="hold.used",
                at=at,
                has_seat=False,
                enrolment=enrolment,
            )
    if live is not None:
        raise AlreadyEnrolled(live)
    return enrolment


@transaction.atomic
def enrol(
    edition: Edition, learner: User, answers: Answers, *, language: str, by: User | None, at: datetime
) -> Enrolment:
    """Enrol someone whose address is known: a seat, or the waiting list. Raises EnrolmentClosed, AlreadyEnrolled."""
    edition = lock_edition(edition)
    if not edition.takes_enrolments(at):
        raise EnrolmentClosed(edition.code)
    if live := Enrolment.objects.live().filter(edition=edition, learner=learner).first():
        raise AlreadyEnrolled(live)
    if not learner.full_name:
        learner = find_or_create_person(learner.email, language=language, at=at, **answers.name)
    had_seat = _take_over_seat(edition, learner.email)
    return take_place(edition, learner, answers, language=language, had_seat=had_seat, by=by, at=at)


def take_place(
    edition: Edition,
    learner: User,
    answers: Answers,
    *,
    language: str,
    had_seat: bool,
    insists: bool = False,
    by: User | None,
    at: datetime,
    group: GroupEnrolment | None = None,
) -> Enrolment:
    """A request where something must be approved first, else a seat, else the waiting list.

    ``had_seat``: a seat was held for this very attempt. A seat that binds the learner to pay is offered where they did
    not order it (``Answers.is_order``). Raises SeatGone where that or nothing was wanted (``insists``).
    With a group: of its employer, and in its place in line. The caller holds the edition's lock.
    """
    employer = None
    if group is not None:
        employer = group.employer
        start_employment(learner, employer, by=by, on=timezone.localdate(at))
    elif answers.category == LearnerCategory.EMPLOYEE:
        employer = find_or_create_employer(name=answers.employer_name, kvk_number=answers.employer_kvk, by=by, at=at)
        start_employment(learner, employer, by=by, on=timezone.localdate(at))
    is_from_employer = group is not None and group.is_from_employer and by is None
    needed = approvals_needed(edition, employer, by=by, is_from_employer=is_from_employer)
    must_accept = False
    if needed:
        state = State.REQUESTED
    else:
        has_seat = had_seat or claim_unless_others_wait(edition)
        if not has_seat and insists:
            raise SeatGone(edition.code)
        pays = who_pays(edition, answers.category, employer)[0] == Order.Payer.SELF
        must_accept = has_seat and pays and not answers.is_order
        state = State.CONFIRMED if has_seat and not must_accept else State.WAITLISTED
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                edition=edition,
                learner=learner,
                state=state,
                category=answers.category,
                employer=employer,
                sector_left=answers.sector_left,
                sector_sought=answers.sector_sought,
                institution=answers.institution,
                language=language,
                terms_version=TERMS_VERSION,
                enrolled_by=by,
                group=group,
                created_at=at,
                created_on=timezone.localdate(at),
                waitlisted_at=((group and group.waitlisted_at) or at) if state == State.WAITLISTED else None,
            )
    except IntegrityError:  # the last line, should two requests of one person ever pass the check above together
        raise AlreadyEnrolled(Enrolment.objects.live().get(edition=edition, learner=learner)) from None
    Event.record(enrolment, f"enrolment.{state}", by=by, at=at, data={"to": enrolment.state})
    place_order(enrolment, reference=answers.purchase_order, early_start=answers.early_start, by=by, at=at)
    if employer is not None:
        for scope in answers.shares:
            share(enrolment, Grant.Scope(scope), by=by if by == learner else None, at=at)
    if needed:
        if had_seat:
            pass_on_seat(edition, at=at)
        signals.enrolment_requested.send(Enrolment, enrolment=enrolment, at=at)
        ask_approvals(enrolment, needed, by=by, at=at)
    elif must_accept:
        offer_seat(enrolment, edition, at=at)
    else:
        _tell_of_place(enrolment, by=by, at=at)
    return enrolment


def _tell_of_place(enrolment: Enrolment, *, early_start: bool = False, by: User | None, at: datetime) -> None:
    if enrolment.state == State.CONFIRMED:
        conclude_order(enrolment, early_start=early_start, by=by, at=at)
        meet_interest(enrolment.learner, enrolment.edition.course, by=by, at=at)
        signals.enrolment_confirmed.send(Enrolment, enrolment=enrolment, at=at)
    else:
        signals.enrolment_waitlisted.send(Enrolment, enrolment=enrolment, at=at)


def admit(enrolment: Enrolment, *, by: User | None, at: datetime) -> Enrolment:
    """Everything a request waited for is granted: a seat, else the waiting list, in order of its own arrival.

    The caller holds the edition's lock. Raises TransitionRefused when the edition has begun or is off.
    """
    edition = enrolment.edition
    edition.refresh_from_db()
    if edition.state != Edition.State.PUBLISHED or (edition.starts_at and edition.starts_at <= at):
        raise TransitionRefused(f"{edition.code} takes nobody in any more.")
    seat = claim_unless_others_wait(edition)
    move(
        enrolment,
        to=State.CONFIRMED if seat else State.WAITLISTED,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb="enrolment.confirmed" if seat else "enrolment.waitlisted",
        at=at,
        waitlisted_at=None if seat else enrolment.created_at,
    )
    _tell_of_place(enrolment, by=by, at=at)
    return enrolment


@transaction.atomic
def release_hold(hold: SeatHold, *, at: datetime) -> None:
    """Give the seat of an expired hold back; who waits is offered it. Doing it twice changes nothing."""
    edition = lock_edition(hold.edition)
    hold.refresh_from_db()
    if hold.state == SeatHold.State.OPEN:
        _give_back_seat_of(hold, edition, at=at)


@transaction.atomic
def forget_holds(*, at: datetime) -> int:
    """Delete what visitors filled in more than a day ago: what became an enrolment lives on there. Returns how many.

    One that still has its seat is left to release_hold, which gives the seat back first.
    """
    old = SeatHold.objects.filter(created_at__lte=at - SeatHold.KEPT, has_seat=False)
    return old.delete()[0]


def _give_back_seat_of(hold: SeatHold, edition: Edition, *, at: datetime) -> None:
    if SeatHold.objects.filter(pk=hold.pk, has_seat=True).update(has_seat=False):
        Event.record(hold, "hold.released", by=None, at=at)
        pass_on_seat(edition, at=at)


@transaction.atomic
def accept_offer(enrolment: Enrolment, *, early_start: bool = False, by: User | None, at: datetime) -> Enrolment:
    """Take the offered seat. Raises TransitionRefused when the offer has lapsed meanwhile.

    ``early_start``: who pays as a private person asks for lessons within the days to go back on it.
    """
    require(by, "answer_offer", enrolment)
    edition = lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    # It may have been put forward since.
    if enrolment.offer_expires_at is None or enrolment.offer_expires_at <= at or not may_offer(edition, at):
        raise TransitionRefused(f"The offer of {enrolment.code} has lapsed.")
    move(
        enrolment,
        to=State.CONFIRMED,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb="enrolment.confirmed",
        at=at,
        offer_expires_at=None,
    )
    _tell_of_place(enrolment, early_start=early_start, by=by, at=at)
    return enrolment


@transaction.atomic
def decline_offer(enrolment: Enrolment, *, by: User | None, at: datetime) -> Enrolment:
    """Leave the offered seat to the next."""
    require(by, "answer_offer", enrolment)
    return _end_offer(enrolment, verb="enrolment.offer_declined", by=by, at=at)


@transaction.atomic
def lapse_offer(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """The deadline passed without an answer: the seat goes to the next. Answered meanwhile: TransitionRefused."""
    _end_offer(enrolment, verb="enrolment.offer_lapsed", by=None, at=at)
    signals.offer_lapsed.send(Enrolment, enrolment=enrolment, at=at)
    return enrolment


def _end_offer(enrolment: Enrolment, *, verb: str, by: User | None, at: datetime) -> Enrolment:
    edition = lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    if enrolment.state != State.OFFERED:
        raise TransitionRefused(f"{enrolment.code} has no open offer.")
    move(
        enrolment,
        to=State.DECLINED,
        allowed=Enrolment.TRANSITIONS,
        by=by,
        verb=verb,
        at=at,
        offer_expires_at=None,
    )
    pass_on_seat(edition, at=at)
    return enrolment


@transaction.atomic
def withdraw(enrolment: Enrolment, *, by: User | None, at: datetime, reason: str = "") -> Enrolment:
    """Give up a seat or a place on the waiting list; the seat goes to who waits first.

    ``reason`` is one of enrolments.reasons, of who does it on someone's behalf.
    Raises TransitionRefused when the edition is over: who was there and who was not is then on the register.
    """
    require(by, "withdraw", enrolment)
    edition = lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    if give_up(enrolment, edition, by=by, at=at, reason=reason):
        pass_on_seat(edition, at=at)
    return enrolment


@transaction.atomic
def cancel_edition(edition: Edition, *, by: User | None, at: datetime) -> Edition:
    """Call an edition off: every live enrolment that has not finished is cancelled, everyone hears of it.

    What was held for visitors is let go of: their code leads to the page that says so.
    """
    require(by, "cancel", edition)
    edition = lock_edition(edition)
    move(edition, to=Edition.State.CANCELLED, allowed=Edition.TRANSITIONS, by=by, verb="edition.cancelled", at=at)
    unfinished = (State.REQUESTED, State.WAITLISTED, State.OFFERED, State.CONFIRMED)
    for enrolment in edition.enrolments.filter(state__in=unfinished).select_related("edition__course", "learner"):
        had_seat = enrolment.state in Enrolment.HOLDING_A_SEAT
        move(
            enrolment,
            to=State.CANCELLED,
            allowed=Enrolment.TRANSITIONS,
            by=by,
            verb="enrolment.cancelled",
            at=at,
            offer_expires_at=None,
        )
        drop_approvals(enrolment, by=by, at=at)
        correct_order(enrolment, by=by, at=at)
        if had_seat:
            free_seat(edition)
        signals.enrolment_cancelled.send(Enrolment, enrolment=enrolment, at=at)
    for _seat in range(end_groups_of(edition, by=by, at=at)):
        free_seat(edition)
    for hold in SeatHold.objects.open().filter(edition=edition, has_seat=True):
        _give_back_seat_of(hold, edition, at=at)
    edition_cancelled.send(Edition, edition=edition)
    return edition
