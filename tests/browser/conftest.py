"""A browser, and the demo running for it: seeded once per state of the code, started for these tests alone.

With several workers each has a demo of its own: another port, other files, on PostgreSQL another database.
"""

import contextlib
import datetime
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, StorageState, sync_playwright

from tests.browser.contents import WHAT_THERE_IS
from tests.browser.steps import sign_in
from tests.databases import fingerprint
from tests.servers import ON_POSTGRESQL, die_with_parent, free_port, wait_until
from tests.tools import browser_path

ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.needs("browser", "valkey"))


@dataclass
class Site:
    """The running demo."""

    url: str
    environment: dict[str, str]
    at_first: dict[str, Any] = field(default_factory=dict)  # what it held before any test touched it

    def manage(self, *command: str) -> str:
        """Run a management command beside it; its output."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@pytest.fixture(scope="session")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[Site]:
    """The demo as ``make demo`` serves it, from a copy of its freshly seeded files; on PostgreSQL seeded there.

    It begins with a copy of the migrated database that all other tests begin with, which is there by now.
    """
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    cache = request.config.cache.mkdir("demo") / worker
    cache.mkdir(exist_ok=True)
    port = _port_of(cache)
    var = tmp_path_factory.mktemp("site") / "var"
    environment = _environment(var, port)
    if ON_POSTGRESQL:
        environment["DATABASE_URL"] = _database_of(worker)
        var.mkdir()
        _seed(environment)
    else:
        migrated = request.config.cache.mkdir("databases") / f"{fingerprint()}.sqlite3"
        shutil.copytree(_seeded(cache, port, migrated), var)
    with (var / "serve.log").open("wb") as log:
        serve = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        wait_until(lambda: "Ready on" in _output(var, serve), 90, "the demo to start")
        site = Site(f"http://127.0.0.1:{port}", environment)
        if not ON_POSTGRESQL:  # the table of pages is the same there, and walked once
            site.at_first = json.loads(site.manage("shell", "--verbosity", "0", "-c", WHAT_THERE_IS).splitlines()[-1])
        yield site
    finally:
        serve.terminate()
        serve.wait(15)


def _database_of(worker: str) -> str:
    """The address of a migrated, otherwise empty database on the server of these tests."""
    server, _, _ = os.environ["DATABASE_URL"].partition("?")
    name = f"demo_{worker}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_{fingerprint()}")  # names of ours
    return os.environ["DATABASE_URL"].replace(server, f"{server.rpartition('/')[0]}/{name}", 1)


def _output(var: Path, serve: subprocess.Popen) -> str:
    text = (var / "serve.log").read_text()
    assert serve.poll() is None, text
    return text


def _environment(var: Path, port: int) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL", "BROKER_URL"}
    }
    return kept | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.demo",
        "LMS_VAR": str(var),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


def _port_of(cache: Path) -> int:
    """The same as last time if it is free: addresses in seeded mails and certificates name it."""
    kept = cache / "port"
    if kept.exists():
        port = int(kept.read_text())
        if _is_free(port):
            return port
    port = free_port()
    kept.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return True
    return False


def _seeded(cache: Path, port: int, migrated: Path) -> Path:
    """The demo's files, seeded. Its editions lie around today: tomorrow it is another one."""
    digest = hashlib.sha256(f"{port} {datetime.datetime.now(tz=datetime.UTC).date()}".encode())
    for folder in ("lms", "courses", "enrolments", "certificates", "cms"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file} {file.stat().st_mtime_ns}".encode())
    seeded = cache / digest.hexdigest()[:16]
    if not seeded.exists():
        for old in cache.iterdir():
            if old.is_dir():
                shutil.rmtree(old)
        draft = cache / "draft"
        shutil.rmtree(draft, ignore_errors=True)  # of a run that was killed
        draft.mkdir()
        shutil.copyfile(migrated, draft / "db.sqlite3")
        _seed(_environment(draft, port))
        draft.rename(seeded)
    return seeded


def _seed(environment: dict[str, str]) -> None:
    """Migrated first: what the demo's settings have and those of the tests have not."""
    for command in (["migrate", "--verbosity", "0"], ["seed"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = browser_path()
    assert path
    arguments = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    environment = dict(os.environ)
    parts = Path(path).with_name("parts")
    if parts.is_dir():  # the browser from npm carries its libraries with it, and has no sandbox of its own
        environment["LD_LIBRARY_PATH"] = str(parts / "lib")
        arguments += ["--no-sandbox", "--headless=shell"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments, env=environment)
        yield browser
        browser.close()


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What the browser complains about; any complaint fails the test. One that expects some clears them."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture(scope="session")
def signed_in() -> dict[str, StorageState]:
    """The cookies of who signed in before: the pages are the point of most tests, not signing in."""
    return {}


@pytest.fixture
def open_page(
    site: Site, browser: Browser, problems: list[str], signed_in: dict[str, StorageState]
) -> Iterator[Callable[..., Page]]:
    """``open_page(as_="hr@demo.example", javascript=False)``: a browser of one's own, for each person in a story."""
    contexts: list[BrowserContext] = []

    def notice(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{message.text} ({message.location.get('url')})")

    def notice_failure(request: Request) -> None:
        # Aborted is what the browser itself gave up: on leaving a page, or because the answer is a file to save.
        if request.failure != "net::ERR_ABORTED":
            problems.append(f"{request.failure} ({request.url})")

    def open_page(*, as_: str = "", javascript: bool = True, phone: bool = False, language: str = "nl-NL") -> Page:
        context = browser.new_context(
            base_url=site.url,
            storage_state=signed_in.get(as_),
            java_script_enabled=javascript,
            locale=language,
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
            viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", notice)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", notice_failure)
        if as_ and as_ not in signed_in:
            sign_in(page, as_)
            signed_in[as_] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def page_without_javascript(open_page: Callable[..., Page]) -> Page:
    return open_page(javascript=False)
