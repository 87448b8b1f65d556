"""The background work: the Celery app, which queue each task waits in, and the clock.

A task is a doorbell, the row is the letter: whatever a lost bell would have started is found again by one of the
sweeps below.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog
from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.schedules import crontab
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu import Queue
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")

log = structlog.get_logger(__name__)


_silent = ContextVar("silent", default=False)


@contextmanager
def no_bells() -> Iterator[None]:
    """Whoever does the work of every bell on the spot, as the demo content does, rings none."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


class Doorbell(DjangoTask):
    """Ringing never fails the caller: the row is already written, and its sweep comes by within minutes."""

    abstract = True

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        if _silent.get():
            return None
        try:
            return super().apply_async(*args, **kwargs)
        except (OperationalError, OSError) as error:
            log.warning("doorbell_unheard", task=self.name, error=str(error))
            return None


app = Celery("lms", task_cls=Doorbell)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()

# Every queue a worker must consume; scaled apart in a large installation.
QUEUES = ("default", "documents", "mail", "imports")
app.conf.task_queues = [Queue(name) for name in QUEUES]
app.conf.task_routes = {
    "certificates.tasks.*": {"queue": "documents"},
    "lms.privacy.tasks.*": {"queue": "documents"},
    "lms.messages.tasks.*": {"queue": "mail"},
    "*.tasks.import_*": {"queue": "imports"},
    "enrolments.tasks.group_go_on": {"queue": "imports"},
}

EVERY_MINUTE = crontab()
app.conf.beat_schedule = {
    "issue what waits": {"task": "certificates.tasks.issue_waiting_certificates", "schedule": EVERY_MINUTE},
    "look after files of certificates": {
        "task": "certificates.tasks.look_after_bundles",
        "schedule": EVERY_MINUTE,
    },
    "go on with whole editions": {"task": "certificates.tasks.look_after_rounds", "schedule": EVERY_MINUTE},
    "tell what expires": {"task": "certificates.tasks.tell_of_expiry", "schedule": crontab(hour="7-9", minute=13)},
    "send what waits": {"task": "lms.messages.tasks.send_waiting_messages", "schedule": EVERY_MINUTE},
    "deliver to webhooks": {
        "task": "lms.messages.webhooks.tasks.deliver_what_waits",
        "schedule": EVERY_MINUTE,
    },
    "tell what changed": {"task": "lms.messages.tasks.tell_changes", "schedule": EVERY_MINUTE},
    "remind who takes part": {
        "task": "lms.messages.tasks.send_reminders",
        "schedule": crontab(minute="4,19,34,49", hour="8-20"),
    },
    "free expired holds": {"task": "enrolments.tasks.release_expired_holds", "schedule": EVERY_MINUTE},
    "lapse expired offers": {"task": "enrolments.tasks.lapse_expired_offers", "schedule": EVERY_MINUTE},
    "look after requests": {"task": "enrolments.tasks.look_after_requests", "schedule": crontab(minute="*/10")},
    "ask again for what was held back": {
        "task": "certificates.tasks.request_missing_certificates",
        "schedule": crontab(minute=37),
    },
    "import what waits": {"task": "courses.tasks.import_what_waits", "schedule": EVERY_MINUTE},
    "forget old imports": {"task": "courses.tasks.forget_old_imports", "schedule": crontab(hour=3, minute=23)},
    "go on with groups": {"task": "enrolments.tasks.go_on_with_groups", "schedule": EVERY_MINUTE},
    "keep groups to their day": {
        "task": "enrolments.tasks.keep_groups_to_their_day",
        "schedule": crontab(minute="*/10"),
    },
    "forget old groups": {"task": "enrolments.tasks.forget_old_groups", "schedule": crontab(hour=3, minute=33)},
    "forget old holds": {"task": "enrolments.tasks.forget_old_holds", "schedule": crontab(minute=47)},
    "tell who waits for a date": {"task": "courses.tasks.tell_who_waits", "schedule": crontab(minute="*/10")},
    "forget old interests": {"task": "courses.tasks.forget_old_interests", "schedule": crontab(minute=27)},
    "forget old contacts of the desk": {
        "task": "lms.desk.tasks.forget_old_contacts",
        "schedule": crontab(hour=3, minute=7),
    },
    "hand over and erase": {"task": "lms.privacy.tasks.do_what_waits", "schedule": EVERY_MINUTE},
    "run the terms": {"task": "lms.privacy.tasks.run_terms", "schedule": crontab(hour=2, minute=41)},
    "look for doubles": {"task": "lms.people.tasks.look_for_doubles", "schedule": crontab(hour=2, minute=11)},
    "forget old address claims": {"task": "lms.people.tasks.forget_old_claims", "schedule": crontab(minute=53)},
    "publish what is due": {"task": "cms.tasks.publish_scheduled", "schedule": EVERY_MINUTE},
    "compare seats": {"task": "enrolments.tasks.compare_seats", "schedule": crontab(minute=17)},
}
