"""The terms by hand: ``manage.py privacy terms --preview`` counts, ``manage.py privacy terms`` does it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.privacy.running import preview, run_terms


class Command(BaseCommand):
    help = "Runs the terms of personal data, or counts what they would take."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["terms"])
        parser.add_argument("--preview", action="store_true", help="Count only, change nothing.")

    def handle(self, **options: Any) -> None:
        if options["preview"]:
            self._count()
            return
        run = run_terms(timezone.now())
        for one in run.results:
            if one["done"] or one["failed"]:
                self.stdout.write(f"{one['term']}: {one['done']} gone, {len(one['failed'])} failed")
        self.stdout.write(f"{run.done} rows gone.")
        if run.failed:
            raise CommandError(f"{run.failed} rows failed; the run names them.")

    def _count(self) -> None:
        for one in preview(timezone.now()):
            self.stdout.write(f"{one.term.name}: {one.now} now, {one.within_a_month} within a month. {one.term.rule}")
