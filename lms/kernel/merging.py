"""Two rows that turn out to be one: everything that hangs on the one is moved to the other, and can be moved back.

What hangs on a row is asked of the models themselves, so that nothing can be forgotten: every foreign key, one-to-one
and many-to-many of the whole platform. An app says in its ``AppConfig.ready`` only what is different: what stays
because it tells who did something at the time (``stays``), and what to do with a row that cannot come along because
the other has its like already (``on_clash``). Without such a rule the merge is refused: a human has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _


class Clash(Exception):
    """This row cannot come along; the text tells the person who wants to merge what to do."""


@dataclass
class Journal:
    """What a merge did, in order: undone from the end to the beginning. Kept as plain data."""

    at: datetime
    steps: list[dict[str, Any]] = field(default_factory=list)

    def change(self, row: models.Model, **values: Any) -> None:
        """Set columns of one row, and keep what they were."""
        was = {name: getattr(row, name) for name in values}
        type(row)._base_manager.filter(pk=row.pk).update(**values)
        for name, value in values.items():
            setattr(row, name, value)
        self.steps.append({"do": "change", "model": row._meta.label, "pk": row.pk, "was": was})

    def make(self, row: models.Model) -> None:
        row.save(force_insert=True)
        self.steps.append({"do": "make", "model": row._meta.label, "pk": row.pk})

    def moved(self, model: type[models.Model]) -> list[Any]:
        """Keys of the rows of a model that came along."""
        return moved_in(self.steps, model)


Rule = Callable[[Any, Any, Journal], None]  # the row that cannot come along, the row that is kept, the journal

_STAYS: set[tuple[str, str]] = set()
_RULES: dict[tuple[str, str], Rule] = {}


def stays(label: str, *names: str) -> None:
    """These columns tell of a moment: who it was then is not rewritten."""
    _STAYS.update((label, name) for name in names)


def on_clash(label: str, name: str, rule: Rule) -> None:
    """What happens to a row that cannot come along. It stays where it is, unless the rule raises Clash."""
    _RULES[label, name] = rule


def leave(row: Any, kept: Any, journal: Journal) -> None:
    """The rule for rows of which one is enough."""


def links_to(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Every column of the platform that points at a row of this model and moves with it."""
    for one in apps.get_models(include_auto_created=True):
        if one._meta.proxy or not one._meta.managed:
            continue
        for column in one._meta.local_fields:
            is_link = isinstance(column, models.ForeignKey) and column.related_model is model and not column.primary_key
            if is_link and (one._meta.label, column.name) not in _STAYS:
                yield one, column.name


def move_all(gone: models.Model, kept: models.Model, journal: Journal) -> list[str]:
    """Move what hangs on ``gone`` to ``kept``; answers why some of it cannot, empty when all is well.

    What clashes is the database's to say: its constraints are the rule. The caller has opened a transaction, and rolls
    it back when there are reasons.
    """
    reasons: list[str] = []
    for model, name in links_to(type(gone)):
        pks = list(model._base_manager.filter(**{name: gone.pk}).order_by("pk").values_list("pk", flat=True))
        if not pks or _moved(model, name, pks, kept, journal):
            continue
        # Some clash: one by one, each in its own savepoint.
        for pk in pks:
            if not _moved(model, name, [pk], kept, journal):
                row = model._base_manager.get(pk=pk)
                try:
                    _rule_for(model, name)(row, kept, journal)
                except Clash as clash:
                    reasons.append(str(clash))
    return reasons


def _moved(model: type[models.Model], name: str, pks: list[Any], kept: models.Model, journal: Journal) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=pks).update(**{name: kept.pk})
    except IntegrityError:
        return False
    journal.steps.append({"do": "move", "model": model._meta.label, "field": name, "pks": pks})
    return True


def _rule_for(model: type[models.Model], name: str) -> Rule:
    if rule := _RULES.get((model._meta.label, name)):
        return rule
    return leave if model._meta.auto_created else _refuse


def _refuse(row: Any, kept: Any, journal: Journal) -> None:
    raise Clash(_("Both have the same %(kind)s: %(row)s.") % {"kind": row._meta.verbose_name, "row": row})


def put_back(steps: list[dict[str, Any]], *, gone: models.Model, kept: models.Model) -> None:
    """Undo a journal. What has meanwhile gone elsewhere, or is no longer there, is left alone."""
    for step in reversed(steps):
        model = apps.get_model(step["model"])
        rows = model._base_manager
        match step["do"]:
            case "move":
                rows.filter(pk__in=step["pks"], **{step["field"]: kept.pk}).update(**{step["field"]: gone.pk})
            case "change":
                was = {name: model._meta.get_field(name).to_python(value) for name, value in step["was"].items()}
                rows.filter(pk=step["pk"]).update(**was)
            case "make":
                rows.filter(pk=step["pk"]).delete()


def moved_in(steps: list[dict[str, Any]], model: type[models.Model]) -> list[Any]:
    """Keys of the rows of a model that a journal moved."""
    return [pk for step in steps if step["do"] == "move" and step["model"] == model._meta.label for pk in step["pks"]]
