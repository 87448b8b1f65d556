"""Who may read what of a message."""

from __future__ import annotations

from lms.messages.models import Message


def is_secret(message: Message) -> bool:
    """Whether it carries a code that lets its reader in: allauth's mails, and the digits that confirm an enrolment.

    The programme office runs the platform for others; it may not sign in as them.
    """
    return message.kind.startswith("account_") or message.kind.endswith("_code")
