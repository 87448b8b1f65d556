"""The pages and actions of those who are signed in, one at a time in this process, on a seeded demo.

Each row is one request or action without a network in between: its wall-clock time (median and 95th percentile), its
CPU time (median) and its queries.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO

RUNS = int(os.environ.get("RUNS", "40"))


def prepare(scale: int) -> None:
    """The demo, in the database of this process."""
    from django.core.management import call_command

    began = time.perf_counter()
    with redirect_stdout(StringIO()):
        call_command("migrate", verbosity=0)
        migrated = time.perf_counter()
        call_command("seed", scale=scale)
    print(f"migrated in {migrated - began:.1f} s, seeded (scale {scale}) in {time.perf_counter() - migrated:.1f} s")


def measure() -> None:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from certificates.drawing import draw_certificate
    from certificates.models import Certificate
    from cms.models import CoursePage
    from courses.models import Course, Edition
    from enrolments.actions import Answers, enrol
    from enrolments.models import Enrolment
    from lms.people.models import User

    settings.ALLOWED_HOSTS = ["*"]
    visitor, officer, hr = Client(), Client(), Client()
    officer.force_login(User.objects.get(email="office@demo.example"), "django.contrib.auth.backends.ModelBackend")
    hr.force_login(User.objects.get(email="hr@demo.example"), "django.contrib.auth.backends.ModelBackend")
    print(
        f"{Course.objects.count()} courses, {Edition.objects.count()} editions, "
        f"{Enrolment.objects.count()} enrolments, {Certificate.objects.count()} certificates; {RUNS} runs each\n"
    )

    def page(client: Client, address: str) -> Callable[[], None]:
        def get() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        return get

    now = timezone.now()
    roomy = Edition.objects.open_at(now).order_by("pk").first()
    Edition.objects.filter(pk=roomy.pk).update(capacity=10_000)
    roomy.refresh_from_db()
    people = iter(
        [
            User.objects.create_user(f"bench{n}@deelnemer.example", given_name="B", family_name=str(n))
            for n in range(RUNS + 2)
        ]
    )
    answers = Answers(category="student", given_name="B", family_name="Ench", institution="mbo")
    snapshot = Certificate.objects.issued().first().snapshot
    course_page = CoursePage.objects.live().filter(locale__language_code="nl").first().url
    table = {
        "catalogue page": page(visitor, "/nl/opleidingen/"),
        "catalogue, searched": page(visitor, "/nl/opleidingen/?q=cobot"),
        "course page": page(visitor, course_page),
        "enrolment (action)": lambda: enrol(roomy, next(people), answers, language="nl", by=None, at=now),
        "certificate (drawing)": lambda: draw_certificate(snapshot),
        "employer page": page(hr, "/nl/werkgever/"),
        "indicator page": page(officer, "/nl/bureau/"),
    }
    print(f"{'':24}{'median ms':>10}{'p95 ms':>9}{'CPU ms':>9}{'queries':>9}")
    for name, run in table.items():
        print(f"{name:24}{row(run)}")


def row(run: Callable[[], object]) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    run()  # warm: templates compiled, fonts read
    with CaptureQueriesContext(connection) as queries:
        run()
    asked = len(queries)  # the next request forgets them
    walls, cpus = [], []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    p95 = statistics.quantiles(walls, n=20)[-1]
    return f"{statistics.median(walls):10.1f}{p95:9.1f}{statistics.median(cpus):9.1f}{asked:9}"
