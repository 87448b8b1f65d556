"""The outbox, the addresses it writes to, the words of its letters, and what learners were told."""

from lms.messages.models.addresses import BouncedAddress, OptOut
from lms.messages.models.invitations import EditionChange, Invitation
from lms.messages.models.outbox import Message, MessageQuerySet
from lms.messages.models.texts import MailText

__all__ = ["BouncedAddress", "EditionChange", "Invitation", "MailText", "Message", "MessageQuerySet", "OptOut"]
