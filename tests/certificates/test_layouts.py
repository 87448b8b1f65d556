"""The designs: the same certificate in each, with everything it must say, and frozen as it was issued."""

from __future__ import annotations

import hashlib
import io
import re

import pikepdf
import pytest
from reportlab.lib.units import mm

from certificates.drawing import PictureMissing, draw_certificate
from certificates.drawing.designs import DESIGNS
from certificates.drawing.look import Look
from tests.certificates.samples import COBOTS, LAID_OUT, LONGEST, OWN, PAINTED, PICTURES, SAMPLES, SHORTEST, laid_out
from tests.certificates.samples import DESIGNS as NAMES
from tests.certificates.test_drawing import roles_of, text_of, words_of

pytestmark = pytest.mark.once

ELEMENTS = [
    "Deelnemer / Learner",
    "Titel / Title",
    "Land en regio van de uitgever / Country and region of the issuer",
    "Uitgever / Awarding body",
    "Datum van afgifte / Date of issue",
    "Leerresultaten / Learning outcomes",
    "Studielast / Workload",
    "Niveau / Level",
    "Toetsing / Type of assessment",
    "Vorm van deelname / Form of participation",
    "Kwaliteitsborging / Quality assurance",
]


def drawn(snapshot: dict, **more) -> bytes:
    return draw_certificate(snapshot, pictures=PICTURES, **more)


def strokes_of(pdf: bytes) -> str:
    """A fingerprint of every operator on every page, whatever compressed it."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return hashlib.sha256(b"".join(page.Contents.read_bytes() for page in opened.pages)).hexdigest()[:16]


@pytest.mark.parametrize("design", NAMES)
def test_each_design_has_the_eleven_elements_and_everything_it_states(design):
    said = text_of(drawn(laid_out(COBOTS, design, **OWN)))
    for element in ELEMENTS:
        dutch, english = element.split(" / ")
        assert f"{dutch} / {english}" in said or f"{dutch} {english}" in said, element
    for text in (
        "Sanne de Vries",
        "Niet verzegeld",
        "7K3M-Q9TX-2B4N-8WRF-A",
        "Een leven lang leren voor de maakindustrie.",
        "Lifelong learning for manufacturing.",
        *(outcome[language] for outcome in COBOTS["outcomes"] for language in ("nl", "en")),
        *(skill["label"]["nl"] for skill in COBOTS["skills"]),
        *(one["role"]["en"] for one in COBOTS["signatories"]),
    ):
        assert text in said, text


@pytest.mark.parametrize("design", NAMES)
def test_each_design_has_one_heading_a_table_and_figures_that_say_what_they_are(design):
    roles = roles_of(drawn(laid_out(COBOTS, design, **OWN)))
    kinds = [role for role, _, _ in roles]
    assert kinds.count("/H1") == 1
    assert kinds.count("/TR") == kinds.count("/TH") == kinds.count("/TD") == 11
    figures = [alt for role, _, alt in roles if role == "/Figure"]
    assert all(figures)
    # The layout's own logo says who issues; the provider's and the co-issuer's say whose they are, each once.
    assert figures.count("Logo van SMITZH") == 1
    assert figures.count("Logo van RoboHouse") == 1


@pytest.mark.parametrize("sample", LAID_OUT)
def test_nothing_leaves_the_page_or_lies_on_something_else(sample, tmp_path):
    snapshot = LAID_OUT[sample]
    width, height = DESIGNS[snapshot["layout"]["design"]].page
    for words in words_of(drawn(snapshot), tmp_path):
        cores = []
        for text, left, top, right, bottom in words:
            assert left >= 9 * mm, text
            assert right <= width - 13.5 * mm, text
            assert top >= 5 * mm, text
            assert bottom <= height - 5 * mm, text
            spare = (bottom - top) * 0.16
            cores.append((left + 0.4, top + spare, right - 0.4, bottom - spare, text))
        cores.sort()
        for place, (_left, top, right, bottom, text) in enumerate(cores):
            for x1, y1, _, y2, other in cores[place + 1 :]:
                if x1 >= right:
                    break
                assert y1 >= bottom or y2 <= top, f"{other!r} lies on {text!r}"


@pytest.mark.parametrize("sample", LAID_OUT)
def test_no_layout_makes_a_file_larger_than_eighty_kilobytes(sample):
    snapshot = {**LAID_OUT[sample], "seal": {"demo": False}}
    assert len(drawn(snapshot, credential=b"x" * 9000)) < 80_000


def test_the_colours_of_a_layout_take_the_place_of_the_houses():
    with pikepdf.open(io.BytesIO(drawn(laid_out(COBOTS, "calm", **OWN)))) as opened:
        operators = b"".join(page.Contents.read_bytes() for page in opened.pages).decode("latin-1")
    own = [f"{int(OWN['colour'][at : at + 2], 16) / 255:.6f}".lstrip("0").rstrip("0") for at in (1, 3, 5)]
    assert re.search(" ".join(own).replace(".", r"\."), operators)


def test_without_a_colour_of_its_own_a_layout_has_that_of_the_cover():
    look = Look.of(laid_out(COBOTS, "banner"))
    assert look.palette == Look.of(COBOTS).palette
    assert Look.of(laid_out(COBOTS, "banner", **OWN)).palette != look.palette


def test_a_certificate_is_not_drawn_without_a_logo_that_it_names():
    with pytest.raises(PictureMissing):
        draw_certificate(laid_out(COBOTS, "reference"), pictures={})
    assert "logo" not in str(COBOTS["provider"]), "the first version names none"
    assert draw_certificate(COBOTS, pictures={})


def test_a_logo_that_stands_for_two_is_drawn_once():
    snapshot = laid_out(COBOTS, "reference")
    snapshot["issuer"]["logo"] = PAINTED
    figures = [alt for role, _, alt in roles_of(drawn(snapshot)) if alt.startswith("Logo")]
    assert figures == ["Logo van SMITZH", "Logo van RoboHouse"]  # the second is the co-issuer's own


# What was issued stays as it was: these are what these snapshots gave when the design was made. A difference here means
# that certificates of today can no longer be drawn as they were: make a new design or a new version instead.
FIRST_VERSION = {
    "shortest": "2e0e63526899e87a",
    "cobots": "609bb945ac050024",
    "longest": "7567ea11a066ad50",
    "greek": "5b192cfa9d0e6863",
    "cyrillic": "af865cb9957f0e12",
    "vietnamese": "e761da319965bd51",
    "english": "3e58b24b6d4e74cc",
    "sealed": "8983d401f9e173cf",
    "without-union": "af4d0dfeb1ab236c",
}


@pytest.mark.parametrize("sample", FIRST_VERSION)
def test_snapshots_of_the_first_version_are_drawn_as_they_were(sample):
    assert strokes_of(draw_certificate(SAMPLES[sample])) == FIRST_VERSION[sample]


SECOND_VERSION = {
    "reference-shortest": "a54e6fdf898bd295",
    "reference-shortest-own": "6b386e1e82ab1409",
    "reference-cobots": "4e30566e764ed623",
    "reference-longest": "af1f1a48ceb44d8c",
    "reference-longest-own": "823d88674d41f0fc",
    "reference-greek": "e24648f75f650aa0",
    "calm-shortest": "e3363d0f2ee5d5e3",
    "calm-shortest-own": "a5c49299b952b876",
    "calm-cobots": "6aed93005356cd27",
    "calm-longest": "1792559513b5e45f",
    "calm-longest-own": "c180833381b05631",
    "calm-greek": "e589ea4bf704c6e3",
    "banner-shortest": "447f547bf1ef95f8",
    "banner-shortest-own": "98985ad1ce7d6a32",
    "banner-cobots": "d5735687fe5946ca",
    "banner-longest": "becafc01c21e6060",
    "banner-longest-own": "f3b8127115096e28",
    "banner-greek": "f25de69a4c5dc03f",
}


@pytest.mark.parametrize("sample", SECOND_VERSION)
def test_layouts_are_drawn_as_they_were_when_they_were_made(sample):
    assert strokes_of(drawn(LAID_OUT[sample])) == SECOND_VERSION[sample]


def test_little_stays_on_one_page_where_the_design_has_room_and_the_calm_one_always_turns():
    pages = {}
    for design in NAMES:
        with pikepdf.open(io.BytesIO(drawn(laid_out(SHORTEST, design)))) as opened:
            pages[design] = len(opened.pages)
    assert pages == {"reference": 1, "calm": 2, "banner": 1}
    with pikepdf.open(io.BytesIO(drawn(laid_out(LONGEST, "calm")))) as opened:
        assert len(opened.pages) == 3
