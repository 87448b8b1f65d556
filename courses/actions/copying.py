"""A new edition made after an old one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from courses.actions.editions import PlannedSession, save_edition, schedule_sessions
from courses.copying import Terms
from courses.models import Edition
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import User


@transaction.atomic
def copy_edition(
    source: Edition,
    *,
    code: str,
    sessions: Sequence[PlannedSession],
    terms: Terms,
    trainers: Collection[User],
    by: User | None,
) -> Edition:
    """A draft with the plan of ``source`` on the dates given. Nobody's place and no funding comes along."""
    require(by, "edit", source)
    copied = (
        "course", "provider", "language", "mode", "location", "capacity", "minimum", "needs_approval", "needs_intake",
    )  # fmt: skip
    edition = Edition(code=code, **{name: getattr(source, name) for name in copied}, **vars(terms))
    save_edition(edition, by=by)
    edition.trainers.set(trainers)
    schedule_sessions(edition, sessions, by=by)
    Event.record(edition, "edition.copied", by=by, data={"from": source.pk})
    return edition
