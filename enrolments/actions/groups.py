"""A company enrols a group: its list is taken in, checked, mended, run, and within a day undone.

The row is the truth. A run does a chunk of rows per transaction, each row once, and goes on where an earlier worker
was killed; the doorbell (enrolments.tasks.group_go_on) and its sweep only say that there is work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from courses.actions import claim_seat, lock_edition
from courses.models import Edition, Session
from enrolments import signals
from enrolments.actions.asking import approvals_needed
from enrolments.actions.enrolling import Answers, EnrolmentClosed, take_place
from enrolments.actions.queue import anyone_waits, hold_seats, let_go, settle_group
from enrolments.actions.reserved import Returned, reservations, return_spare, take_all, take_one
from enrolments.actions.seats import claim_unless_others_wait, give_up, offer_free_seats
from enrolments.groups.mapping import guess, only_once
from enrolments.groups.reading import Listed, listed_rows, without_bsn
from enrolments.groups.verdicts import clean_email, cut, judge
from enrolments.models import Enrolment, GroupEnrolment, GroupRow, LearnerCategory
from enrolments.resources import GroupRowResource
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.actions import end_employment, find_or_create_person
from lms.people.hr_actions import NameTaken, add_department, put_in_department
from lms.people.models import Employment, Organisation, Role, User

CHUNK = 100  # rows a transaction: each writes a letter too, and on SQLite nobody else writes meanwhile
AT_ONCE = 20  # so many rows are done while their sender waits
NAMES_BEFORE_START = timedelta(days=3)

State, Wish, Source = GroupEnrolment.State, GroupEnrolment.Wish, GroupEnrolment.Source
Outcome, Verdict = GroupRow.Outcome, GroupRow.Verdict


class NobodyToEnrol(Exception):
    """There is no good row, and no seat was asked for."""


class GroupTooLarge(Exception):
    """Everyone or nobody, and more than the edition will ever have seats for: ``capacity`` is how many it has."""

    def __init__(self, capacity: int) -> None:
        super().__init__(str(capacity))
        self.capacity = capacity


class RowsToMend(Exception):
    """Everyone or nobody, while there are rows with an error: they are part of everyone."""


class ApprovedOneByOne(Exception):
    """Someone approves people one by one here: no whole group, and no seat for someone who is not known yet."""


class KeyTaken(Exception):
    """This key was used for another list."""


# Taking in ------------------------------------------------------------------------------------------------------------


def take_in_group(
    employer: Organisation,
    edition: Edition,
    listed: Listed,
    *,
    source: str,
    by: User | None,
    at: datetime,
    wish: str = Wish.PART,
    seats_asked: int = 0,
    file_name: str = "",
    reference: str = "",
    key: str = "",
) -> GroupEnrolment:
    """Keep a list with a verdict for every row; nobody is enrolled yet.

    The same list a second time, or another list under the same key from elsewhere, is answered with the group that was
    made of it then (KeyTaken when its rows differ). Raises EnrolmentClosed, NobodyToEnrol.
    """
    if not edition.takes_enrolments(at):
        raise EnrolmentClosed(edition.code)
    if not listed.rows and not seats_asked:
        raise NobodyToEnrol(edition.code)
    fingerprint = listed.fingerprint if listed.rows else ""
    key = key or fingerprint
    try:
        with transaction.atomic():
            group = GroupEnrolment(
                employer=employer, edition=edition, by=by, source=source, wish=wish, seats_asked=seats_asked,
                file_name=file_name, reference=reference, key=key, fingerprint=fingerprint, headings=listed.headings,
                mapping=guess(listed.headings, [cells for _number, cells in listed.rows]),
                created_at=at, changed_at=at,
            )  # fmt: skip
            group.save()
            require(by, "edit", group)
            GroupRowResource(group, on=timezone.localdate(at)).take_in(listed.rows)
            Event.record(group, "group.taken_in", by=by, at=at, data={"rows": len(listed.rows)})
            return group
    except IntegrityError:
        earlier = _live(employer, edition, key)
        if earlier is None:
            raise
    require(by, "view", earlier)
    if earlier.fingerprint != fingerprint:
        raise KeyTaken(key)
    return earlier


def _live(employer: Organisation, edition: Edition, key: str) -> GroupEnrolment | None:
    rows = GroupEnrolment.objects.filter(employer=employer, edition=edition, key=key)
    return rows.exclude(state__in=GroupEnrolment.OVER).first()


def start_group_enrolment(
    employer: Organisation,
    edition: Edition,
    rows: Sequence[Mapping[str, Any]],
    *,
    wish: str,
    key: str,
    by: User | None,
    at: datetime,
    seats: int = 0,
    reference: str = "",
) -> GroupEnrolment:
    """One step for another system: take a list in and begin the run, so that its good rows get a seat or a place.

    A row is a mapping with ``given_name``, ``name_prefix``, ``family_name`` (or ``name`` in one piece), ``email`` and
    perhaps ``language``. The same ``key`` again answers the group that was made before and changes nothing; with other
    rows it raises KeyTaken. With ``wish`` "whole" a row with an error keeps the group in "checking", to be mended.
    Raises EnrolmentClosed, NobodyToEnrol, GroupTooLarge, PermissionDenied; then nothing is kept. The caller rings
    ``enrolments.tasks.group_go_on.delay_on_commit(group.pk)``; the group's rows and state say how far it is.
    """
    with transaction.atomic():
        group = take_in_group(
            employer, edition, listed_rows(rows), source=Source.SYSTEM, wish=wish, seats_asked=seats,
            reference=reference, key=key, by=by, at=at,
        )  # fmt: skip
        if group.state != State.CHECKING:
            return group
        has_errors = group.rows.filter(verdict=Verdict.ERROR).exists()
        return group if has_errors and wish == Wish.WHOLE else begin_group(group, wish=wish, by=by, at=at)


# Checking and mending -------------------------------------------------------------------------------------------------


@transaction.atomic
def map_columns(group: GroupEnrolment, kinds: Sequence[str], *, by: User | None, at: datetime) -> GroupEnrolment:
    """Say what each column holds; every row is read and judged anew."""
    group = _to_check(group, by=by)
    group.mapping, group.changed_at = only_once(kinds), at
    group.save(update_fields=["mapping", "changed_at"])
    rows = list(group.rows.values_list("number", "cells"))
    GroupRowResource(group, on=timezone.localdate(at)).take_in(rows)
    return group


@transaction.atomic
def mend_row(
    row: GroupRow, said: Mapping[str, str], *, by: User | None, at: datetime, leave_out: bool = False
) -> GroupRow:
    """Correct one row, or leave it out; the others are judged with it, since an address may now be there twice."""
    group = _to_check(row.group, by=by)
    rows = list(group.rows.all())
    row = next(one for one in rows if one.pk == row.pk)
    if leave_out:
        row.verdict, row.problem = Verdict.LEFT_OUT, ""
    else:
        fill_by_hand(row, said)
        row.verdict = Verdict.NEW
    was = {one.pk: (one.verdict, one.problem, one.other_row) for one in rows}
    judge(rows, group.employer, group.edition, on=timezone.localdate(at))
    for one in rows:
        if one is row:
            one.save()
        elif was[one.pk] != (one.verdict, one.problem, one.other_row):
            one.save(update_fields=["verdict", "problem", "other_row"])
    GroupEnrolment.objects.filter(pk=group.pk).update(changed_at=at)
    return row


def fill_by_hand(row: GroupRow, said: Mapping[str, str]) -> None:
    """What someone typed in the fields of a row takes the place of its cells, and so of a number we did not keep."""
    row.cells = []
    for field in ("given_name", "name_prefix", "family_name"):
        setattr(row, field, without_bsn([said.get(field, "").strip()])[0])
    row.email = clean_email(said.get("email", ""))
    cut(row)


def _to_check(group: GroupEnrolment, *, by: User | None) -> GroupEnrolment:
    require(by, "edit", group)
    group = GroupEnrolment.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if group.state != State.CHECKING:
        raise TransitionRefused(f"Group {group.pk} is no longer being checked.")
    return group


@transaction.atomic
def drop_group(group: GroupEnrolment, *, by: User | None) -> None:
    """Throw a list away on which nothing was decided."""
    _to_check(group, by=by).delete()


@transaction.atomic
def forget_groups(*, at: datetime) -> int:
    """Delete lists that nobody decided on for a week, and a month after a run what was typed for it."""
    forgotten, _per_model = GroupEnrolment.objects.forgotten(at).delete()
    GroupRow.objects.filter(group__finished_at__lte=at - timedelta(days=30)).exclude(cells=[]).update(cells=[])
    return forgotten


# Running --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_group(group: GroupEnrolment, *, wish: str, by: User | None, at: datetime) -> GroupEnrolment:
    """Decide that the good rows are enrolled. "Everyone or nobody" takes all its seats here, or a place in the queue.

    Raises EnrolmentClosed, NobodyToEnrol, GroupTooLarge, RowsToMend, ApprovedOneByOne, and TransitionRefused for a
    second click.
    """
    require(by, "edit", group)
    edition = lock_edition(group.edition)
    group.refresh_from_db()
    if not edition.takes_enrolments(at):
        raise EnrolmentClosed(edition.code)
    totals = group.rows.totals()
    needed = totals["good"] + group.seats_asked
    if not needed:
        raise NobodyToEnrol(edition.code)
    asked_anew = approvals_needed(edition, group.employer, by=by, is_from_employer=group.is_from_employer)
    if (wish == Wish.WHOLE or group.seats_asked) and asked_anew:
        raise ApprovedOneByOne(edition.code)
    waitlisted_at, held = None, 0
    if wish == Wish.WHOLE:
        if totals[Verdict.ERROR]:
            raise RowsToMend(group.pk)
        if needed > edition.capacity:
            raise GroupTooLarge(edition.capacity)
        # What the company reserved counts for the group at once, also while it waits for the rest.
        reserved = reservations(group, edition, at=at)
        held = min(sum(one.seats_held for one in reserved), totals["good"])
        take_all(group.rows.to_do()[:held], reserved)
        if needed > held and (anyone_waits(edition) or edition.seats_free < needed - held):
            waitlisted_at = at
        elif needed > held:
            claim_seat(edition, needed - held)
            held = needed
    last_day = _last_day(edition, at)
    move(
        group, to=State.RUNNING, allowed=GroupEnrolment.TRANSITIONS, by=by, verb="group.begun", at=at, begun_at=at,
        changed_at=at, wish=wish, waitlisted_at=waitlisted_at, seats_held=held, names_until=last_day,
        waits_until=last_day if waitlisted_at else None,
    )  # fmt: skip
    if waitlisted_at:
        offer_free_seats(edition, at=at)
    return group


def _last_day(edition: Edition, at: datetime) -> datetime | None:
    """Three days before the start; later than that already, the start itself."""
    if edition.starts_at is None:
        return None
    return edition.starts_at - NAMES_BEFORE_START if at < edition.starts_at - NAMES_BEFORE_START else edition.starts_at


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
    _fetch_once(edition)
    rows = list(group.rows.to_do()[:CHUNK])
    # A request takes no seat: what the company reserved is not lost to whoever approves one by one.
    asked = approvals_needed(edition, group.employer, by=group.by, is_from_employer=group.is_from_employer)
    reserved = [] if asked or group.wish == Wish.WHOLE else reservations(group, edition, at=at)
    for row in rows:
        _enrol_row(row, group, edition, reserved, at=at)
    GroupEnrolment.objects.filter(pk=group.pk).update(changed_at=at)
    if len(rows) < CHUNK:
        _finish(group, edition, at=at)
        return False
    return True


def _fetch_once(edition: Edition) -> None:
    """What is the same for everyone of a chunk: every row prices it and writes a letter about it."""
    sessions = Session.objects.select_related("room__location").order_by("starts_at", "number")
    prefetch_related_objects([edition], Prefetch("sessions", sessions), "trainers", "course__prices")


def _enrol_row(
    row: GroupRow, group: GroupEnrolment, edition: Edition, reserved: Sequence[GroupEnrolment], *, at: datetime
) -> None:
    person = find_or_create_person(row.email, language=row.language or edition.language, at=at, **row.name)
    live = Enrolment.objects.live().filter(edition=edition, learner=person).first()
    if live is None:
        row.began_employment = not Employment.objects.filter(
            user=person, organisation=group.employer, ends_on=None
        ).exists()
        row.enrolment = live = take_place(
            edition,
            person,
            answers_of(row, group),
            language=person.language,
            had_seat=_seat_for(row, group, reserved),
            by=group.by,
            at=at,
            group=group,
        )
        if row.department and speaks_for_employer(group):
            _put_in_department(person, row.department, group, at=at)
    # Someone who enrolled alone is none of the employer's business: the row says what it says of everyone.
    row.outcome = outcome_of(live)
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


def _seat_for(row: GroupRow, group: GroupEnrolment, reserved: Sequence[GroupEnrolment]) -> bool:
    """Whether a seat is held for the next row: the group's own, or one that the company reserved before."""
    if group.waitlisted_at is not None:
        return False
    if group.wish == Wish.WHOLE:
        hold_seats(group, -1)
        return True
    return take_one(row, reserved)


def _finish(group: GroupEnrolment, edition: Edition, *, at: datetime) -> None:
    group.refresh_from_db(fields=["seats_held"])
    waits = group.waitlisted_at is not None
    if group.wish == Wish.PART:
        for _seat in range(group.seats_asked):
            if not claim_unless_others_wait(edition):
                break
            hold_seats(group, 1)
    move(
        group, to=State.WAITING if waits else State.DONE, allowed=GroupEnrolment.TRANSITIONS, by=group.by,
        verb="group.waitlisted" if waits else "group.done", at=at, finished_at=at, changed_at=at,
    )  # fmt: skip
    signals.group_finished.send(GroupEnrolment, group=group, at=at)
    # Someone of the group may have had a seat of their own all along: one was claimed for them in vain.
    spare = settle_group(group, at=at) if waits else max(group.seats_held - group.seats_asked, 0)
    if not waits and spare:
        hold_seats(group, -spare)
    return_spare(group, edition, spare, at=at)


# Undoing --------------------------------------------------------------------------------------------------------------


def undo_group(group: GroupEnrolment, *, by: User | None, at: datetime) -> GroupEnrolment:
    """Decide, within a day, that a run is taken back: everyone it enrolled is withdrawn, its seats go to who waits.

    Seats that the company had reserved before are reserved again, until their last day for names. Only what this run
    made is undone, and nothing once the edition has begun. Raises TransitionRefused.
    """
    require(by, "edit", group)
    if not group.can_be_undone(at):
        raise TransitionRefused(f"Group {group.pk} can no longer be undone.")
    return move(
        group, to=State.UNDOING, allowed=GroupEnrolment.TRANSITIONS, by=by, verb="group.undo_begun", at=at,
        changed_at=at,
    )  # fmt: skip


def _undo_some(group: GroupEnrolment, edition: Edition, *, at: datetime) -> bool:
    unfinished = [
        state for state, targets in Enrolment.TRANSITIONS.items() if Enrolment.State.WITHDRAWN in targets
    ]  # fmt: skip
    live = Enrolment.objects.filter(group=group, state__in=unfinished).select_related(
        "edition__course", "learner", "group__employer"
    )
    chunk = list(live.order_by("pk")[:CHUNK])
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
    for _seat in range(let_go(group)):
        returned.give()
    returned.settle(by=group.by)
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
    for employment in Employment.objects.filter(user=learner, organisation=group.employer, ends_on=None):
        end_employment(employment, by=group.by, on=max(employment.starts_on, timezone.localdate(at)))
