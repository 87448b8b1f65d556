"""Reading reports of mail that came back (delivery status notifications, RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import cast

from lms.messages import models
from lms.people.models import normalised_email

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Bounce:
    """What a report says about one recipient of one of our mails."""

    message_id: str
    email: str
    status: str  # RFC 3463: 5.1.1
    said: str

    @property
    def is_final(self) -> bool:
        """Not full, not away: it will never arrive."""
        return self.status.startswith("5.")


def bounces_in(raw: bytes) -> Iterator[Bounce]:
    """The failures that a mail reports; none when it is no such report. What is broken in it is left out."""
    mail = cast(EmailMessage, message_from_bytes(raw, policy=policy.compat32))
    if mail.get_content_type() != "multipart/report":
        return
    message_id = ""
    blocks: list[Message] = []
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status" and isinstance(part.get_payload(), list):
            blocks += cast("list[Message]", part.get_payload())
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers") and not message_id:
            found = _MESSAGE_ID.search(part.as_bytes())
            message_id = found[1].decode("ascii", "replace") if found else ""
    for block in blocks:
        if message_id and isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            recipient = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
            said = str(block.get("Diagnostic-Code", "")).partition(";")[2]
            yield Bounce(
                message_id,
                normalised_email(recipient.partition(";")[2]),
                str(block.get("Status", "")).split(" ")[0].strip(),
                " ".join(said.split()),
            )


def message_of(bounce: Bounce) -> models.Message | None:
    """Ours, when both the Message-ID and the recipient are: anyone can send us a mail that looks like a report."""
    ours = models.Message.objects.filter(message_id=bounce.message_id).first()
    return ours if ours is not None and normalised_email(ours.email) == bounce.email else None
