"""A coordinator's day: a new edition from the last one, in a few clicks, and a page that the office approves.

The back office needs JavaScript, like Wagtail itself; what comes of it is looked at without.
"""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.steps import Person

EDITION = "SMZ-P3-2027V"
SAID = "Zet de cobot aan het werk, en je hoofd aan het denken."


def goes_to_edition(coordinator: Person, code: str) -> None:
    page = coordinator.page
    page.goto("/beheer/editions/")
    page.fill("input[name=q]", code)
    page.get_by_role("link", name=re.compile(rf"^{code}$")).first.click()
    page.wait_for_url(re.compile("/editions/edit/"))


def soon_shows(visitor: Person, words: Locator) -> None:
    """A public page is kept for seconds: who looks again sees what is new."""
    deadline = time.monotonic() + 45
    while not words.count() and time.monotonic() < deadline:
        time.sleep(1)
        visitor.looks_again()
    expect(words).to_have_count(1)


def told(person: Person) -> str:
    return person.page.locator(".messages").inner_text()


def test_a_new_edition_from_the_last_one_is_on_the_site_in_a_few_clicks(open_page: Callable[..., Page]) -> None:
    coordinator = Person(open_page(as_="coordinator@demo.example"), "nl")
    page = coordinator.page
    goes_to_edition(coordinator, EDITION)
    page.get_by_role("button", name="Acties").first.click()
    page.get_by_role("link", name=coordinator.says("New edition from this one")).click()
    page.wait_for_url(re.compile("/new-from/"))

    code = page.get_by_label(coordinator.says("Code of the new edition")).input_value()
    assert code != EDITION, "a code that is still free is suggested"
    days = [field.input_value() for field in page.locator("input[name$='-day']").all()]
    assert len(days) == 4
    assert days == sorted(days)
    with page.expect_navigation():
        page.get_by_role("button", name=coordinator.says("Make the draft")).click()
    assert code in told(coordinator)

    # A draft is nobody's but the house's; published it is everybody's.
    visitor = Person(open_page(javascript=False), "nl", javascript=False)
    visitor.goes_to("/nl/opleidingen/werken-met-cobots/")
    expect(visitor.page.get_by_role("row").filter(has_text=code)).to_have_count(0)
    page.get_by_role("link", name=coordinator.says("Publish")).first.click()
    with page.expect_navigation():
        page.locator("main form").get_by_role("button", name=coordinator.says("Publish")).click()
    assert code in told(coordinator)
    soon_shows(visitor, visitor.page.get_by_role("row").filter(has_text=code))


def test_what_a_coordinator_writes_is_public_once_the_office_approves(open_page: Callable[..., Page]) -> None:
    coordinator = Person(open_page(as_="coordinator@demo.example"), "nl")
    page = coordinator.page
    page.goto("/beheer/pages/search/?q=cobots")
    page.get_by_role("link", name=re.compile("^Werken met cobots")).first.click()
    page.wait_for_url(re.compile("/edit/"))
    edited = page.url
    page.locator("textarea[name=introduction]").fill(SAID)
    page.get_by_role("button", name=coordinator.says("More actions")).or_(
        page.locator("footer button[aria-expanded]")
    ).first.click()
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Goedkeuring programmabureau")).click()

    visitor = Person(open_page(javascript=False), "nl", javascript=False)
    visitor.goes_to("/nl/opleidingen/werken-met-cobots/")
    expect(visitor.page.locator("main")).not_to_contain_text(SAID)

    office = Person(open_page(as_="office@demo.example"), "nl")
    office.page.goto("/beheer/")
    expect(office.page.locator("main")).to_contain_text("Werken met cobots")
    office.page.goto(edited)
    office.page.locator("footer button[aria-expanded]").first.click()
    office.page.get_by_role("button", name=re.compile("en publiceren|Goedkeuren")).first.click()
    office.page.wait_for_load_state("networkidle")
    soon_shows(visitor, visitor.page.locator("main").get_by_text(SAID).first)


def test_a_coordinator_of_another_house_finds_neither(open_page: Callable[..., Page]) -> None:
    other = open_page(as_="coordinator2@demo.example")
    other.goto("/beheer/editions/")
    expect(other.locator("main")).not_to_contain_text(EDITION)
    other.goto("/beheer/pages/search/?q=cobots")
    expect(other.locator("main").get_by_role("link", name=re.compile("^Werken met cobots"))).to_have_count(0)
