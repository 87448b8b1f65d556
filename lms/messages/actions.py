"""Writing a message and sending it."""

from __future__ import annotations

import re
import smtplib
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import models, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from lms.kernel.states import TransitionRefused, move
from lms.messages import signals
from lms.messages.models import Message
from lms.people.models import User

log = structlog.get_logger(__name__)

# After each failed try the next waits longer: with the first that makes six tries in a day.
BACK_OFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=4),
    timedelta(hours=20),
]

# Conditions in a text template leave empty lines behind.
BLANK_LINES = re.compile(r"\n\s*\n")


def write_message(
    kind: str,
    *,
    email: str,
    language: str,
    context: dict[str, Any],
    at: datetime,
    recipient: User | None = None,
    calendar: str = "",
    calendar_method: str = "",
    about: models.Model | None = None,
) -> Message:
    """Put one message in the outbox, rendered now in the reader's language; the mail goes out after commit.

    Templates: ``email/<kind>_subject.txt``, ``email/<kind>.txt``, ``email/<kind>.html``.
    """
    with translation.override(language):
        words = {**context, "language": language}
        subject = " ".join(render_to_string(f"email/{kind}_subject.txt", words).split())
        text = render_to_string(f"email/{kind}.txt", words)
        html = render_to_string(f"email/{kind}.html", {**words, "subject": subject})
    return post_message(
        kind,
        email=email,
        language=language,
        subject=subject,
        text=text,
        html=html,
        at=at,
        recipient=recipient,
        calendar=calendar,
        calendar_method=calendar_method,
        about=about,
    )


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
) -> Message:
    """Put a message whose words are there already in the outbox; the mail goes out after commit."""
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
        created_at=at,
        try_at=at,
    )
    signals.message_written.send(Message, message=message)
    return message


def send_message(message: Message, *, at: datetime) -> Message:
    """Hand one waiting message to the mail server; on failure plan the next try, after the last one give up.

    The try is claimed before sending (the next try moved ahead), so two workers never send the same mail at once; a
    worker killed in between leads to a later second try, never to a lost message.
    """
    claimed = Message.objects.filter(pk=message.pk, state=Message.State.WAITING, try_at=message.try_at).update(
        tries=F("tries") + 1, try_at=at + BACK_OFF[min(message.tries, len(BACK_OFF) - 1)]
    )
    if not claimed:
        return message
    message.refresh_from_db()
    mail = EmailMultiAlternatives(message.subject, message.text, to=[message.email], connection=get_connection())
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    if message.calendar:
        mail.attach("invite.ics", message.calendar, f"text/calendar; method={message.calendar_method}")
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as trouble:
        Message.objects.filter(pk=message.pk).update(error=f"{type(trouble).__name__}: {trouble}"[:250])
        log.warning("message_not_sent", message=message.pk, tries=message.tries, error=type(trouble).__name__)
        if message.tries > len(BACK_OFF):
            move(message, to=Message.State.FAILED, allowed=Message.TRANSITIONS, by=None, verb="message.failed", at=at)
        return message
    try:
        move(
            message,
            to=Message.State.SENT,
            allowed=Message.TRANSITIONS,
            by=None,
            verb="message.sent",
            at=at,
            sent_at=at,
            error="",
        )
    except TransitionRefused:
        message.refresh_from_db()
    return message


def retry_message(message: Message, *, by: User | None, at: datetime) -> Message:
    """Try a failed message again from the start."""
    return move(
        message,
        to=Message.State.WAITING,
        allowed=Message.TRANSITIONS,
        by=by,
        verb="message.retried",
        at=at,
        tries=0,
        try_at=at,
    )
