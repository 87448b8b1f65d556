"""The main job of the house, on the running demo: from a visitor's search to a figure with its evidence behind it.

Told once with JavaScript and in Dutch, once without and in English. Every page on the way is looked at: it fits a
narrow screen, axe finds nothing in light or dark, and the browser has nothing to complain about.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pypdf
import pytest
from playwright.sync_api import expect

from tests.browser.steps import (
    Person,
    certificate_when_ready,
    choose_edition,
    code_in,
    compare_file,
    newest_mail,
    note,
    open_figure,
    open_register,
    open_results,
    record_result,
    revoke,
    row_in,
    search_courses,
    session_code_on_screen,
)

# The demo's own session of today is the second of four of a course that began last week. This one begins and ends
# today and still takes enrolments, so that one sitting sees it through; planned with the office's own actions.
TODAY = """
from datetime import datetime, time, timedelta
from django.utils import timezone
from courses.actions import PlannedSession, publish_edition, save_edition, schedule_sessions
from courses.models import Course, Edition, Location
from enrolments.actions import Answers, enrol
from lms.people.actions import find_or_create_person
from lms.people.models import Organisation, User

now = timezone.now()
midnight = timezone.make_aware(datetime.combine(timezone.localdate(now), time()))
office = User.objects.get(email="office@demo.example")
house = Organisation.objects.get(code="ROBO")
edition = save_edition(
    Edition(
        code="{code}", course=Course.objects.get(code="SMZ-P3"), provider=house, mode="onsite",
        location=Location.objects.get(organisation=house), capacity=12,
        enrolment_opens_at=now - timedelta(days=7), enrolment_closes_at=now + timedelta(hours=2),
    ),
    by=office,
)
edition.trainers.add(User.objects.get(email="trainer@demo.example"))
session = PlannedSession(
    "Een dag met cobots", "A day with cobots", starts_at=max(now - timedelta(minutes=30), midnight),
    ends_at=now + timedelta(hours=3), break_minutes=30,
)
schedule_sessions(edition, [session], by=office)
publish_edition(edition, by=office)
colleague = find_or_create_person(
    "{code}@elders.example".lower(), language="nl", at=now, given_name="Teun", family_name="Afwezig"
)
answers = Answers(category="other", given_name="Teun", family_name="Afwezig")
enrol(edition, colleague, answers, language="nl", by=colleague, at=now)
"""


COURSE = {
    "nl": "Werken met cobots: veilig, praktisch en samen",
    "en": "Working with cobots: safe, practical and together",
}
SESSION = {"nl": "Een dag met cobots", "en": "A day with cobots"}


@dataclass
class Story:
    """Who it is about, and with which browser and language it is told."""

    edition: str
    given_name: str
    family_name: str
    javascript: bool
    language: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def email(self) -> str:
        return f"{self.given_name}.{self.family_name}@elders.example".lower()

    @property
    def course(self) -> str:
        return COURSE[self.language]

    @property
    def session(self) -> str:
        return SESSION[self.language]


STORIES = [
    Story("SMZ-P3-VANDAAG", "Aafke", "Zonneveld", javascript=True, language="nl"),
    Story("SMZ-P3-TODAY", "Abel", "Waterman", javascript=False, language="en"),
]


@pytest.fixture(params=STORIES, ids=["with JavaScript", "without JavaScript"])
def story(request, site) -> Story:
    site.manage("shell", "-c", TODAY.format(code=request.param.edition))
    return request.param


@pytest.fixture
def enter(open_page, story) -> Callable[..., Person]:
    """Someone comes in: ``enter("hr@demo.example")``, with a browser of their own."""

    def enter(as_: str = "", *, phone: bool = False) -> Person:
        locale = {"nl": "nl-NL", "en": "en-GB"}[story.language]
        page = open_page(as_=as_, phone=phone, javascript=story.javascript, language=locale)
        return Person(page, story.language, javascript=story.javascript)

    return enter


def test_from_finding_a_course_to_a_certificate_that_anyone_can_check(story, enter, problems):
    office = enter("office@demo.example")
    learners_before = open_figure(office, "LEARNERS_UNIQUE")

    # A visitor finds a course, and enrols as someone who works for a company.
    learner = enter()
    learner.goes_to("/")
    search_courses(learner, "cobot")
    learner.follows(story.course)
    choose_edition(learner, story.edition)
    learner.chooses("I work for a company")
    learner.fills_in("Employer", "Voorbeeld Plaatwerk Drechtsteden B.V. (fictief)")
    learner.fills_in("KvK number", "00000001")
    learner.chooses("My certificate")
    learner.fills_in("Given name", story.given_name)
    learner.fills_in("Family name", story.family_name)
    learner.fills_in("E-mail address", story.email)
    learner.presses("Enrol and mail me a code")
    code_page = learner.page.url

    # The code from the mail makes it certain, and lets the learner in.
    code = code_in(newest_mail(learner, story.email))
    learner.goes_to(code_page)
    learner.fills_in("Code of six digits", code)
    learner.presses("Confirm my enrolment")
    learner.sees("You take part")
    learner.sees(story.course)
    newest_mail(learner, story.email)
    _name, calendar = learner.downloads(learner.link("Put it in your calendar"))
    assert calendar.startswith(b"BEGIN:VCALENDAR")
    learner.enters("enrolments:my")
    learner.sees("Hello %(name)s", name=story.given_name)

    # In the room: the trainer shows the session's code, the learner types it.
    trainer = enter("trainer@demo.example", phone=True)
    trainer.enters("enrolments:trainer")
    open_register(trainer, story.edition)
    trainer.follows("Show the QR code")
    code = session_code_on_screen(trainer)
    learner.fills_in("Session code", f"{(int(code) + 1) % 10**6:06d}")
    learner.presses("Check in")
    learner.sees("This code does not work (any more). Fill in the six digits that are on the screen now.")
    learner.fills_in("Session code", code)
    learner.presses("Check in")
    learner.sees("You are checked in for %(session)s.", session=story.session)

    # The trainer notes who was not there; everyone else was. Then closes the list, and records who passed.
    trainer.follows("Back to the list")
    note(trainer, "Teun Afwezig", "Absent")
    trainer.presses("Close the list")
    trainer.presses("Close the list")
    trainer.sees("The attendance list is closed")
    trainer.follows("My sessions")
    open_results(trainer, story.edition)
    record_result(trainer, story.name, "Passed")

    # The worker draws the certificate.
    learner.enters("enrolments:my")
    name, document = learner.downloads(certificate_when_ready(learner, story.course))
    learner.looks()
    pdf = pypdf.PdfReader(io.BytesIO(document))
    assert document.startswith(b"%PDF")
    assert story.name in " ".join(page.extract_text() for page in pdf.pages)
    address = address_in(pdf)

    # HR sees who of the company learns what, and takes the certificate that was shared.
    hr = enter("hr@demo.example")
    hr.enters("enrolments:employer")
    hr.fills_in("Name", story.name)
    hr.button("Show").click()
    hr.sees("completed", row_in(hr, "Table of people and courses", story.family_name))
    hr.looks()
    hr.enters("certificates:employer")
    assert hr.downloads(hr.link("PDF", about=story.name)) == (name, document)
    hr.chooses("Choose %(name)s, %(title)s", name=story.name, title=story.course)
    _name, content = hr.downloads(hr.button("Download what is ticked"))
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert set(bundle.namelist()) == {name, "index.csv"}
        assert bundle.read(name) == document

    # The programme office: one learner more, down to what proves it.
    assert open_figure(office, "LEARNERS_UNIQUE") == learners_before + 1
    office.follows_link(office.page.get_by_role("row").filter(has_text=story.edition).get_by_role("link"))
    office.sees(story.name)
    office.sees(story.session)
    office.sees("session code")

    # Anyone checks it: by its address, by a number typed badly, and by holding the file against it.
    verifier = enter()
    verifier.goes_to(address)
    verifier.sees("This certificate is valid")
    verifier.sees(story.name)
    compare_file(verifier, document)
    verifier.sees("Your file is the document that we issued")
    compare_file(verifier, with_one_byte_changed(document))
    verifier.sees("Your file is not the document that we issued")
    verifier.enters("verify_search")
    verifier.fills_in("Number of the certificate", typed_badly(address))
    verifier.presses("Check it")
    assert verifier.page.url == address
    verifier.sees("This certificate is valid")

    # The learner shows it by a link, without a name on it, until that is taken back.
    learner.enters("certificates:shares", address.rpartition("/")[2])
    learner.page.get_by_label(learner.says("My name")).uncheck()
    learner.fills_in("For whom is it?", "Sollicitatie")
    learner.presses("Make the link")
    link = learner.field("Address of the link").input_value()
    learner.looks()
    reader = enter()
    reader.goes_to(link)
    reader.sees("This certificate is valid")
    expect(reader.page.locator("main")).not_to_contain_text(story.family_name)
    reader.looks()
    learner.presses("Take back")
    reader.goes_to(link, status=404)
    reader.sees("This link shows nothing")
    problems.clear()  # the browser complains of the 404

    # Until the office takes it back.
    revoke(office, address.rpartition("/")[2])
    verifier.page.reload()
    verifier.sees("This certificate has been revoked")
    verifier.sees("It was issued by mistake.")
    verifier.looks()


def address_in(pdf: pypdf.PdfReader) -> str:
    """Where the document says that it can be checked: the address under its QR code."""
    links = {
        note["/A"]["/URI"] for page in pdf.pages for note in map(get_object, page.get("/Annots", [])) if "/A" in note
    }
    (address,) = {link for link in links if "/v/" in link}
    return address


def get_object(reference: pypdf.generic.PdfObject) -> pypdf.generic.PdfObject:
    found = reference.get_object()
    assert found is not None
    return found


def with_one_byte_changed(document: bytes) -> bytes:
    middle = len(document) // 2
    return document[:middle] + bytes([document[middle] ^ 1]) + document[middle + 1 :]


def typed_badly(address: str) -> str:
    """The number as people copy it: spaces, small letters, an O for a zero and an l for a one."""
    number = address.rpartition("/")[2]
    return number.lower().replace("-", "  ").replace("0", "O").replace("1", "l")
