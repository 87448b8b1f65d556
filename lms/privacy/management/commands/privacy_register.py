"""Write the register of personal data from the declarations: ``manage.py privacy_register > docs/privacy.md``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import models
from django.utils.translation import override

from lms.kernel.privacy import REGISTER

HEADING = """# Personal data

What the platform keeps about persons, why, on which ground and for how long. Written by
`manage.py privacy_register` from each app's `privacy.py`; a test fails when it is stale or a model is missing.
There is no field for a BSN anywhere, and input that looks like one is refused.

| What | Fields | Why | Ground | Kept |
| --- | --- | --- | --- | --- |
"""


NOTHING = "Nothing about persons, besides the libraries' tables for pages, searching and scheduling"


def register_as_markdown() -> str:
    """The table, personal data only, followed by the models that hold none."""
    with override("en"):
        return _table()


def _table() -> str:
    declared = sorted(REGISTER.values(), key=lambda one: one.model._meta.label)
    rows = [
        f"| {one.model._meta.label} | {', '.join(one.personal)} | {one.purpose} | {one.ground} | {one.keep} |"
        for one in declared
        if one.personal
    ]
    nothing = ", ".join(one.model._meta.label for one in declared if not one.personal and _is_ours(one.model))
    return HEADING + "\n".join(rows) + f"\n\n{NOTHING}: {nothing}.\n"


def _is_ours(model: type[models.Model]) -> bool:
    """Which tables a library has differs per database; ours are the same everywhere."""
    return model.__module__.split(".")[0] in {"lms", "courses", "enrolments", "certificates", "cms"}


class Command(BaseCommand):
    help = "Print the register of personal data as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(register_as_markdown(), ending="")
