"""Doorbells of the outbox."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lms.messages import actions
from lms.messages.models import EditionChange, Message


@shared_task
def send_message(message_id: int) -> None:
    """Send one message if it still waits; a message that is gone (its owner erased) is no error."""
    if message := Message.objects.filter(pk=message_id).first():
        actions.send_message(message, at=timezone.now())


@shared_task
def send_waiting_messages() -> int:
    """Send what is due: rings lost with the broker, and tries planned after a failure. Each minute."""
    now = timezone.now()
    due = list(Message.objects.due(now)[:500])
    for message in due:
        actions.send_message(message, at=now)
    return len(due)


@shared_task
def tell_changes() -> int:
    """Tell learners of changes that have settled. Each minute."""
    now = timezone.now()
    return sum(actions.tell_change(change, at=now) for change in EditionChange.objects.filter(due_at__lte=now))


@shared_task
def send_reminders() -> int:
    """Remind of what begins in a week, or now. Each quarter of an hour by day: each reminder goes once."""
    return actions.remind(at=timezone.now())
