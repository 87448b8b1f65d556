"""Sending a message: claimed first, tried again with growing pauses, given up after a day."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F

from lms.kernel.letter_kinds import kind_of
from lms.kernel.states import TransitionRefused, move
from lms.messages.actions.addresses import forgive_address, mark_address
from lms.messages.mails import mail_of
from lms.messages.models import BouncedAddress, Message, OptOut
from lms.messages.policies import is_secret
from lms.messages.quiet import allowed_from
from lms.people.models import User, normalised_email

log = structlog.get_logger(__name__)

# After each failed try the next waits longer: with the first that makes six tries in a day.
BACK_OFF = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=4),
    timedelta(hours=20),
]

State = Message.State


def send_message(message: Message, *, at: datetime) -> Message:
    """Hand one waiting message to the mail server; on failure plan the next try, after the last one give up.

    The try is claimed before sending (the next try moved ahead), so two workers never send the same mail at once; a
    worker killed in between leads to a later second try, never to a lost message. Was the mail gone already, then the
    second one has the same Message-ID, by which mail servers and programs know it for the same.
    """
    if message.state != State.WAITING or _is_stopped(message, at=at) or _is_too_early(message, at=at):
        return message
    claimed = Message.objects.filter(pk=message.pk, state=State.WAITING, try_at=message.try_at).update(
        tries=F("tries") + 1, try_at=at + BACK_OFF[min(message.tries, len(BACK_OFF) - 1)]
    )
    if not claimed:
        message.refresh_from_db()
        return message
    message.refresh_from_db()
    try:
        mail_of(message).send()
    # ValueError: headers that cannot be written. It must not come back each day for ever.
    except (smtplib.SMTPException, OSError, ValueError) as trouble:
        return _not_sent(message, trouble, at=at)
    return _move(message, State.SENT, "message.sent", at=at, sent_at=at, error="")


def _is_stopped(message: Message, *, at: datetime) -> bool:
    """What the reader stopped after it was written, or what would go to an address that does not work."""
    email, topic = normalised_email(message.email), kind_of(message.kind).topic
    if topic is not None and OptOut.objects.filter(email=email, topic=topic.name).exists():
        _move(message, State.SUPPRESSED, "message.suppressed", at=at)
        return True
    # Whoever asks for a code looks at the mailbox now, and knows best whether it works.
    if not is_secret(message) and BouncedAddress.objects.filter(email=email).exists():
        _move(message, State.HELD, "message.held", at=at)
        return True
    return False


def _is_too_early(message: Message, *, at: datetime) -> bool:
    """A late try, or a bell that rang at once, keeps to the quiet hours as well."""
    if not message.may_wait or (opens := allowed_from(at)) == at:
        return False
    Message.objects.filter(pk=message.pk, state=State.WAITING, try_at=message.try_at).update(try_at=opens)
    message.refresh_from_db()
    return True


def _not_sent(message: Message, trouble: Exception, *, at: datetime) -> Message:
    Message.objects.filter(pk=message.pk).update(error=f"{type(trouble).__name__}: {trouble}"[:250])
    log.warning("message_not_sent", message=message.pk, tries=message.tries, error=type(trouble).__name__)
    if status := _no_such_address(trouble):
        with transaction.atomic():
            mark_address(message, status, at=at)
            return _move(message, State.FAILED, "message.failed", at=at)
    if message.tries > len(BACK_OFF):
        return _move(message, State.FAILED, "message.failed", at=at)
    return message


def _no_such_address(trouble: Exception) -> str:
    """What the server said, when it said that this address does not exist (RFC 3463: 5.1.x); else nothing."""
    if not isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return ""
    for code, said in trouble.recipients.values():
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        if 500 <= code < 600 and words.startswith("5.1."):
            return f"{code} {words}"
    return ""


def _move(message: Message, to: str, verb: str, *, at: datetime, **changes: Any) -> Message:
    try:
        return move(message, to=to, allowed=Message.TRANSITIONS, by=None, verb=verb, at=at, **changes)
    except TransitionRefused:  # another worker was first
        message.refresh_from_db()
        return message


@transaction.atomic
def retry_message(message: Message, *, by: User | None, at: datetime) -> Message:
    """Try a message again from the start that was given up, came back, or was held. Whoever does so says that the
    address works again.
    """
    was_held = message.state == State.HELD
    forgive_address(message.email, by=by, at=at)
    if was_held:  # it waits again, with all others to this address
        message.refresh_from_db()
        return message
    return move(
        message,
        to=State.WAITING,
        allowed=Message.TRANSITIONS,
        by=by,
        verb="message.retried",
        at=at,
        tries=0,
        try_at=at,
        sent_at=None,
    )
