"""What people in browser tests do again and again."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def sign_in(page: Page, email: str, password: str = "demo") -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def assert_accessible(page: Page) -> None:
    """Axe finds nothing on the page as it stands, in the light scheme and in the dark one."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for violation in Axe().run(page).response["violations"]:
            places = [f"    {node['html'][:200]}\n    {node.get('failureSummary', '')}" for node in violation["nodes"]]
            found.append("\n".join([f"{scheme}: {violation['id']}: {violation['help']}", *places]))
    page.emulate_media(color_scheme="light")
    assert not found, f"{page.url}\n" + "\n".join(found)
