"""What trainers say of themselves."""

from __future__ import annotations

from django.db import transaction

from courses.models import TrainerLine
from lms.kernel.models import Event
from lms.people.models import User


@transaction.atomic
def save_trainer_line(line: TrainerLine, *, by: User) -> TrainerLine:
    """Keep a trainer's own words and whether they are shown; nobody else writes them."""
    line.user = by
    line.save()
    Event.record(line, "trainer_line.revised", by=by, data={"is_shown": line.is_shown})
    return line
