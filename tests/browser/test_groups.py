"""HR enrols a group: pasted, read, mended in place, enrolled, someone replaced, and taken back; with JavaScript and
without.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Person

pytestmark = pytest.mark.once

# An edition with room and no group yet: places that are reserved in one would go to the people of the list.
ROOMY = """
from django.utils import timezone
from courses.models import Edition
from enrolments.models import Enrolment

now = timezone.now()
waited_for = Enrolment.objects.waiting().order_by().values("edition")
coming = Edition.objects.open_at(now).filter(starts_at__gt=now).exclude(pk__in=waited_for)
decided = [one for one in coming.filter(groups=None) if not one.asks_approval and not one.asks_intake]
print(max(decided, key=lambda one: one.seats_free).code)
"""


@pytest.fixture
def roomy(site) -> str:
    return site.manage("shell", "--verbosity", "0", "-c", ROOMY).splitlines()[-1]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_hr_enrols_a_group_mends_it_sends_someone_else_and_takes_it_back(
    open_page: Callable[..., Page], roomy: str, javascript: bool
) -> None:
    hr = Person(open_page(as_="hr@demo.example", javascript=javascript), "nl", javascript=javascript)
    domain = f"groep{int(javascript)}.example"

    # Four screens, from the list of groups.
    hr.enters("enrolments:groups")
    hr.follows("Enrol a group")
    hr.page.get_by_role("searchbox").fill(roomy)
    hr.presses("Show", hr.page.locator("main"))
    hr.follows("Enrol a group", hr.page.get_by_role("row").filter(has_text=roomy))
    lines = [
        "Wie\tContact\tAfdeling",
        f"Sanne de Vries\tsanne@{domain}\tVerspaning",
        f"Bram Kok\tbram@{domain}\t",
        f"Mila Jansen\tmila.{domain}\tVerspaning",
    ]
    hr.fills_in("Paste from your spreadsheet", "\n".join(lines))
    hr.presses("Check the list")

    # A heading that we did not know: HR says what that column holds.
    hr.sees("The name is missing. Fill in at least a family name.")
    hr.page.locator("summary", has_text=hr.says("What we read in which column")).click()
    hr.field("Wie").select_option(label=hr.says("whole name"))
    hr.presses("Read it again like this")

    # One row to mend, on the spot.
    row = hr.page.get_by_role("row").filter(has_text="Mila Jansen")
    hr.sees("The e-mail address has no @. Write it like this: name@company.nl.", row)
    row.get_by_label(hr.says("E-mail address")).fill(f"mila@{domain}")
    if javascript:
        hr.button("Save this row", row).click()
    else:
        hr.presses("Save this row", row)
    hr.sees("Everything can be read.")
    hr.looks()

    # Enrolled, with totals; nobody has to click anything.
    with hr.page.expect_navigation():
        hr.page.locator("form button.btn--signal").click()
    hr.looks()
    hr.sees("%(n)s placed", n=3)
    assert hr.downloads(hr.link("Download as Excel"))[0].endswith(".xlsx")

    # Someone else comes.
    row = hr.page.get_by_role("row").filter(has_text="Bram Kok")
    hr.follows("Send someone else", row)
    hr.fills_in("Given name", "Noor")
    hr.fills_in("Family name", "Bos")
    hr.fills_in("E-mail address", f"noor@{domain}")
    hr.presses("Send this person")
    expect(hr.page.get_by_role("row").filter(has_text="Noor Bos")).to_contain_text(hr.says("placed").capitalize())

    # And within a day all of it is taken back.
    hr.page.locator("summary", has_text=hr.says("Undo this")).click()
    hr.presses("Undo the whole group")
    hr.sees("This was undone. Nobody of this list is enrolled by it.")


def test_a_long_list_goes_on_in_the_background_while_hr_watches(open_page: Callable[..., Page], roomy: str) -> None:
    hr = Person(open_page(as_="hr@demo.example"), "nl")
    hr.enters("enrolments:group_new", roomy)
    names = [f"Persoon {chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(24)]
    lines = [f"{name};{name.lower().replace(' ', '.')}@lang.example" for name in names]
    hr.fills_in("Paste from your spreadsheet", "\n".join(["Naam;E-mail", *lines]))
    hr.presses("Check the list")
    with hr.page.expect_navigation():
        hr.page.locator("form button.btn--signal").click()
    # The page looks by itself how far it is.
    result = hr.page.get_by_role("status").filter(has_text=re.compile(hr.says("%(n)s placed", n=r"\d+")))
    expect(result).to_be_visible(timeout=60_000)
    expect(hr.page.locator("#progress")).to_have_count(0)
    hr.looks()

    # Taken back, which lasts as long: more people were in it than there were places.
    hr.page.locator("summary", has_text=hr.says("Undo this")).click()
    with hr.page.expect_navigation():
        hr.button("Undo the whole group").click()
    undone = hr.page.get_by_role("status").filter(
        has_text=hr.says("This was undone. Nobody of this list is enrolled by it.")
    )
    expect(undone).to_be_visible(timeout=60_000)
