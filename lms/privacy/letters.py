"""What we write to people about their own data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.kernel.formats import date_time, long_date
from lms.kernel.post import Letter
from lms.privacy.models import IdentityProof, PrivacyRequest


def proof(one: IdentityProof, code: str) -> Letter:
    """Six digits to show once more who you are."""
    with translation.override(one.language):
        context = _around(one.person.given_name) | {"code": code}
        return Letter("privacy_code", one.email, one.language, context, about=one)


def erasure_planned(request: PrivacyRequest) -> Letter:
    """That everything goes, from when, and how to take it back."""
    person = request.person
    if person is None or request.starts_at is None:  # never: it is asked by someone, for a moment
        raise ValueError(request)
    with translation.override(person.language):
        context = _around(person.given_name) | {
            "moment": date_time(request.starts_at),
            "action_url": f"{settings.LMS_BASE_URL}{reverse('privacy:mine')}",
            "action_label": _("Take it back"),
        }
        return Letter("privacy_planned", person.email, person.language, context, recipient=person, about=request)


def erased(request: PrivacyRequest, kept: list[dict[str, Any]]) -> Letter | None:
    """The last letter: it is done, what stayed, for which project and until when. To an address we then forget."""
    person = request.person
    if person is None or not person.email:
        return None
    with translation.override(person.language):
        context = _around(person.given_name) | {
            "projects": [
                {"name": one[f"name_{person.language}"], "until": one["until"] and long_date(one["until"])}
                for one in kept
            ],
            "certificates": request.certificates,
            "by_term": request.way == PrivacyRequest.Way.TERM,
        }
        return Letter("privacy_erased", person.email, person.language, context, about=request)


def _around(name: str) -> dict[str, Any]:
    return {"greeting_name": name, "kicker": _("Your own data"), "facts": []}
