"""About a page of the site that waits for approval."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page

from lms.kernel.post import Letter
from lms.people.models import User


def _about_page(kind: str, page: Page, reader: User, **context: Any) -> dict[str, Any]:
    """To someone of the back office, in the language of their account."""
    with translation.override(reader.language):
        told = {
            "greeting_name": reader.given_name,
            "kicker": page.page_type_display_name,
            "page": page.get_latest_revision_as_object().title,
            "facts": [],
            "action_url": settings.LMS_BASE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk]),
            "action_label": _("Open the page"),
            **context,
        }
    return vars(Letter(kind, reader.email, reader.language, told, reader, page))


def page_submitted(page: Page, reader: User, *, by: User | None) -> dict[str, Any]:
    """A page waits for approval: whose, and where to look at it."""
    return _about_page("page_submitted", page, reader, who=str(by) if by else "")


def page_approved(page: Page, reader: User, *, note: str) -> dict[str, Any]:
    """What someone sent in is on the site."""
    with translation.override(reader.language):
        label = _("See it on the site")
    second = {"second_url": page.full_url, "second_label": label} if page.live and page.full_url else {}
    return _about_page("page_approved", page, reader, note=note, **second)


def page_sent_back(page: Page, reader: User, *, note: str) -> dict[str, Any]:
    """What someone sent in is to be changed first; the note says what."""
    return _about_page("page_sent_back", page, reader, note=note)
