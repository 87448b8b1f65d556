"""What the outbox shows in rooms of other apps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from lms.kernel.panels import Panel
from lms.messages.models import Message

SHOWN = 10
# Codes are for the page that asked for them, and worth nothing afterwards.
CODES = ("account_", "enrolment_code", "interest_code", "privacy_code")


def messages_to_me(request: HttpRequest) -> dict[str, Any] | None:
    """The last messages to whoever is signed in; nothing when there were none."""
    mine = Message.objects.filter(recipient=request.user.pk)
    for kind in CODES:
        mine = mine.exclude(kind__startswith=kind)
    sent = list(mine[:SHOWN])
    return {"messages_sent": sent} if sent else None


MESSAGES = Panel("my", 90, "messages/panel.html", messages_to_me)
