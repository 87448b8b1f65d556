"""The shell in a browser: nothing we serve is refused by our own policy."""

import pytest

from tests.browser.steps import assert_accessible

pytestmark = pytest.mark.once


@pytest.mark.parametrize("path", ["/nl/", "/en/", "/accounts/login/", "/accounts/signup/"])
def test_a_page_loads_without_complaint_and_is_accessible(page, path):
    answer = page.goto(path)
    assert answer.status == 200
    assert_accessible(page)


def test_the_back_office_works_under_its_policy(open_page):
    page = open_page(as_="editor@demo.example")
    page.goto("/beheer/")
    page.wait_for_selector(".sidebar")
    page.goto("/beheer/pages/")
    page.locator("table.listing").wait_for()
    page.locator("table.listing a[href$='/edit/']").first.click()
    page.locator("[data-edit-form], #page-edit-form").wait_for()


def test_someone_without_access_is_told_so_at_the_back_office(open_page, problems):
    page = open_page(as_="learner@demo.example")
    answer = page.goto("/beheer/")
    assert answer.status == 403
    problems.clear()  # the browser reports the status of the page as an error
    assert_accessible(page)
