"""The registry of personal data: each app's ``privacy.py`` declares every model it keeps, from here the rest is read.

A model that holds nothing about persons is declared too, with no fields: silence would not tell it from an oversight.
What is declared is also what happens: the same lines give the register, one's own data, erasing, and the terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from lms.people.models import User

# Whatever says why, on what ground and for how long may be a text to be translated: a learner reads it too.
Text = Any


@dataclass(frozen=True)
class Subject:
    """One person as rows know them: by account, or by one of their addresses where there is no account."""

    user: User
    emails: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hold:
    """Why rows of a person may not go yet: evidence of a running project. ``until`` None: not known yet."""

    code: str
    name_nl: str
    name_en: str
    until: date | None


@dataclass
class Erasure:
    """One person being erased: what an eraser may want to know."""

    subject: Subject
    at: datetime
    certificates: str  # what the person chose for them: see certificates.privacy
    holds: Sequence[Hold] = ()

    @property
    def is_held(self) -> bool:
        """Whether evidence of a running project still needs who it was."""
        return bool(self.holds)


Eraser = Callable[[models.QuerySet, Erasure], int]


def delete(rows: models.QuerySet, erasure: Erasure) -> int:
    """The rows themselves go."""
    return rows.delete()[0]


def blank(**values: Any) -> Eraser:
    """The rows stay, without these values."""

    def empty(rows: models.QuerySet, erasure: Erasure) -> int:
        return models.QuerySet.update(rows.order_by(), **values)

    return empty


def counted(rows: models.QuerySet, erasure: Erasure) -> int:
    """The rows stay as they are: what makes them someone's is the account, and that is emptied."""
    return 0


@dataclass(frozen=True)
class Term:
    """A rule that runs by itself: which rows have had their time at a moment, and what then happens to one of them."""

    name: str
    rule: Text
    rows: Callable[[datetime], models.QuerySet]
    act: Callable[[Any, datetime], Any]
    soon: bool = False  # within minutes, not at night


def remove(row: models.Model, at: datetime) -> None:
    """The usual end of a term. Append-only rows go too: this is the run that may."""
    type(row)._base_manager.filter(pk=row.pk).delete()


@dataclass(frozen=True)
class Declaration:
    """What one model keeps about persons, why, on which ground (GDPR art. 6) and for how long.

    ``owner``: lookups that lead to the account; ``address``: fields with an e-mail address; ``number``: fields with
    the person's own number. ``follows``: the model with
    whose rows these go, where they have no term of their own. ``elsewhere``: why nobody's rows can be found by account
    or address, and how they are erased then.
    """

    model: type[models.Model]
    personal: tuple[str, ...]
    purpose: Text
    ground: Text
    keep: Text
    owner: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    number: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    erase: Eraser | None = None
    follows: str = ""
    terms: tuple[Term, ...] = ()
    elsewhere: str = ""

    def rows_of(self, subject: Subject) -> models.QuerySet:
        """This person's rows."""
        mine = Q(pk__in=[])
        for lookup in self.owner:
            mine |= Q(**{lookup: subject.user.pk})
        for lookup in self.address:
            mine |= Q(**{f"{lookup}__in": list(subject.emails)})
        for lookup in self.number:
            mine |= Q(**{lookup: subject.user.uuid})
        rows = self.model._base_manager.filter(mine)
        return rows.distinct() if any("__" in lookup for lookup in self.owner) else rows

    def export(self, subject: Subject) -> Iterator[dict[str, Any]]:
        """This person's rows as dictionaries of all their columns, except what would open something."""
        shown = [one for one in self.model._meta.concrete_fields if one.name not in self.secret]
        related = [one.name for one in shown if isinstance(one, models.ForeignKey)]
        for row in self.rows_of(subject).select_related(*related).order_by("pk").iterator(chunk_size=200):
            yield {one.name: _plain(row, one) for one in shown}


def _plain(row: models.Model, column: models.Field) -> Any:
    """A column as JSON has it: a choice in words, a relation as what it is called."""
    if isinstance(column, models.ForeignKey):
        related = getattr(row, column.name)
        return None if related is None else str(related)
    value = getattr(row, column.attname)
    if isinstance(column, models.FileField):
        return str(value) or None
    if column.choices and value not in (None, ""):
        return str(getattr(row, f"get_{column.name}_display")())
    return value


REGISTER: dict[type[models.Model], Declaration] = {}

# Who knows of evidence that may not go yet: each answers the holds on one person.
_HOLDERS: list[Callable[[User, date], Sequence[Hold]]] = []
# What has to happen to rows of others when a person's number is replaced: told the old and the new one.
_RENUMBERED: list[Callable[[Any, Any], None]] = []


def declare(
    model: type[models.Model],
    *,
    personal: Sequence[str] = (),
    purpose: Text = "",
    ground: Text = "",
    keep: Text = "",
    owner: Sequence[str] = (),
    address: Sequence[str] = (),
    number: Sequence[str] = (),
    secret: Sequence[str] = (),
    erase: Eraser | None = None,
    follows: str = "",
    terms: Sequence[Term] = (),
    elsewhere: str = "",
) -> None:
    """Enter a model into the register; purpose, ground and term are required as soon as a field is personal."""
    if personal and not (purpose and ground and keep):
        raise ValueError(f"{model.__name__} keeps personal data without saying why, on what ground or how long.")
    unknown = {*personal, *secret, *(one.partition("__")[0] for one in address)} - {
        field.name for field in model._meta.get_fields()
    }
    if unknown:
        raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}.")
    REGISTER[model] = Declaration(
        model,
        tuple(personal),
        purpose,
        ground,
        keep,
        tuple(owner),
        tuple(address),
        tuple(number),
        tuple(secret),
        erase,
        follows,
        tuple(terms),
        elsewhere,
    )


def terms() -> list[Term]:
    """Every term that runs by itself: people first, since what is kept for their sake goes with them."""

    def place(one: Declaration) -> tuple[bool, str]:
        return one.model._meta.app_label != "people", one.model._meta.label

    return [term for one in sorted(REGISTER.values(), key=place) for term in one.terms]


def holds_rows(holder: Callable[[User, date], Sequence[Hold]]) -> Callable[[User, date], Sequence[Hold]]:
    """Enter who knows of evidence that may not go yet."""
    if holder not in _HOLDERS:
        _HOLDERS.append(holder)
    return holder


def holds_on(user: User, today: date) -> list[Hold]:
    """Every running project that needs this person's evidence, the longest last; an unknown end is the longest."""
    found: set[Hold] = {hold for holder in _HOLDERS for hold in holder(user, today)}
    return sorted(found, key=lambda hold: (hold.until is None, hold.until or date.max, hold.code))


def on_renumbering(listener: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Enter who keeps a person's number in rows of its own."""
    if listener not in _RENUMBERED:
        _RENUMBERED.append(listener)
    return listener


def renumber(old: Any, new: Any) -> None:
    """A person's number is replaced by a random one, everywhere alike: what is counted per person stays exact."""
    for listener in _RENUMBERED:
        listener(old, new)
