"""About an order: the receipt of who went back on it, with all that it says on a durable medium."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from enrolments.models import Enrolment
from enrolments.terms import day_of_refund
from lms.kernel import formats
from lms.messages.letters.enrolments import Said, to_learner


@to_learner
def contract_withdrawn(enrolment: Enrolment, at: datetime) -> Said:
    """What was withdrawn, when exactly, what is owed for what was held, and when the rest is paid back."""
    order = enrolment.order
    moment = cast(datetime, order.withdrawn_at)
    context: dict[str, Any] = {
        "owed": formats.money(order.owed_cents) if order.owed_cents else "",
        "facts": [
            (_("Number"), enrolment.code),
            (_("Course"), enrolment.edition.course.title),
            (_("Edition"), enrolment.edition.code),
            (_("Ordered on"), formats.date_time(order.ordered_at)),
            (_("Withdrawn on"), formats.date_time(moment)),
            (_("Name"), enrolment.learner.full_name),
            (_("E-mail address"), enrolment.learner.email),
            (_("Price"), formats.money(order.cents)),
            (_("You owe"), formats.money(order.owed_cents)),
            (_("Paid back before"), formats.plain_date(day_of_refund(moment))),
        ],
    }
    return Said(context)
