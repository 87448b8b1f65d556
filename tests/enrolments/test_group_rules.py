"""Whatever happens in whatever order: never oversold, no whole group split, the queue in order, the counter true.

Random sequences of everything that takes, frees or moves a seat; after each step the rules are read from the rows
alone, by other means than the actions use.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.actions import EditionFull
from courses.models import Edition
from enrolments import signals
from enrolments.actions import (
    OutOfTurnUnexplained,
    accept_offer,
    carry_out_group,
    enrol,
    lapse_group,
    lapse_offer,
    name_seat,
    offer_free_seats,
    offer_place,
    release_seats,
    replace_person,
    start_group_enrolment,
    undo_group,
    withdraw,
)
from enrolments.models import Enrolment, GroupEnrolment
from enrolments.tasks import compare_seats
from tests.factories import NOW, EditionFactory, OrganisationFactory, UserFactory, answers

pytestmark = pytest.mark.django_db

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "enrol", "enrol", "whole", "whole", "part", "seats", "withdraw", "withdraw", "answer", "lapse",
                "replace", "name", "give back", "capacity", "undo", "undo", "end of waiting", "offer",
            ]
        ),
        st.integers(min_value=0, max_value=5),
    ),
    min_size=4,
    max_size=12,
)  # fmt: skip


def the_rules_hold() -> None:
    """What must be so after every step, read from the rows alone."""
    edition = Edition.objects.get()
    assert edition.seats_taken <= edition.capacity, "never oversold"
    assert compare_seats() == [], "the counter is what the rows say"
    for group in GroupEnrolment.objects.filter(wish="whole"):
        states = set(group.enrolments.values_list("state", flat=True)) - {"withdrawn", "cancelled"}
        assert states in (set(), {"waitlisted"}, {"confirmed"}), f"group {group.pk} is split: {states}"
        assert (states == {"waitlisted"}) == (group.state == "waiting"), f"group {group.pk} is {group.state}"
    alone = list(Enrolment.objects.waiting_alone())
    together = list(GroupEnrolment.objects.filter(state=GroupEnrolment.State.WAITING))
    line = sorted(one.waitlisted_at for one in [*alone, *together])
    if edition.seats_free:
        assert not line, "no seat is free while someone waits"
    for group in together:
        needed = group.enrolments.filter(state="waitlisted").count() + group.seats_asked
        assert group.seats_held < needed, "a group that fits is placed at once"
        own = group.rows.filter(reserved_in__isnull=False).count()
        if group.seats_held > own:
            assert group.waitlisted_at == line[0], "only who is first gathers, beyond what its company had reserved"
    served = Enrolment.objects.filter(state="offered").order_by("waitlisted_at").last()
    if served and line:
        assert served.waitlisted_at <= line[0], "nobody passes who came before; a list comes at one moment"


class World:
    """The platform, driven step by step; each step at its own minute."""

    def __init__(self) -> None:
        self.edition = EditionFactory(capacity=4)
        self.company = OrganisationFactory(employer=True)
        self.minute = 0
        self.people = 0

    @property
    def at(self) -> Any:
        return NOW + timedelta(minutes=self.minute)

    def row(self) -> dict[str, str]:
        self.people += 1
        return {"given_name": "P", "family_name": "Wit", "email": f"p{self.people}@metaal.example"}

    def group(self, wish: str, people: int, seats: int = 0) -> None:
        group = start_group_enrolment(
            self.company, self.edition, [self.row() for _ in range(people)], wish=wish, key="", by=None, at=self.at,
            seats=seats,
        )  # fmt: skip
        carry_out_group(group, at=self.at)

    def undo(self, group: GroupEnrolment) -> None:
        """What the list took from a reservation that still stands is reserved again, as far as it is still there."""
        lenders = GroupEnrolment.objects.filter(state="done", rows_seated__group=group).distinct()
        taken = group.rows.filter(reserved_in__state="done").count()
        there = group.enrolments.filter(state__in=Enrolment.HOLDING_A_SEAT).count() + group.seats_held
        had = {one.pk: one.seats_held for one in lenders}
        carry_out_group(undo_group(group, by=None, at=self.at), at=self.at)
        have = GroupEnrolment.objects.in_bulk(had)
        assert sum(have[pk].seats_held - seats for pk, seats in had.items()) == min(taken, there)

    def nth(self, rows: Any, number: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    def step(self, verb: str, number: int) -> None:
        self.minute += 1
        edition = Edition.objects.get(pk=self.edition.pk)
        live = Enrolment.objects.filter(state__in=["confirmed", "waitlisted", "offered"])
        groups = GroupEnrolment.objects.all()
        match verb:
            case "enrol":
                enrol(edition, UserFactory(), answers(), language="nl", by=None, at=self.at)
            case "whole":
                self.group("whole", min(1 + number, edition.capacity))
            case "part":
                self.group("part", 1 + number % 3, seats=number % 2)
            case "seats":
                self.group("part", 0, seats=1 + number % 2)
            case "withdraw" if one := self.nth(live, number):
                withdraw(one, by=None, at=self.at)
            case "answer" if one := self.nth(live.filter(state="offered"), number):
                accept_offer(one, by=None, at=self.at)
            case "lapse" if one := self.nth(live.filter(state="offered"), number):
                lapse_offer(one, at=self.at)
            case "replace" if one := self.nth(live.filter(state="confirmed", group__isnull=False), number):
                replace_person(one, self.row(), by=None, at=self.at)
            case "name" if one := self.nth(groups.filter(state="done", seats_held__gt=0), number):
                name_seat(one, self.row(), by=None, at=self.at)
            case "give back" if one := self.nth(groups.filter(state="done", seats_held__gt=0), number):
                release_seats(one, by=None, at=self.at)
            case "capacity" if edition.capacity < 8:
                Edition.objects.filter(pk=edition.pk).update(capacity=edition.capacity + 1 + number % 2)
                offer_free_seats(edition, at=self.at)
            case "undo" if one := self.nth(groups.filter(state__in=["done", "waiting"]), number):
                self.undo(one)
            case "offer" if one := self.nth(Enrolment.objects.waiting_alone(), number):
                with contextlib.suppress(OutOfTurnUnexplained, EditionFull):
                    offer_place(one, by=None, at=self.at, extra=number % 2 == 1)
            case "end of waiting" if one := self.nth(groups.filter(state="waiting"), number):
                lapse_group(one, at=self.at)


@pytest.mark.usefixtures("silent_letters")
@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_rules_hold_whatever_happens(steps: list[tuple[str, int]]) -> None:
    sid = transaction.savepoint()
    try:
        world = World()
        for verb, number in steps:
            world.step(verb, number)
            the_rules_hold()
    finally:
        transaction.savepoint_rollback(sid)


@pytest.fixture
def silent_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are told of elsewhere, and are most of the time that a step takes: nobody hears the signals here."""
    for name in ("enrolment_confirmed", "enrolment_waitlisted", "seat_offered", "enrolment_withdrawn", "offer_lapsed"):
        signal = getattr(signals, name)
        monkeypatch.setattr(signal, "receivers", [])
        signal.sender_receivers_cache.clear()
    for name in ("group_placed", "group_not_placed"):
        monkeypatch.setattr(getattr(signals, name), "receivers", [])
