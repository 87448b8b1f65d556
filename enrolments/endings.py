"""How a place was come by or lost, in words for its learner: by whom, and whether another date took its place.

Read from the events, which alone know who did something. A letter and a page that tell of it ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.people.models import Membership, Role


@dataclass(frozen=True)
class Ending:
    """``by`` is the company or the provider that ended it; empty where the learner did so themselves."""

    by: str = ""
    moved_to: str = ""  # the edition in which there is a place, or an offer of one, instead
    is_lapse: bool = False  # a group that waited as a whole was not placed by its day, and the edition goes on


@dataclass(frozen=True)
class Origin:
    """The date that a place took the place of; ``by`` as above."""

    starts_at: datetime | None
    by: str


def ending_of(enrolment: Enrolment) -> Ending:
    ended = Event.objects.about(enrolment).filter(verb__in=("enrolment.withdrawn", "enrolment.lapsed"))
    event = ended.select_related("by").last()
    if event is None:
        return Ending()
    if event.verb == "enrolment.lapsed":
        return Ending(is_lapse=True)
    return Ending(by=_by_other(event, enrolment), moved_to=event.data.get("moved_to", ""))


def origin_of(enrolment: Enrolment) -> Origin | None:
    """None for a place that was not moved here."""
    came = Event.objects.about(enrolment).filter(verb__in=("enrolment.confirmed", "enrolment.waitlisted"))
    event = came.select_related("by").first()
    was = event.data.get("from") if event else None
    if event is None or not isinstance(was, int):  # else the state it came from
        return None
    earlier = Enrolment.objects.filter(pk=was).select_related("edition").first()
    return Origin(earlier.edition.starts_at if earlier else None, _by_other(event, enrolment))


def _by_other(event: Event, enrolment: Enrolment) -> str:
    group = enrolment.group
    company = group.employer if group else enrolment.employer
    if event.by is None:  # a company's own system, or an undone list; without a group the learner's data went
        return group.employer.name if group else ""
    if event.by_id == enrolment.learner_id:
        return ""
    by_hr = (
        company is not None and Membership.objects.filter(organisation=company, user=event.by, role=Role.HR).exists()
    )
    return company.name if company and by_hr else enrolment.edition.provider.name
