"""Go or no-go: when it is a question, and who answers it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.actions import NothingToDecide, decide_to_run, save_edition
from courses.models import Edition
from courses.phases import Phase
from lms.kernel.models import Event
from tests.factories import FIRST_DAY, NOW, EditionFactory

TOMORROW = NOW.date() + timedelta(days=1)


def undecided(**facts):
    """Six needed, two enrolled, a decision to be taken tomorrow."""
    return EditionFactory(**{"minimum": 6, "seats_taken": 2, "decide_by": TOMORROW, **facts})


@pytest.mark.django_db
def test_below_its_minimum_an_edition_awaits_a_decision_and_takes_enrolments():
    edition = undecided()
    assert edition.awaits_go(NOW)
    assert edition.phase(NOW) == Phase.OPEN
    assert edition.takes_enrolments(NOW)
    assert edition.seats_to_minimum == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts",
    [
        {"seats_taken": 6},
        {"decide_by": None},
        {"go_decided_at": NOW},
        {"draft": True},
        {"cancelled": True},
        {"first_day": NOW - timedelta(hours=1)},
    ],
    ids=["enough enrolled", "no decision planned", "decided", "draft", "cancelled", "begun"],
)
def test_nothing_is_awaited_once_it_is_no_question(facts):
    assert not undecided(**facts).awaits_go(NOW)


@pytest.mark.django_db
def test_a_late_decision_makes_it_no_more_certain():
    assert undecided(decide_by=NOW.date() - timedelta(days=3)).awaits_go(NOW)


@pytest.mark.django_db
def test_deciding_makes_it_certain_and_is_on_record(chris, course):
    edition = undecided(course=course)
    decide_to_run(edition, by=chris, at=NOW)
    assert edition.go_decided_at == NOW
    assert not edition.awaits_go(NOW)
    event = Event.objects.about(edition).last()
    assert (event.verb, event.by, event.data) == ("edition.go_decided", chris, {"seats_taken": 2})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "facts", [{"draft": True}, {"cancelled": True}, {"go_decided_at": NOW}, {"first_day": NOW - timedelta(days=1)}]
)
def test_what_is_no_question_cannot_be_decided(facts):
    with pytest.raises(NothingToDecide):
        decide_to_run(undecided(**facts), by=None, at=NOW)


def test_only_the_own_house_and_the_office_decide(course, chris, officer, other_coordinator, bo, auditor, amal):
    edition = undecided(course=course, trainers=[bo])
    for one in (other_coordinator, bo, auditor, amal):
        with pytest.raises(PermissionDenied):
            decide_to_run(edition, by=one, at=NOW)
    decide_to_run(edition, by=officer, at=NOW)


def test_a_plan_saved_from_an_old_form_keeps_the_decision(course):
    edition = undecided(course=course)
    stale = Edition.objects.get(pk=edition.pk)
    decide_to_run(edition, by=None, at=NOW)
    stale.capacity = 20
    save_edition(stale, by=None)
    edition.refresh_from_db()
    assert (edition.capacity, edition.go_decided_at) == (20, NOW)


@pytest.mark.django_db
def test_the_database_refuses_a_draft_that_was_decided_on():
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionFactory(draft=True, go_decided_at=NOW)


@pytest.mark.once
def test_the_back_office_asks_again_and_then_decides(client, course, chris, clock):
    edition = undecided(course=course, first_day=FIRST_DAY)
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("decide_edition_go", args=[edition.pk])
    assert address in client.get(reverse("editions:edit", args=[edition.pk])).content.decode()
    client.get(address)
    edition.refresh_from_db()
    assert edition.go_decided_at is None
    client.post(address)
    edition.refresh_from_db()
    assert edition.go_decided_at == NOW
    assert client.post(address).status_code == 302  # a double click
    assert address not in client.get(reverse("editions:edit", args=[edition.pk])).content.decode()
