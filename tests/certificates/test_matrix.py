"""Every layout, in both languages, for the shortest and the longest name and every alphabet we write, before four
checkers that are not ours: veraPDF, qpdf, pdfsig, and openssl as CAdES. Each accepts every file, and refuses one in
which a single byte was changed.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certificates.drawing import draw_certificate
from certificates.keys import files
from certificates.keys.signers import PdfSealer, SealSigner, seal_signature_with
from certificates.sealing import seal
from tests.certificates import verapdf
from tests.certificates.samples import COBOTS, DESIGNS, LONGEST, OWN, PICTURES, SAMPLES, SHORTEST, Snapshot, laid_out
from tests.certificates.test_drawing import text_of
from tests.certificates.test_sealing import cades_accepts, parts_of

pytestmark = [pytest.mark.once, pytest.mark.needs("verapdf", "qpdf", "pdfsig", "openssl")]

NAMES = {
    "shortest": SHORTEST["learner"]["name"],
    "longest": LONGEST["learner"]["name"],
    "greek": "Ελένη Παπαδοπούλου-Αναγνώστου",
    "cyrillic": "Олександра Ґалаґан-Їжакевич",
    "diacritics": "Şükrü Çağlayan-Brzęczyszczykiewicz Ðorđe Þórsdóttir",
    "vietnamese": "Nguyễn Thị Hương Đặng",
}
# The most that there is to say for the longest name, the least for the shortest.
SAYS = {"shortest": SHORTEST, "longest": LONGEST}
CREDENTIAL = json.dumps({"type": ["VerifiableCredential"], "name": "Şükrü van ’t Veld", "proof": "z" * 4500}).encode()


def matrix() -> Iterator[tuple[str, Snapshot]]:
    """Every second one with the colours, logo and words of a house of its own; and what the first version froze."""
    cells = [(design, language, name) for design in DESIGNS for language in ("nl", "en") for name in NAMES]
    for number, (design, language, name) in enumerate(cells):
        told = {**SAYS.get(name, COBOTS), "language": language, "learner": {"name": NAMES[name]}}
        yield f"{design}-{language}-{name}", laid_out(told, design, **(OWN if (number + number // 6) % 2 else {}))
    yield from SAMPLES.items()


MATRIX = dict(matrix())
PEM = "sealed-by.pem"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> dict[str, Path]:
    """All of them, each a file, sealed with one key of the test, whose certificate lies beside them."""
    folder = tmp_path_factory.mktemp("matrix")
    key = files.new_seal_key()
    chain = files.demo_certificate(key, issuer="SMITZH", at=datetime.now(UTC))
    sealer = PdfSealer("rsa-of-the-matrix", True, SealSigner(seal_signature_with(key), chain))
    (folder / PEM).write_text(chain)
    found = {}
    for name, snapshot in MATRIX.items():
        drawn = draw_certificate({**snapshot, "seal": {"demo": True}}, credential=CREDENTIAL, pictures=PICTURES)
        found[name] = folder / f"{name}.pdf"
        found[name].write_bytes(seal(drawn, sealer, issuer="SMITZH"))
    return found


# The checkers: what each has against these files, by the names of those that it refuses -------------------------------


def by_verapdf(found: list[Path]) -> set[str]:
    complaints = verapdf.complaints_about(found)  # all of them in one virtual machine
    return {one.stem for one in found if any(f"/{one.name}" in line for line in complaints)}


def by_qpdf(found: list[Path]) -> set[str]:
    return {one.stem for one in found if subprocess.run(["qpdf", "--check", one], capture_output=True).returncode}


def by_pdfsig(found: list[Path]) -> set[str]:
    """Its exit status says nothing: what it writes does."""
    return {
        one.stem
        for one in found
        if "Signature is Valid." not in subprocess.run(["pdfsig", one], capture_output=True, text=True).stdout
    }


def by_openssl(found: list[Path]) -> set[str]:
    """The bytes that a file says are covered, and the signature over them, by the key of the matrix and no other."""
    pem = (found[0].parent / PEM).read_text()
    return {one.stem for one in found if not cades_accepts(*parts_of(one.read_bytes(), one.parent, pem))}


CHECKERS: dict[str, Callable[[list[Path]], set[str]]] = {
    "verapdf": by_verapdf,
    "qpdf": by_qpdf,
    "pdfsig": by_pdfsig,
    "openssl": by_openssl,
}


@pytest.mark.parametrize("checker", CHECKERS)
def test_each_checker_accepts_every_file(sealed, checker):
    assert CHECKERS[checker](list(sealed.values())) == set()


@pytest.mark.parametrize("checker", CHECKERS)
def test_each_checker_refuses_a_file_of_which_one_byte_was_changed(sealed, tmp_path, checker):
    """A digit of the place where a reader begins: also the two that look at the form of a file only stumble over it."""
    changed = one_byte_changed(sealed, tmp_path, lambda content: content.rindex(b"startxref\n") + len(b"startxref\n"))
    assert CHECKERS[checker](changed) == {one.stem for one in changed}


@pytest.mark.parametrize("checker", ["pdfsig", "openssl"])
@pytest.mark.parametrize("part", [0.1, 0.4, 0.8])
def test_whatever_byte_it_is_the_seal_tells(sealed, tmp_path, checker, part):
    changed = one_byte_changed(sealed, tmp_path, lambda content: int(content.index(b"/Contents <") * part))
    assert CHECKERS[checker](changed) == {one.stem for one in changed}


def one_byte_changed(sealed: dict[str, Path], folder: Path, where: Callable[[bytes], int]) -> list[Path]:
    """One file of each design, and one of the first version."""
    chosen = [*(f"{design}-nl-diacritics" for design in DESIGNS), "cobots"]
    (folder / PEM).write_text((sealed["cobots"].parent / PEM).read_text())
    found = []
    for name in chosen:
        content = bytearray(sealed[name].read_bytes())
        content[where(bytes(content))] ^= 1
        found.append(folder / f"{name}.pdf")
        found[-1].write_bytes(content)
    return found


def test_without_a_seal_they_are_archives_too(tmp_path):
    """What is issued where there is no key."""
    files_of = []
    for name in (*(f"{design}-en-longest" for design in DESIGNS), "cobots"):
        files_of.append(tmp_path / f"{name}.pdf")
        files_of[-1].write_bytes(draw_certificate(MATRIX[name], pictures=PICTURES))
    assert by_verapdf(files_of) == by_qpdf(files_of) == set()


@pytest.mark.parametrize("name", MATRIX)
def test_each_says_whose_it_is_in_letters_and_stays_small(sealed, name):
    content = sealed[name].read_bytes()
    assert len(content) < 80_000
    said = text_of(content)
    assert MATRIX[name]["learner"]["name"] in said
    assert "7K3M-Q9TX-2B4N-8WRF-A" in said
