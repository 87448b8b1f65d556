"""A layout of certificates in the back office: the certificate is drawn beside the form while one fills it in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Download, expect
from playwright.sync_api import TimeoutError as TooLong

from certificates.previews import LONG, NAMES, SHORT
from tests.browser.steps import Person
from tests.certificates.samples import SVG
from tests.certificates.test_drawing import roles_of, text_of

pytestmark = pytest.mark.once

WHICH = """
from certificates.models import CertificateLayout
print(CertificateLayout.objects.get(organisation__code="ROBO").pk)
"""
COLOUR = "#6a1b4d"


def strokes_of(drawn: bytes) -> str:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        return b"".join(page.Contents.read_bytes() for page in pdf.pages).decode("latin-1")


def as_stroke(colour: str) -> str:
    parts = (f"{int(colour[at : at + 2], 16) / 255:.6f}".lstrip("0").rstrip("0") for at in (1, 3, 5))
    return re.escape(" ".join(parts))


@pytest.mark.parametrize("is_new", [False, True], ids=["changed", "new"])
def test_the_certificate_follows_what_is_filled_in_and_says_what_is_wrong(site, open_page, problems, is_new):
    coordinator = Person(open_page(as_="coordinator@demo.example"), "nl")
    page, saved = coordinator.page, []
    page.on(
        "download", lambda one: saved.append(one)
    )  # a browser without a viewer of PDF hands the frame's document over as a file

    def drawn(act: Callable[[], Any]) -> bytes:
        saved.clear()
        with page.expect_response(lambda one: "/preview/" in one.url and one.request.method == "POST") as answer:
            act()
        assert (answer.value.status, answer.value.headers["content-type"]) == (200, "application/pdf")
        return _content(page, saved) or answer.value.body()

    if is_new:
        page.goto(coordinator.address("certificate-layouts:add"))
    else:
        number = site.manage("shell", "--verbosity", "0", "-c", WHICH).split()[-1]
        page.goto(coordinator.address("certificate-layouts:edit", number))

    coloured = drawn(lambda: page.fill("[name=colour]", COLOUR))
    assert re.search(as_stroke(COLOUR), strokes_of(coloured))
    assert NAMES[SHORT] in text_of(coloured)

    longest = drawn(lambda: page.select_option("[name=preview-sample]", LONG))
    assert NAMES[LONG] in text_of(longest)
    english = drawn(lambda: page.select_option("[name=preview-language]", "en"))
    assert text_of(english).index("Certificate of participation") < text_of(english).index("Bewijs van deelname")

    picture = {"name": "merk.svg", "mimeType": "image/svg+xml", "buffer": SVG}
    with_logo = drawn(lambda: page.set_input_files("[name=logo_file]", picture))
    assert any(alt.startswith("Logo") for _role, _lang, alt in roles_of(with_logo))
    assert strokes_of(with_logo) != strokes_of(english), "nothing but the logo is another"

    page.fill("[name=colour]", "#ffff00")
    said = page.frame_locator("iframe[name=certificate-preview]").locator("body")
    expect(said).to_contain_text("Deze kleur is te licht op wit papier")
    problems.clear()  # the browser reports the status of that answer as an error


def _content(page: Any, saved: list[Download]) -> bytes | None:
    if not saved:
        try:
            page.wait_for_event("download", timeout=3000)
        except TooLong:
            return None
    return Path(saved[-1].path()).read_bytes()
