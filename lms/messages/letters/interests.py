"""About waiting for a date of a course."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from courses.models import Edition, Interest, InterestRequest
from lms.kernel import formats
from lms.kernel.post import Letter
from lms.messages.letters.parts import about_edition, absolute, facts_of


def interest_code(request: InterestRequest, code: str) -> dict[str, Any]:
    """Six digits that prove the address of who waits for a date, and the way back to the page."""
    with translation.override(request.language):
        context = {
            "course": request.course.title,
            "kicker": request.course.code,
            "greeting_name": request.answers["name"].get("given_name", ""),
            "code": code,
            "facts": [],
            "action_url": absolute("cms:interest_code", request.token),
            "action_label": _("Fill in the code"),
        }
    return vars(Letter("interest_code", request.email, request.language, context, about=request))


def interest_registered(interest: Interest) -> dict[str, Any]:
    """What we noted, for how long we keep it, and how to stop."""
    with translation.override(interest.language):
        group = [(_("Company"), interest.organisation_name), (_("People"), str(interest.persons))]
        context = {
            **_to_who_waits(interest),
            "facts": [
                *(group if interest.persons > 1 else []),
                (_("What suits you"), "; ".join(interest.preferences) or _("Any date")),
                (_("We keep this until"), formats.plain_date(interest.asked_at + Interest.KEPT)),
            ],
            "action_url": absolute("cms:course", interest.course.code),
            "action_label": _("Look at the course"),
        }
    return vars(Letter("interest_registered", interest.user.email, interest.language, context, interest.user, interest))


def edition_opened(interest: Interest, edition: Edition) -> dict[str, Any]:
    """An edition takes enrolments: when and where, the way in, and how to stop."""
    with translation.override(interest.language):
        context = {
            **about_edition(edition),
            **_to_who_waits(interest),
            "kicker": f"{edition.code} · {edition.provider.name}",
            "is_group": interest.persons > 1,
            "facts": [
                *facts_of(edition),
                (_("Language"), str(edition.get_language_display()).capitalize()),
                (_("Enrol before"), formats.long_date(edition.enrolment_closes_at)),
            ],
            "action_url": absolute("enrolments:enrol", edition.code),
            "action_label": _("Enrol"),
        }
    return vars(Letter("edition_opened", interest.user.email, interest.language, context, interest.user, interest))


def _to_who_waits(interest: Interest) -> dict[str, Any]:
    return {
        "course": interest.course.title,
        "kicker": interest.course.code,
        "greeting_name": interest.user.given_name,
        "second_url": absolute("cms:interest_withdraw", interest.uuid),
        "second_label": _("I am no longer interested"),
    }
