"""The commands of the Makefile, as continuous integration calls them."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_python_that_is_asked_for_reaches_the_scripts():
    """`.ci/run` chooses the oldest promised Python; a variable of that name in the Makefile once took its place."""
    shown = subprocess.run(
        ["make", "--silent", "--eval", "show: ; @echo $$PYTHON", "show"],
        cwd=ROOT,
        env={**os.environ, "PYTHON": "python3.11"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert shown.stdout.strip() == "python3.11"
