"""What the outbox shows in rooms of other apps."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enrolments.models import Enrolment
from lms.kernel.panels import Column, Panel
from lms.messages.deliveries import deliveries_about
from lms.messages.models import BouncedAddress, Message

SHOWN = 10
# Codes are for the page that asked for them, and worth nothing afterwards.
CODES = ("account_", "enrolment_code", "interest_code", "privacy_code", "hr_claim_code")


def messages_to_me(request: HttpRequest) -> dict[str, Any] | None:
    """The last messages to whoever is signed in; nothing when there were none."""
    mine = Message.objects.filter(recipient=request.user.pk)
    for kind in CODES:
        mine = mine.exclude(kind__startswith=kind)
    sent = list(mine[:SHOWN])
    return {"messages_sent": sent} if sent else None


def mail_that_did_not_arrive(request: HttpRequest, rows: Collection[Any]) -> dict[int, str]:
    """Beside each participant whose newest letter about this enrolment, or whose address, did not get through.

    Takes enrolments with their learner; two questions, however many there are. With nothing wrong the column is empty,
    and is left out.
    """
    people = {row.pk: row.learner for row in rows}
    broken = set(
        BouncedAddress.objects.filter(email__in=[one.email for one in people.values()]).values_list("email", flat=True)
    )
    letters = deliveries_about(Enrolment, list(people), [one.pk for one in people.values()])
    said: dict[int, str] = {}
    for pk, learner in people.items():
        letter = letters.get(pk)
        if learner.email in broken:
            said[pk] = gettext("The address does not work")
        elif letter is not None and letter.state in Message.NOT_ARRIVED:
            said[pk] = capfirst(str(letter.label))
    return said


MAIL = Column("participants", 80, _("Mail"), mail_that_did_not_arrive)
MESSAGES = Panel("my", 90, "messages/panel.html", messages_to_me)
