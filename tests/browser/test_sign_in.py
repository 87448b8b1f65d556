"""Signing in with a passkey: a real browser with an authenticator built in, as a laptop has one."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import assert_accessible

pytestmark = pytest.mark.once

WHO = "learner@demo.example"
LAPTOP = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_used_renamed_and_removed(open_page) -> None:
    page: Page = open_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": LAPTOP})

    page.goto("/accounts/login/")
    page.fill("input[name=login]", WHO)
    page.fill("input[name=password]", "demo")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/mijn/**")

    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Passkey toevoegen").click()
    # Who has a password shows once more that it is them.
    page.get_by_label("Wachtwoord").fill("demo")
    page.get_by_role("button", name="Ga verder").click()
    assert_accessible(page)
    page.get_by_label("Naam").fill("Werklaptop")
    page.get_by_role("button", name="Passkey toevoegen").click()
    expect(page.get_by_role("heading", name="Herstelcodes")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    expect(page.get_by_text("Werklaptop", exact=True)).to_be_visible()
    assert_accessible(page)

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Uitloggen").click()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.wait_for_url("**/mijn/**")

    page.goto("/accounts/2fa/")
    page.get_by_role("link", name=re.compile("Andere naam geven.*Werklaptop")).click()
    # Who comes in anew is asked again before anything changes.
    page.get_by_label("Wachtwoord").fill("demo")
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_label("Naam").fill("Thuislaptop")
    page.get_by_role("button", name="Naam bewaren").click()
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name=re.compile("Verwijder.*Thuislaptop")).click()
    page.get_by_role("button", name="Passkey weghalen").click()
    expect(page.get_by_text("De passkey is weggehaald")).to_be_visible()
    expect(page.get_by_text("Thuislaptop", exact=True)).to_have_count(0)
