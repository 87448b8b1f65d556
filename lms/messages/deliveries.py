"""How far letters got, for the rooms of apps that do not know the outbox."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models

from lms.kernel.post import Delivery
from lms.messages.models import Message


def deliveries_about(
    about: type[models.Model], things: Collection[int], people: Collection[int]
) -> dict[int, Delivery]:
    """The newest letter about each of these things to these people; found by reader, since that is indexed."""
    label = about._meta.label
    messages = Message.objects.filter(recipient__in=people, about__in=[f"{label}:{pk}" for pk in things])
    return {
        int(message.about.partition(":")[2]): Delivery(
            message.state,
            message.State(message.state).label,
            message.sent_at or message.created_at,
            message.state in Message.NOT_ARRIVED,
        )
        for message in messages.only("about", "state", "sent_at", "created_at").order_by("pk")
    }
