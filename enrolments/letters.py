"""Letters that the office has written to learners: what was decided about their place, and what it tells them.

Handed to the outbox through the kernel, since the outbox stands above this app. The words stand in
``templates/email/<kind>…``; those of an announcement are the coordinator's own.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from courses.models import Edition
from enrolments.models import AnnouncementRecipient, Enrolment
from enrolments.offers import token_for
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.kernel.post import Letter


def absolute(name: str, *args: Any) -> str:
    """The whole address of a page in the active language."""
    return settings.LMS_BASE_URL + reverse(name, args=args)


def _about(edition: Edition) -> dict[str, Any]:
    facts = []
    if edition.starts_at and edition.ends_at:
        facts.append((_("When"), formats.date_range(edition.starts_at, edition.ends_at)))
    if edition.location:
        facts.append((_("Where"), f"{edition.location.name}, {edition.location.address}"))
    return {
        "course": edition.course.title,
        "kicker": f"{edition.code} · {edition.provider.name}",
        "provider": edition.provider.name,
        "funding": in_language(edition, "funding_notice"),
        "emblem": edition.funding_emblem,
        "facts": facts,
    }


def _to_learner(kind: str, enrolment: Enrolment, **said: Any) -> Letter:
    """In the active language, which is the learner's."""
    learner = enrolment.learner
    context = {
        **_about(enrolment.edition),
        "greeting_name": learner.given_name,
        "action_url": absolute("enrolments:enrolment", enrolment.code),
        "action_label": _("See your enrolment"),
        **said,
    }
    return Letter(kind, learner.email, enrolment.language, context, recipient=learner, about=enrolment)


def offer_extended(enrolment: Enrolment) -> Letter:
    """There is more time to answer."""
    with translation.override(enrolment.language):
        return _to_learner("offer_extended", enrolment, **_answers(enrolment), **_deadline(enrolment))


def offer_taken_back(enrolment: Enrolment) -> Letter:
    """The place that was offered is no longer there; the place in the queue is the old one."""
    with translation.override(enrolment.language):
        place = Enrolment.objects.with_place().get(pk=enrolment.pk).place
        return _to_learner("offer_taken_back", enrolment, place=place)


def place_kept(enrolment: Enrolment, instead_of: Edition) -> Letter:
    """An edition was cancelled, and a place in another one is kept."""
    with translation.override(enrolment.language):
        return _to_learner(
            "place_kept",
            enrolment,
            cancelled_on=formats.plain_date(instead_of.starts_at) if instead_of.starts_at else "",
            **_answers(enrolment),
            **_deadline(enrolment),
        )


def _answers(enrolment: Enrolment) -> dict[str, str]:
    """Each link opens a page with one button, without signing in; it answers nothing itself."""
    return {
        "action_url": absolute("enrolments:offer", token_for(enrolment, "accept")),
        "action_label": _("Take the place"),
        "second_url": absolute("enrolments:offer", token_for(enrolment, "decline")),
        "second_label": _("Leave it to someone else"),
    }


def _deadline(enrolment: Enrolment) -> dict[str, str]:
    until = enrolment.offer_expires_at
    assert until is not None  # noqa: S101  a constraint of the table says that an offer has one
    return {
        "deadline": f"{formats.long_date(until)} {formats.clock_time(until)}",
        "deadline_short": formats.short_date(until),
    }


def announcement(recipient: AnnouncementRecipient, subject: str, text: str) -> Letter:
    """What a coordinator wrote, with the words for this person filled in."""
    enrolment = recipient.enrolment
    with translation.override(recipient.language):
        said = {**_about(enrolment.edition), "facts": []}
        context = {
            **said,
            "greeting_name": enrolment.learner.given_name,
            "said_subject": subject,
            "said": text,
            "action_url": absolute("enrolments:enrolment", enrolment.code),
            "action_label": _("See your enrolment"),
        }
    return Letter(
        "announcement", enrolment.learner.email, recipient.language, context, enrolment.learner, about=recipient
    )
