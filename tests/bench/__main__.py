"""Measure what matters and print tables: ``make bench``.

``PARTS=pages``, ``actions``, ``enrolments``, ``imports``, ``bundles``, ``certificates`` or ``verification`` measures
one part; ``SCALE=5`` five times the content; ``SECONDS=10`` loads each page longer; ``RUNS=100`` repeats each action
more often; ``COUNT=200`` makes fewer certificates. Each part works in a temporary directory of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

SCALE = int(os.environ.get("SCALE", "1"))
PARTS = os.environ.get("PARTS", "pages,actions,enrolments,imports,bundles,certificates,verification").split(",")


def main() -> None:
    """Each part in a process of its own: Django reads its settings once."""
    if len(PARTS) > 1:
        for part in PARTS:
            subprocess.run(
                [sys.executable, "-W", "ignore", "-m", "tests.bench"], env=os.environ | {"PARTS": part}, check=True
            )
            print()
        return
    with tempfile.TemporaryDirectory(prefix="lms-bench-", ignore_cleanup_errors=True) as home:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "lms.settings.demo", "LMS_VAR": home, "LOG_LEVEL": "CRITICAL"}
        if PARTS == ["pages"]:
            from tests.bench import pages

            pages.run(home, SCALE)
        elif PARTS == ["enrolments"]:
            from tests.bench import enrolments

            enrolments.run(home)
        else:
            os.environ["DATABASE_URL"] = os.environ.get("BENCH_DATABASE_URL", f"sqlite:///{home}/bench.sqlite3")
            import django

            django.setup()
            from tests.bench import actions, bundles, certificates, imports, verification

            if PARTS == ["certificates"]:
                certificates.run()
                return
            if PARTS == ["bundles"]:
                bundles.run(home)
                return
            if PARTS == ["imports"]:
                imports.run()
                return
            if PARTS == ["verification"]:
                verification.run()
                return
            actions.prepare(SCALE)
            actions.measure()


if __name__ == "__main__":
    sys.exit(main())
