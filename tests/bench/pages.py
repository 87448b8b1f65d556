"""The public pages under load: a real server, many visitors, pages made each time and pages kept.

Beside them, in the same run, a view of bare Django: how fast this machine happens to be today shows in that, and what
counts is the ratio. On SQLite, and on PostgreSQL where it can run.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

from tests import servers
from tests.bench.load import Load, load

SECONDS = float(os.environ.get("SECONDS", "5"))
FEW = 10
PAGES = {
    "home": "/nl/",
    "catalogue": "/nl/opleidingen/",
    "search": "/nl/opleidingen/?q=cobot",
    "course": "/nl/opleidingen/{course}/",
    "agenda": "/nl/agenda/",
}


def run(home: str, scale: int) -> None:
    """Print a table for each database there is."""
    databases: dict[str, contextlib.AbstractContextManager[str]] = {
        "SQLite": contextlib.nullcontext(f"sqlite:///{home}/pages.sqlite3")
    }
    if servers.can_run_postgresql() and os.environ.get("BENCH_ON", "all") != "sqlite":
        databases["PostgreSQL"] = servers.postgresql()
    for name, database in databases.items():
        with database as address, contextlib.ExitStack() as stack:
            environment = os.environ | {"DATABASE_URL": address}
            if servers.can_run_valkey():
                environment["CACHE_URL"] = stack.enter_context(servers.valkey())
            _measure(name, environment, scale)


def _measure(name: str, environment: dict[str, str], scale: int) -> None:
    few = _in_a_child(environment, FEW)
    many = _in_a_child(environment, 100 * scale)
    # fmt: off
    print(f"{name}: {100 * scale} courses, {1000 * scale} editions; granian, 2 processes of 4 threads; "
          f"16 visitors for {SECONDS:g} s; packed where kept\n")
    print(f"{'':12}{'':8}{'req/s':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'kB':>7}{'of bare':>9}"
          f"{f'queries at {FEW}':>15}{f'at {100 * scale}':>8}")
    # fmt: on
    with served("tests.bench.bare:application", environment) as port:
        bare = load(port, "/", SECONDS)
    print(_row("bare Django", "", bare, bare))
    for mode, keep in (("made", "0"), ("kept", "1")):
        with served("lms.wsgi:application", environment | {"LMS_PAGE_CACHE": keep}) as port:
            for page, path in PAGES.items():
                asked = f"{few[page]:15}{many[page]:8}" if mode == "made" else ""
                print(_row(page, mode, load(port, path.format(course=many["slug"]), SECONDS), bare) + asked)
    print()


def _row(page: str, mode: str, one: Load, bare: Load) -> str:
    return (
        f"{page:12}{mode:8}{one.per_second:8.0f}{one.p50:9.1f}{one.p95:9.1f}{one.p99:9.1f}"
        f"{one.size / 1000:7.1f}{one.per_second / bare.per_second:9.2f}"
    )


def _in_a_child(environment: dict[str, str], courses: int) -> dict[str, int | str]:
    """Fill the catalogue to this size and count each page's questions there; the settings are the child's."""
    code = f"from tests.bench import pages; pages.fill_and_count({courses})"
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, int | str] = {}
    for line in ran.stdout.splitlines():
        name, _space, value = line.partition(" ")
        found[name] = int(value) if value.isdigit() else value
    return found


def fill_and_count(courses: int) -> None:
    """In the child: print what each page asks."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from cms.models import CoursePage
    from tests.bench.catalogue import fill

    call_command("migrate", verbosity=0)
    fill(courses)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    settings.LMS_KEPT_PAGES, settings.ALLOWED_HOSTS = {}, ["*"]
    page = CoursePage.objects.live().filter(locale__language_code="nl").order_by("pk")[:1].get()
    print("slug", page.slug)
    for name, path in PAGES.items():
        address = path.format(course=page.slug)
        client = Client()
        assert client.get(address).status_code == 200, address
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        print(name, len(asked))


@contextlib.contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[int]:
    """A server as ``manage.py serve`` and deploy/ start it; yields its port."""
    port = servers.free_port()
    # fmt: off
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--no-ws",
         "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", application],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=servers.die_with_parent,
    )
    # fmt: on
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{application} did not start")
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            return answer.status == 200
    return False
