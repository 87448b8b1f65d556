"""What two employers that become one both have at the desk."""

from __future__ import annotations

from django.utils import timezone

from lms.desk.models import Member
from lms.kernel import merging
from lms.kernel.merging import Journal
from lms.people.models import Organisation


def _once_in_a_group(member: Member, kept: Organisation, journal: Journal) -> None:
    """Both are in one peer group to this day: the company is in it once, with the person of the one that stays."""
    journal.change(member, left_on=max(member.joined_on, timezone.localdate(journal.at)))


def register() -> None:
    merging.on_clash("desk.Member", "organisation", _once_in_a_group)
    # Both were at one meeting: that they came is proved by either.
    merging.on_clash("desk.Presence", "organisation", merging.leave)
