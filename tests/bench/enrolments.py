"""Enrolling through HTTP: a real server, sixteen people at once, each on a page of their own.

Once with a place for everyone and once with one place, where all others join the waiting list; what the server does for
each (letters, calendar entry, events, seats) is all there. On SQLite, and on PostgreSQL where it can run.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

from tests import servers
from tests.bench.load import VISITORS
from tests.bench.pages import served

PEOPLE = int(os.environ.get("PEOPLE", "320"))
EDITIONS = {"a place for everyone": PEOPLE, "one place, the others wait": 1}
TOKEN = "b" * 32  # of a browser: the same in the cookie and in the form


def run(home: str) -> None:
    """Print a table for each database there is."""
    print(f"Enrolling: {PEOPLE} people, {VISITORS} at once; granian, 2 processes of 4 threads\n")
    print(f"{'':12}{'':28}{'a second':>10}{'p50 ms':>9}{'p95 ms':>9}{'confirmed':>11}{'waiting':>9}")
    for name, database in databases(home).items():
        with database as address, servers.valkey() as broker:
            environment = os.environ | {"DATABASE_URL": address, "BROKER_URL": broker}
            cookies = _in_a_child(environment, "prepare").split()
            with served("lms.wsgi:application", environment) as port:
                for number, about in enumerate(EDITIONS):
                    paths = [f"/nl/inschrijven/bench-{number}/"] * len(cookies)
                    times, took = asyncio.run(_enrol(port, list(zip(paths, cookies, strict=True))))
                    states = _in_a_child(environment, f"count bench-{number}").split()
                    cuts = statistics.quantiles(times, n=100)
                    print(
                        f"{name:12}{about:28}{len(times) / took:10.1f}{cuts[49] * 1000:9.0f}{cuts[94] * 1000:9.0f}"
                        f"{states[0]:>11}{states[1]:>9}"
                    )


def databases(home: str) -> dict[str, contextlib.AbstractContextManager[str]]:
    found: dict[str, contextlib.AbstractContextManager[str]] = {
        "SQLite": contextlib.nullcontext(f"sqlite:///{home}/enrolments.sqlite3")
    }
    if servers.can_run_postgresql() and os.environ.get("BENCH_ON", "all") != "sqlite":
        found["PostgreSQL"] = servers.postgresql()
    return found


async def _enrol(port: int, tickets: list[tuple[str, str]]) -> tuple[list[float], float]:
    """Sixteen lines; whoever is done sends the next. Answers how long each took, and all of it."""
    waiting = iter(tickets)
    began = time.perf_counter()
    found = await asyncio.gather(*(_line(port, waiting) for _number in range(VISITORS)))
    return [one for times in found for one in times], time.perf_counter() - began


async def _line(port: int, waiting: Iterator[tuple[str, str]]) -> list[float]:
    times = []
    for path, cookie in waiting:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        body = urlencode({"csrfmiddlewaretoken": TOKEN, "category": "student", "institution": "mboRijnland"})
        head = [
            f"POST {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Cookie: sessionid={cookie}; csrftoken={TOKEN}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        began = time.perf_counter()
        writer.write("\r\n".join([*head, "", body]).encode())
        answer = await reader.read()
        times.append(time.perf_counter() - began)
        writer.close()
        if not answer.startswith(b"HTTP/1.1 302"):
            raise RuntimeError(answer[:300].decode(errors="replace"))
    return times


def _in_a_child(environment: dict[str, str], what: str) -> str:
    code = f"from tests.bench import enrolments; enrolments.in_the_child({what.split()!r})"
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def in_the_child(what: list[str]) -> None:
    """The settings are the child's: make the editions and the people, or count what became of them."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from enrolments.models import Enrolment
    from tests.factories import EditionFactory, UserFactory

    if what[0] == "count":
        mine = Enrolment.objects.filter(edition__code=what[1])
        print(mine.filter(state="confirmed").count(), mine.filter(state="waitlisted").count())
        return
    call_command("migrate", verbosity=0)
    now = timezone.now()
    for number, capacity in enumerate(EDITIONS.values()):
        EditionFactory(code=f"bench-{number}", capacity=capacity, first_day=now + timedelta(days=40))
    for _number in range(PEOPLE):
        client = Client()
        client.force_login(UserFactory(), "django.contrib.auth.backends.ModelBackend")
        print(client.cookies["sessionid"].value)
