"""Everybody at once: the same form twice in one moment, two who answer, two who fill in the same list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from lms.desk import actions
from lms.desk.models import Entry, Meeting, PeerGroup, Presence, Request, Step, Topic
from lms.kernel.states import TransitionRefused
from lms.kpis.reconciliation import reconcile
from lms.people.models import Organisation, User
from tests.desk.conftest import ask, describe, facts, sign
from tests.enrolments.test_races import in_threads
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_form_sent_four_times_at_once_is_one_question(robots: Topic):
    key = uuid4()
    outcomes = in_threads(*[lambda: ask(topic=robots, form_key=key)] * 4)
    assert {one.pk for one in outcomes} == {Request.objects.get().pk}
    assert Entry.objects.count() == 1


def test_two_who_answer_at_once_reach_the_company_once(asked: Request):
    def answer() -> Entry:
        return actions.answer(Request.objects.get(pk=asked.pk), "Ja.", by=None, at=NOW)

    outcomes = in_threads(*[answer] * 4)
    assert all(isinstance(one, Entry) for one in outcomes), outcomes
    assert facts("org_contact") == [(f"request:{asked.pk}", 1)]


def test_two_who_verify_at_once_count_the_step_once(answered: Request):
    step = sign(describe(answered, by=None))

    def verify() -> Step:
        return actions.verify_step(Step.objects.get(pk=step.pk), by=None, at=NOW)

    outcomes = in_threads(*[verify] * 4)
    assert sum(isinstance(one, TransitionRefused) for one in outcomes) == 3
    assert facts("org_step") == [(f"step:{step.pk}", 1)]


def test_two_who_keep_the_same_list_at_once_keep_it_once(
    group: PeerGroup, meet: Callable[..., Meeting], vandorp: Organisation, chris: User
):
    actions.admit(ask(group=group), "Welkom.", by=chris, at=NOW - timedelta(days=9))
    meeting = meet(-2)
    in_threads(*[lambda: actions.record_presence(meeting, [vandorp], by=None, at=NOW)] * 4)
    assert Presence.objects.count() == 1
    assert reconcile() == []
