"""What the clock does for the pages."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_scheduled() -> None:
    """Publish what an editor dated until now, and take down what has expired; doing it twice changes nothing."""
    call_command("publish_scheduled")
