"""What two accounts that become one both have of ours."""

from __future__ import annotations

from django.utils.translation import gettext as _

from enrolments.models import Enrolment
from lms.kernel import merging
from lms.kernel.merging import Clash, Journal
from lms.people.models import User


def _one_seat_is_enough(enrolment: Enrolment, kept: User, journal: Journal) -> None:
    """Both are enrolled in one edition. Which one goes is for people to say: a seat is freed, or hours are kept."""
    raise Clash(
        _("Both are enrolled in %(course)s (%(edition)s). Withdraw one of the two first.")
        % {"course": enrolment.edition.course, "edition": enrolment.edition.code}
    )


def register() -> None:
    merging.on_clash("enrolments.Enrolment", "learner", _one_seat_is_enough)
