"""From a file or pasted text to a list: headings, numbered rows, and not one cell that looks like a BSN.

The file itself is read by courses.imports, which guards against bombs, passwords and what is no spreadsheet; it is
never kept. What looks like a citizen service number is taken out here, before anything is stored or shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from tablib import Dataset

from courses.imports import FileRefused, first_row_of, plain, read_file
from enrolments.groups.names import parts_of
from lms.kernel.bsn import looks_like_bsn

MOST_ROWS = 2_000
BSN_MARK = "•••••••••"  # stands where a number stood that we may not keep
OTHER_NUMBERS = re.compile(
    r"kvk|k\.v\.k|\bcoc\b|telefo|phone|mobiel|mobile|order|datum|date|geboren|born", re.IGNORECASE
)
COLUMNS = ("given_name", "name_prefix", "family_name", "email", "language", "department")


@dataclass
class Listed:
    """What a company sent: per row its number in the file and its cells, as text."""

    headings: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """The same list has the same one, whatever file it came in. Keyed: a stolen table gives no address away."""
        said = json.dumps([self.headings, [cells for _number, cells in self.rows]], ensure_ascii=False)
        return salted_hmac("enrolments.groups", said, algorithm="sha256").hexdigest()


def read_list(content: bytes, name: str, *, most: int = MOST_ROWS) -> Listed:
    """A file as a list. Raises FileRefused, with words for the person who sent it."""
    tables = [table for _name, table in read_file(content, name, widens=True) if table.headers is not None]
    if not tables:
        raise FileRefused(_("This file is empty."))
    return _listed(max(tables, key=_addresses), most=most)


def read_paste(text: str, *, most: int = MOST_ROWS) -> Listed:
    """Pasted lines as a list: cells from a spreadsheet, or typed with commas or semicolons."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise FileRefused(_("Paste or type at least one person."))
    return read_list("\n".join(lines).encode(), "", most=most)


def listed_rows(rows: Iterable[Mapping[str, Any]]) -> Listed:
    """Rows as another system gives them, with our own names for the columns; ``name`` for a name in one piece."""
    listed = Listed(list(COLUMNS))
    for number, row in enumerate(rows, start=1):
        name = parts_of(plain(str(row["name"]))) if row.get("name") else {}
        cells = [plain(str(row.get(column) or name.get(column) or "")) for column in COLUMNS]
        listed.rows.append((number, without_bsn(cells)))
    return listed


def clean_file_name(name: str) -> str:
    """A file is often named after what it holds; a number in its name may be a BSN too."""
    return "" if looks_like_bsn(name) else plain(name)[-200:]


def _addresses(table: Dataset) -> int:
    rows = [table.headers or [], *table]
    return sum("@" in cell for row in rows for cell in row)


def _listed(table: Dataset, *, most: int) -> Listed:
    first = [str(cell) for cell in table.headers or []]
    body = [list(row) for row in table]
    number = first_row_of(table)
    has_headings = not any("@" in cell for cell in first)
    if not has_headings:
        body, number = [first, *body], number - 1
    numbers = _columns_of_numbers(first) if has_headings else frozenset()
    rows = [(number + place, without_bsn(cells, numbers)) for place, cells in enumerate(body) if any(cells)]
    if not rows:
        raise FileRefused(_("There is nobody in this list: it has headings and no rows."))
    if len(rows) > most:
        raise FileRefused(
            _("This list has %(rows)s rows: at most %(most)s go in at once. Divide it over several files.")
            % {"rows": len(rows), "most": most}
        )
    return Listed(without_bsn(first) if has_headings else [], rows)


def without_bsn(cells: Sequence[str], numbers: frozenset[int] = frozenset()) -> list[str]:
    """The cells, with a mark for each that looks like one. ``numbers``: columns where eight digits mean something."""
    return [
        BSN_MARK if looks_like_bsn(cell, eight_digits=place not in numbers) else cell
        for place, cell in enumerate(cells)
    ]


def _columns_of_numbers(headings: Sequence[str]) -> frozenset[int]:
    """A company puts its own KvK number beside everyone, and one in eleven of those would pass for a BSN."""
    return frozenset(place for place, heading in enumerate(headings) if OTHER_NUMBERS.search(heading))
