"""A learner on a phone: three screens from the course's page to a certain place, and then everything about it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import Person, code_in, newest_mail

pytestmark = pytest.mark.once

COURSE = """
from django.utils import timezone
from courses.models import Edition
now = timezone.now()
open_ones = Edition.objects.open_at(now).filter(
    needs_approval=False, needs_intake=False, course__needs_approval=False, course__needs_intake=False
)
free = [one for one in open_ones.order_by("starts_at") if one.seats_free > 2]
print(free[-1].course.code, free[-1].code)
"""
EMAIL = "femke.telefoon@elders.example"


def test_from_a_courses_page_to_a_place_in_three_screens_and_back(site, open_page):
    course, edition = site.manage("shell", "--verbosity", "0", "-c", COURSE).split()[-2:]
    me = Person(open_page(phone=True), "nl")

    # Three screens: the course's page, one page to fill in, the digits from the mail.
    me.goes_to(me.address("cms:course", course))
    screens = [me.page.url]
    row = me.page.get_by_role("row").or_(me.page.get_by_role("listitem")).filter(has_text=edition)
    me.follows("Enrol", row.first, context="button")
    screens.append(me.page.url)
    me.chooses("I am a student")
    me.fills_in("School or university", "Hogeschool Inholland")
    me.fills_in("Given name", "Femke")
    me.fills_in("Family name", "Telefoon")
    me.fills_in("E-mail address", EMAIL)
    me.presses("Enrol and mail me a code")
    screens.append(me.page.url)
    code = code_in(newest_mail(Person(open_page(phone=True), "nl"), EMAIL))
    me.fills_in("Code of six digits", code)
    me.presses("Confirm my enrolment")
    me.sees("You are enrolled")
    assert len(screens) == 3
    enrolment = me.page.url

    # My page says what is next; the dates go into a calendar.
    me.enters("enrolments:my")
    me.sees("Next session")
    name, content = me.downloads(me.link("Put in your calendar"))
    assert name.endswith(".ics")
    assert b"BEGIN:VEVENT" in content

    # And giving it up asks first.
    me.goes_to(enrolment)
    me.follows("Withdraw")
    me.sees("Give up your place?")
    with me.page.expect_navigation():
        me.page.locator("main form button").first.click()
    me.looks()
    expect(me.page.locator("body")).to_contain_text(
        re.compile(re.escape(me.says("You are no longer enrolled in %(course)s.").split("%")[0]))
    )
