"""Doing what was decided about a group: enrolling its rows, or undoing that, chunk by chunk.

A chunk is one transaction with the edition's lock held. What is the same for all of it, or can be asked for all at
once, is asked once (Chunk): the lock keeps it true meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Case, Prefetch, When, prefetch_related_objects
from django.utils import timezone

from courses.actions import claim_seat, lock_edition
from courses.models import Edition, Session
from enrolments import signals
from enrolments.actions.asking import approvals_needed
from enrolments.actions.enrolling import Answers, take_place
from enrolments.actions.queue import anyone_waits, hold_seats, let_go, settle_group
from enrolments.actions.reserved import Returned, reservations, return_spare, take_one
from enrolments.actions.seats import claim_unless_others_wait, give_up, pass_on_seat
from enrolments.models import Enrolment, GroupEnrolment, GroupRow, LearnerCategory
from lms.kernel.states import move
from lms.people.actions import account_for, end_employment, people_behind
from lms.people.hr_actions import NameTaken, add_department, put_in_department
from lms.people.models import Employment, Role, User

CHUNK = 100  # rows a transaction: each writes a letter too, and on SQLite nobody else writes meanwhile

State, Wish, Outcome = GroupEnrolment.State, GroupEnrolment.Wish, GroupRow.Outcome


def carry_out_group(group: GroupEnrolment, *, at: datetime) -> GroupEnrolment:
    """Do what was decided, run or undo, chunk by chunk; goes on where an earlier worker stopped. Twice is once."""
    while _carry_out_some(group, at=at):
        pass
    group.refresh_from_db()
    return group


@transaction.atomic
def _carry_out_some(group: GroupEnrolment, *, at: datetime) -> bool:
    """One chunk; False when nothing is left, done by us or by another who was faster."""
    edition = lock_edition(group.edition)
    group = GroupEnrolment.objects.select_related("employer", "by").get(pk=group.pk)
    group.edition = edition
    if group.state == State.UNDOING:
        return _undo_some(group, edition, at=at)
    if group.state != State.RUNNING:
        return False
    rows = list(group.rows.to_do()[:CHUNK])
    chunk = Chunk(rows, group, edition, at=at)
    for row in rows:
        _enrol_row(row, chunk)
    chunk.settle()
    GroupEnrolment.objects.filter(pk=group.pk).update(changed_at=at)
    if len(rows) < CHUNK:
        _finish(group, edition, at=at)
        return False
    return True


class Chunk:
    """Rows that are done together: whose account each address opens, who works here or is enrolled already, seats."""

    def __init__(self, rows: Sequence[GroupRow], group: GroupEnrolment, edition: Edition, *, at: datetime) -> None:
        self.group, self.edition, self.at = group, edition, at
        # Every row prices the edition and writes a letter about it.
        sessions = Session.objects.select_related("room__location").order_by("starts_at", "number")
        prefetch_related_objects([edition], Prefetch("sessions", sessions), "trainers", "course__prices")
        self.people = people_behind(row.email for row in rows)
        known = {person.pk for person in self.people.values()}
        live = Enrolment.objects.live().filter(edition=edition, learner__in=known)
        self.live: dict[int, Enrolment] = {one.learner_id: one for one in live}
        working = Employment.objects.filter(organisation=group.employer, user__in=known, ends_on=None)
        self.working = set(working.values_list("user", flat=True))
        newcomers = [row for row in rows if getattr(self.people.get(row.email), "pk", None) not in self.live]
        # A request takes no seat: what the company reserved is not lost to whoever approves one by one.
        asked = approvals_needed(edition, group.employer, by=group.by, is_from_employer=group.is_from_employer)
        takes_seats = not asked and group.wish == Wish.PART
        self.reserved = reservations(group, edition, at=at) if takes_seats else []
        self.claimed = self._claim(len(newcomers) - sum(one.seats_held for one in self.reserved)) if takes_seats else 0
        self.handed_out = 0  # of the seats that a whole group holds

    def _claim(self, seats: int) -> int:
        """So many seats at once, or as many as are free; none while others wait for them."""
        seats = min(seats, self.edition.seats_free)
        if seats <= 0 or anyone_waits(self.edition):
            return 0
        claim_seat(self.edition, seats)
        return seats

    def seat_for(self, row: GroupRow) -> bool:
        """Whether a seat is held for this row: its group's own, one that the company reserved, one claimed for all."""
        if self.group.waitlisted_at is not None:
            return False
        if self.group.wish == Wish.WHOLE:
            self.handed_out += 1
            return True
        if take_one(row, self.reserved):
            return True
        self.claimed -= 1
        return self.claimed >= 0

    def settle(self) -> None:
        """Seats that nobody needed after all, two addresses being one person's, go on."""
        if self.handed_out:
            hold_seats(self.group, -self.handed_out)
        for _seat in range(self.claimed):
            pass_on_seat(self.edition, at=self.at)


def _enrol_row(row: GroupRow, chunk: Chunk) -> None:
    group, edition, at = chunk.group, chunk.edition, chunk.at
    language = row.language or edition.language
    person = account_for(row.email, chunk.people.get(row.email), language=language, at=at, **row.name)
    live = chunk.live.get(person.pk)
    if live is None:
        row.began_employment = person.pk not in chunk.working
        row.enrolment = live = take_place(
            edition,
            person,
            answers_of(row, group),
            language=person.language,
            had_seat=chunk.seat_for(row),
            by=group.by,
            at=at,
            group=group,
        )
        chunk.live[person.pk] = live
        chunk.working.add(person.pk)
        if row.department and speaks_for_employer(group):
            _put_in_department(person, row.department, group, at=at)
    # Someone who enrolled alone is none of the employer's business: the row says what it says of everyone.
    together = group.waitlisted_at is not None and row.enrolment is None
    row.outcome = Outcome.WAITLISTED if together else outcome_of(live)
    row.save(update_fields=["outcome", "enrolment", "began_employment", "reserved_in"])


def speaks_for_employer(group: GroupEnrolment) -> bool:
    """Whether its own HR or system sent it: who enters people for a company does not arrange them."""
    return group.is_from_employer or (group.by is not None and group.employer_id in group.by.organisations_as(Role.HR))


def _put_in_department(person: User, name: str, group: GroupEnrolment, *, at: datetime) -> None:
    """In the company's department of this name, which is made when there is none. No other company's is looked at."""
    works = Employment.objects.filter(user=person, organisation=group.employer, ends_on=None).first()
    if works is None:
        return
    departments = group.employer.departments.filter(name__iexact=name)
    department = departments.first()
    if department is None:
        try:
            department = add_department(group.employer, name, by=group.by, at=at)
        except NameTaken:  # by another list, at this very moment
            department = departments.get()
    put_in_department(works, department, by=group.by, at=at)


def outcome_of(enrolment: Enrolment) -> str:
    if enrolment.state == Enrolment.State.REQUESTED:
        return Outcome.REQUESTED
    return Outcome.PLACED if enrolment.state in Enrolment.HOLDING_A_SEAT else Outcome.WAITLISTED


def answers_of(row: GroupRow, group: GroupEnrolment) -> Answers:
    """What the company says of someone: an employee with a name, who shares nothing until they say so."""
    return Answers(
        LearnerCategory.EMPLOYEE, row.given_name, row.family_name, row.name_prefix, purchase_order=group.reference
    )


def _finish(group: GroupEnrolment, edition: Edition, *, at: datetime) -> None:
    group.refresh_from_db(fields=["seats_held"])
    waits = group.waitlisted_at is not None
    if group.wish == Wish.PART:
        for _seat in range(group.seats_asked):
            if not claim_unless_others_wait(edition):
                break
            hold_seats(group, 1)
    reserved = {} if waits else {"seats": min(group.seats_held, group.seats_asked)}
    move(
        group, to=State.WAITING if waits else State.DONE, allowed=GroupEnrolment.TRANSITIONS, by=group.by,
        verb="group.waitlisted" if waits else "group.done", at=at, data=reserved, finished_at=at, changed_at=at,
    )  # fmt: skip
    signals.group_finished.send(GroupEnrolment, group=group, at=at)
    # Someone of the group may have had a seat of their own all along: one was claimed for them in vain.
    spare = settle_group(group, at=at) if waits else max(group.seats_held - group.seats_asked, 0)
    if not waits and spare:
        hold_seats(group, -spare)
    return_spare(group, edition, spare, at=at)


# Undoing --------------------------------------------------------------------------------------------------------------


def _undo_some(group: GroupEnrolment, edition: Edition, *, at: datetime) -> bool:
    unfinished = [
        state for state, targets in Enrolment.TRANSITIONS.items() if Enrolment.State.WITHDRAWN in targets
    ]  # fmt: skip
    live = Enrolment.objects.filter(group=group, state__in=unfinished).select_related(
        "edition__course", "learner", "group__employer"
    )
    # Who waits goes first: a seat that the others leave must not be offered to someone of the list that is undone.
    has_seat = Case(When(state__in=Enrolment.HOLDING_A_SEAT, then=1), default=0)
    chunk = list(live.order_by(has_seat, "pk")[:CHUNK])
    returned = Returned(group, edition, at=at)
    for enrolment in chunk:
        if give_up(enrolment, edition, by=group.by, at=at):
            returned.give()
    for row in group.rows.filter(enrolment__in=chunk).select_related("enrolment__learner"):
        _end_employment_of(row, group, at=at)
    group.rows.filter(enrolment__in=chunk).update(outcome=Outcome.UNDONE)
    GroupEnrolment.objects.filter(pk=group.pk).update(changed_at=at)
    if len(chunk) == CHUNK:
        returned.settle(by=group.by)
        return True
    # Who was replaced or withdrew before came to work here by the list as well.
    for row in group.rows.exclude(outcome=Outcome.UNDONE).select_related("enrolment__learner"):
        _end_employment_of(row, group, at=at)
    for _seat in range(let_go(group)):
        returned.give()
    returned.settle(by=group.by)
    # A row of who enrolled alone says what the others say: left behind it would tell of that.
    group.rows.exclude(outcome__in=["", Outcome.REPLACED]).filter(enrolment=None).update(outcome=Outcome.UNDONE)
    move(group, to=State.UNDONE, allowed=GroupEnrolment.TRANSITIONS, by=group.by, verb="group.undone", at=at,
         changed_at=at)  # fmt: skip
    return False


def _end_employment_of(row: GroupRow, group: GroupEnrolment, *, at: datetime) -> None:
    """Who came to work here only by this list, and is in nothing else of this employer, no longer does."""
    if not row.began_employment or row.enrolment is None:
        return
    learner = row.enrolment.learner
    if Enrolment.objects.live().filter(learner=learner, employer=group.employer).exists():
        return
    # After a merge of accounts or employers it may be another period, that was there long before the list.
    since = timezone.localdate(group.begun_at)
    begun = Employment.objects.filter(user=learner, organisation=group.employer, starts_on__gte=since, ends_on=None)
    for employment in begun:
        end_employment(employment, by=group.by, on=max(employment.starts_on, timezone.localdate(at)))
