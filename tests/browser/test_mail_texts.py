"""The words of a letter in the back office: the letter is shown beside them while one types."""

import pytest
from playwright.sync_api import expect

from tests.browser.steps import Person

pytestmark = pytest.mark.once

WHICH = """
from lms.messages.models import MailText
print(MailText.objects.get(kind="enrolment_waitlisted", language="nl").pk)
"""


def test_the_letter_follows_what_is_typed_and_says_what_is_wrong(site, open_page):
    officer = Person(open_page(as_="office@demo.example"), "nl")
    number = site.manage("shell", "--verbosity", "0", "-c", WHICH).split()[-1]
    page = officer.page
    page.goto(officer.address("mail-texts:edit", number))
    letter = page.frame_locator("#mail-preview iframe")
    expect(letter.locator("body")).to_contain_text("wachtlijst")
    words = page.locator("textarea[name=words]")
    words.fill("Even geduld, {greeting_name}. Je staat op nummer {place} voor {course}.")
    expect(letter.locator("body")).to_contain_text("Even geduld, Samira.")
    words.fill("Dag {naam}.")
    expect(letter.locator("body")).to_contain_text("{naam}")
    words.fill("Je staat op nummer {place} voor {course}.")
    expect(letter.locator("body")).to_contain_text("Je staat op nummer")
