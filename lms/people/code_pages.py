"""What every page does that mails six digits and asks for them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lms.people.actions import CodeNotSent


def mail_new_code(request: HttpRequest, *, action: str, email: str, send: Callable[[], Any]) -> HttpResponse | None:
    """Mail new digits and say so, or say why not; what ``send`` raises besides CodeNotSent is the caller's.

    An answer only to who asks too often, by the limit of ``action``.
    """
    if not ratelimit.consume(request, action=action, key=email):
        return ratelimit.respond_429(request)
    try:
        send()
    except CodeNotSent as not_sent:
        if not_sent.again_at is None:
            messages.error(
                request, _("We have mailed you five codes. Check the e-mail address, and fill in the form again.")
            )
        else:
            messages.warning(request, _("We have just mailed you a code. Wait a minute before you ask for another."))
    else:
        messages.success(request, _("We have mailed you a new code. The earlier one no longer works."))
    return None
