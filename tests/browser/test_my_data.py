"""One's own data in a browser: seen, corrected, taken along, no longer shared, erased. With and without JavaScript."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import PHONE, Person, assert_accessible, code_in, newest_mail, sign_in

pytestmark = pytest.mark.once

# Someone of the demo who has something in every corner; another for each journey, since the last step erases them.
WHO = """
from allauth.account.models import EmailAddress
from enrolments.models import Grant
from lms.people.models import User
shared = Grant.objects.active().order_by("pk").values_list("enrolment__learner__email", flat=True)
people = list(dict.fromkeys(email for email in shared if not email.endswith("@demo.example")))
certified = User.objects.filter(enrolments__certificates__state="issued", memberships=None)
found = [email for email in people if certified.filter(email=email).exists()][:2]
for person in User.objects.filter(email__in=found):
    person.set_password("demo")
    person.save()
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
import json
print(json.dumps(found))
"""


@pytest.fixture
def people(site) -> list[str]:
    return json.loads(site.manage("shell", "--verbosity", "0", "-c", WHO).splitlines()[-1])


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_someone_sees_corrects_takes_along_stops_sharing_and_erases(site, open_page, people, javascript):
    email = people[0 if javascript else 1]
    page = open_page(javascript=javascript, phone=javascript)
    sign_in(page, email)
    me = Person(page, "nl", javascript=javascript)
    me.enters("privacy:mine")
    me.sees("What we keep")
    expect(page.locator("main details")).not_to_have_count(0)

    # Corrected: what is not right stays in the form.
    me.follows("Correct my name or language")
    me.fills_in("Given name", "111222333")
    me.presses("Save")
    expect(page.locator(".errsum")).to_be_visible()
    expect(me.field("Given name")).to_have_value("111222333")
    me.fills_in("Given name", "Robin")
    me.presses("Save")
    me.sees("Your data is corrected. Certificates keep what they state.", page.locator("body"))

    # Taken along, once it is sure who is there.
    me.presses("Make a JSON file")
    me.presses("Mail me a code")
    code = code_in(newest_mail(Person(open_page(), "nl"), email))
    me.fills_in("Code from the e-mail", code)
    me.presses("Go on")
    me.presses("Make a JSON file")
    me.presses("Make a PDF")
    name, content = me.downloads(page.get_by_role("link", name=re.compile("JSON")))
    assert name.endswith(".json")
    assert {"people.User", "enrolments.Enrolment"} <= {one["model"] for one in json.loads(content)["kept"]}
    name, content = me.downloads(page.get_by_role("link", name=re.compile("PDF")))
    assert name.endswith(".pdf")
    assert content.startswith(b"%PDF-")

    # No longer shared.
    me.enters("enrolments:my_sharing")
    with page.expect_navigation():
        page.locator("main button.btn--bad").first.click()
    me.looks()

    # Erased, after seeing what goes and what stays.
    me.enters("privacy:erase")
    me.sees("This goes at once")
    me.sees("This stays")
    me.presses("Erase my data", page.locator("main form"))
    expect(page.locator(".errsum")).to_be_visible()
    for choice in ("keep", "now"):
        page.locator(f"main input[type=radio][value={choice}]").check()
    page.locator("main input[type=checkbox]").check()
    me.presses("Erase my data", page.locator("main form"))
    if javascript:
        assert_accessible(page, PHONE)
    page.goto(me.address("enrolments:my"))
    expect(page.locator("input[name=login]")).to_be_visible()
