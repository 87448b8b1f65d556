"""The drawn certificate: what it says, that nothing runs out of its box, and that it is the same every time."""

import io
import os
import re
import subprocess
import sys
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdf
import pytest
import segno
from PIL import Image
from reportlab.lib.units import mm

from certificates.drawing import DoesNotFit, Undrawable, draw_certificate
from certificates.drawing.artwork import DRAWINGS, strip
from lms.kernel import lettering
from lms.kernel.lettering import tidy, undrawable
from tests.certificates.samples import COBOTS, CYRILLIC, ENGLISH, LONGEST, SAMPLES, SHORTEST, named

# The page as designed: A4 landscape, in points.
HEIGHT, RIGHT, BOTTOM = 210 * mm, (297 - 14) * mm, 11 * mm
SIDE, BAND, BACK_LEFT, QR_SIZE = 72 * mm, 36 * mm, 32 * mm, 25 * mm

ROOT = Path(__file__).parents[2]


class Said(str):
    """Text in which only the letters count: where a line breaks, readers differ about spaces."""

    def __contains__(self, text: object) -> bool:
        return super().__contains__(_letters(str(text)))

    def index(self, text: str, *about: int) -> int:  # type: ignore[override]
        return super().index(_letters(text), *about)


def _letters(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def text_of(drawn: bytes) -> Said:
    pages = pypdf.PdfReader(io.BytesIO(drawn)).pages
    return Said(_letters("".join(page.extract_text() for page in pages)))


def pages_of(drawn: bytes) -> int:
    return len(pypdf.PdfReader(io.BytesIO(drawn)).pages)


def roles_of(drawn: bytes) -> list[tuple[str, str, str]]:
    """Role, language and alternative text of every element of structure, in reading order."""
    found: list[tuple[str, str, str]] = []

    def walk(element: pikepdf.Object) -> None:
        found.append((str(element.S), str(element.get("/Lang", "")), str(element.get("/Alt", ""))))
        for kid in element.get("/K", []):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                walk(kid)

    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        walk(pdf.Root.StructTreeRoot.K[0])
    return found


def test_it_says_every_fact_in_both_languages():
    said = text_of(draw_certificate(COBOTS))
    for language in ("nl", "en"):
        for text in (
            COBOTS["title"],
            COBOTS["assessment"]["text"],
            COBOTS["quality"],
            COBOTS["level"]["label"],
            COBOTS["funding"]["statement"],
            *COBOTS["outcomes"],
            *(skill["label"] for skill in COBOTS["skills"]),
            *(signatory["role"] for signatory in COBOTS["signatories"]),
        ):
            assert text[language] in said
    for text in (
        "Certificaat Certificate",
        "Sanne de Vries",
        "3 t/m 24 september 2026",
        "3 to 24 September 2026",
        "25 september 2026",
        "geldig t/m 25 september 2028",
        "valid until 25 September 2028",
        "40 uur in totaal / 40 hours in total",
        "26 uur contacttijd",
        "26 hours of contact time",
        "25 uur aanwezig",
        "25 hours attended",
        "deels op locatie, deels online",
        "partly on site, partly online",
        "SMZ-P3 · SMZ-P3-2026N",
        "Zuid-Holland, Nederland (NL)",
        "samen met RoboHouse",
        "RoboHouse, Delft",
        "Maarten van Rijn",
        "e-CF 4.0 B.4 e-2",
        "127.0.0.1:8000/v/",
        "7K3M-Q9TX-2B4N-8WRF-A",
    ):
        assert text in said, text


@pytest.mark.parametrize(
    "element",
    [
        "Deelnemer / Learner",
        "Titel / Title",
        "Land en regio van de uitgever Country and region of the issuer",
        "Uitgever / Awarding body",
        "Datum van afgifte / Date of issue",
        "Leerresultaten Learning outcomes",
        "Studielast / Workload",
        "Niveau / Level",
        "Toetsing / Type of assessment",
        "Vorm van deelname Form of participation",
        "Kwaliteitsborging Quality assurance",
    ],
)
def test_the_eleven_elements_of_the_recommendation_are_on_it(element):
    assert element in text_of(draw_certificate(COBOTS))


def test_the_language_of_the_snapshot_leads():
    dutch, english = text_of(draw_certificate(COBOTS)), text_of(draw_certificate(ENGLISH))
    assert dutch.index("Certificaat") < dutch.index("Certificate")
    assert english.index("Certificate") < english.index("Certificaat")
    assert "Issued on / Afgegeven op 25 September 2026" in english


def test_taking_part_and_passing_are_never_confused():
    part = text_of(draw_certificate(named("Bo Li", kind="participation")))
    assert "Bewijs van deelname Certificate of participation" in part
    assert "heeft deelgenomen aan de opleiding / has taken part in the programme" in part
    assert "Beoogde leerresultaten" in part
    assert "voldoende heeft afgerond" not in part
    assessed = text_of(draw_certificate(COBOTS))
    assert "met een voldoende heeft afgerond / has completed the programme with a pass" in assessed
    assert "Beoogde" not in assessed


def test_a_certificate_of_participation_without_assessment_says_so():
    snapshot = named("Bo Li", assessment={"type": "none", "text": {"nl": "", "en": ""}})
    assert "Geen toetsing / No assessment" in text_of(draw_certificate(snapshot))


def test_a_level_has_a_number_only_where_the_register_has_the_course():
    level = dict(COBOTS["level"], nlqf=4, eqf=4)
    assert "NLQF" not in text_of(draw_certificate(named("Bo Li", level=level)))
    level["register_number"] = "REG-12"
    assert "NLQF 4, EQF 4; registernummer REG-12" in text_of(draw_certificate(named("Bo Li", level=level)))


def test_it_says_whether_it_is_sealed_and_by_what_kind_of_key():
    unsealed = text_of(draw_certificate(COBOTS))
    assert "Niet verzegeld – controleer via de QR-code Not sealed – verify with the QR code" in unsealed
    sealed = text_of(draw_certificate(SAMPLES["sealed"]))
    assert "Elektronisch verzegeld Electronically sealed" in sealed
    assert "Niet verzegeld" not in sealed
    demo = text_of(draw_certificate({**SAMPLES["sealed"], "seal": {"demo": True}}))
    assert "Verzegeld met een demosleutel – niet rechtsgeldig" in demo


def test_the_emblem_of_the_union_is_there_when_it_paid_and_only_then():
    def emblems(snapshot):
        return [role for role in roles_of(draw_certificate(snapshot)) if "Europese Unie" in role[2]]

    assert len(emblems(COBOTS)) == 1
    assert emblems(SAMPLES["without-union"]) == []
    assert "Medegefinancierd" not in text_of(draw_certificate(SAMPLES["without-union"]))


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_name_is_written_in_its_own_alphabet(sample):
    snapshot = SAMPLES[sample]
    assert snapshot["learner"]["name"] in text_of(draw_certificate(snapshot))


def test_a_decomposed_accent_is_the_same_letter():
    name = "Zoë Brontë-Šimić"
    assert draw_certificate(named(unicodedata.normalize("NFD", name))) == draw_certificate(named(name))


def test_invisible_characters_vanish_instead_of_becoming_boxes():
    assert tidy(" Bo\u200b \u200eLi\u00ad\t\n") == "Bo Li"
    assert undrawable("Bo\u200b \u200eLi\u00ad") == set()


@pytest.mark.parametrize("text", ["محمد", "李雷", "अनिता", "Bo 😀"])
def test_a_text_without_letters_is_refused_and_the_characters_are_named(text):
    strange = {character for character in text if not character.isascii()}
    for snapshot in (named(text), named("Bo Li", quality={"nl": text, "en": "Evaluation"})):
        with pytest.raises(Undrawable) as refused:
            draw_certificate(snapshot)
        assert refused.value.characters == strange


def test_what_cannot_be_printed_readably_is_refused():
    with pytest.raises(DoesNotFit):
        draw_certificate(named("Bo Li", title={"nl": "Meten " * 600, "en": "Measuring"}))
    with pytest.raises(DoesNotFit):
        draw_certificate(named("Bo Li", outcomes=[{"nl": "Je meet. " * 900, "en": "You measure."}]))


def test_the_same_snapshot_gives_the_same_bytes_in_another_process_and_asks_for_no_settings():
    program = (
        "import hashlib\n"
        "from certificates.drawing import draw_certificate\n"
        "from tests.certificates.samples import SAMPLES\n"
        "print(*(hashlib.sha256(draw_certificate(one)).hexdigest() for one in SAMPLES.values()))\n"
        "from django.conf import settings\n"
        "assert not settings.configured, 'drawing asked for settings'\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert runs[0] == runs[1]
    assert len(runs[0].split()) == len(SAMPLES)


def test_one_more_drawing_in_between_changes_nothing():
    first = draw_certificate(COBOTS)
    draw_certificate(CYRILLIC)
    assert draw_certificate(COBOTS) == first


def test_it_is_dated_on_the_day_of_issue_and_names_its_maker():
    about = pypdf.PdfReader(io.BytesIO(draw_certificate(COBOTS))).metadata
    assert about is not None
    assert about.title == "Certificaat: Werken met cobots: veilig, praktisch en samen, Sanne de Vries"
    assert about.author == "SMITZH"
    assert about.creation_date_raw == "D:20260925000000Z"


def test_little_fits_on_one_page_and_much_turns_the_page():
    assert pages_of(draw_certificate(SHORTEST)) == 1
    assert pages_of(draw_certificate(COBOTS)) == 2
    assert pages_of(draw_certificate(LONGEST)) == 3


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_font_is_embedded(sample):
    with pikepdf.open(io.BytesIO(draw_certificate(SAMPLES[sample]))) as pdf:
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all("/FontFile2" in font.FontDescriptor and "/ToUnicode" in font for font in fonts)


def test_structure_tells_headings_lists_tables_figures_and_the_other_language():
    with pikepdf.open(io.BytesIO(draw_certificate(COBOTS))) as pdf:
        assert str(pdf.Root.Lang) == "nl-NL"
        assert bool(pdf.Root.MarkInfo.Marked)
    roles = roles_of(draw_certificate(COBOTS))
    kinds = [role for role, _, _ in roles]
    assert kinds.count("/H1") == 1
    assert kinds.count("/Table") == 1
    assert kinds.count("/TR") == kinds.count("/TH") == kinds.count("/TD") == 11
    assert kinds.count("/L") == 3  # skills on the front; outcomes and skills behind
    assert kinds.count("/LI") == kinds.count("/LBody") == 4 + 4 + 4
    assert kinds.count("/Figure") == 2
    assert all(alt for role, _, alt in roles if role == "/Figure")
    assert {lang for role, lang, _ in roles if role == "/Span"} == {"en-GB"}


@pytest.mark.parametrize("sample", SAMPLES)
def test_everything_on_the_page_is_marked_as_content_or_decoration(sample):
    with pikepdf.open(io.BytesIO(draw_certificate(SAMPLES[sample]))) as pdf:
        for number, page in enumerate(pdf.pages):
            depth, marks = 0, []
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if name in ("BDC", "BMC"):
                    depth += 1
                    if name == "BDC":
                        marks.append(int(operands[1].MCID))
                elif name == "EMC":
                    depth -= 1
                elif name in ("Tj", "TJ", "f", "S", "B", "f*", "s", "b"):
                    assert depth == 1, f"page {number + 1}: {name} outside any mark"
            assert depth == 0
            owners = pdf.Root.StructTreeRoot.ParentTree.Nums[2 * number + 1]
            assert marks == list(range(len(owners)))


@pytest.mark.parametrize("number", [*DRAWINGS, 9])
def test_each_cover_is_a_drawing_of_its_own_and_past_eight_they_go_round(number):
    drawn = strip(number, 200, 500)
    assert drawn.count("\n") > 5
    assert drawn.count("q ") == drawn.count("\nQ") == 1
    others = [strip(other, 200, 500) for other in DRAWINGS if other != (number - 1) % 8 + 1]
    assert drawn not in others


# What only a renderer can tell


def words_of(drawn: bytes, tmp_path: Path) -> list[list[tuple[str, float, float, float, float]]]:
    """Per page, every word with its box (left, top, right, bottom; from the upper left corner)."""
    file = tmp_path / "certificate.pdf"
    file.write_bytes(drawn)
    boxes = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True).stdout
    word = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
    return [[(text, *map(float, edges)) for *edges, text in word.findall(page)] for page in boxes.split("<page ")[1:]]


AWKWARD = {
    **SAMPLES,
    "one long word": named("Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessen"),
    "wide letters": named("W" * 60, title={"nl": "M" * 90, "en": "M" * 90}),
    "five signatories": named("Bo Li", signatories=LONGEST["signatories"] + COBOTS["signatories"][:1]),
    "nobody signs": named("Bo Li", signatories=[]),
    "long issuer": named("Bo Li", issuer=dict(LONGEST["issuer"], name="Samenwerkingsverband " * 6)),
    "no outcomes": named("Bo Li", outcomes=[], skills=[]),
    "long and English": {**LONGEST, "language": "en", "kind": "participation"},
}


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("sample", AWKWARD)
def test_no_word_leaves_the_page_or_touches_the_margin(sample, tmp_path):
    for page, words in enumerate(words_of(draw_certificate(AWKWARD[sample]), tmp_path)):
        for text, left, top, right, bottom in words:
            if page == 0 and right <= SIDE:  # the issuer, on the band below the cover
                assert left >= 9 * mm, text
                assert right <= SIDE - 4 * mm, text
                assert top >= HEIGHT - BAND + 3 * mm, text
                assert bottom <= HEIGHT - 5 * mm, text
            else:
                assert left >= BACK_LEFT - 0.5, text
                assert right <= RIGHT + 0.5, text
                assert top >= 10 * mm, text
                assert bottom <= HEIGHT - BOTTOM + 2 * mm, text


@pytest.mark.needs("pdftotext")
@pytest.mark.parametrize("sample", AWKWARD)
def test_no_word_lies_on_another(sample, tmp_path):
    for words in words_of(draw_certificate(AWKWARD[sample]), tmp_path):
        cores = []
        for text, left, top, right, bottom in words:
            spare = (bottom - top) * 0.16  # a box counts the room for accents and tails: what matters is the letters
            cores.append((left + 0.4, top + spare, right - 0.4, bottom - spare, text))
        cores.sort()
        for place, (left, top, right, bottom, text) in enumerate(cores):
            for x1, y1, _, y2, other in cores[place + 1 :]:
                if x1 >= right:
                    break
                assert y1 >= bottom or y2 <= top, f"{other!r} lies on {text!r}"
                assert left <= x1


@pytest.mark.needs("pdftotext")
def test_no_text_runs_into_the_qr_code(tmp_path):
    for snapshot in AWKWARD.values():
        front = words_of(draw_certificate(snapshot), tmp_path)[0]
        for text, _, _, right, bottom in front:
            inside = right > RIGHT - QR_SIZE and bottom > HEIGHT - BOTTOM - QR_SIZE + 1
            assert not inside, text


@pytest.mark.needs("pdftoppm")
@pytest.mark.parametrize("sample", ["cobots", "longest"])
def test_the_qr_code_on_paper_is_the_code_of_the_verification_page(sample, tmp_path):
    snapshot = SAMPLES[sample]
    file = tmp_path / "certificate.pdf"
    file.write_bytes(draw_certificate(snapshot))
    subprocess.run(
        ["pdftoppm", "-r", "300", "-f", "1", "-l", "1", "-singlefile", "-gray", "-png", file, tmp_path / "front"],
        check=True,
    )
    picture = Image.open(tmp_path / "front.png").convert("L")
    dot = 300 / 72
    matrix = segno.make(snapshot["verify_url"], error="m", micro=False).matrix
    unit = QR_SIZE / len(matrix)
    left, top = RIGHT - QR_SIZE, HEIGHT - BOTTOM - QR_SIZE

    def is_dark(column: int, row: int) -> bool:
        across, down = left + (column + 0.5) * unit, top + (row + 0.5) * unit
        return picture.getpixel((int(across * dot), int(down * dot))) < 128

    seen = [[is_dark(column, row) for column in range(len(matrix))] for row in range(len(matrix))]
    assert seen == [[bool(module) for module in row] for row in matrix]


@pytest.mark.needs("pdftotext")
def test_a_longer_name_is_written_smaller_never_larger(tmp_path):
    heights = []
    for repeat in (1, 2, 3, 4):
        name = " ".join(["Wilhelmina"] * 2 * repeat)
        front = words_of(draw_certificate(named(name)), tmp_path)[0]
        heights.append(max(bottom - top for text, _, top, _, bottom in front if text == "Wilhelmina"))
    assert all(later <= earlier + 0.01 for earlier, later in pairwise(heights))
    assert heights[-1] < heights[0]


def test_the_first_documents_of_a_worker_drawn_at_once_are_what_each_is_alone(hasty_threads):
    """Its threads share the fonts, which work out where their letters lie when the first document asks for them."""
    alone, together = draw_certificate(COBOTS), threading.Barrier(4)

    def draw(_thread: int) -> bytes:
        together.wait()
        return draw_certificate(COBOTS)

    for _worker in range(6):
        lettering._fonts.cache_clear()
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(draw, range(4))) == [alone] * 4
