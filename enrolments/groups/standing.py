"""How the enrolments of a list stand now, where that is no longer what its run made of them.

In the words of the employer's other pages, and only of what the employer may know of: a row without an enrolment of the
group says nothing, and so does one of who no longer worked there when it changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from enrolments.employers import Seen, seen_by
from enrolments.models import GroupEnrolment, GroupRow

Outcome = GroupRow.Outcome


def news_of(group: GroupEnrolment, rows: Collection[GroupRow], *, at: datetime) -> dict[int, Seen]:
    """By row, where there is any; one question for all."""
    of_group = seen_by(group.employer, at).filter(group=group).order_by()
    seen = dict(of_group.values_list("pk", "seen"))
    return {row.pk: Seen(seen[row.enrolment_id]) for row in rows if _is_news(row, seen.get(row.enrolment_id))}


def _is_news(row: GroupRow, stands: str | None) -> bool:
    if row.outcome in (Outcome.WAITLISTED, Outcome.REQUESTED):
        return stands not in (None, Seen.WAITING)
    return row.outcome == Outcome.PLACED and stands in (Seen.WAITING, Seen.OFF)
