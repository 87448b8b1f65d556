"""What courses hears of itself: actions and tasks do not know each other."""

from typing import Any

from django.dispatch import receiver

from courses import tasks
from courses.models import Edition
from courses.signals import edition_published


@receiver(edition_published, dispatch_uid="courses.tell_who_waits")
def ring(sender: Any, edition: Edition, **kwargs: Any) -> None:
    tasks.tell_who_waits.delay_on_commit(edition.pk)
