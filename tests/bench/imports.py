"""A company's list: how many rows a second are read and judged, and enrolled, and with how much memory.

The ruler is Django alone: the same rows inserted with bulk_create. Each size runs in a process of its own, so that the
memory is that of its own peak.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

SIZES = (2_000, 10_000)
ENROLLED = int(os.environ.get("ENROLLED", "200"))  # rows that are enrolled too, letters and all


def run() -> None:
    """A table of both sizes, each in a child that starts with the same memory."""
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    print(f"{'rows':>7} {'read':>10} {'kept':>10} {'bare insert':>12} {'ratio':>7} {'peak memory':>13}")
    for size in SIZES:
        connections.close_all()
        child = os.fork()
        if not child:
            _measure(size)
            os._exit(0)
        os.waitpid(child, 0)
    _measure_enrolling()


def _measure(size: int) -> None:
    from django.utils import timezone

    from enrolments.actions import take_in_group
    from enrolments.groups.reading import read_list
    from enrolments.models import GroupRow

    now = timezone.now()
    company, edition = _ground(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = "\n".join(f"Sam;van der;Persoon {chr(97 + n % 26)};p{n}-{size}@bedrijf.example" for n in range(size))
    content = f"Voornaam;Tussenvoegsel;Achternaam;E-mail\n{lines}\n".encode()
    listed, reading = timed(lambda: read_list(content, "groep.csv", most=size))
    group, keeping = timed(lambda: take_in_group(company, edition, listed, source="file", by=None, at=now))
    assert group.rows.count() == size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    again = list(group.rows.all())
    group.rows.all().delete()
    for row in again:
        row.pk = None
    _made, bare = timed(lambda: GroupRow.objects.bulk_create(again, batch_size=500))
    print(
        f"{size:>7} {size / reading:>8.0f}/s {size / keeping:>8.0f}/s {size / bare:>10.0f}/s {keeping / bare:>6.1f}× "
        f"{peak / 1024:>7.0f} MB (+{(peak - before) / 1024:.0f})",
        flush=True,
    )


def _measure_enrolling() -> None:
    from django.utils import timezone

    from enrolments.actions import carry_out_group, start_group_enrolment

    now = timezone.now()
    company, edition = _ground(1)
    rows = [{"name": "Sam de Vries", "email": f"e{n}@bedrijf.example"} for n in range(ENROLLED)]
    group = start_group_enrolment(company, edition, rows, wish="part", key="bench", by=None, at=now)
    _done, enrolling = timed(lambda: carry_out_group(group, at=now))
    print(f"\n{ENROLLED} rows enrolled, account, seat and letter each: {ENROLLED / enrolling:.0f} rows a second")


def _ground(size: int) -> tuple[Any, Any]:
    from tests.factories import EditionFactory, OrganisationFactory

    code, first_day = f"bench-{size}", datetime.now(tz=UTC) + timedelta(days=30)
    edition = EditionFactory(
        code=code, course__code=code, course__provider__code=code, capacity=20_000, days=1, first_day=first_day
    )
    return OrganisationFactory(employer=True, name=f"Bedrijf {size}", kvk_number=f"{90_000_000 + size}"), edition


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start
