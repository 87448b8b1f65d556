"""What time does at the desk: it may run twice, or late, and changes nothing more."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from lms.desk.actions import forget_contact
from lms.desk.models import Request


@shared_task
def forget_old_contacts() -> int:
    """Take contact persons out of questions whose term has passed. Each night."""
    now = timezone.now()
    found = list(Request.objects.to_forget(now))
    for request in found:
        forget_contact(request, at=now)
    return len(found)
