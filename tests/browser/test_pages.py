"""Every kind of page, for whoever may see it, in both languages: axe in light and dark, wide and narrow, and whole
by keyboard. What is asked of every page is in steps; this is the list.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.steps import PHONE, Person, assert_accessible, code_in, newest_mail, search_courses

# A page looks the same whatever database its rows came from.
pytestmark = pytest.mark.once

LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
COURSE = "SMZ-P3"


# Page, arguments (a name of WHAT_THERE_IS in angle brackets); with another status than 200, which.
PUBLIC = [
    "wagtail_serve ''",
    "cms:course SMZ-P3",
    "cms:course IOTA-C1",
    "cms:guide",
    "cms:compare",
    "cms:standard about",
    "cms:standard privacy",
    "cms:standard accessibility",
    "enrolments:enrol <open>",
    "enrolments:enrol <full>",
    "enrolments:enrol <closed>",
    "enrolments:enrol <running>",
    "enrolments:enrol <finished>",
    "enrolments:enrol <cancelled>",
    "verify_search",
    "verify_many",
    "verify_yourself",
    "verify <certificate_issued>",
    "verify <certificate_revoked>",
    "verify <certificate_superseded>",
    "verify <certificate_expired>",
    "verify 7K3M-Q9TX-2B4N-8WRF-D 404",
    "verify <earlier>",
    "verify kaas 404",
    "shared <link>",
    "shared kaas 404",
    "account_login",
    "account_request_login_code",
    "account_reset_password",
    "mailbox",
    "mailbox_message <mail>",
    "mailbox_message <bounced>",
    "mail_stop <stop>",
]
ROOMS = {
    "learner@demo.example": [
        "enrolments:my",
        "enrolments:check_in",
        "enrolments:enrolment <my_completed>",
        "enrolments:enrolment <my_confirmed>",
        "enrolments:enrolment <my_waitlisted>",
        "enrolments:withdraw <my_waitlisted>",
        "enrolments:move <my_confirmed>",
        "enrolments:enrol <open>",
        "certificates:mine",
        "certificates:detail <my_certificate>",
        "certificates:shares <my_certificate>",
        "enrolments:my_sharing",
        "enrolments:my_calendar",
        "enrolments:my_sharing",
        "privacy:mine",
        "privacy:correct",
        "privacy:ask",
        "privacy:confirm",
        "privacy:erase",
        "mail_wanted",
        "account_logout",
        "account_email",
        "account_change_password",
        "mfa_index",
    ],
    "trainer@demo.example": [
        "enrolments:my",
        "enrolments:trainer",
        "enrolments:register <todays_list>",
        "enrolments:register <closed_list>",
        "enrolments:register <coming_list>",
        "enrolments:register_close <todays_list>",
        "enrolments:session_code <todays_list>",
        "enrolments:register_print <closed_list>",
        "enrolments:results <assessed>",
    ],
    "hr@demo.example": [
        "enrolments:employer",
        "connections:list",
        "connections:make_key",
        "enrolments:staff",
        "enrolments:departments",
        "enrolments:colleagues",
        "enrolments:claim",
        "enrolments:staff_member <works_for_hr>",
        "enrolments:department <department>",
        "enrolments:staff_enrolment <seen_by_hr>",
        "enrolments:enrol_staff <works_for_hr> <open_course>",
        "certificates:employer",
        "certificates:file <year_file>",
        "employer_messages:list",
        "connections:add_webhook",
        "connections:webhook <webhook>",
        "connections:revoke_key <key>",
        "enrolments:employer_approvals",
        "enrolments:groups",
        "enrolments:group_editions",
        "enrolments:group_new <group_edition>",
        "enrolments:group <group_checking>",
        "enrolments:group <group_system>",
        "enrolments:group <group_unnamed>",
        "enrolments:group <group_waiting>",
        "enrolments:group_change <group_system> <in_group>",
        "enrolments:my",
        "certificates:mine",
    ],
    "coordinator@demo.example": [
        "enrolments:trainer",
        "certificates:office",
        "certificates:waiting",
        "enrolments:cockpit_editions",
        "enrolments:cockpit <cockpit>",
        "enrolments:cockpit <undecided>",
        "enrolments:cockpit_person <cockpit> <waiter>",
        "enrolments:cockpit_person <cockpit> <offered>",
        "enrolments:cockpit_enrol <cockpit>",
        "enrolments:cockpit_move <cockpit>",
        "enrolments:cockpit_announcements <cockpit>",
        "enrolments:cockpit_announce <cockpit>",
        "enrolments:cockpit_announcement <cockpit> <announcement>",
        "enrolments:cockpit_timeline <cockpit>",
        "enrolments:cockpit_cancel <cockpit>",
    ],
    "office@demo.example": [
        "enrolments:register_reopen <closed_list>",
        "certificates:office",
        "certificates:office_detail <certificate_issued>",
        "certificates:office_detail <proposed>",
        "certificates:edition <certified>",
        "certificates:waiting",
        "certificates:earlier",
        "certificates:earlier_batch <earlier_list>",
        "certificates:office_detail <certificate_revoked>",
        "certificates:office_detail <certificate_superseded>",
        "privacy:register",
        "privacy:settle <privacy_request>",
        "privacy:terms",
        "kpis:office",
        "kpis:figure LEARNERS_UNIQUE",
        "kpis:figure CERTS_ISSUED",
        "kpis:figure PERSON_HOURS",
        "kpis:fact <fact_attendance>",
        "kpis:fact <fact_completion>",
        "kpis:fact <fact_certificate>",
        "kpis:fact <fact_taken_back>",
    ],
    "aanvraag4@deelnemer.example": [
        "enrolments:enrolment <bought>",
        "enrolments:withdraw_contract <bought>",
    ],
    "auditor@demo.example": ["kpis:office", "kpis:figure LEARNERS_UNIQUE", "enrolments:register_print <closed_list>"],
}
EVERY_PAGE = [("", page) for page in PUBLIC] + [(who, page) for who, pages in ROOMS.items() for page in pages]


@pytest.fixture(scope="session")
def demo(site) -> dict[str, Any]:
    return site.at_first


@pytest.fixture(params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture
def enter(open_page, language) -> Callable[..., Person]:
    def enter(as_: str = "", *, phone: bool = False) -> Person:
        return Person(open_page(as_=as_, phone=phone, language=LANGUAGES[language]), language)

    return enter


@pytest.mark.parametrize(("who", "page"), EVERY_PAGE, ids=lambda value: value or "anyone")
def test_every_page_is_for_everyone(enter, demo, problems, who, page):
    name, *arguments = page.split()
    status = int(arguments.pop()) if arguments and arguments[-1] == "404" else 200
    told = [str(demo[one[1:-1]]) if one.startswith("<") else one.strip("'") for one in arguments]
    person = enter(who)
    person.goes_to(person.address(name, *told), status=status)
    assert person.page.locator("html").get_attribute("lang") == person.language
    assert_accessible(person.page, PHONE)
    assert_is_well_formed(person)
    if status != 200:
        problems.clear()  # the browser reports the status of the page as an error


@pytest.mark.parametrize(
    "path",
    [
        {"nl": "opleidingen/", "en": "courses/"},
        {"nl": "opleidingen/?q=cobot", "en": "courses/?q=cobot"},
        {"nl": "opleidingen/?q=kantklossen", "en": "courses/?q=lacemaking"},
        {
            "nl": "opleidingen/vergelijken/?opleiding=SMZ-P2&opleiding=SMZ-P3&opleiding=IOTA-C1",
            "en": "courses/compare/?course=SMZ-P2&course=SMZ-P3&course=IOTA-C1",
        },
        {
            "nl": "keuzehulp/?wie=student&thema=iot-en-data&tijd=week",
            "en": "choice-helper/?who=student&theme=iot-en-data&time=week",
        },
        {"nl": "agenda/", "en": "agenda/"},
        {"nl": "labs/", "en": "labs/"},
        {"nl": "labs/robohouse/", "en": "labs/robohouse/"},
        {"nl": "labs/iot-academy/", "en": "labs/iot-academy/"},
        {"nl": "agenda/?lab=ROBO", "en": "agenda/?lab=ROBO"},
        {"nl": "agenda/?theme=cyberveiligheid&lab=RAM", "en": "agenda/?theme=cyberveiligheid&lab=RAM"},
        {"nl": "onderwerpen/", "en": "subjects/"},
        {"nl": "onderwerpen/iot-en-data/", "en": "subjects/iot-and-data/"},
        {"nl": "verhalen/", "en": "stories/"},
        {
            "nl": "verhalen/van-de-keuken-naar-de-schakelkast/",
            "en": "stories/from-the-kitchen-to-the-switch-cabinet/",
        },
        {"nl": "partners/", "en": "partners/"},
        {"nl": "partners/tno/", "en": "partners/tno/"},
        {"nl": "opleidingen/de-verbonden-fabriek/", "en": "courses/the-connected-factory/"},
    ],
    ids=lambda path: path["en"],
)
def test_every_page_of_the_site_is_for_everyone(enter, path):
    """Those whose addresses editors choose."""
    visitor = enter()
    visitor.goes_to(f"/{visitor.language}/{path[visitor.language]}")
    assert_accessible(visitor.page, PHONE)
    assert_is_well_formed(visitor)


def assert_is_well_formed(person: Person) -> None:
    """One heading of the first level, no two things of one id, and a title of its own."""
    assert person.page.locator("h1:visible").count() == 1
    ids = person.page.eval_on_selector_all("[id]", "found => found.map(one => one.id)")
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    assert re.match(r"\S.+ – .+", person.page.title())


# What goes wrong ------------------------------------------------------------------------------------------------------


def test_a_page_that_is_not_there_says_so(enter, problems):
    for who in ("", "learner@demo.example"):
        person = enter(who)
        person.goes_to(f"/{person.language}/kaas/", status=404)
        person.sees("This page does not exist")
    problems.clear()


def test_mistakes_on_the_enrolment_page_are_listed_and_lead_to_the_fields(enter, demo):
    visitor = enter()
    visitor.enters("enrolments:enrol", demo["open"])
    visitor.presses("Enrol and mail me a code")
    assert_tells_mistakes(visitor, 4)
    visitor.chooses("I work for a company")
    visitor.fills_in("KvK number", "123")
    visitor.fills_in("Given name", "Sanne")
    visitor.fills_in("Family name", "de Vries")
    visitor.fills_in("E-mail address", "sanne")
    visitor.presses("Enrol and mail me a code")
    assert_tells_mistakes(visitor, 2)
    expect(visitor.field("Given name")).to_have_value("Sanne")


def test_a_wrong_code_says_how_often_one_may_still_try(enter, demo, language):
    visitor = enter()
    visitor.enters("enrolments:enrol", demo["open"])
    email = f"code.{language}@elders.example"
    visitor.chooses("I am self-employed")
    visitor.fills_in("Given name", "Sanne")
    visitor.fills_in("Family name", "de Vries")
    visitor.fills_in("E-mail address", email)
    visitor.presses("Enrol with obligation to pay")
    here = visitor.page.url
    code = code_in(newest_mail(visitor, email))
    visitor.goes_to(here)
    visitor.fills_in("Code of six digits", f"{(int(code) + 1) % 10**6:06d}")
    visitor.presses("Confirm my enrolment")
    assert_tells_mistakes(visitor, 1)
    visitor.fills_in("Code of six digits", "12")
    visitor.presses("Confirm my enrolment")
    assert_tells_mistakes(visitor, 1)


def test_signing_in_with_a_wrong_password_is_told(enter):
    visitor = enter()
    visitor.enters("account_login")
    visitor.page.fill("input[name=login]", "nobody@elders.example")
    visitor.page.fill("input[name=password]", "wrong")
    with visitor.page.expect_navigation():
        visitor.page.press("input[name=password]", "Enter")
    visitor.looks()
    assert_tells_mistakes(visitor, 1)  # of the form as a whole


def test_a_number_that_cannot_be_one_and_no_file_are_told(enter):
    visitor = enter()
    visitor.enters("verify_search")
    visitor.fills_in("Number of the certificate", "7K3M")
    visitor.presses("Check it")
    assert_tells_mistakes(visitor, 1)
    visitor.enters("verify_search")
    visitor.presses("Compare the file")
    assert_tells_mistakes(visitor, 1)


def test_minutes_are_asked_of_who_was_there_in_part(enter, demo):
    trainer = enter("trainer@demo.example", phone=True)
    trainer.enters("enrolments:register", demo["todays_list"])
    here = trainer.page.locator("ul.reg > li", has=trainer.page.locator("[value=present]:checked")).first
    row = trainer.page.locator(f"#{here.get_attribute('id')}")
    row.get_by_role("radio", name=trainer.says("Partly", "attendance")).check()
    minutes = row.get_by_label(trainer.says("Minutes present"))
    expect(minutes).to_be_focused()
    trainer.sees("Fill in the minutes, then it is saved.", row)
    minutes.fill("9999")
    minutes.press("Enter")
    expect(row.locator(".err")).to_be_visible()
    expect(minutes).to_have_attribute("aria-invalid", "true")
    trainer.looks()
    minutes.fill("30")
    minutes.press("Enter")
    expect(row.locator(".err")).to_have_count(0)


def test_taking_a_certificate_back_needs_both_reasons(enter, demo):
    officer = enter("office@demo.example")
    officer.enters("certificates:office_detail", demo["certificate_issued"])
    officer.presses("Revoke this certificate")
    assert_tells_mistakes(officer, 2)


def test_opening_a_closed_list_needs_a_reason(enter, demo):
    officer = enter("office@demo.example")
    officer.enters("enrolments:register_reopen", demo["closed_list"])
    with officer.page.expect_navigation():
        officer.page.locator("main form button").click()
    officer.looks()
    assert_tells_mistakes(officer, 1)


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("hr@demo.example", "enrolments:employer"),
        ("office@demo.example", "certificates:office"),
        ("", "mailbox"),
    ],
)
def test_a_search_that_finds_nothing_says_what_to_do(enter, who, page):
    person = enter(who)
    person.goes_to(f"{person.address(page)}?{'to' if page == 'mailbox' else 'q'}=kantklossen")
    expect(person.page.locator(".empty").first).to_be_visible()


def test_figures_of_nothing_are_no_error(enter):
    officer = enter("office@demo.example")
    officer.enters("kpis:office")
    period = officer.page.locator("select").first
    with officer.page.expect_response(lambda answer: "?" in answer.url):
        period.select_option(index=period.locator("option").count() - 1)
    officer.looks()


def assert_tells_mistakes(person: Person, number: int) -> None:
    """The title says so, the summary has the focus, and each line of it leads to the field that it is about."""
    summary = person.page.locator(".errsum")
    expect(summary).to_be_focused()
    assert person.page.title().startswith(person.says("Error:"))
    expect(summary.get_by_role("listitem")).to_have_count(number)
    for link in summary.get_by_role("link").all():
        link.press("Enter")
        field = person.page.locator(link.get_attribute("href") or "")
        expect(field).to_be_visible()
        expect(field).to_be_focused()


# By keyboard ----------------------------------------------------------------------------------------------------------


def test_the_first_key_skips_to_the_content(enter):
    visitor = enter()
    for path in ("/", "/v/"):
        visitor.page.goto(path)
        visitor.page.keyboard.press("Tab")
        skip = visitor.link("Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        assert_accessible(visitor.page)
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator("#main")).to_be_focused()


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(enter):
    visitor = enter(phone=True)
    visitor.page.goto("/")
    menu, opener = visitor.page.locator("#menu"), visitor.button("Menu")
    assert_opens_by_keyboard(visitor, opener, menu)


def test_ones_own_pages_open_by_keyboard(enter):
    for phone in (False, True):
        officer = enter("office@demo.example", phone=phone)
        officer.enters("kpis:office")
        rooms, opener = officer.page.locator("#rooms"), officer.page.locator("[popovertarget=rooms]")
        assert_opens_by_keyboard(officer, opener, rooms)


def test_the_filters_of_a_phone_open_by_keyboard(enter):
    visitor = enter(phone=True)
    visitor.page.goto("/")
    search_courses(visitor, "robot")
    facets, opener = visitor.page.locator("#facets"), visitor.button("Filters")
    assert_opens_by_keyboard(visitor, opener, facets)


def assert_opens_by_keyboard(person: Person, opener: Any, popover: Any) -> None:
    """Enter opens it, its first control comes next, axe finds nothing; Escape closes it and gives the focus back."""
    expect(popover).to_be_hidden()
    opener.focus()
    person.page.keyboard.press("Enter")
    expect(popover).to_be_visible()
    person.page.keyboard.press("Tab")
    assert popover.evaluate("popover => popover.contains(document.activeElement)")
    person.looks()
    person.page.keyboard.press("Escape")
    expect(popover).to_be_hidden()
    expect(opener).to_be_focused()


def test_filtering_by_keyboard_keeps_the_focus_and_tells_the_number(enter):
    visitor = enter()
    visitor.page.goto("/")
    search_courses(visitor, "")
    count = visitor.page.locator("#stand")
    before = count.inner_text()
    box = visitor.page.locator("#facets input[type=checkbox]").last
    box.focus()
    with visitor.page.expect_response(lambda answer: "?" in answer.url):
        visitor.page.keyboard.press("Space")
    expect(count).not_to_have_text(before)
    expect(box).to_be_focused()
    assert "?" in visitor.page.url
    visitor.looks()
