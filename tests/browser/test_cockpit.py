"""A coordinator's hour with a full edition: more places, out of turn, a message to everyone, a cancellation."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Person

FULL = "SMZ-P3-2027V"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_full_edition_gets_a_place_a_message_and_an_end(open_page: Callable[..., Page], javascript: bool) -> None:
    coordinator = Person(open_page(as_="coordinator@demo.example", javascript=javascript), "nl", javascript=javascript)
    page, says = coordinator.page, coordinator.says
    page.goto(coordinator.address("enrolments:cockpit_editions"))
    row = page.get_by_role("row").filter(has_text=re.compile(rf"{FULL}(?![\w-])"))
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"/{FULL}/$"))
    expect(page.locator(".note").first).to_be_visible()

    # One place more: who waits first is offered it at once.
    field = page.get_by_role("spinbutton", name=says("Places"))
    before = int(field.input_value())
    field.fill(str(before + 1))
    page.get_by_role("button", name=says("Change the number")).click()
    expect(page.get_by_role("status").first).to_contain_text(says("The number of places is changed.")[:24])
    expect(page.get_by_role("spinbutton", name=says("Places"))).to_have_value(str(before + 1))

    # Someone calls.
    page.get_by_role("link", name=says("Enrol someone")).click()
    page.get_by_label(re.compile(says("career switcher"), re.IGNORECASE)).check()
    page.get_by_label(says("Sector now, or last worked in")).fill("horeca")
    page.get_by_label(says("Sector to move to")).fill("techniek")
    page.get_by_label(says("Given name")).fill("Noor")
    page.get_by_label(says("Family name")).fill(f"Belster{before}")
    page.get_by_label(says("E-mail address")).fill(f"belster{before}@deelnemer.example")
    page.get_by_role("button", name=says("Enrol this person")).click()
    expect(page.get_by_role("status").first).to_contain_text(f"Noor Belster{before}")

    # A message to everyone: first looked at, then sent.
    page.get_by_role("link", name=says("Write to everyone")).click()
    for language in ("nl", "en"):
        page.locator(f"[name=subject_{language}]").fill("Zaal / room")
        page.locator(f"[name=text_{language}]").fill("{voornaam}" if language == "nl" else "{first_name}")
    page.get_by_role("button", name=says("See how it will look")).click()
    page.locator("button[name=then][value=send]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zaal / room")
    expect(page.get_by_role("row").filter(has_text=f"Belster{before}")).to_have_count(1)

    # It does not go on after all.
    page.goto(coordinator.address("enrolments:cockpit_cancel", FULL))
    page.get_by_label(says("I want to cancel this edition. This cannot be undone.")).check()
    page.get_by_role("button", name=says("Cancel the edition and tell everyone")).click()
    expect(page.get_by_role("status").first).to_contain_text(
        says("The edition is cancelled. Everyone in it gets a message.")
    )
    expect(page.locator("main")).to_contain_text(says("This edition is cancelled"))
