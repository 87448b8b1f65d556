"""State machines: a table of transitions and one compare-and-swap."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction

from lms.kernel.models import Event

if TYPE_CHECKING:
    from lms.people.models import User

Stateful = TypeVar("Stateful", bound=models.Model)
# Keys and values are the members of a model's State; mypy takes a dict's keys for invariant.
Transitions = Mapping[Any, Collection[Any]]


class TransitionRefused(Exception):
    """The object was not in a state from which it can go where it was sent: a race lost, or a bug."""


def move(
    thing: Stateful,
    *,
    to: str,
    allowed: Transitions,
    by: User | None,
    verb: str,
    at: datetime | None = None,
    data: dict | None = None,
    **changes: Any,
) -> Stateful:
    """Move ``thing`` to state ``to`` if it still is where we believe it is, and record the event.

    One conditional UPDATE: of two who try at once one wins and the other gets TransitionRefused. ``changes`` are
    columns set in the same UPDATE. Called from actions only.
    """
    was = thing.state  # type: ignore[attr-defined]
    sources = [state for state, targets in allowed.items() if to in targets]
    with transaction.atomic():
        rows = type(thing)._base_manager.filter(pk=thing.pk, state=was, state__in=sources)
        if not rows.update(state=to, **changes):
            raise TransitionRefused(f"{type(thing).__name__} {thing.pk} cannot go from {was} to {to}")
        thing.refresh_from_db(fields=["state", *changes])
        Event.record(thing, verb, by=by, at=at, data={"from": was, "to": to, **(data or {})})
    return thing
