"""Spreadsheets of the catalogue, from bytes to tables of text: XLSX and CSV as people really save them.

Nothing in here knows what a row means. Every cell becomes text (dates in ISO form, whole numbers without a point), so
that a file from a spreadsheet and the same file as CSV read alike, and what was read can be kept as it was shown.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook
from tablib import Dataset

MOST_BYTES = 5 * 2**20
MOST_UNPACKED = 100 * 2**20
MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST_CELL = 20_000
# A sheet is read from its first cell to its last, whatever lies between: cells further away than this are a mistake.
FURTHEST_ROW, FURTHEST_COLUMN = MOST_ROWS + 1_000, 100

OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # also what an XLSX with a password looks like
ZIP = b"PK\x03\x04"
# A PDF, pictures, a text with layout, a web page: some of them would pass for text.
OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<!DOCTYPE", b"<html")
MOST_RATIO, SMALL = 200, 2**20  # a sheet packs to a fiftieth at best; zeros to a thousandth
DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error)
CELL_NAME = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,4})(\d{1,8})["']""")


class FileRefused(Exception):
    """This file cannot be read; the text says why, for the person who sent it."""


def read_file(content: bytes, name: str, *, widens: bool = False) -> list[tuple[str, Dataset]]:
    """The sheets of a file with their names; a CSV file is one sheet without a name. Raises FileRefused.

    A row with more cells than there are headings is refused; with ``widens`` it gets columns without a heading.
    """
    if not content.strip():
        raise FileRefused(_("This file is empty."))
    if len(content) > MOST_BYTES:
        raise FileRefused(_("This file is too large: at most %(size)s MB.") % {"size": MOST_BYTES // 2**20})
    if content.startswith(OLD_EXCEL):
        raise FileRefused(_("This file has a password, or is of an old kind. Save it as .xlsx, without a password."))
    if content.lstrip().startswith(OTHER_KINDS):
        raise FileRefused(_("This file is no spreadsheet. Choose a file of type .xlsx or .csv."))
    sheets = _read_xlsx(content, widens) if content.startswith(ZIP) else [("", _read_csv(content, widens))]
    if sum(len(sheet) for _name, sheet in sheets) > MOST_ROWS:
        raise FileRefused(_("This file has too many rows: at most %(rows)s.") % {"rows": MOST_ROWS})
    return sheets


# XLSX -----------------------------------------------------------------------------------------------------------------


def _read_xlsx(content: bytes, widens: bool) -> list[tuple[str, Dataset]]:
    _look_inside(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [
                (name, _table(book.get_sheet_by_name(name).to_python(skip_empty_area=False), widens))
                for name in book.sheet_names
            ]
    except FileRefused:
        raise
    except BaseException as error:
        # What the reader, which is no Python, stumbles over beyond its own errors derives from nothing better.
        if isinstance(error, CalamineError | ValueError | OverflowError) or type(error).__name__ == "PanicException":
            raise FileRefused(
                _("This file cannot be read as a spreadsheet. Save it again as .xlsx or .csv.")
            ) from error
        raise


def _look_inside(content: bytes) -> None:
    """Before anything is unpacked for good: how large it becomes, and how far apart its cells stand."""
    damaged = FileRefused(_("This file is damaged, or is no spreadsheet."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if not any(member.filename == "xl/workbook.xml" for member in members):
                raise FileRefused(_("This file is no spreadsheet. Choose a file of type .xlsx or .csv."))
            if len(members) > 1_000 or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise FileRefused(_("This file is too large when it is unpacked."))
            if any(one.file_size > max(SMALL, one.compress_size * MOST_RATIO) for one in members):
                raise FileRefused(_("This file is too large when it is unpacked."))
            for member in members:
                if any(member.flag_bits & bit for bit in (0x1, 0x40)):
                    raise FileRefused(_("This file has a password. Save it without one."))
                unpacked = archive.read(member)  # checks the size it claims, too
                if member.filename.startswith("xl/worksheets/"):
                    _measure(unpacked)
    except (*DAMAGED, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise damaged from error


def _measure(sheet: bytes) -> None:
    for letters, digits in CELL_NAME.findall(sheet):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        if int(digits) > FURTHEST_ROW or column > FURTHEST_COLUMN:
            raise FileRefused(
                _("There is something far outside the table (%(cell)s). Delete it, and what is empty around it.")
                % {"cell": (letters + digits).decode()}
            )


# CSV ------------------------------------------------------------------------------------------------------------------


def _read_csv(content: bytes, widens: bool) -> Dataset:
    """With semicolons, commas or tabs, in UTF-8 or as an old Windows program writes it."""
    text = _decoded(content)
    head = text.lstrip("\r\n").split("\n", 1)[0]
    # In this order: no text holds a tab, and where there are semicolons the commas belong to what is written.
    separator = next((one for one in "\t;," if one in head), ",")
    try:
        return _table(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), widens)
    except csv.Error as error:
        raise FileRefused(_("This file cannot be read as CSV: %(reason)s.") % {"reason": error}) from error


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FileRefused(_("This file is no spreadsheet. Choose a file of type .xlsx or .csv."))


# Both -----------------------------------------------------------------------------------------------------------------


def _table(rows: Iterable[Iterable[Any]], widens: bool) -> Dataset:
    """The first row that is not empty holds the headings; empty rows after it stay, so that rows keep their numbers."""
    headings: list[str] = []
    body: list[list[str]] = []
    first, width = "", 0
    for number, row in enumerate(rows, start=1):
        cells = [as_text(cell) for cell in row]
        if not width or (widens and any(cells[width:])):
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > MOST_COLUMNS:
                raise FileRefused(_("This file has too many columns: at most %(columns)s.") % {"columns": MOST_COLUMNS})
            if not width:
                headings, first, width = cells, str(number), len(cells)
                continue
            width = len(cells)
        if any(cells[width:]):
            raise FileRefused(_("Row %(row)s has more cells than there are headings.") % {"row": number})
        if len(body) >= MOST_ROWS + 1_000:
            raise FileRefused(_("This file has too many rows: at most %(rows)s.") % {"rows": MOST_ROWS})
        body.append(cells)
    while body and not any(body[-1]):
        body.pop()
    if not width:
        return Dataset()
    table = Dataset(headers=_as_wide(headings, width), title=first)
    for cells in body:
        table.append(_as_wide(cells, width))
    return table


def _as_wide(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * width][:width]


def first_row_of(table: Dataset) -> int:
    """The number, in the file, of the first row after the headings."""
    return int(table.title or 1) + 1


def as_text(cell: Any) -> str:
    """One cell as text that says the same whatever kind of file it came from."""
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case datetime():
            return f"{cell + timedelta(seconds=30):%Y-%m-%dT%H:%M}"  # spreadsheets keep a moment as a fraction of days
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
    text = plain(str(cell))
    if len(text) > LONGEST_CELL:
        raise FileRefused(_("A cell is too long: at most %(size)s characters.") % {"size": LONGEST_CELL})
    return text


def plain(text: str) -> str:
    """Without what spreadsheets add or lose: control characters, kinds of line ends, space around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return "".join(one for one in text if one in "\n\t" or one >= " ").strip()
