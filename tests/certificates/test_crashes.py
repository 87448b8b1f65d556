"""A killed worker, a broker that is away: no certificate is lost, none is issued twice. Real worker, real broker."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.utils import timezone

from certificates.actions import issue_certificate as issue_certificate_now
from certificates.actions import request_certificate
from certificates.actions.bundles import IN_A_PART, ask_year_file
from certificates.keys import files, forget_keys
from certificates.keys.keeping import take_key
from certificates.models import Bundle, Certificate, IssuerKey, StatusEntry
from certificates.sealing import sealed_by
from certificates.tasks import issue_certificate, issue_waiting_certificates, look_after_bundles, make_bundle
from enrolments.models import Enrolment
from lms.celery import app
from lms.kernel.models import Event
from lms.kpis.models import Fact
from tests import servers
from tests.certificates import dying
from tests.certificates.many import first_of, share_many
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


def test_a_year_file_survives_a_worker_killed_in_the_middle(
    ring: Callable[..., object], broker: str, tmp_path: Path
) -> None:
    now = timezone.now()
    company, hr = share_many(4 * IN_A_PART, now)
    drawn = first_of(company).pdf
    document = tmp_path / "private" / drawn.name
    document.parent.mkdir(parents=True)
    document.write_bytes(drawn.read())
    choice = {"starts_on": None, "ends_on": None, "department": None, "course": None}
    bundle = ask_year_file(company, **choice, by=hr, at=now)
    ring(make_bundle, bundle.pk)
    with worker(broker, tmp_path) as first:
        servers.wait_until(bundle.parts.exists, 90, "the first part")
        os.killpg(first.pid, signal.SIGKILL)
    kept = dict(bundle.parts.values_list("number", "file"))
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.MAKING, "the worker was not killed in the middle"
    Bundle.objects.update(moved_at=now - timedelta(minutes=2))
    with worker(broker, tmp_path):
        ring(look_after_bundles)  # what beat does each minute
        ready = Bundle.objects.filter(state=Bundle.State.READY)
        servers.wait_until(ready.exists, 120, "the whole file")
    parts = dict(bundle.parts.values_list("number", "file"))
    assert kept.items() <= parts.items()  # what was there is not made again
    content = b"".join((tmp_path / "private" / parts[number]).read_bytes() for number in sorted(parts))
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    assert len(archive.namelist()) == len(set(archive.namelist())) == 4 * IN_A_PART + 1


def test_a_worker_killed_at_any_step_of_issuing_loses_nothing_and_doubles_nothing(
    tmp_path: Path, settings: Any
) -> None:
    """No number, place in the status list, event, figure or file is lost or there twice; what was promised is kept."""
    settings.LMS_KEYS = tmp_path / "keys"
    forget_keys()
    now = timezone.now()
    seal = files.new_seal_key()
    chain = files.demo_certificate(seal, issuer="SMITZH", at=now)
    take_key(IssuerKey.Purpose.CREDENTIAL, files.new_credential_key(), is_demo=False, by=None, at=now)
    take_key(IssuerKey.Purpose.SEAL, seal, chain=chain, is_demo=False, by=None, at=now)
    certificates = requested(len(dying.STEPS))
    promised = {one.pk: (one.number, one.snapshot) for one in certificates}

    died = subprocess.run(
        [sys.executable, "-m", "tests.certificates.dying", *(str(one.pk) for one in certificates)],
        cwd=settings.BASE_DIR,
        env=as_a_process("memory://", tmp_path),
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert died.splitlines() == [f"{step}: -{signal.SIGKILL.value}" for step in dying.STEPS]
    assert issued() == 1, "only the one that was killed after the transaction counts"
    left = sorted((tmp_path / "private").rglob("*.pdf"))
    assert len(left) == 4, "half a file, and three whole ones"

    storage = FileSystemStorage(location=tmp_path / "private")
    for one in Certificate.objects.all():
        one.pdf.storage = storage  # where those workers keep their files
        issue_certificate_now(one, at=timezone.now())

    assert issued() == len(dying.STEPS)
    for one in Certificate.objects.all():
        assert (one.number, one.snapshot) == promised[one.pk]
        document = (tmp_path / "private" / one.pdf.name).read_bytes()
        assert hashlib.sha256(document).hexdigest() == one.pdf_sha256
        assert sealed_by(document)
        place = one.snapshot["credential"]["place"]
        assert one.credential["credentialStatus"]["statusListIndex"] == str(place)
        assert StatusEntry.objects.get(certificate=one).place == place
    told = Event.objects.filter(verb="certificate.issued").values_list("object_id", flat=True)
    assert Counter(told) == {str(one.pk): 1 for one in certificates}
    assert len(list((tmp_path / "private").rglob("*.pdf"))) == len(dying.STEPS)
    assert Fact.objects.filter(kind=Fact.Kind.CERTIFICATE).count() == len(dying.STEPS)
    assert StatusEntry.objects.count() == len(dying.STEPS)
    forget_keys()
