"""What counts: how an app that does not know the ledger of figures has something counted, with what proves it.

The ledger listens to the apps below it. An app beside it, such as the desk, says here that something counts, and
enters what the ledger needs to follow a figure back to it: how its evidence is read, and what should have been counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.dispatch import Signal

from lms.kernel.post import Unheard

counted = Signal()  # countable, at
uncounted = Signal()  # key, at

# Lines of a piece of evidence as they are shown: a term and its words.
Told = list[tuple[str, str]]


@dataclass(frozen=True)
class Proof:
    """One row that proves something, under a code of evidence. How it is read is its Witness's to say."""

    code: str
    thing: models.Model


@dataclass(frozen=True)
class Countable:
    """One thing that counts once, under a key of its own: its kind, its day, and its dimensions as they are that day.

    ``dimensions`` are columns of the ledger.
    """

    kind: str
    key: str
    counts_on: date
    dimensions: Mapping[str, Any] = field(default_factory=dict)
    proofs: Sequence[Proof] = ()


@dataclass(frozen=True)
class Witness:
    """How a sort of rows proves things.

    ``record`` is what is hashed: it holds nothing that erasing a person takes away. ``told`` is what an auditor reads,
    ``files`` the documents that belong to it, as words and address.
    """

    rows: Callable[[], models.QuerySet]
    record: Callable[[Any], dict[str, Any]]
    told: Callable[[Any], Told]
    files: Callable[[Any], Told] = lambda _thing: []


# By label of the model, and by kind of fact.
WITNESSES: dict[str, Witness] = {}
EXPECTED: dict[str, list[Callable[[], Iterable[str]]]] = {}


def register_witness(model: type[models.Model], witness: Witness) -> None:
    """Say how rows of a model prove things; once, in ``AppConfig.ready``."""
    WITNESSES[model._meta.label] = witness


def register_expected(kind: str, keys: Callable[[], Iterable[str]]) -> None:
    """Say which keys of a kind should be in the ledger, read from the rows themselves: the other half of its proof."""
    known = EXPECTED.setdefault(kind, [])
    if keys not in known:
        known.append(keys)


def count(countable: Countable, *, at: datetime) -> None:
    """Have something counted, inside the transaction of what counts."""
    if not counted.send(Countable, countable=countable, at=at):
        raise Unheard(countable.key)


def take_back(key: str, *, at: datetime) -> None:
    """Have what was counted under a key taken back; nothing happens when nothing was."""
    if not uncounted.send(Countable, key=key, at=at):
        raise Unheard(key)


class _Canonical(DjangoJSONEncoder):
    """A moment is the same whatever clock it was written on."""

    def default(self, o: Any) -> Any:
        return super().default(o.astimezone(UTC) if isinstance(o, datetime) and o.tzinfo else o)


def fingerprint(record: dict[str, Any]) -> str:
    """SHA-256 over canonical JSON: sorted keys, no white space, moments as ISO 8601 in UTC."""
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), cls=_Canonical)
    return hashlib.sha256(canonical.encode()).hexdigest()
