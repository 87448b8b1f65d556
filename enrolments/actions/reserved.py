"""Places that a company reserved without names: a later list of its people takes them first, and gives them back when
it is undone.

Each row that took one says whose it was (GroupRow.reserved_in). The place stays taken all along, so nobody else can
have it in between. What writes here is called with the edition's lock held; pages only ask.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from courses.models import Edition
from enrolments.actions.queue import hold_seats
from enrolments.actions.seats import pass_on_seat
from enrolments.models import Enrolment, GroupEnrolment, GroupRow
from lms.kernel.models import Event
from lms.people.models import User


def reservations(group: GroupEnrolment, edition: Edition, *, at: datetime) -> list[GroupEnrolment]:
    """Earlier groups of this employer here whose seats wait for a name: names that come now are for those first."""
    earlier = GroupEnrolment.objects.filter(
        employer=group.employer, edition=edition, state=GroupEnrolment.State.DONE, seats_held__gt=0
    )
    return [one for one in earlier.exclude(pk=group.pk).order_by("pk") if one.takes_names(at)]


def take_all(rows: Iterable[GroupRow], reserved: Sequence[GroupEnrolment]) -> None:
    """A reserved place for each of these rows; there are as many."""
    left = list(rows)
    for one in reserved:
        some, left = left[: one.seats_held], left[one.seats_held :]
        if some:
            GroupRow.objects.filter(pk__in=[row.pk for row in some]).update(reserved_in=one)
            hold_seats(one, -len(some))


def take_one(row: GroupRow, reserved: Sequence[GroupEnrolment]) -> bool:
    """A reserved place for this row, which the caller saves; False when none is left."""
    for one in reserved:
        if one.seats_held:
            hold_seats(one, -1)
            row.reserved_in = one
            return True
    return False


def owed_back(group: GroupEnrolment, *, at: datetime) -> list[GroupRow]:
    """The rows that took a place which is their company's again when the list is undone; the last row first."""
    taken = group.rows.filter(reserved_in__isnull=False).select_related("reserved_in").order_by("-number")
    return [row for row in taken if row.reserved_in is not None and row.reserved_in.keeps_seats(at)]


class Returned:
    """The seats that undoing a list frees: its company's again as far as they were reserved, else for who waits.

    A seat is a seat: which of the people sat on a reserved one does not matter, only how many the list took.
    """

    def __init__(self, group: GroupEnrolment, edition: Edition, *, at: datetime) -> None:
        self.edition, self.at = edition, at
        self.owed = owed_back(group, at=at)
        self.back: Counter[GroupEnrolment] = Counter()
        self.rows: list[int] = []

    def give(self) -> None:
        """One seat that counts as taken, and is nobody's now."""
        if not self.owed:
            pass_on_seat(self.edition, at=self.at)
            return
        row = self.owed.pop()
        self.back[row.reserved_in] += 1  # type: ignore[index]  # only rows that have one are owed
        self.rows.append(row.pk)

    def settle(self, *, by: User | None) -> None:
        """Write down what went back to whom."""
        GroupRow.objects.filter(pk__in=self.rows).update(reserved_in=None)
        for reservation, seats in self.back.items():
            hold_seats(reservation, seats)
            Event.record(reservation, "group.seats_returned", by=by, at=self.at, data={"seats": seats})
        self.back.clear()
        self.rows.clear()


def return_spare(group: GroupEnrolment, edition: Edition, spare: int, *, at: datetime) -> None:
    """Seats that were taken for someone who needed none: reserved ones, which come first, were then not used up."""
    if not spare:
        return
    returned = Returned(group, edition, at=at)
    seated = group.enrolments.filter(state__in=Enrolment.HOLDING_A_SEAT).count()
    unused = min(max(len(returned.owed) - seated, 0), spare)
    for _seat in range(unused):
        returned.give()
    for _seat in range(spare - unused):
        pass_on_seat(edition, at=at)
    returned.settle(by=group.by)
