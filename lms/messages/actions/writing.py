"""Writing a message."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction

from lms.kernel.letter_kinds import kind_of
from lms.messages import signals
from lms.messages.models import Message, OptOut
from lms.messages.quiet import allowed_from
from lms.messages.rendering import rendered
from lms.people.models import User, normalised_email

# Conditions in a text template leave empty lines behind.
BLANK_LINES = re.compile(r"\n\s*\n")


def write_message(
    kind: str, *, email: str, language: str, context: dict[str, Any], at: datetime, **envelope: Any
) -> Message:
    """Put one message in the outbox, rendered now in the reader's language; the mail goes out after commit.

    Templates: ``email/<kind>_subject.txt``, ``email/<kind>.txt``, ``email/<kind>.html``; the words may be the programme
    office's own.
    """
    said = rendered(kind, email=email, language=language, context=context)
    return post_message(kind, email=email, language=language, at=at, **vars(said), **envelope)


@transaction.atomic
def post_message(
    kind: str,
    *,
    email: str,
    language: str,
    subject: str,
    text: str,
    html: str,
    at: datetime,
    recipient: User | None = None,
    calendar: str = "",
    calendar_method: str = "",
    about: models.Model | None = None,
    is_urgent: bool = False,
) -> Message:
    """Put a message whose words are there already in the outbox; the mail goes out after commit.

    What the reader does not want is written too, and not sent: nobody has to ask why it never came.
    """
    declared = kind_of(kind)
    may_wait = declared.may_wait and not is_urgent
    topic = declared.topic
    unwanted = topic is not None and OptOut.objects.filter(email=normalised_email(email), topic=topic.name).exists()
    message = Message.objects.create(
        kind=kind,
        recipient=recipient,
        email=email,
        language=language,
        subject=subject,
        text=BLANK_LINES.sub("\n\n", text).strip() + "\n",
        html=html,
        calendar=calendar,
        calendar_method=calendar_method,
        about=f"{about._meta.label}:{about.pk}" if about else "",
        message_id=f"<{uuid.uuid4()}@{urlsplit(settings.LMS_BASE_URL).hostname}>",
        may_wait=may_wait,
        state=Message.State.SUPPRESSED if unwanted else Message.State.WAITING,
        created_at=at,
        try_at=allowed_from(at) if may_wait else at,
    )
    if not unwanted:
        signals.message_written.send(Message, message=message)
    return message
