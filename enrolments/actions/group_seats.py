"""Seats of a group after its run: giving them a name, another person, a colleague's, or back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from courses.actions import lock_edition
from courses.models import Edition
from enrolments import signals
from enrolments.actions.asking import approvals_needed
from enrolments.actions.enrolling import AlreadyEnrolled, Answers, take_place
from enrolments.actions.group_runs import answers_of, outcome_of
from enrolments.actions.groups import ApprovedOneByOne, fill_by_hand
from enrolments.actions.queue import end_group, hold_seats, let_go
from enrolments.actions.seats import give_up, pass_on_seat
from enrolments.groups.verdicts import judge
from enrolments.models import Enrolment, GroupEnrolment, GroupRow, LearnerCategory, Order
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.actions import find_or_create_person
from lms.people.models import Employment, User

State = Enrolment.State


class RowRefused(Exception):
    """What was filled in about a person is not right; ``problem`` is a key of verdicts.PROBLEMS."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class HasBegun(Exception):
    """The edition has begun: who takes part is on its register now."""


@transaction.atomic
def name_seat(group: GroupEnrolment, said: Mapping[str, str], *, by: User | None, at: datetime) -> GroupRow:
    """Put a name on one of the seats that a group holds, until its last day for names.

    Raises RowRefused, AlreadyEnrolled, and TransitionRefused when no seat is left to be named.
    """
    require(by, "edit", group)
    edition = lock_edition(group.edition)
    group.refresh_from_db()
    if not group.takes_names(at):
        raise TransitionRefused(f"Group {group.pk} has no seat to be named.")
    row = _new_row(group, said, at=at)
    hold_seats(group, -1)
    row.enrolment = _seat_someone(row, group, edition, by=by, at=at)
    row.outcome = GroupRow.Outcome.PLACED
    row.save()
    Event.record(group, "group.seat_named", by=by, at=at, data={"enrolment": row.enrolment.pk})
    return row


@transaction.atomic
def replace_person(enrolment: Enrolment, said: Mapping[str, str], *, by: User | None, at: datetime) -> Enrolment:
    """Send someone else, until the start: one leaves and the other comes on the same seat, or the same place in line.

    Raises HasBegun, RowRefused, AlreadyEnrolled (then nobody leaves), and TransitionRefused when there is nothing to
    take over.
    """
    group = _group_of(enrolment)
    require(by, "edit", group)
    edition = lock_edition(enrolment.edition)
    enrolment.refresh_from_db()
    _not_begun(edition, at)
    if not may_be_replaced(enrolment):
        raise TransitionRefused(f"{enrolment.code} has no seat to take over.")
    row = _new_row(group, said, at=at)
    # The newcomer first: a group that waits would for a moment be one fewer, and might fit.
    newcomer = _seat_someone(row, group, edition, by=by, at=at, seat=enrolment.state == State.CONFIRMED)
    give_up(enrolment, edition, by=by, at=at)
    group.rows.filter(enrolment=enrolment).update(outcome=GroupRow.Outcome.REPLACED)
    row.enrolment = newcomer
    row.outcome = outcome_of(newcomer)
    row.save()
    Event.record(newcomer, "enrolment.took_over", by=by, at=at, data={"from": enrolment.pk})
    return newcomer


@transaction.atomic
def swap_people(one: Enrolment, other: Enrolment, *, by: User | None, at: datetime) -> tuple[Enrolment, Enrolment]:
    """Two people of one company change editions of one course; both keep a seat, whoever waits there.

    Raises HasBegun, AlreadyEnrolled, TransitionRefused.
    """
    groups = {enrolment.pk: _group_of(enrolment) for enrolment in (one, other)}
    for group in groups.values():
        require(by, "edit", group)
    editions = {pk: lock_edition(Edition(pk=pk)) for pk in sorted({one.edition_id, other.edition_id})}
    one.refresh_from_db()
    other.refresh_from_db()
    for edition in editions.values():
        _not_begun(edition, at)
    alike = one.employer_id == other.employer_id and one.edition.course_id == other.edition.course_id
    if not alike or len(editions) != 2 or {one.state, other.state} != {State.CONFIRMED}:
        raise TransitionRefused(f"{one.code} and {other.code} cannot change places.")
    moved = []
    for leaver, comer in ((one, other), (other, one)):
        edition = editions[leaver.edition_id]
        if approvals_needed(edition, comer.employer, by=by):
            raise ApprovedOneByOne(edition.code)
        if live := Enrolment.objects.live().filter(edition=edition, learner=comer.learner).first():
            raise AlreadyEnrolled(live)
    for leaver, comer in ((one, other), (other, one)):
        give_up(leaver, editions[leaver.edition_id], by=by, at=at, moved_to=editions[comer.edition_id])
    for leaver, comer in ((one, other), (other, one)):
        came = take_place(
            editions[leaver.edition_id],
            comer.learner,
            Answers(
                LearnerCategory.EMPLOYEE,
                comer.learner.given_name,
                comer.learner.family_name,
                purchase_order=_reference_of(comer),
            ),
            language=comer.language,
            had_seat=True,
            by=by,
            at=at,
            group=groups[leaver.pk],
        )
        _change_lists(comer, came)
        Event.record(came, "enrolment.swapped", by=by, at=at, data={"from": comer.pk, "with": leaver.pk})
        moved.append(came)
    return moved[1], moved[0]


def _reference_of(enrolment: Enrolment) -> str:
    return Order.objects.filter(enrolment=enrolment).values_list("reference", flat=True).first() or ""


def _change_lists(comer: Enrolment, came: Enrolment) -> None:
    """As after a replacement: on the list that someone leaves the row says so, on the other there is one for them."""
    row = GroupRow.objects.filter(enrolment=comer).first()
    if row is None or came.group is None:
        return
    GroupRow.objects.filter(enrolment=comer).update(outcome=GroupRow.Outcome.REPLACED)
    GroupRow.objects.create(
        group=came.group, number=_last_number(came.group) + 1, verdict=GroupRow.Verdict.KNOWN,
        outcome=GroupRow.Outcome.PLACED, enrolment=came, began_employment=row.began_employment, email=row.email,
        language=row.language, **row.name,
    )  # fmt: skip


def _last_number(group: GroupEnrolment) -> int:
    return group.rows.aggregate(last=Max("number"))["last"] or 0


def may_be_replaced(enrolment: Enrolment) -> bool:
    """Who has a seat, or waits with a whole group. Who waits alone keeps their own place in line, or gives it up."""
    together = enrolment.group is not None and enrolment.group.waitlisted_at is not None
    return enrolment.state == State.CONFIRMED or (enrolment.state == State.WAITLISTED and together)


@transaction.atomic
def release_seats(group: GroupEnrolment, *, by: User | None, at: datetime) -> int:
    """Give back the seats that nobody's name is on. Returns how many; they go to who waits."""
    require(by, "edit", group)
    edition = lock_edition(group.edition)
    group.refresh_from_db()
    if group.state != GroupEnrolment.State.DONE or not group.seats_held:
        return 0
    seats = let_go(group)
    for _seat in range(seats):
        pass_on_seat(edition, at=at)
    Event.record(group, "group.seats_given_back", by=by, at=at, data={"seats": seats})
    if by is None:
        signals.group_seats_given_back.send(GroupEnrolment, group=group, seats=seats, at=at)
    return seats


@transaction.atomic
def lapse_group(group: GroupEnrolment, *, at: datetime) -> GroupEnrolment:
    """A group that waited as a whole until its day: nobody of it is placed, what it gathered goes to the next in line.

    Raises TransitionRefused when it was placed in this very second.
    """
    edition = lock_edition(group.edition)
    group.refresh_from_db()
    if group.state != GroupEnrolment.State.WAITING:
        raise TransitionRefused(f"Group {group.pk} no longer waits.")
    seats = end_group(group, by=None, verb="group.lapsed", at=at)
    members = list(Enrolment.objects.waiting().filter(group=group).select_related("learner", "edition__course"))
    for enrolment in members:
        move(enrolment, to=State.CANCELLED, allowed=Enrolment.TRANSITIONS, by=None, verb="enrolment.lapsed", at=at)
    for _seat in range(seats):
        pass_on_seat(edition, at=at)
    signals.group_not_placed.send(GroupEnrolment, group=group, enrolments=members, at=at)
    return group


def _group_of(enrolment: Enrolment) -> GroupEnrolment:
    if enrolment.group is None:
        raise TransitionRefused(f"{enrolment.code} was not enrolled with a group.")
    return enrolment.group


def _not_begun(edition: Edition, at: datetime) -> None:
    if edition.starts_at is not None and edition.starts_at <= at:
        raise HasBegun(edition.code)


def _new_row(group: GroupEnrolment, said: Mapping[str, str], *, at: datetime) -> GroupRow:
    row = GroupRow(group=group, number=_last_number(group) + 1, verdict=GroupRow.Verdict.NEW)
    fill_by_hand(row, said)
    judge([row], group.employer, group.edition, on=timezone.localdate(at))
    if row.problem:
        raise RowRefused(row.problem)
    return row


def _seat_someone(
    row: GroupRow, group: GroupEnrolment, edition: Edition, *, by: User | None, at: datetime, seat: bool = True
) -> Enrolment:
    if approvals_needed(edition, group.employer, by=by):
        raise ApprovedOneByOne(edition.code)
    person = find_or_create_person(row.email, language=edition.language, at=at, **row.name)
    if live := Enrolment.objects.live().filter(edition=edition, learner=person).first():
        raise AlreadyEnrolled(live)
    working = Employment.objects.filter(user=person, organisation=group.employer, ends_on=None)
    row.began_employment = not working.exists()
    row.verdict = GroupRow.Verdict.NEW if row.began_employment else GroupRow.Verdict.KNOWN
    answers = answers_of(row, group)
    return take_place(edition, person, answers, language=person.language, had_seat=seat, by=by, at=at, group=group)
