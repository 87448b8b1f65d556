"""Print every state machine as a Mermaid diagram: ``manage.py states > docs/states.md``."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models

HEADING = """# States

Every model that has states, drawn from its own table. Written by `manage.py states`; a test fails when it is stale.
What an edition's state does not say (open, full, running, finished) follows from dates and counts: `courses/phases.py`.
"""


def stateful_models() -> list[type[models.Model]]:
    """All models with a table of transitions, by label."""
    return sorted(
        (model for model in apps.get_models() if hasattr(model, "TRANSITIONS")), key=lambda model: model._meta.label
    )


def diagrams() -> str:
    """One section per model."""
    sections = [HEADING]
    for model in stateful_models():
        lines = [f"\n## {model._meta.label}\n", "```mermaid", "stateDiagram-v2"]
        for state, targets in model.TRANSITIONS.items():  # type: ignore[attr-defined]
            lines += [f"    {state} --> {target}" for target in sorted(targets)] or [f"    {state} --> [*]"]
        sections.append("\n".join([*lines, "```\n"]))
    return "".join(sections)


class Command(BaseCommand):
    help = "Print the state machines as Mermaid diagrams."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(diagrams(), ending="")
