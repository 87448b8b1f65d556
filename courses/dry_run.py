"""What a spreadsheet would do, row by row, and doing exactly that.

A plan is a list of rows as they were shown: sheet, number in the file, code, verdict (new, changed, same, error), what
stands there and what would, or what is wrong. Applying tries each row again and stops when it would do something else
than was shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export.results import RowResult
from tablib import Dataset

from courses.actions.editions import ScheduleLocked
from courses.cells import LANGUAGES
from courses.imports import FileRefused, first_row_of
from courses.resources import BY_SHEET, RESOURCES, CatalogueResource, Known
from lms.people.models import User


class Sheet(TypedDict):
    """One sheet as it was read: the columns by their names in the code."""

    columns: list[str]
    rows: list[list[str]]
    first: int  # the number of the first row in the file


class PlannedRow(TypedDict):
    sheet: str
    row: int
    code: str
    verdict: str
    changes: list[list[str]]  # heading, what stands there, what would
    errors: list[str]


class Different(Exception):
    """A row would now do something else than was shown."""


class Broken(Exception):
    """A row failed for a reason that is not the file's: ours to mend."""


# What is what ---------------------------------------------------------------------------------------------------------


def recognised(tables: list[tuple[str, Dataset]]) -> dict[str, Sheet]:
    """The sheets that are ours, in the order in which they need each other. Raises FileRefused."""
    found: dict[str, Sheet] = {}
    for name, table in tables:
        if table.headers is None:
            continue
        resource = _named(name) or _by_headings(table.headers)
        if resource is None:
            continue
        if resource.sheet in found:
            raise FileRefused(_("There are two sheets with %(sheet)s in this file.") % {"sheet": resource.title})
        found[resource.sheet] = _sheet(table, resource)
    if not found:
        words = _("No courses, editions or sessions found. The first row holds the headings, as in an export.")
        raise FileRefused(words)
    return {one.sheet: found[one.sheet] for one in RESOURCES if one.sheet in found}


def _named(name: str) -> type[CatalogueResource] | None:
    for resource in RESOURCES:
        titles = {resource.sheet}
        for language in LANGUAGES:
            with override(language):
                titles.add(str(resource.title).casefold())
        if name.strip().casefold() in titles:
            return resource
    return None


def _by_headings(headings: list[str]) -> type[CatalogueResource] | None:
    """The kind of row that most of these headings belong to, if the code is among them."""

    def fits(resource: type[CatalogueResource]) -> int:
        known = [resource.columns().get(one.casefold()) for one in headings]
        return len([one for one in known if one]) if set(resource.key) <= set(known) else 0

    best = max(RESOURCES, key=fits)
    return best if fits(best) else None


def _sheet(table: Dataset, resource: type[CatalogueResource]) -> Sheet:
    known = resource.columns()
    columns = [known.get(heading.casefold(), "") for heading in table.headers]
    words = {"sheet": resource.title}
    if unknown := [heading for heading, column in zip(table.headers, columns, strict=True) if not column]:
        words["headings"] = ", ".join(heading[:40] or "–" for heading in unknown[:8])
        raise FileRefused(_("Unknown headings in %(sheet)s: %(headings)s.") % words)
    if twice := {column for column in columns if columns.count(column) > 1}:
        words["headings"] = ", ".join(sorted(resource.heading(one) for one in twice))
        raise FileRefused(_("These headings stand twice in %(sheet)s: %(headings)s.") % words)
    if missing := [one for one in resource.key if one not in columns]:
        words["headings"] = ", ".join(resource.heading(one) for one in missing)
        raise FileRefused(_("These headings are missing in %(sheet)s: %(headings)s.") % words)
    return {"columns": columns, "rows": [list(row) for row in table], "first": first_row_of(table)}


# The plan -------------------------------------------------------------------------------------------------------------


def plan_of(sheets: dict[str, Sheet], *, user: User) -> list[PlannedRow]:
    """What each row would do. Writes nothing."""
    known = Known(user)
    return [planned for sheet in sheets for planned in _planned(sheet, sheets[sheet], known)]


def _planned(name: str, sheet: Sheet, known: Known) -> Iterator[PlannedRow]:
    resource, seen = BY_SHEET[name](known), dict[str, int]()
    for number, row in rows_of(sheet):
        code = code_of(resource, row)
        if code in seen:
            said = _("The same code stands in row %(row)s.") % {"row": seen[code]}
            yield _row(name, number, code, "error", errors=[said])
            continue
        seen[code] = number
        yield tried(resource, number, row, dry_run=True)


def rows_of(sheet: Sheet) -> Iterator[tuple[int, dict[str, str]]]:
    """Number and cells of every row that is not empty."""
    for number, cells in enumerate(sheet["rows"], start=sheet["first"]):
        if any(cells):
            yield number, dict(zip(sheet["columns"], cells, strict=True))


def code_of(resource: CatalogueResource, row: dict[str, str]) -> str:
    return " ".join(row[name] for name in resource.key)[:80]


def tried(resource: CatalogueResource, number: int, row: dict[str, str], *, dry_run: bool) -> PlannedRow:
    """One row through the resource: what it does, or would."""
    result = resource.import_row(row, None, row_number=number, dry_run=dry_run, using_transactions=False)
    code = code_of(resource, row)
    if result.import_type == RowResult.IMPORT_TYPE_INVALID:
        return _row(resource.sheet, number, code, "error", errors=_said(resource, result.validation_error))
    if result.errors:
        error = result.errors[0].error
        if isinstance(error, ScheduleLocked | PermissionDenied | DatabaseError):
            return _row(resource.sheet, number, code, "error", errors=[_("This row cannot be saved.")])
        raise Broken(f"{resource.sheet} row {number}") from error
    if result.import_type == RowResult.IMPORT_TYPE_SKIP:
        return _row(resource.sheet, number, code, "same")
    changes = [[resource.heading(name), was, now] for name, (was, now) in resource.last_changes.items()]
    verdict = "new" if result.import_type == RowResult.IMPORT_TYPE_NEW else "changed"
    return _row(resource.sheet, number, code, verdict, changes=changes)


def _row(
    sheet: str, row: int, code: str, verdict: str, changes: list[list[str]] | None = None, errors: Any = ()
) -> PlannedRow:
    return {
        "sheet": sheet, "row": row, "code": code, "verdict": verdict, "changes": changes or [], "errors": list(errors),
    }  # fmt: skip


def _said(resource: CatalogueResource, error: ValidationError) -> list[str]:
    """Each with the heading of its column."""
    found = []
    for name, texts in error.message_dict.items():
        heading = f"{resource.heading(name)}: " if name in resource._meta.fields else ""
        found += [f"{heading}{text}" for text in texts]
    return found


# Doing it -------------------------------------------------------------------------------------------------------------


class Applying:
    """Carries out the rows of a plan in order; ``done`` says how many of those that change something are done."""

    def __init__(self, sheets: dict[str, Sheet], plan: list[PlannedRow], *, user: User) -> None:
        self.resources: dict[str, CatalogueResource] = {}
        self.known, self.sheets = Known(user), sheets
        self.todo = [row for row in plan if row["verdict"] in {"new", "changed"}]
        self.rows = {name: dict(rows_of(sheet)) for name, sheet in sheets.items()}

    def carry_out(self, start: int, count: int) -> int:
        """These rows, in the caller's transaction; raises Different when one is not what was shown."""
        some = self.todo[start : start + count]
        for shown in some:
            resource = self._resource(shown["sheet"])
            done = tried(resource, shown["row"], self.rows[shown["sheet"]][shown["row"]], dry_run=False)
            if done != shown:
                raise Different(f"{shown['sheet']} row {shown['row']}")
        return len(some)

    def _resource(self, name: str) -> CatalogueResource:
        if name not in self.resources:
            self.resources[name] = BY_SHEET[name](self.known)
        return self.resources[name]
