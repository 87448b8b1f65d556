"""A browser, and the running demo as it was at first: for each test anew."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, StorageState, sync_playwright

from tests.browser.contents import ACCOUNTS, WHAT_THERE_IS
from tests.browser.demo import NAME, Site, running
from tests.browser.steps import sign_in
from tests.databases import fingerprint
from tests.servers import ON_POSTGRESQL, free_port
from tests.tools import browser_path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.needs("browser", "valkey"))


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, port: int, django_db_setup: None
) -> Iterator[Site]:
    seeds = request.config.cache.mkdir("demo_on_postgresql" if ON_POSTGRESQL else "demo")
    migrated = request.config.cache.mkdir("databases") / f"{fingerprint()}.sqlite3"
    with running(tmp_path_factory.mktemp("site") / "var", port, seeds, migrated) as site:
        if not ON_POSTGRESQL:  # the table of pages is the same there, and walked once
            site.at_first = json.loads(site.manage("shell", "--verbosity", "0", "-c", WHAT_THERE_IS).splitlines()[-1])
        yield site


@pytest.fixture(scope="session")
def browser(port: int) -> Iterator[Browser]:
    path = browser_path()
    assert path
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        f"--host-resolver-rules=MAP {NAME}:80 127.0.0.1:{port}",
    ]
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
def signed_in(site: Site, browser: Browser) -> dict[str, StorageState]:
    """The cookies of the demo's accounts: the pages are the point of most tests, not signing in.

    They are in before the demo's state is kept, so no test can end their sessions for the next.
    """
    cookies = {}
    for email in site.manage("shell", "--verbosity", "0", "-c", ACCOUNTS).splitlines()[-1].split():
        with browser.new_context(base_url=site.url) as context:
            sign_in(context.new_page(), email)
            cookies[email] = context.storage_state()
    site.keep()
    return cookies


@pytest.fixture(autouse=True)
def _as_at_first(site: Site, signed_in: dict[str, StorageState]) -> None:
    """What one test did to the demo is not what the next one finds."""
    site.restore()


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
