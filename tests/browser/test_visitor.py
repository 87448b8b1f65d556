"""A visitor who looks for a course: searches with a typing error, narrows, sorts, goes back, compares, changes
language. With JavaScript and without, and never with a cookie.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Person, search_courses


@pytest.fixture(params=["with JavaScript", "without"])
def visitor(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Person:
    javascript = request.param == "with JavaScript"
    return Person(open_page(javascript=javascript, language="en-GB"), "en", javascript=javascript)


def titles(visitor: Person) -> list[str]:
    return visitor.page.locator("#resultaten h3").all_inner_texts()


def shows(visitor: Person, words: str) -> None:
    """On the list as it stands; with JavaScript it changes in place."""
    expect(visitor.page.locator("#resultaten h3").filter(has_text=words).first).to_be_visible()


def submits(visitor: Person, button: str) -> None:
    """Without JavaScript a choice counts once its form is sent."""
    if not visitor.javascript:
        visitor.page.locator("noscript").get_by_role("button", name=visitor.says(button)).click()


def test_a_visitor_finds_compares_and_opens_a_course(visitor: Person) -> None:
    page = visitor.page
    visitor.goes_to("/en/")

    # A typing error is forgiven.
    search_courses(visitor, "cobto")
    expect(page.locator("#resultaten")).to_contain_text("cobot", ignore_case=True)
    shows(visitor, "cobots")

    # All courses, narrowed by a theme or any other box that leaves something.
    visitor.goes_to("/en/courses/")
    everything = titles(visitor)
    box = page.locator("#facets fieldset").first.get_by_role("checkbox").first
    box.check()
    submits(visitor, "Show the results")
    page.wait_for_url(re.compile(r"\?.*="))
    expect(page.locator("#resultaten .chips").get_by_role("link").first).to_be_visible()
    narrowed = page.url
    assert 0 < len(titles(visitor)) <= len(everything)
    visitor.looks()

    # Sorted otherwise: the same courses.
    before = sorted(titles(visitor))
    page.locator("#sort").select_option(index=1)
    submits(visitor, "Sort")
    page.wait_for_url(re.compile("sort="))
    expect(page.locator("#resultaten h3")).to_have_count(len(before))
    assert sorted(titles(visitor)) == before or len(before) >= 10

    # Back is one step back, with its box ticked; an address that someone shares shows the same.
    page.go_back()
    page.wait_for_url(narrowed)
    expect(page.locator("#facets").get_by_role("checkbox", checked=True)).to_have_count(1)
    page.goto(narrowed)
    assert sorted(titles(visitor)) == before

    # Two of them side by side.
    visitor.goes_to("/en/courses/")
    compared = page.get_by_role("checkbox", name=re.compile(f"^{visitor.says('Compare')}"))
    for number in range(2):
        compared.nth(number).check()
    chosen = titles(visitor)[:2]
    visitor.presses("Compare", page.locator("#compare"))
    for title in chosen:
        visitor.sees(title)

    # And one of them as it is, in the other language too.
    visitor.follows_link(page.locator("main").get_by_role("link", name=chosen[0]).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen[0])
    other = page.locator("header").get_by_role("link", name="Nederlands").first
    visitor.follows_link(other)
    assert page.locator("html").get_attribute("lang") == "nl"
    assert "/nl/" in page.url
    assert page.locator("header").get_by_role("link", name="English").first.get_attribute("href") is not None

    assert page.context.cookies() == []
