"""What two accounts that become one both have of ours."""

from __future__ import annotations

from courses.models import Interest
from lms.kernel import merging
from lms.kernel.merging import Journal
from lms.kernel.models import Event
from lms.people.models import User


def _one_wish_is_enough(interest: Interest, kept: User, journal: Journal) -> None:
    """Both wait for the same course: the wish of the account that stays holds, and nobody is told twice."""
    if interest.ended_at is None:
        journal.change(interest, state=Interest.State.LAPSED, ended_at=journal.at)
        Event.record(interest, "interest.lapsed", by=None, at=journal.at, data={"to": Interest.State.LAPSED})


def register() -> None:
    merging.on_clash("courses.Interest", "user", _one_wish_is_enough)
    merging.on_clash("courses.TrainerLine", "user", merging.leave)
