"""Everybody at once: the last seats, the same learner twice, a freed seat. On SQLite and on PostgreSQL alike."""

from __future__ import annotations

import multiprocessing
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.db.models import F

from courses.models import Edition
from enrolments.actions import (
    AlreadyEnrolled,
    accept_offer,
    carry_out_group,
    close_session,
    enrol,
    lapse_offer,
    start_group_enrolment,
    undo_group,
    withdraw,
)
from enrolments.actions import seats as seat_actions
from enrolments.actions.attendance import RegisterLocked
from enrolments.models import Enrolment, GroupEnrolment
from enrolments.tasks import compare_seats
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import User
from tests.api.employer import key_of, send
from tests.factories import NOW, EditionFactory, EnrolmentFactory, OrganisationFactory, UserFactory, answers

pytestmark = pytest.mark.django_db(transaction=True)

CONTENDERS = 8
SEATS = 3


def in_threads(*calls: Callable[[], Any]) -> list[Any]:
    """Run all at the same moment; answers what each returned or raised."""
    start = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes[place] = call()
        except Exception as error:  # noqa: BLE001  the outcome is what the test looks at
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def in_processes(*calls: Callable[[], Any]) -> list[str]:
    """The same with a process each, forked so that all are ready together; answers "" or the traceback of each."""
    fork = multiprocessing.get_context("fork")
    start, outcomes = fork.Barrier(len(calls)), fork.Queue()

    def run(call: Callable[[], Any]) -> None:
        start.wait()
        try:
            call()
            outcomes.put("")
        except Exception:  # noqa: BLE001
            outcomes.put(traceback.format_exc())
        finally:
            connections.close_all()

    connections.close_all()  # a connection must not be shared over a fork
    processes = [fork.Process(target=run, args=(call,)) for call in calls]
    for process in processes:
        process.start()
    said = [outcomes.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(timeout=60)
    return said


def race_for_the_last_seats(run: Callable[..., list[Any]]) -> Counter[str]:
    """Eight learners want the last three seats of a twelve-seat edition; answers how many ended in each state."""
    edition = EditionFactory(capacity=12)
    for _ in range(12 - SEATS):
        EnrolmentFactory(edition=edition)
    learners = UserFactory.create_batch(CONTENDERS)
    outcomes = run(
        *(
            (
                lambda learner=learner: enrol(
                    Edition.objects.get(pk=edition.pk), learner, answers(), language="nl", by=learner, at=NOW
                )
            )
            for learner in learners
        )
    )
    assert [said for said in outcomes if said and not isinstance(said, Enrolment)] == []
    ended = Enrolment.objects.filter(edition=edition, learner__in=learners).values_list("state", flat=True)
    return Counter(ended)


@pytest.mark.parametrize("run", [in_threads, in_processes])
def test_three_seats_go_to_three_of_eight(run: Callable[..., list[Any]]) -> None:
    assert race_for_the_last_seats(run) == {"confirmed": SEATS, "waitlisted": CONTENDERS - SEATS}
    edition = Edition.objects.get()
    assert edition.seats_taken == edition.capacity
    assert compare_seats() == []


@pytest.fixture
def without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seat is counted without looking whether one is free, and the database is told not to mind."""

    def claim_blindly(edition: Edition) -> None:
        Edition.objects.filter(pk=edition.pk).update(seats_taken=F("seats_taken") + 1)

    guard = next(one for one in Edition._meta.constraints if one.name == "an_edition_is_never_oversold")
    monkeypatch.setattr(seat_actions, "claim_seat", claim_blindly)
    # SQLite makes the table anew from what the model says.
    monkeypatch.setattr(Edition._meta, "constraints", [one for one in Edition._meta.constraints if one != guard])
    with connection.schema_editor() as editor:
        editor.remove_constraint(Edition, guard)
    # The database itself is replaced by a fresh copy after this test.


@pytest.mark.usefixtures("without_the_guard")
def test_without_the_guard_more_than_three_get_in() -> None:
    """The race above bites: take the guard away and its outcome is no longer three."""
    assert race_for_the_last_seats(in_threads)["confirmed"] > SEATS


def test_one_learner_who_clicks_eight_times_has_one_enrolment() -> None:
    edition, learner = EditionFactory(), UserFactory()
    outcomes = in_threads(
        *[lambda: enrol(edition, User.objects.get(pk=learner.pk), answers(), language="nl", by=learner, at=NOW)] * 8
    )
    assert sum(isinstance(one, Enrolment) for one in outcomes) == 1
    assert sum(isinstance(one, AlreadyEnrolled) for one in outcomes) == 7
    assert Edition.objects.get().seats_taken == 1


def test_freed_seats_are_offered_once_each_in_order_of_arrival() -> None:
    edition = EditionFactory(capacity=4)
    seated = EnrolmentFactory.create_batch(4, edition=edition)
    waiting = [
        EnrolmentFactory(edition=edition, waitlisted=True, created_at=NOW + timedelta(minutes=n)) for n in range(6)
    ]
    outcomes = in_threads(
        *((lambda one=one: withdraw(Enrolment.objects.get(pk=one.pk), by=None, at=NOW)) for one in seated)
    )
    assert all(isinstance(one, Enrolment) for one in outcomes), outcomes
    states = [Enrolment.objects.get(pk=one.pk).state for one in waiting]
    assert states == ["offered"] * 4 + ["waitlisted"] * 2
    assert compare_seats() == []


def test_nobody_slips_in_between_a_freed_seat_and_the_first_who_waits() -> None:
    edition = EditionFactory(capacity=1)
    seated = EnrolmentFactory(edition=edition)
    first = EnrolmentFactory(edition=edition, waitlisted=True)
    newcomers = UserFactory.create_batch(6)
    in_threads(
        lambda: withdraw(Enrolment.objects.get(pk=seated.pk), by=None, at=NOW),
        *(
            (lambda one=one: enrol(Edition.objects.get(pk=edition.pk), one, answers(), language="nl", by=one, at=NOW))
            for one in newcomers
        ),
    )
    first.refresh_from_db()
    assert first.state == "offered"
    assert set(Enrolment.objects.filter(learner__in=newcomers).values_list("state", flat=True)) == {"waitlisted"}


def test_an_offer_taken_in_the_second_it_lapses_ends_one_way() -> None:
    edition = EditionFactory(capacity=1)
    offered = EnrolmentFactory(edition=edition, offered=True)
    next_one = EnrolmentFactory(edition=edition, waitlisted=True)
    deadline = offered.offer_expires_at
    outcomes = in_threads(
        lambda: accept_offer(Enrolment.objects.get(pk=offered.pk), by=None, at=deadline - timedelta(microseconds=1)),
        lambda: lapse_offer(Enrolment.objects.get(pk=offered.pk), at=deadline),
    )
    assert sum(isinstance(one, TransitionRefused) for one in outcomes) == 1
    offered.refresh_from_db()
    next_one.refresh_from_db()
    assert (offered.state, next_one.state) in {("confirmed", "waitlisted"), ("declined", "offered")}
    assert compare_seats() == []


def test_two_trainers_who_sign_off_together_sign_off_once() -> None:
    edition = EditionFactory(days=1)
    EnrolmentFactory.create_batch(3, edition=edition)
    session = edition.sessions.get()
    outcomes = in_threads(*[lambda: close_session(session, by=None, at=session.ends_at)] * 2)
    assert sum(isinstance(one, RegisterLocked | TransitionRefused) for one in outcomes) == 1
    assert Event.objects.about(session).filter(verb="session.signed_off").count() == 1
    assert session.attendance.count() == 3


def test_whole_groups_and_single_people_who_come_together_split_nothing_and_oversell_nothing() -> None:
    edition = EditionFactory(capacity=7)
    companies = OrganisationFactory.create_batch(4, employer=True)
    singles = UserFactory.create_batch(4)

    def send(number: int) -> GroupEnrolment:
        rows = [{"name": "Sam Wit", "email": f"g{number}p{person}@metaal.example"} for person in range(3)]
        group = start_group_enrolment(
            companies[number], Edition.objects.get(pk=edition.pk), rows, wish="whole", key="k", by=None, at=NOW
        )
        return carry_out_group(group, at=NOW)

    outcomes = in_threads(
        *((lambda number=number: send(number)) for number in range(4)),
        *(
            (lambda one=one: enrol(Edition.objects.get(pk=edition.pk), one, answers(), language="nl", by=one, at=NOW))
            for one in singles
        ),
    )
    assert [said for said in outcomes if isinstance(said, Exception)] == []
    for group in GroupEnrolment.objects.all():
        assert set(group.enrolments.values_list("state", flat=True)) in ({"confirmed"}, {"waitlisted"})
        assert group.enrolments.count() == 3
    edition = Edition.objects.get()
    assert edition.seats_taken <= edition.capacity
    assert compare_seats() == []


def test_one_list_that_two_send_and_two_workers_run_is_done_once() -> None:
    edition, company = EditionFactory(), OrganisationFactory(employer=True)
    rows = [{"name": "Sam Wit", "email": f"p{person}@metaal.example"} for person in range(5)]

    def send() -> GroupEnrolment:
        found = Edition.objects.get(pk=edition.pk)
        group = start_group_enrolment(company, found, rows, wish="part", key="order-7", by=None, at=NOW)
        return carry_out_group(group, at=NOW)

    outcomes = in_threads(*[send] * 4)
    assert [said for said in outcomes if isinstance(said, Exception)] == []
    group = GroupEnrolment.objects.get()
    assert (group.state, group.enrolments.count(), Edition.objects.get().seats_taken) == ("done", 5, 5)
    assert Event.objects.filter(verb="enrolment.confirmed").count() == 5
    assert compare_seats() == []


def test_a_system_that_asks_four_times_at_once_is_answered_alike_and_enrolled_once() -> None:
    edition, company = EditionFactory(), OrganisationFactory(employer=True)
    key = key_of(company)
    said = {"edition": edition.code, "rows": [{"name": "Sam Wit", "email": f"p{n}@metaal.example"} for n in range(4)]}
    with time_machine.travel(NOW, tick=False):
        answers = in_threads(*[lambda: send(key, "/groups", said, **{"Idempotency-Key": "order-7"})] * 4)
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    group = carry_out_group(GroupEnrolment.objects.get(), at=NOW)
    assert (group.state, group.enrolments.count(), compare_seats()) == ("done", 4, [])
    assert Event.objects.filter(verb="group.sent_in").count() == 1


def test_one_key_for_two_groups_at_once_enrols_one_and_refuses_the_other() -> None:
    edition, company = EditionFactory(), OrganisationFactory(employer=True)
    key = key_of(company)

    def ask_for(number: int) -> int:
        said = {"edition": edition.code, "rows": [{"name": "Sam Wit", "email": f"p{number}@metaal.example"}]}
        return send(key, "/groups", said, **{"Idempotency-Key": "order-7"}).status_code

    with time_machine.travel(NOW, tick=False):
        answers = in_threads(*((lambda number=number: ask_for(number)) for number in range(2)))
    assert sorted(answers) == [202, 422]
    assert GroupEnrolment.objects.count() == 1


def test_seats_that_come_free_at_once_place_the_whole_group_and_are_each_offered_once() -> None:
    edition = EditionFactory(capacity=6)
    seated = EnrolmentFactory.create_batch(6, edition=edition)
    company, singles = OrganisationFactory(employer=True), UserFactory.create_batch(3)
    rows = [{"name": "Sam Wit", "email": f"p{person}@metaal.example"} for person in range(3)]
    group = start_group_enrolment(company, edition, rows, wish="whole", key="k", by=None, at=NOW)
    assert carry_out_group(group, at=NOW).state == "waiting"
    for number, one in enumerate(singles, start=1):
        found = Edition.objects.get(pk=edition.pk)
        enrol(found, one, answers(), language="nl", by=one, at=NOW + timedelta(minutes=number))
    later = NOW + timedelta(hours=1)
    outcomes = in_threads(
        *((lambda one=one: withdraw(Enrolment.objects.get(pk=one.pk), by=None, at=later)) for one in seated)
    )
    assert [said for said in outcomes if isinstance(said, Exception)] == []
    group.refresh_from_db()
    assert (group.state, set(group.enrolments.values_list("state", flat=True))) == ("done", {"confirmed"})
    offered = Event.objects.filter(verb="enrolment.offered")
    assert sorted(offered.values_list("object_id", flat=True)) == sorted(
        str(pk) for pk in Enrolment.objects.filter(learner__in=singles, state="offered").values_list("pk", flat=True)
    )
    assert (offered.count(), Edition.objects.get().seats_taken, compare_seats()) == (3, 6, [])


def test_a_list_undone_while_seats_are_offered_gives_its_company_back_what_was_reserved() -> None:
    """Everyone wants the seats at once: who undoes, who leaves, who comes and who waits."""
    edition, company = EditionFactory(capacity=8), OrganisationFactory(employer=True)
    reserved = start_group_enrolment(company, edition, [], wish="part", key="", by=None, at=NOW, seats=3)
    carry_out_group(reserved, at=NOW)
    rows = [{"name": "Sam Wit", "email": f"p{person}@metaal.example"} for person in range(5)]
    group = start_group_enrolment(company, edition, rows, wish="part", key="k", by=None, at=NOW)
    carry_out_group(group, at=NOW)
    seated = EnrolmentFactory.create_batch(3, edition=Edition.objects.get())
    waiting = [
        EnrolmentFactory(edition=edition, waitlisted=True, created_at=NOW + timedelta(minutes=n)) for n in range(5)
    ]
    newcomers, later = UserFactory.create_batch(3), NOW + timedelta(hours=1)
    undo_group(group, by=None, at=later)
    outcomes = in_threads(
        *[lambda: carry_out_group(GroupEnrolment.objects.get(pk=group.pk), at=later)] * 2,
        *((lambda one=one: withdraw(Enrolment.objects.get(pk=one.pk), by=None, at=later)) for one in seated[:2]),
        *(
            (lambda one=one: enrol(Edition.objects.get(pk=edition.pk), one, answers(), language="nl", by=one, at=later))
            for one in newcomers
        ),
    )
    assert [said for said in outcomes if isinstance(said, Exception)] == []
    group.refresh_from_db()
    reserved.refresh_from_db()
    assert (group.state, reserved.seats_held) == ("undone", 3)
    states = [Enrolment.objects.get(pk=one.pk).state for one in waiting]
    assert states == ["offered"] * 4 + ["waitlisted"], "two of the list's own seats, and of the two who left"
    assert Event.objects.filter(verb="enrolment.offered").count() == 4
    assert Event.objects.filter(verb="group.seats_returned").count() == 1
    assert (Edition.objects.get().seats_taken, compare_seats()) == (8, [])
