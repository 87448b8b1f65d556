"""A killed worker, a broker that is away: no certificate is lost, none is issued twice. Real worker, real broker."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from certificates.actions import request_certificate
from certificates.models import Certificate
from certificates.tasks import issue_certificate, issue_waiting_certificates
from enrolments.models import Enrolment
from lms.celery import app
from lms.kernel.models import Event
from lms.kpis.models import Fact
from tests import servers
from tests.factories import CourseFactory, EditionFactory, EnrolmentFactory, LearningOutcomeFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("valkey")]

MANY = 200
SIGN_OFF = """
from datetime import timedelta
from django.utils import timezone
from courses.models import Session
from enrolments.actions import close_session
close_session(Session.objects.get(), by=None, at=timezone.now() - timedelta(minutes=2))
"""


def database_url() -> str:
    """The address of this test's own database, for a process of its own."""
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{where['NAME']}"
    return f"postgres://{where['USER']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"


def as_a_process(broker: str, var: Path) -> dict[str, str]:
    """The environment of a process that works on this test's database."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "DATABASE_URL": database_url(),
        "BROKER_URL": broker,
        "LMS_VAR": str(var),
        "LOG_LEVEL": "ERROR",
    }


@contextlib.contextmanager
def worker(
    broker: str, var: Path, queues: str = "documents,default,mail", **environment: str
) -> Iterator[subprocess.Popen]:
    """A Celery worker as `manage.py serve` starts it; killed with its children at the end, the hard way."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "lms", "worker", "--pool", "prefork", "--concurrency", "2",
         "--queues", queues, "--loglevel", "ERROR", "--without-gossip", "--without-mingle"],
        cwd=settings.BASE_DIR,
        env=as_a_process(broker, var) | environment,
        start_new_session=True,
        preexec_fn=servers.die_with_parent,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


@pytest.fixture
def ring(broker: str) -> Iterator[Callable[..., object]]:
    """Let this process ring at the real broker, as a web process would."""
    with app.connection_for_write(url=broker) as to_broker:
        yield lambda task, *ids: task.apply_async(args=ids, connection=to_broker)


def requested(number: int) -> list[Certificate]:
    """Certificates that were asked for two minutes ago, of learners who completed."""
    course = CourseFactory()
    LearningOutcomeFactory(course=course)
    edition = EditionFactory(course=course, capacity=number, days=1)
    asked = timezone.now() - timedelta(minutes=2)
    return [
        request_certificate(EnrolmentFactory(edition=edition, completed=True), kind="participation", by=None, at=asked)
        for _ in range(number)
    ]


def issued() -> int:
    return Certificate.objects.filter(state=Certificate.State.ISSUED).count()


def test_two_hundred_certificates_survive_a_worker_killed_in_the_middle(
    ring: Callable[..., object], broker: str, tmp_path: Path
) -> None:
    certificates = requested(MANY)
    for certificate in certificates:
        ring(issue_certificate, certificate.pk)
    with worker(broker, tmp_path) as first:
        servers.wait_until(lambda: issued() >= MANY // 5, 90, "a fifth of the certificates")
        os.killpg(first.pid, signal.SIGKILL)
    assert MANY // 5 <= issued() < MANY, "the worker was not killed in the middle"
    with worker(broker, tmp_path):
        ring(issue_waiting_certificates)  # what beat does each minute
        servers.wait_until(lambda: issued() == MANY, 120, "all certificates")
    assert Counter(Event.objects.filter(verb="certificate.issued").values_list("object_id", flat=True)) == {
        str(certificate.pk): 1 for certificate in certificates
    }
    assert Fact.objects.filter(kind=Fact.Kind.CERTIFICATE).count() == MANY
    for certificate in Certificate.objects.all():
        document = tmp_path / "private" / certificate.pdf.name
        assert hashlib.sha256(document.read_bytes()).hexdigest() == certificate.pdf_sha256
    assert len(list((tmp_path / "private").rglob("*.pdf"))) == MANY


def test_a_completion_while_the_broker_is_away_still_brings_the_certificate(tmp_path: Path) -> None:
    course = CourseFactory()
    LearningOutcomeFactory(course=course)
    last_week = timezone.now() - timedelta(days=2)
    edition = EditionFactory(course=course, days=1, first_day=last_week)
    enrolment = EnrolmentFactory(edition=edition)
    with servers.valkey() as broker:
        pass  # it was there, and is stopped
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SIGN_OFF],
        cwd=settings.BASE_DIR,
        env=as_a_process(broker, tmp_path),
        check=True,
    )
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.COMPLETED
    assert Certificate.objects.get().state == Certificate.State.REQUESTED
    with servers.valkey() as broker, worker(broker, tmp_path), app.connection_for_write(url=broker) as to_broker:
        issue_waiting_certificates.apply_async(connection=to_broker)
        servers.wait_until(lambda: issued() == 1, 60, "the certificate")
    assert Fact.objects.filter(kind=Fact.Kind.CERTIFICATE).count() == 1
