"""What an employer may be told, asked when something happens and again when it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db.models import QuerySet

from certificates.models import Certificate
from certificates.numbers import grouped
from enrolments.employers import Seen, seen_by
from enrolments.models import Enrolment, GroupEnrolment
from lms.messages.webhooks.models import Delivery, Webhook
from lms.people.models import Organisation

Kind = Webhook.Event
API = "/api/v1/employer/"


def tellable(event: str, company: Organisation, moment: datetime) -> QuerySet[Any]:
    """The rows about which this employer may hear this event at this moment.

    Who stops half-way looks like everyone else until it is over, so that is never told.
    """
    seen = seen_by(company, moment)
    match event:
        case Kind.CONFIRMED | Kind.WAITLISTED:
            return seen
        case Kind.WITHDRAWN | Kind.CANCELLED:
            return seen.filter(seen=Seen.OFF)
        case Kind.GROUP_FINISHED:
            return GroupEnrolment.objects.filter(employer=company, finished_at__isnull=False)
        case Kind.SHARED:
            return Certificate.objects.all().shared_with({company.pk})
        case Kind.REVOKED:
            return Certificate.objects.filter(state=Certificate.State.REVOKED).fit_for({company.pk})
        case Kind.UNSHARED:
            # That it was shared was seen, if it was: who writes this asks that. Shared again: there is nothing to tell.
            again = Certificate.objects.all().shared_with({company.pk})
            mine = Enrolment.objects.all().of_employers({company.pk})
            return Certificate.objects.filter(enrolment__in=mine.values("pk")).exclude(pk__in=again.values("pk"))
    raise ValueError(event)


def content_of(delivery: Delivery, moment: datetime) -> dict[str, Any] | None:
    """What to send, or None when it is not theirs to know any more: names and addresses, the rest is fetched."""
    said: dict[str, Any] = {"type": delivery.event, "timestamp": delivery.happened_at.astimezone(UTC).isoformat()}
    if delivery.event == Delivery.TEST:
        return said | {"data": {}}
    company = delivery.webhook.organisation
    thing = tellable(delivery.event, company, moment).filter(pk=delivery.about).first()
    if thing is None:
        return None
    if isinstance(thing, Enrolment):
        return said | {"data": {"enrolment": thing.code, "url": _address(f"enrolments/{thing.code}")}}
    if isinstance(thing, GroupEnrolment):
        return said | {"data": {"group": str(thing.uuid), "url": _address(f"groups/{thing.uuid}")}}
    number = grouped(thing.number)
    return said | {"data": {"certificate": number, "url": _address(f"certificates/{number}")}}


def _address(path: str) -> str:
    return urljoin(settings.LMS_BASE_URL, API + path)
