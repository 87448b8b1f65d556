"""Fill an empty platform with demo content."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.demo.building import InUse, build


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # a second run ends at once
    help = "Builds the demo content through the actions; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=1, help="so many times the learners and editions")
        parser.add_argument("--today", type=date.fromisoformat, help="the day around which it is built, YYYY-MM-DD")

    def handle(self, *, scale: int, today: date | None, **_options: Any) -> None:
        if scale < 1:
            raise CommandError("--scale must be 1 or more.")
        try:
            built = build(today=today or timezone.localdate(), scale=scale, say=self._say)
        except InUse:
            raise CommandError("There are courses here already, and they are not the demo's.") from None
        self._say("The demo content is complete." if built else "The demo content is there.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
