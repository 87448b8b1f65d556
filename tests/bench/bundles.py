"""A file of 1,000 and of 5,000 certificates: how long making and taking it lasts, and that memory stays flat.

The documents are one real PDF under as many names: the file is as large as it would be, only the drawing is left out.
"""

from __future__ import annotations

import resource
import time
import zipfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

SIZES = (1_000, 5_000)


def run(home: str) -> None:
    from django.core.management import call_command
    from django.db import transaction
    from django.utils import timezone

    with redirect_stdout(StringIO()):
        call_command("migrate", verbosity=0)
        from certificates.keys.keeping import make_demo_keys
        from tests.certificates.many import share_many

        now = timezone.now()
        make_demo_keys(at=now)
        with transaction.atomic():
            company, hr = share_many(max(SIZES), now)
    print("A file of certificates (memory: how much the peak of the process rose)\n")
    print(f"{'certificates':>12} {'made in':>10} {'CPU':>8} {'taken in':>10} {'size':>10} {'memory':>10}")
    for size in SIZES:
        _measure(company, hr, size, now, Path(home))


def _measure(company, hr, size: int, now, home: Path) -> None:  # type: ignore[no-untyped-def]
    from certificates.actions import bundles as bundle_actions
    from certificates.models import Bundle, Certificate

    shared = Certificate.objects.all().shared_with({company.pk}).order_by("pk")
    Certificate.objects.filter(pk__in=list(shared.values_list("pk", flat=True)[size:])).update(erased_at=now)
    choice = {"starts_on": None, "ends_on": None, "department": None, "course": None}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, cpu = time.perf_counter(), time.process_time()
    bundle = bundle_actions.ask_year_file(company, **choice, by=hr, at=now)
    while bundle_actions.go_on(bundle, at=now):
        pass
    made, spent = time.perf_counter() - began, time.process_time() - cpu
    bundle = Bundle.objects.select_related("asked_by", "company", "edition").get(pk=bundle.pk)
    began = time.perf_counter()
    target = home / f"{size}.zip"
    with target.open("wb") as file:
        for piece in bundle_actions.take(bundle, by=hr, at=now):
            file.write(piece)
    taken = time.perf_counter() - began
    with zipfile.ZipFile(target) as archive:
        assert len(archive.namelist()) == size + 1
        assert archive.testzip() is None
    rose = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{size:>12,} {made:>8.1f} s {spent:>6.1f} s {taken:>8.1f} s {bundle.size / 2**20:>7.1f} MB {rose:>7.1f} MB",
        flush=True,
    )
    Certificate.objects.update(erased_at=None)
