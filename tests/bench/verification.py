"""Checking certificates: how many times a second, on one core of one process, from the request to the last byte.

The ruler is the same server answering its sign of life: what Django and the middleware cost by themselves.
"""

from __future__ import annotations

import io
import itertools
import json
import time
from collections.abc import Callable
from typing import Any

SECONDS = 3.0
LISTED = 500


def run() -> None:
    """A table of every way to check."""
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    from certificates.numbers import new_number

    call_command("migrate", verbosity=0)
    setup_test_environment()
    certificate, other = _two_certificates()
    client, askers = Client(), itertools.count()

    def get(address: str) -> Callable[[], Any]:
        return lambda: client.get(address, REMOTE_ADDR=_asker(next(askers)))

    def post(address: str, **data: Any) -> Callable[[], Any]:
        def send() -> Any:
            files = {name: io.BytesIO(value) if isinstance(value, bytes) else value for name, value in data.items()}
            for name, value in files.items():
                if isinstance(value, io.BytesIO):
                    value.name = f"{name}.pdf"
            return client.post(address, files, REMOTE_ADDR=_asker(next(askers)))

        return send

    with certificate.pdf.open("rb") as file:
        document = file.read()
    number, strange = certificate.grouped_number, "7K3M-Q9TX-2B4N-8WRF-D"
    forged = json.dumps(certificate.credential | {"name": "Professor"}).encode()
    numbers = "\n".join([number, other.grouped_number, *(new_number() for _ in range(LISTED - 2))])
    ways: list[tuple[str, Callable[[], Any], int]] = [
        ("sign of life", get("/healthz"), 200),
        ("page of a number", get(f"/v/{number}"), 200),
        ("page of one that is not ours", get(f"/v/{strange}"), 404),
        ("JSON of a number", get(f"/api/v1/certificates/{number}"), 200),
        ("JSON of one that is not ours", get(f"/api/v1/certificates/{strange}"), 200),
        ("file, ours to the byte", post(f"/v/{number}", document=document), 200),
        ("file, one byte added", post(f"/v/{number}", document=document + b"\n"), 200),
        ("credential, altered", post("/v/", document=forged), 200),
        (f"list of {LISTED} numbers", post("/v/many/", numbers=numbers), 200),
    ]
    print(f"{'':32}{'per second':>12}{'ms each':>10}{'of life':>10}")
    life = 0.0
    for name, ask, expected in ways:
        assert ask().status_code == expected, name
        each = _seconds_each(ask)
        life = life or each
        print(f"{name:32}{1 / each:>12.1f}{each * 1000:>10.1f}{each / life:>9.1f}×", flush=True)


def _asker(number: int) -> str:
    """Another address each time: nobody here is to be told to slow down."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _seconds_each(ask: Callable[[], Any]) -> float:
    done, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < SECONDS:
        ask()
        done += 1
    return passed / done


def _two_certificates() -> Any:
    from django.utils import timezone

    from certificates.actions import issue_certificate, request_certificate
    from certificates.keys.keeping import make_demo_keys
    from tests.factories import CourseFactory, EditionFactory, EnrolmentFactory, LearningOutcomeFactory

    now = timezone.now()
    make_demo_keys(at=now)
    course = CourseFactory(title_nl="Werken met cobots", title_en="Working with cobots")
    for number in range(5):
        LearningOutcomeFactory(course=course, text_nl=f"Je kunt {number}.", text_en=f"You can {number}.")
    edition = EditionFactory(course=course)
    return [
        issue_certificate(
            request_certificate(
                EnrolmentFactory(edition=edition, completed=True), kind="participation", by=None, at=now
            ),
            at=now,
        )
        for _ in range(2)
    ]
