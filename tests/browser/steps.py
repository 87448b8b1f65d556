"""What people in browser tests do again and again, and how each of their pages must be.

A ``Person`` is someone with a browser and a language. Labels are given as they stand in the code, in English; the
person finds them on the page in the words of their own language.
"""

import re
import time
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Download, Locator, Page, Response, expect

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PHONE = 390
SMALLEST = 320  # down to here nobody has to scroll sideways (WCAG 1.4.10)
# Colours change with the next frames, some of them gradually.
DRAWN = """async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(drawn => requestAnimationFrame(drawn));
  await Promise.allSettled(document.getAnimations().map(change => change.finished));
}"""
# Between two pages there is no document for a moment.
STATE = "[document.fonts.status, document.documentElement?.scrollWidth]"


def sign_in(page: Page, email: str, password: str = "demo") -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


# How a page must be --------------------------------------------------------------------------------------------------


def assert_accessible(page: Page, width: int | None = None) -> None:
    """Axe finds nothing on the page as it stands, in both schemes; at this width, or its own."""
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size(usual | {"width": width or usual["width"]})
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        # On a busy machine the new colours may be there a moment later than the browser says: what is wrong, stays.
        deadline = time.monotonic() + 3
        while (violations := _violations(page)) and time.monotonic() < deadline:
            time.sleep(0.2)
        found += [f"{scheme}: {violation}" for violation in violations]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(usual)
    assert not found, f"{page.url}\n" + "\n".join(found)


def _violations(page: Page) -> list[str]:
    """What axe has against the page, in words."""
    page.evaluate(DRAWN)
    found = []
    for violation in _axe(page)["violations"]:
        places = [f"    {node['html'][:200]}\n    {node.get('failureSummary', '')}" for node in violation["nodes"]]
        found.append("\n".join([f"{violation['id']}: {violation['help']}", *places]))
    return found


def _axe(page: Page) -> dict[str, Any]:
    """Axe's answer. Its script stays in the page, so that further runs need not load it again."""
    axe = Axe()
    if page.evaluate("!window.axe"):
        page.evaluate(axe.axe_script)
    return page.evaluate("options => axe.run(options)", {"resultTypes": ["violations"]})


def assert_fits(page: Page, *widths: int) -> None:
    """Nobody has to scroll the page sideways, at the width it has and at these."""
    usual = page.viewport_size
    assert usual is not None
    for width in (usual["width"], *widths):
        page.set_viewport_size({"width": width, "height": usual["height"]})
        # Until the page is drawn anew it still has its earlier margins, and until our own fonts are there others stand
        # in. Asked for in turns, which works without JavaScript too.
        deadline = time.monotonic() + 5
        while (state := page.evaluate(STATE)) != ["loaded", width] and time.monotonic() < deadline:
            time.sleep(0.05)
        assert state == ["loaded", width], f"{page.url} at {width}: {state}, {_too_wide(page, width)}"
    page.set_viewport_size(usual)


def _too_wide(page: Page, width: int) -> list[str]:
    """What sticks out, for the message."""
    return page.evaluate(
        """width => [...document.body.querySelectorAll("*")]
            .filter(one => one.getBoundingClientRect().right > width + 1 && !one.closest(".tscroll"))
            .slice(0, 5)
            .map(one => `${one.tagName.toLowerCase()}.${one.className}`)""",
        width,
    )


# Someone with a browser ----------------------------------------------------------------------------------------------


class Person:
    """Someone who uses the site, and looks at each page it shows them (``looks``)."""

    def __init__(self, page: Page, language: str, *, javascript: bool = True) -> None:
        self.page = page
        self.language = language
        self.javascript = javascript

    # Words and addresses in the person's language

    def says(self, text: str, context: str = "", **values: Any) -> str:
        """A text of the code as this person reads it."""
        with translation.override(self.language):
            said = pgettext(context, text) if context else gettext(text)
        return said % values if values else said

    def address(self, name: str, *args: Any) -> str:
        with translation.override(self.language):
            return reverse(name, args=args)

    # Going places

    def goes_to(self, path: str, *, status: int = 200) -> Response:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}"
        self.looks()
        return answer

    def enters(self, name: str, *args: Any) -> Response:
        """Go to the page of this name."""
        return self.goes_to(self.address(name, *args))

    def looks_again(self) -> None:
        self.page.reload()

    def looks(self) -> None:
        """What must be true of every page that anyone sees."""
        assert_fits(self.page, PHONE, SMALLEST)
        if self.javascript:  # axe is JavaScript itself
            assert_accessible(self.page)

    # Finding, and doing something with it

    def link(self, text: str, within: Locator | None = None, *, context: str = "", about: str = "") -> Locator:
        """The link whose words begin so; what only screen readers hear may follow, like what it is about."""
        words = re.compile(rf"^{re.escape(self.says(text, context))}(?!\w).*{re.escape(about)}")
        return (within or self.page).get_by_role("link", name=words).first

    def follows(self, text: str, within: Locator | None = None, *, context: str = "") -> None:
        self.follows_link(self.link(text, within, context=context))

    def follows_link(self, link: Locator) -> None:
        address = link.get_attribute("href") or ""
        with self.page.expect_navigation(url=re.compile(re.escape(address.partition("#")[0]) + "(#.*)?$")):
            link.click()
        self.looks()

    def presses(self, text: str, within: Locator | None = None) -> None:
        """Press a button that leads to another page."""
        with self.page.expect_navigation():
            self.button(text, within).click()
        self.looks()

    def button(self, text: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=re.compile(rf"^{re.escape(self.says(text))}(?!\w)"))

    def field(self, label: str) -> Locator:
        """The field with this label, whether or not it says that it is optional."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(self.says(label))}(\s*\(.*\))?$"))

    def fills_in(self, label: str, text: str) -> None:
        self.field(label).fill(text)

    def chooses(self, text: str, **values: Any) -> None:
        """Choose the radio button, or tick the box, whose words begin so."""
        words = re.compile(rf"^{re.escape(self.says(text, **values))}(?!\w)")
        self.page.get_by_role("radio", name=words).or_(self.page.get_by_role("checkbox", name=words)).check()

    def sees(self, text: str, within: Locator | None = None, **values: Any) -> None:
        said = self.says(text, **values)
        place = within if within is not None else self.page.locator("main")
        expect(place, f"“{said}” on {self.page.url}").to_contain_text(said)

    def downloads(self, button_or_link: Locator) -> tuple[str, bytes]:
        """Name and content of the file that the browser saves."""
        with self.page.expect_download() as waiting:
            button_or_link.click()
        download: Download = waiting.value
        return download.suggested_filename, Path(download.path()).read_bytes()


# What people do ------------------------------------------------------------------------------------------------------


def search_courses(visitor: Person, words: str) -> None:
    """From the home page."""
    page, name = visitor.page, visitor.says("Search courses")
    # With suggestions, which come with JavaScript, it is a combobox.
    page.get_by_role("searchbox", name=name).or_(page.get_by_role("combobox", name=name)).fill(words)
    visitor.presses("Search", visitor.page.locator("main"))


def choose_edition(visitor: Person, code: str) -> None:
    """On the course's page."""
    visitor.follows("Enrol", visitor.page.get_by_role("row").filter(has_text=code), context="button")


def newest_mail(person: Person, email: str) -> str:
    """Open the newest mail to this address in the demo's mailbox, and read it."""
    person.goes_to(f"/dev/mail/?to={email}")
    person.follows_link(person.page.get_by_role("rowheader").first.get_by_role("link"))
    return person.page.locator("pre").first.inner_text()


def code_in(mail: str) -> str:
    """The six digits on a line of their own."""
    found = re.search(r"^\s*(\d{3}) ?(\d{3})\s*$", mail, re.MULTILINE)
    assert found, mail
    return "".join(found.groups())


def open_register(trainer: Person, edition: str) -> None:
    """From the trainer's room: today's session of this edition."""
    _open_in_section(trainer, "Today", edition)


def open_results(trainer: Person, edition: str) -> None:
    """From the trainer's room: who of this edition waits for a result."""
    _open_in_section(trainer, "Results to record", edition)


def _open_in_section(trainer: Person, section: str, edition: str) -> None:
    rows = trainer.page.get_by_role("region", name=trainer.says(section)).get_by_role("listitem")
    trainer.follows_link(rows.filter(has_text=f"{edition} ·").get_by_role("link"))


def session_code_on_screen(trainer: Person) -> str:
    return re.sub(r"\D", "", trainer.page.locator(".screen__code").inner_text())


def note(trainer: Person, name: str, status: str) -> None:
    """On the register. With JavaScript it is saved at once."""
    attendance = trainer.page.get_by_role("group", name=trainer.says("Attendance of %(name)s", name=name))
    attendance.get_by_role("radio", name=trainer.says(status, "attendance"), exact=True).check()
    if trainer.javascript:
        saved_at = trainer.says("Saved at %(time)s", time="").strip()
        expect(trainer.page.locator("#saved")).to_contain_text(saved_at)


def record_result(trainer: Person, name: str, result: str) -> None:
    results = trainer.page.get_by_role("group", name=re.compile(rf", {re.escape(name)}$"))
    results.get_by_role("radio", name=trainer.says(result), exact=True).check()
    trainer.presses("Save the results")


def certificate_when_ready(learner: Person, course: str) -> Locator:
    """The link to the PDF on the learner's own page: with JavaScript it appears by itself."""
    link = learner.link("PDF", learner.page.locator("#certificates"), about=course)
    if not learner.javascript:
        deadline = time.monotonic() + 60
        while not link.is_visible() and time.monotonic() < deadline:
            time.sleep(1)
            learner.page.reload()
    link.wait_for(timeout=60_000)
    return link


def row_in(person: Person, table: str, text: str) -> Locator:
    return person.page.get_by_role("region", name=person.says(table)).get_by_role("row").filter(has_text=text)


def compare_file(verifier: Person, content: bytes) -> None:
    """Hold a file against what was issued."""
    document = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": content}
    verifier.field("The file that you got").set_input_files([document])
    verifier.presses("Compare the file")


def open_figure(office: Person, code: str) -> int:
    """From the office's page to the rows under a figure of people; what it says, which is how many rows there are."""
    office.enters("kpis:office")
    link = office.page.get_by_role("link", name=office.says("see the rows")).and_(
        office.page.locator(f"[href^='{office.address('kpis:figure', code)}']")
    )
    said = _whole_number(link.inner_text())
    office.follows_link(link)
    rows = office.page.locator("dl div", has=office.page.get_by_text(office.says("Rows"), exact=True)).locator("dd")
    assert _whole_number(rows.inner_text()) == said
    return said


def _whole_number(text: str) -> int:
    """Of ``1.263 people``."""
    found = re.match(r"[\d.,\u00a0]+", text.strip())
    assert found, text
    return int(re.sub(r"\D", "", found.group()))


def revoke(office: Person, number: str) -> None:
    """Find the certificate by its number, and take it back with both reasons."""
    office.enters("certificates:office")
    office.fills_in("Number or name", number)
    office.presses("Search", office.page.locator("main"))
    office.follows_link(office.page.get_by_role("rowheader").get_by_role("link"))
    office.field("Reason for outside").select_option("mistake")
    office.fills_in("Reason for ourselves", "De praktijkopdracht was van iemand anders.")
    office.presses("Revoke this certificate")
    office.sees("The certificate is revoked. Whoever checks it sees that from now on.")
