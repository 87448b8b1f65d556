"""From a row of the outbox to a mail as it goes over the line: parts, pictures and headers."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage as Mail
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from lms.kernel.context import identity
from lms.kernel.emblem import emblem
from lms.messages.models import Message
from lms.messages.stopping import address_to_stop

# In the HTML of a letter: <img src="cid:eu-emblem">. It goes along with the mail, since most programs fetch no picture
# before they are asked to, and the emblem has to be seen.
EMBLEM = "cid:eu-emblem"
# More than a line of 78 is folded by the library; a word longer than this would not be.
_POLICY = SMTP.clone(max_line_length=78)


class _Mail(Mail):
    def as_bytes(self, unixfrom: bool = False, policy: Any = None, linesep: str | None = None) -> bytes:
        """Django's backends ask for ends of lines, which are in the policy already."""
        return super().as_bytes(unixfrom, policy)


class OutgoingMail(EmailMultiAlternatives):
    """Django's mail, put together by the standard library.

    Django joins all parts side by side. An invitation is understood everywhere only as one of the alternatives, and a
    picture belongs to the HTML that shows it.
    """

    def __init__(self, message: Message, **kwargs: Any) -> None:
        super().__init__(message.subject, message.text, to=[message.email], **kwargs)
        self.row = message
        if message.html:
            self.attach_alternative(message.html, "text/html")

    def message(self) -> Mail:  # type: ignore[override]
        row = self.row
        mail = _Mail(policy=_POLICY)
        mail["Subject"] = " ".join(row.subject.split())
        mail["From"] = _address(self.from_email)
        mail["To"] = row.email
        if answers := identity().email:
            mail["Reply-To"] = answers
        mail["Date"] = format_datetime(timezone.localtime())
        mail["Message-ID"] = row.message_id
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
        mail["X-Auto-Response-Suppress"] = "All"
        mail["Content-Language"] = row.language
        if stop := address_to_stop(row.kind, row.email, row.language):
            mail["List-Unsubscribe"] = f"<{stop}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(row.text, cte="quoted-printable")
        if row.html:
            mail.add_alternative(row.html, subtype="html", cte="quoted-printable")
            if EMBLEM in row.html:
                html = mail.get_payload()[-1]  # type: ignore[index]
                html.add_related(  # type: ignore[union-attr]
                    emblem(), "image", "png", cid=f"<{EMBLEM.removeprefix('cid:')}>", filename="eu.png",
                    disposition="inline",
                )  # fmt: skip
        if row.calendar:
            invitation = row.calendar.encode()
            mail.add_alternative(invitation, "text", "calendar", params=_said(row), cte="base64")
            # And as a file, for programs that know no invitations.
            mail.add_attachment(invitation, "application", "ics", filename="invite.ics")
        return mail


def _said(row: Message) -> dict[str, str]:
    return {"method": row.calendar_method, "charset": "utf-8"}


def _address(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(name, addr_spec=address)


def mail_of(message: Message) -> OutgoingMail:
    return OutgoingMail(message, from_email=settings.DEFAULT_FROM_EMAIL, connection=get_connection())
