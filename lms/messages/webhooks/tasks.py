"""Doorbells of the webhooks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lms.messages.webhooks.models import Delivery


@shared_task
def deliver(delivery_id: int) -> None:
    """Send one delivery if it still waits; one that is gone is no error."""
    from lms.messages.webhooks import actions  # they ring this bell

    if found := Delivery.objects.select_related("webhook__organisation").filter(pk=delivery_id).first():
        actions.deliver(found, at=timezone.now())


@shared_task
def deliver_what_waits() -> int:
    """Ring for what is due: bells lost with the broker, and tries planned after a failure. Each minute."""
    due = list(Delivery.objects.due(timezone.now()).values_list("pk", flat=True)[:500])
    for delivery in due:
        deliver.delay(delivery)
    return len(due)
