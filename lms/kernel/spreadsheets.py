"""The spreadsheet edge: files that a Dutch Excel opens as they are meant, and cells that are never run as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import IO, Any, TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Cell: TypeAlias = str | int | float | Decimal | date | None

# What spreadsheet programs take for the start of a formula; the full-width signs are read as the plain ones.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
WIDEST = 60


def neutral(cell: Cell) -> Cell:
    """Text that a spreadsheet would run gets an apostrophe before it; numbers and dates stay what they are."""
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS):
        return f"'{cell}"
    return cell


def csv_file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Semicolons, a byte order mark, CRLF, text in quotes, decimal commas and dd-mm-jjjj: as Dutch Excel expects."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([_as_text(neutral(cell)) for cell in row])
    return text.getvalue().encode("utf-8-sig")


Sheet: TypeAlias = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]  # title, headings, rows


def xlsx_file(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """A workbook of one sheet."""
    return xlsx_book([(title, headings, rows)])


def xlsx_book(sheets: Iterable[Sheet]) -> bytes:
    """Sheets with a fixed heading row; every text is typed as text, so leading noughts stay and nothing runs."""
    book = Workbook()
    book.remove(book.active)
    for title, headings, rows in sheets:
        _write_sheet(book.create_sheet(title[:31]), headings, rows)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def write_xlsx(
    target: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str, widths: Sequence[int]
) -> None:
    """A workbook of one sheet, written row by row: memory stays flat however many there are. ``widths`` of columns."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(chain([headings], rows)):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet)
            _fill(cell, value, is_heading=number == 0)
            cells.append(cell)
        sheet.append(cells)
    book.save(target)


def _fill(cell: Any, value: Cell, *, is_heading: bool) -> None:
    """Text is typed as text; days get the Dutch order."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", str(neutral(value)))
        cell.data_type = "s"
    else:
        cell.value = value
        if isinstance(value, date) and not isinstance(value, datetime):
            cell.number_format = "dd-mm-yyyy"
    if is_heading:
        cell.font = Font(bold=True)


def _write_sheet(sheet: Worksheet, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    sheet.freeze_panes = "A2"
    widths = [len(heading) for heading in headings]
    for number, row in enumerate([headings, *rows], start=1):
        for column, value in enumerate(row, start=1):
            _fill(sheet.cell(number, column), value, is_heading=number == 1)
            widths[column - 1] = max(widths[column - 1], len(str(value or "")))
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width, WIDEST) + 2


def _as_text(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%d-%m-%Y %H:%M}"
        case date():
            return f"{cell:%d-%m-%Y}"
        case float() | Decimal():
            return str(cell).replace(".", ",")
        case _:
            return cell
