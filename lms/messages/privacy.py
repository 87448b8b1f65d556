"""What the outbox keeps about people."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext_lazy as _

from lms.kernel.privacy import Term, declare, delete, remove
from lms.messages.models import BouncedAddress, EditionChange, Invitation, MailText, Message, OptOut

KEPT = relativedelta(years=1)
# Goes to someone who is nobody here any more: kept no longer than sending takes, tries included.
LAST_LETTERS = ("privacy_erased",)
TRIES = timedelta(days=2)

declare(
    Message,
    personal=["recipient", "email", "language", "subject", "text", "html", "calendar", "about"],
    purpose=_("Telling people what happens with their enrolment and certificate; showing that they were told."),
    ground=_("contract"),
    keep=_("1 year; codes for signing in and enrolling stop working within minutes"),
    owner=["recipient"],
    address=["email"],
    secret=["html"],
    erase=delete,
    terms=[
        Term(
            "outbox.message",
            _("Messages go a year after they were written."),
            lambda at: Message.objects.filter(created_at__lt=at - KEPT),
            remove,
        ),
        Term(
            "outbox.last_letter",
            _("The letter about an erasure goes as soon as it is sent."),
            lambda at: Message.objects.filter(kind__in=LAST_LETTERS).exclude(
                state=Message.State.WAITING, created_at__gt=at - TRIES
            ),
            remove,
            soon=True,
        ),
    ],
)

declare(
    BouncedAddress,
    personal=["email", "status", "message"],
    purpose=_("Not mailing an address that does not work, and having it mended."),
    ground=_("legitimate interest"),
    keep=_("until the address works again, or the account is erased"),
    address=["email"],
    erase=delete,
    follows="people.User",
)
declare(
    OptOut,
    personal=["email", "topic", "at"],
    purpose=_("Not mailing someone what they do not want."),
    ground=_("legal duty"),
    keep=_("as long as the account"),
    address=["email"],
    erase=delete,
    follows="people.User",
)
declare(
    Invitation,
    personal=["enrolment"],
    purpose=_("Telling a learner what changed since they were last told; keeping their calendar right."),
    ground=_("contract"),
    keep=_("as long as the enrolment"),
    owner=["enrolment__learner"],
    erase=delete,
    follows="enrolments.Enrolment",
)
declare(EditionChange)
declare(MailText)
