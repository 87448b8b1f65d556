"""Spreadsheets of the catalogue as tests send them: rows of each kind, as CSV and as XLSX, read and carried out."""

from __future__ import annotations

import csv
import io
from typing import Any

from openpyxl import Workbook

from courses.actions import begin_import, carry_out_import, check_import, take_in_file
from courses.models import CatalogueImport
from lms.people.models import User
from tests.factories import NOW

EDITION = {
    "code": "cobots-28-1", "course": "p-02", "provider": "robohouse", "language": "nl", "mode": "onsite",
    "capacity": "10", "minimum": "4", "enrolment_opens_at": "01-01-2028 09:00",
    "enrolment_closes_at": "2028-03-01T17:00", "decide_by": "15-02-2028",
}  # fmt: skip
SESSION = {
    "edition": "cobots-28-1", "number": "1", "title_nl": "Dag 1", "title_en": "Day 1", "starts_at": "02-03-2028 09:00",
    "ends_at": "02-03-2028 16:30", "break_minutes": "60", "mode": "onsite",
}  # fmt: skip
TEXTS = ("title", "summary", "audience", "level_label", "format", "quality", "signatory_role")


def course_row(code: str) -> dict[str, Any]:
    """All that a new course cannot do without."""
    texts = {f"{text}_{language}": "x" for text in TEXTS for language in ("nl", "en")}
    return texts | {
        "code": code, "kind": "Programme", "provider": "robohouse", "mode": "blended", "contact_minutes": 600,
        "certificate_kind": "participation",
    }  # fmt: skip


def as_csv(*rows: dict[str, str], separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(**sheets: list[dict[str, Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sent(by: User, content: bytes, name: str = "aanbod.csv", language: str = "en") -> CatalogueImport:
    """Read and checked, as after the first step."""
    return check_import(take_in_file(content, name=name, language=language, by=by, at=NOW), at=NOW)


def applied(one: CatalogueImport) -> CatalogueImport:
    return carry_out_import(begin_import(one, by=one.by, at=NOW), at=NOW)


def verdicts(one: CatalogueImport) -> list[str]:
    return [row["verdict"] for row in one.plan]


def errors(one: CatalogueImport) -> list[str]:
    return [text for row in one.plan for text in row["errors"]]
