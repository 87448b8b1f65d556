"""The rows of a company's list as import-export Resources: in from a list, out as a report.

Coming in, ``before_import`` reads the columns by the group's mapping and judges the whole list at once; the rows are
then written in batches. There is no diff to make: what was typed, what was read in it and the verdict are all shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import fields, resources, widgets
from import_export.instance_loaders import CachedInstanceLoader
from tablib import Dataset

from enrolments.employers import Seen
from enrolments.groups.verdicts import PROBLEMS, fill_in, judge
from enrolments.models import GroupEnrolment, GroupRow
from lms.kernel.spreadsheets import Cell, csv_file, xlsx_file

READ = (
    "given_name", "name_prefix", "family_name", "email", "language", "department", "verdict", "problem", "other_row",
)  # fmt: skip


class AsItIs(widgets.Widget):
    """A value that was made by us, not typed in a cell."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        return value


def _as_it_is(name: str) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=AsItIs())


class GroupRowResource(resources.ModelResource):
    """A list on its way in, from a dataset of numbers and cells. Sent in again, it changes the rows it made."""

    number = _as_it_is("number")
    cells = _as_it_is("cells")
    given_name = _as_it_is("given_name")
    name_prefix = _as_it_is("name_prefix")
    family_name = _as_it_is("family_name")
    email = _as_it_is("email")
    language = _as_it_is("language")
    department = _as_it_is("department")
    verdict = _as_it_is("verdict")
    problem = _as_it_is("problem")
    other_row = _as_it_is("other_row")

    class Meta:
        model = GroupRow
        import_id_fields = ("number",)
        fields = ("number", "cells", *READ)
        instance_loader_class = CachedInstanceLoader
        use_bulk = True
        batch_size = 500
        skip_diff = True
        store_instance = False
        report_skipped = False

    def __init__(self, group: GroupEnrolment, *, on: date) -> None:
        super().__init__()
        self.group, self.on = group, on

    def get_queryset(self) -> Any:
        return self.group.rows.all()

    def init_instance(self, row: Any = None) -> GroupRow:
        return GroupRow(group=self.group)

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        made = {row.number: row for row in self.get_queryset()}
        rows = []
        for number, cells in zip(dataset["number"], dataset["cells"], strict=True):
            row = made.get(number) or GroupRow(number=number)
            row.cells = cells
            # A row that was mended by hand has no cells any more, and keeps what was saved.
            rows.append(fill_in(row, self.group.mapping) if cells else row)
        judge(rows, self.group.employer, self.group.edition, on=self.on)
        for name in READ:
            dataset.append_col([getattr(row, name) for row in rows], header=name)

    def after_import(self, dataset: Dataset, result: Any, **kwargs: Any) -> None:
        """Leave PostgreSQL's sequence alone: set to the highest row that this transaction sees, as import-export does
        after an import, it gives numbers that another import at the same time has taken."""

    def take_in(self, rows: list[tuple[int, list[str]]]) -> None:
        """Write these rows, or nothing at all."""
        self.import_data(Dataset(*rows, headers=["number", "cells"]), raise_errors=True, use_transactions=True)


class GroupReportResource(resources.ModelResource):
    """What became of every row; for the one who sent the list, so with the names as that person typed them."""

    number = fields.Field("number", column_name=_("Row"))
    given_name = fields.Field("given_name", column_name=_("Given name"))
    name_prefix = fields.Field("name_prefix", column_name=_("Prefix"))
    family_name = fields.Field("family_name", column_name=_("Family name"))
    email = fields.Field("email", column_name=_("E-mail address"))
    department = fields.Field("department", column_name=_("Department"))
    verdict = fields.Field(column_name=_("Check"))
    outcome = fields.Field(column_name=_("Result"))
    news = fields.Field(column_name=_("Now"))
    remark = fields.Field(column_name=_("Remark"))

    class Meta:
        model = GroupRow
        fields = (
            "number", "given_name", "name_prefix", "family_name", "email", "department", "verdict", "outcome", "news",
            "remark",
        )  # fmt: skip
        export_order = fields

    def __init__(self, news: Mapping[int, Seen]) -> None:
        super().__init__()
        self.news = news  # by row: how it stands now, where that is no longer its result

    def dehydrate_verdict(self, row: GroupRow) -> Cell:
        return row.get_verdict_display()

    def dehydrate_outcome(self, row: GroupRow) -> Cell:
        return row.get_outcome_display() if row.outcome else ""

    def dehydrate_news(self, row: GroupRow) -> Cell:
        return str(self.news[row.pk].label) if row.pk in self.news else ""

    def dehydrate_remark(self, row: GroupRow) -> Cell:
        return remark_on(row)

    def as_file(self, rows: Any, file_format: str, *, title: str) -> bytes:
        """``csv`` or ``xlsx``; cells that could run as formulas are neutralised on the way."""
        dataset = self.export(rows)
        lines = [list(line) for line in dataset]
        if file_format == "csv":
            return csv_file([dataset.headers, *lines])
        return xlsx_file(dataset.headers, lines, title=title)


def remark_on(row: GroupRow) -> str:
    """What there is to say about a row besides its verdict: what is wrong and how to mend it."""
    if row.problem:
        return str(PROBLEMS[row.problem][1])
    if row.verdict == GroupRow.Verdict.TWICE:
        return str(_("The same person as in row %(row)s. We skip this row.") % {"row": row.other_row})
    return ""
