"""What is written down about an address: it does not work, it works again, it wants less mail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused, move
from lms.messages.models import BouncedAddress, Message, OptOut
from lms.people.models import User, normalised_email

State = Message.State


def mark_address(message: Message, status: str, *, at: datetime) -> BouncedAddress:
    """Mail to this address is held from now on. Marked already: nothing changes."""
    marked, is_new = BouncedAddress.objects.get_or_create(
        email=normalised_email(message.email), defaults={"status": status[:250], "message": message, "at": at}
    )
    if is_new:
        Event.record(marked, "address.marked", by=None, at=at)
    return marked


@transaction.atomic
def note_bounce(message: Message, status: str, *, at: datetime) -> bool:
    """A mail that was sent came back for good. Answers whether that was news: the same report twice is one bounce."""
    try:
        move(
            message,
            to=State.BOUNCED,
            allowed=Message.TRANSITIONS,
            by=None,
            verb="message.bounced",
            at=at,
            error=status[:250],
        )
    except TransitionRefused:
        return False
    mark_address(message, status, at=at)
    return True


@transaction.atomic
def forgive_address(email: str, *, by: User | None, at: datetime) -> int:
    """Someone says that an address works (again): what was held for it goes out. Returns how many."""
    for marked in BouncedAddress.objects.filter(email=normalised_email(email)):
        Event.record(marked, "address.forgiven", by=by, at=at)
        marked.delete()
    held = Message.objects.filter(email__iexact=email, state=State.HELD)
    for message in held:
        move(
            message,
            to=State.WAITING,
            allowed=Message.TRANSITIONS,
            by=by,
            verb="message.retried",
            at=at,
            tries=0,
            try_at=at,
        )
    return len(held)


@transaction.atomic
def stop_topic(email: str, topic: str, *, at: datetime) -> None:
    """No more mail about this to this address, also not what waits already. Twice is once."""
    OptOut.objects.get_or_create(email=normalised_email(email), topic=topic, defaults={"at": at})


@transaction.atomic
def start_topic(email: str, topic: str) -> None:
    """Mail about this again. What was not sent meanwhile stays unsent."""
    OptOut.objects.filter(email=normalised_email(email), topic=topic).delete()
