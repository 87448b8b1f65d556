"""Every state machine: all pairs of states, and what a move leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import models

from certificates.models import Certificate
from courses.models import Edition, Session
from enrolments.models import Enrolment, SeatHold
from lms.kernel.models import AppendOnlyError, Event
from lms.kernel.states import TransitionRefused, move
from lms.management.commands.states import diagrams, stateful_models
from lms.messages.models import Message
from tests.factories import NOW, EditionFactory, EnrolmentFactory, SeatHoldFactory, SessionFactory


def a_certificate(state: str) -> Certificate:
    issued = {} if state == "requested" else {"issued_at": NOW, "pdf_sha256": "0" * 64}
    ended = {"ended_at": NOW} if state in {"revoked", "superseded"} else {}
    reasons = {"public_reason": "mistake", "inside_reason": "wrong person"} if state == "revoked" else {}
    return Certificate.objects.create(
        enrolment=EnrolmentFactory(completed=True),
        kind="participation",
        state=state,
        snapshot={},
        requested_at=NOW,
        **issued,
        **ended,
        **reasons,
    )


def a_message(state: str) -> Message:
    return Message.objects.create(
        kind="test", email="a@voorbeeld.example", language="nl", subject="x", text="x", state=state,
        created_at=NOW, try_at=NOW, sent_at=NOW if state == "sent" else None,
    )  # fmt: skip


IN_STATE: dict[type[models.Model], Callable[[str], models.Model]] = {
    Certificate: a_certificate,
    Edition: lambda state: EditionFactory(state=state),
    Enrolment: lambda state: EnrolmentFactory(**{state: True} if state != "confirmed" else {}),
    Message: a_message,
    SeatHold: lambda state: SeatHoldFactory(state=state),
    Session: lambda state: SessionFactory(signed_off=state == "signed_off"),
}
# What an action sets in the same UPDATE, so that the constraints of the state hold.
COMES_WITH: dict[tuple[type[models.Model], str], dict[str, object]] = {
    (Certificate, "issued"): {"issued_at": NOW, "pdf_sha256": "0" * 64},
    (Certificate, "revoked"): {"ended_at": NOW, "public_reason": "mistake", "inside_reason": "wrong person"},
    (Certificate, "superseded"): {"ended_at": NOW},
    (Enrolment, "waitlisted"): {"waitlisted_at": NOW},
    (Enrolment, "offered"): {"offer_expires_at": NOW + timedelta(hours=48)},
    (Enrolment, "completed"): {"ended_at": NOW, "outcome": "passed"},
    (Enrolment, "not_completed"): {"ended_at": NOW, "outcome": "absent"},
    (Message, "sent"): {"sent_at": NOW},
    (Session, "signed_off"): {"signed_off_at": NOW},
    (Session, "planned"): {"signed_off_at": None},
}
PAIRS = [(model, was, to) for model in stateful_models() for was in model.TRANSITIONS for to in model.TRANSITIONS]


def test_every_model_with_states_is_walked() -> None:
    assert set(stateful_models()) == set(IN_STATE)


@pytest.mark.parametrize("model", stateful_models(), ids=lambda model: model._meta.label)
def test_the_table_names_every_state_and_nothing_else(model: type[models.Model]) -> None:
    assert set(model.TRANSITIONS) == set(model.State.values)
    assert set().union(*model.TRANSITIONS.values()) <= set(model.State.values)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "was", "to"), PAIRS, ids=[f"{model.__name__}-{was}-{to}" for model, was, to in PAIRS]
)
def test_a_move_follows_the_table(model: type[models.Model], was: str, to: str) -> None:
    thing = IN_STATE[model](was)
    before = Event.objects.count()
    changes = COMES_WITH.get((model, to), {})
    if to in model.TRANSITIONS[was]:
        move(thing, to=to, allowed=model.TRANSITIONS, by=None, verb="test.moved", **changes)
        assert model._default_manager.get(pk=thing.pk).state == to
        assert Event.objects.about(thing).last().data == {"from": was, "to": to}
    else:
        with pytest.raises(TransitionRefused):
            move(thing, to=to, allowed=model.TRANSITIONS, by=None, verb="test.moved", **changes)
        assert model._default_manager.get(pk=thing.pk).state == was
        assert Event.objects.count() == before


@pytest.mark.django_db
def test_of_two_who_move_the_same_row_one_is_refused() -> None:
    first = EditionFactory(draft=True)
    second = Edition.objects.get(pk=first.pk)
    move(first, to="published", allowed=Edition.TRANSITIONS, by=None, verb="edition.published")
    with pytest.raises(TransitionRefused):
        move(second, to="published", allowed=Edition.TRANSITIONS, by=None, verb="edition.published")
    assert Event.objects.about(first).count() == 1


@pytest.mark.django_db
def test_events_are_never_changed_or_deleted() -> None:
    Event.record(EditionFactory(), "test.happened", by=None)
    with pytest.raises(AppendOnlyError):
        Event.objects.update(verb="something.else")
    with pytest.raises(AppendOnlyError):
        Event.objects.all().delete()


def test_the_page_about_states_is_up_to_date() -> None:
    page = Path(settings.BASE_DIR / "docs/states.md")
    assert page.read_text(encoding="utf-8") == diagrams(), "run: manage.py states > docs/states.md"
