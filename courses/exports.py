"""The catalogue as a workbook, or sheet by sheet as CSV, such that reading it back changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import models

from courses.cells import guarded
from courses.resources import BY_SHEET, RESOURCES, CatalogueResource, Known
from lms.kernel.spreadsheets import Cell, csv_file, xlsx_book
from lms.people.models import User

SHEETS = tuple(BY_SHEET)


def workbook(user: User) -> bytes:
    """Everything this user may change: three sheets, with headings in the language of the moment."""
    known = Known(user)
    sheets = [resource(known) for resource in RESOURCES]
    return xlsx_book([(str(one.title).capitalize(), _headings(one), _rows(one)) for one in sheets])


def sheet_as_csv(sheet: str, user: User) -> bytes:
    resource = BY_SHEET[sheet](Known(user))
    return csv_file([_headings(resource), *_rows(resource)])


def _headings(resource: CatalogueResource) -> list[str]:
    return [resource.heading(name) for name in resource._meta.fields]


def _rows(resource: CatalogueResource) -> Iterator[list[Cell]]:
    for instance in resource.everything():
        yield [_cell(resource, instance, name) for name in resource._meta.fields]


def _cell(resource: CatalogueResource, instance: Any, name: str) -> Cell:
    """Numbers and moments keep their type, so that a spreadsheet can reckon with them; all else is text."""
    text = resource.text_of(instance, name)
    field = resource._meta.model._meta.get_field(name)
    if not text:
        return None
    match field:
        case models.DateTimeField():
            return datetime.fromisoformat(text)
        case models.DateField():
            return date.fromisoformat(text)
        case models.IntegerField():
            return int(text)
    return guarded(text)
