"""What two accounts, or two employers, that become one both have of ours."""

from __future__ import annotations

from django.utils.translation import gettext as _

from enrolments.models import Enrolment, Grant, GroupEnrolment
from lms.kernel import merging
from lms.kernel.merging import Clash, Journal
from lms.people.models import Organisation, User


def _one_seat_is_enough(enrolment: Enrolment, kept: User, journal: Journal) -> None:
    """Both are enrolled in one edition. Which one goes is for people to say: a seat is freed, or hours are kept."""
    raise Clash(
        _("Both are enrolled in %(course)s (%(edition)s). Withdraw one of the two first.")
        % {"course": enrolment.edition.course, "edition": enrolment.edition.code}
    )


def _both_lists(group: GroupEnrolment, kept: Organisation, journal: Journal) -> None:
    """Both sent the same list for one edition: both stand, each under a key of its own."""
    journal.change(group, key=f"{group.pk} {group.key}"[:100], employer_id=kept.pk)


def _shared_once(grant: Grant, kept: Organisation, journal: Journal) -> None:
    """Shared with both: one switch is enough for the learner, and it turns everything off."""
    journal.change(grant, revoked_at=journal.at)


def register() -> None:
    merging.on_clash("enrolments.GroupEnrolment", "employer", _both_lists)
    merging.on_clash("enrolments.Grant", "organisation", _shared_once)
    merging.on_clash("enrolments.CalendarSubscription", "learner", merging.leave)  # a closed account shows none
    merging.on_clash("enrolments.Enrolment", "learner", _one_seat_is_enough)
