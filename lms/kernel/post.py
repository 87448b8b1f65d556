"""Letters: how an app that does not know the outbox has a message written.

The outbox listens to the apps below it. An app beside it, such as the desk, may not import it, nor the outbox that
app; so it hands its letter over here. Who writes letters is known to nobody but the one who does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.dispatch import Signal
from django.utils.functional import Promise

if TYPE_CHECKING:
    from lms.people.models import User

letter_posted = Signal()  # letter, at


class Unheard(Exception):
    """What was handed over was taken by nobody: it would have been lost in silence."""


@dataclass
class Letter:
    """One message before it is rendered. Templates: ``email/<kind>_subject.txt``, ``email/<kind>.txt``, ``….html``."""

    kind: str
    email: str
    language: str
    context: dict[str, Any]
    recipient: User | None = None
    about: models.Model | None = None
    calendar: str = ""
    calendar_method: str = ""
    is_urgent: bool = False  # also of a kind that may wait for the day


def post(letter: Letter, *, at: datetime) -> None:
    """Have a letter written, inside the transaction of what it tells."""
    if not letter_posted.send(Letter, letter=letter, at=at):
        raise Unheard(letter.kind)


@dataclass(frozen=True)
class Delivery:
    """How far a letter got: the outbox's word for it, in words for people, and when."""

    state: str
    label: str | Promise
    at: datetime
    has_arrived_not: bool  # nobody has read it, and nobody will unless something is done


# About so many things of one sort, to these people (their ids): how far each letter got, by the id of the thing.
Carrier = Callable[[type[models.Model], Collection[int], Collection[int]], dict[int, Delivery]]
_carriers: list[Carrier] = []


def register_carrier(carrier: Carrier) -> None:
    """Enter who knows how far letters got; once, in ``AppConfig.ready``."""
    if carrier not in _carriers:
        _carriers.append(carrier)


def deliveries(about: type[models.Model], things: Collection[int], people: Collection[int]) -> dict[int, Delivery]:
    """How far the letters about these things got, by their ids."""
    found: dict[int, Delivery] = {}
    for carrier in _carriers:
        found |= carrier(about, things, people)
    return found
