"""HR's day: a department, someone put in it, a colleague who is asked in; with JavaScript and without."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Person, code_in, newest_mail

pytestmark = pytest.mark.once


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_hr_keeps_its_people_and_asks_a_colleague_in(open_page: Callable[..., Page], javascript: bool) -> None:
    hr = Person(open_page(as_="hr@demo.example", javascript=javascript), "nl", javascript=javascript)
    name, address = f"Montage {int(javascript)}", f"collega{int(javascript)}@plaatwerk.example"

    # A department, and someone in it.
    hr.enters("enrolments:departments")
    hr.fills_in("Name of the department", name)
    hr.presses("Make the department")
    hr.sees("%(name)s is there. Put people in it under People.", hr.page.locator("body"), name=name)
    hr.enters("enrolments:staff")
    hr.follows("Change")
    person = hr.page.get_by_role("heading", level=1).inner_text()
    hr.field("Department").select_option(label=name)
    hr.presses("Save")
    expect(hr.page.get_by_role("row").filter(has_text=person)).to_contain_text(name)

    # A colleague, who proves the address by a code, and sees what HR sees.
    hr.enters("enrolments:colleagues")
    hr.fills_in("E-mail address of your colleague", address)
    hr.presses("Send the invitation")
    colleague = Person(open_page(javascript=javascript), "nl", javascript=javascript)
    link = re.search(r"/nl/werkgever/uitnodiging/\S+", newest_mail(colleague, address))
    assert link
    colleague.goes_to(link[0])
    colleague.presses("Go on to sign in")
    colleague.page.fill("input[name=email]", address)
    with colleague.page.expect_navigation():
        colleague.page.press("input[name=email]", "Enter")
    reader = Person(open_page(), "nl")
    colleague.page.fill("input[name=code]", code_in(newest_mail(reader, address)))
    with colleague.page.expect_navigation():
        colleague.page.press("input[name=code]", "Enter")
    colleague.goes_to(link[0])
    colleague.presses("Yes, I will be HR")
    colleague.sees("Who learns what")


def test_an_employer_is_found_while_typing(open_page: Callable[..., Page]) -> None:
    asker = Person(open_page(as_="learner@demo.example"), "nl")
    asker.enters("enrolments:claim")
    asker.page.get_by_role("combobox").press_sequentially("Voorbeeld Plaat")
    asker.page.get_by_role("option").first.wait_for()
    asker.looks()
    asker.page.get_by_role("combobox").press("ArrowDown")
    asker.page.get_by_role("combobox").press("Enter")
    expect(asker.field("KvK number")).to_have_value("00000001")
    expect(asker.page.get_by_role("option")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_hr_takes_the_year_file_in_two_clicks(open_page: Callable[..., Page], javascript: bool) -> None:
    """Certificates, and the button: with JavaScript the file comes by itself once it is made."""
    hr = Person(open_page(as_="hr@demo.example", javascript=javascript), "nl", javascript=javascript)
    hr.enters("enrolments:employer")
    hr.follows("Certificates", hr.page.get_by_role("navigation").filter(has_text="Certificaten").last)
    button = hr.page.get_by_role("button", name=re.compile("Maak het jaarbestand van"))
    if javascript:
        with hr.page.expect_download(timeout=60_000) as caught:
            button.click()
        content = Path(caught.value.path()).read_bytes()
    else:
        button.click()
        for _ in range(60):
            if hr.page.get_by_role("link", name="Download het bestand").count():
                break
            hr.page.get_by_role("link", name="Kijk opnieuw").click()
            hr.page.wait_for_timeout(500)
        _name, content = hr.downloads(hr.link("Download the file"))
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    assert "index.xlsx" in archive.namelist()
    assert any(name.endswith(".pdf") for name in archive.namelist())
