"""Accounts that turn out to be one person's, employers that turn out to be one company, and who comes in elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import PHONE, Person, assert_accessible, code_in, newest_mail

pytestmark = pytest.mark.once

# What a provider said of someone, as the session keeps it until an address is confirmed.
COMES_FROM_CAMPUS = """
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from lms.people.institutions import WAITING

session = SessionStore()
email = "nova@campus.example"
session[WAITING] = {"provider": "campus", "uid": "7", "email": email, "vouched": [email],
                    "name": {"given_name": "Nova", "name_prefix": "", "family_name": "Campus"}}
session.create()
print(settings.SESSION_COOKIE_NAME, session.session_key)
"""


@pytest.fixture(scope="session")
def demo(site) -> dict[str, Any]:
    return site.at_first


@pytest.fixture(params=["nl-NL", "en-GB"])
def locale(request) -> str:
    return request.param


def test_who_adds_an_address_of_another_account_of_theirs_may_make_them_one(
    open_page: Callable[..., Page], demo, locale
) -> None:
    learner = Person(open_page(as_="learner@demo.example", language=locale), locale[:2])
    learner.enters("account_email")
    learner.fills_in("E-mail address", demo["other_address"])
    with learner.page.expect_navigation():
        learner.page.get_by_label(learner.says("E-mail address")).press("Enter")
    learner.looks()
    here = learner.page.url
    code = code_in(newest_mail(learner, demo["other_address"]))
    learner.goes_to(here)
    learner.fills_in("Code of six digits", code)
    learner.page.get_by_label(learner.says("Code of six digits")).press("Enter")
    learner.page.wait_for_url("**/merge/")
    learner.looks()
    assert_accessible(learner.page, PHONE)
    learner.sees("You have two accounts")
    learner.follows("Leave them as they are")
    expect(learner.page.get_by_text(demo["other_address"])).to_have_count(0)


def test_who_comes_from_an_institution_for_the_first_time_confirms_an_address(
    site, open_page: Callable[..., Page], locale
) -> None:
    page = open_page(language=locale)
    name, key = site.manage("shell", "--verbosity", "0", "-c", COMES_FROM_CAMPUS).split()[-2:]
    page.context.add_cookies([{"name": name, "value": key, "url": site.url}])
    nova = Person(page, locale[:2])
    nova.enters("institution")
    assert_accessible(page, PHONE)
    expect(nova.field("E-mail address")).to_have_value("nova@campus.example")
    nova.fills_in("E-mail address", "nova")
    nova.presses("Mail me a code")
    expect(page.locator(".errsum")).to_be_focused()
    nova.fills_in("E-mail address", f"nova.{nova.language}@campus.example")
    nova.presses("Mail me a code")
    assert_accessible(page, PHONE)
    nova.fills_in("Code of six digits", "12")
    nova.presses("Log in")
    expect(page.locator(".errsum")).to_be_focused()


@pytest.mark.parametrize(
    "address",
    [
        "/beheer/new-employers/",
        "/beheer/new-employers/{new_employer}/merge/{company}/",
        "/beheer/likely-doubles/inspect/{double}/",
    ],
)
def test_the_office_compares_what_it_makes_one(open_page: Callable[..., Page], demo, address: str) -> None:
    page = open_page(as_="office@demo.example")
    answer = page.goto(address.format(**demo))
    assert answer is not None
    assert answer.status == 200
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert_accessible(page)
    assert_accessible(page, PHONE)
