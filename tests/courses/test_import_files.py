"""Whatever file is sent to the catalogue is read, or refused with a clear answer, and its cells run nowhere."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from courses.cells import guarded, unguarded
from courses.dry_run import recognised
from courses.imports import MOST_COLUMNS, FileRefused, read_file
from tests.courses.sheets import EDITION, as_xlsx

pytestmark = pytest.mark.once


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def far_away() -> bytes:
    book = Workbook()
    book.active["XFD1048576"] = "x"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def lying_about_its_size() -> bytes:
    """A bomb whose directory says that it is small."""
    content = zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"0" * 10_000_000)
    return content.replace(struct.pack("<L", 10_000_000), struct.pack("<L", 10))


REFUSED = {
    "empty": b"",
    "white": b" \r\n ",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "an old or locked one": b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
    "a document": zipped(word__document_xml=b"<w/>"),
    "half a workbook": as_xlsx(editions=[EDITION])[:900],
    "a workbook with nonsense": zipped(xl__workbook_xml=b"<nonsense", xl__worksheets__sheet1_xml=b"<"),
    "a bomb": zipped(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"0" * (101 * 2**20)),
    "a lying bomb": lying_about_its_size(),
    "something far away": far_away(),
    "other headings": b"naam;adres\r\nx;y",
    "an unknown heading": b"code;capacity;kleur\r\nx;1;rood",
    "a heading twice": b"code;capacity;Places\r\nx;1;1",
    "a row that is too long": b"code;capacity\r\nx;1;2;3",
    "an open quotation": b'code;capacity\r\n"x;1',
    "too many columns": ("code;" + ";".join(f"k{n}" for n in range(MOST_COLUMNS + 1))).encode(),
    "too many rows": b"code;capacity\r\n" + b"x;1\r\n" * 11_500,
    "an endless cell": b"code;capacity\r\n" + b"x" * 30_000 + b";1",
    "too large": b"code;capacity\r\n" + b" " * (6 * 2**20),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_will_not_do_gets_a_clear_answer(content: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        recognised(read_file(content, "x"))
    assert len(str(refused.value)) > 15


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused(content: bytes) -> None:
    try:
        recognised(read_file(content, "x"))
    except FileRefused:
        pass


@given(st.text(alphabet="'=+-@a ＝", max_size=8))
def test_what_guards_a_cell_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "＝"))
