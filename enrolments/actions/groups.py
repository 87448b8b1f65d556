"""A company enrols a group: its list is taken in, checked, mended, run, and within a day undone.

Here is what is decided; doing it is in ``group_runs``. The row is the truth: a run does each row once, and goes on
where an earlier worker was killed; the doorbell (enrolments.tasks.group_go_on) and its sweep only say that there is
work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.actions import claim_seat, lock_edition
from courses.models import Edition
from enrolments.actions.asking import approvals_needed
from enrolments.actions.enrolling import EnrolmentClosed
from enrolments.actions.queue import anyone_waits
from enrolments.actions.reserved import reservations, take_all
from enrolments.actions.seats import offer_free_seats
from enrolments.groups.mapping import guess, only_once
from enrolments.groups.reading import Listed, listed_rows, without_bsn
from enrolments.groups.verdicts import clean_email, cut, judge
from enrolments.models import GroupEnrolment, GroupRow
from enrolments.resources import GroupRowResource
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.states import TransitionRefused, move
from lms.people.models import Organisation, User

AT_ONCE = 20  # so many rows are done while their sender waits
NAMES_BEFORE_START = timedelta(days=3)

State, Wish, Source = GroupEnrolment.State, GroupEnrolment.Wish, GroupEnrolment.Source
Verdict = GroupRow.Verdict


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
    made of it then (KeyTaken when its rows differ). While that one is still being checked, HR's list sent again brings
    its own number of seats and reference. Raises EnrolmentClosed, NobodyToEnrol.
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
    if earlier.state == State.CHECKING and source != Source.SYSTEM:
        return _sent_again(earlier, seats_asked=seats_asked, reference=reference, by=by, at=at)
    return earlier


@transaction.atomic
def _sent_again(
    group: GroupEnrolment, *, seats_asked: int, reference: str, by: User | None, at: datetime
) -> GroupEnrolment:
    """What was filled in beside the list the last time is what is meant; unless a run began at this very moment."""
    require(by, "edit", group)
    group = GroupEnrolment.objects.select_for_update(of=("self",)).get(pk=group.pk)
    changed = (group.seats_asked, group.reference) != (seats_asked, reference)
    if group.state == State.CHECKING and changed:
        group.seats_asked, group.reference, group.changed_at = seats_asked, reference, at
        group.save(update_fields=["seats_asked", "reference", "changed_at"])
        Event.record(group, "group.sent_again", by=by, at=at, data={"seats": seats_asked})
    return group


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
