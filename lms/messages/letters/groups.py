"""About a group that a company enrolled: to who sent the list, and to those whom it concerns."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enrolments.models import Enrolment, GroupEnrolment
from lms.kernel.post import Letter
from lms.messages.letters.parts import about_edition, absolute, facts_of
from lms.people.models import User


def group_placed(group: GroupEnrolment, reader: User) -> dict[str, Any]:
    """Everyone of a group that waited as a whole has a place now."""
    with translation.override(reader.language):
        return _to_sender(
            group,
            reader,
            heading=_("Your whole group has a place"),
            intro=_("All places came free together. Everyone got a letter; nobody has to do anything."),
        )


def group_not_placed(group: GroupEnrolment, reader: User) -> dict[str, Any]:
    """It waited until its day."""
    with translation.override(reader.language):
        return _to_sender(
            group,
            reader,
            heading=_("There was no place for your whole group"),
            intro=_("You wanted everyone or nobody, and not enough places came free in time. Nobody is enrolled."),
        )


def group_seats_given_back(group: GroupEnrolment, reader: User, seats: int) -> dict[str, Any]:
    """Places without a name, after the last day for names."""
    with translation.override(reader.language):
        intro = ngettext(
            "%(seats)s place had no name on the last day for it, and went to others.",
            "%(seats)s places had no name on the last day for it, and went to others.",
            seats,
        ) % {"seats": seats}
        return _to_sender(group, reader, heading=_("Places without a name were given back"), intro=intro)


def colleague_not_placed(enrolment: Enrolment) -> dict[str, Any]:
    """To someone of a group that was not placed."""
    with translation.override(enrolment.language):
        words = {
            "heading": _("You no longer wait for a place"),
            "intro": _("Your company wanted places for the whole group. Not enough came free in time."),
            "greeting_name": enrolment.learner.given_name,
        }
        context = {**about_edition(enrolment.edition), **words, "facts": facts_of(enrolment.edition)}
    return vars(
        Letter("group_news", enrolment.learner.email, enrolment.language, context, enrolment.learner, enrolment)
    )


def _to_sender(group: GroupEnrolment, reader: User, *, heading: str, intro: str) -> dict[str, Any]:
    context = {
        **about_edition(group.edition),
        "greeting_name": reader.given_name,
        "heading": heading,
        "intro": intro,
        "facts": [(_("Company"), group.employer.name), *facts_of(group.edition)],
        "action_url": absolute("enrolments:group", group.uuid),
        "action_label": _("See your group"),
    }
    return vars(Letter("group_news", reader.email, reader.language, context, reader, group))
