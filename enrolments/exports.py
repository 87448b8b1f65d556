"""Downloads as spreadsheets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources

from enrolments.employers import Seen, name_of
from enrolments.models import Enrolment
from lms.kernel.languages import in_language
from lms.kernel.spreadsheets import Cell, csv_file, xlsx_file


class StaffResource(resources.ModelResource):
    """An employer's people and what they learn; takes enrolments as ``employers.seen_by`` gives them."""

    name = fields.Field(column_name=_("Name"))
    department = fields.Field("department_name", column_name=_("Department"))
    course_code = fields.Field("edition__course__code", column_name=_("Course code"))
    course = fields.Field(column_name=_("Course"))
    edition = fields.Field("edition__code", column_name=_("Edition"))
    starts_on = fields.Field(column_name=_("Starts"))
    ends_on = fields.Field(column_name=_("Ends"))
    status = fields.Field(column_name=_("Status"))
    hours = fields.Field(column_name=_("Hours (where shared)"))
    sessions = fields.Field(column_name=_("Sessions attended (where shared)"))

    class Meta:
        model = Enrolment
        fields = (
            "name", "department", "course_code", "course", "edition", "starts_on", "ends_on", "status", "hours",
            "sessions",
        )  # fmt: skip
        export_order = fields

    def dehydrate_name(self, enrolment: Any) -> Cell:
        return name_of(enrolment.learner)

    def dehydrate_course(self, enrolment: Any) -> Cell:
        return in_language(enrolment.edition.course, "title")

    def dehydrate_starts_on(self, enrolment: Any) -> Cell:
        return enrolment.edition.starts_at and timezone.localdate(enrolment.edition.starts_at)

    def dehydrate_ends_on(self, enrolment: Any) -> Cell:
        return enrolment.edition.ends_at and timezone.localdate(enrolment.edition.ends_at)

    def dehydrate_status(self, enrolment: Any) -> Cell:
        return str(Seen(enrolment.seen).label)

    def dehydrate_hours(self, enrolment: Any) -> Cell:
        minutes = enrolment.shared_minutes
        return None if minutes is None else (Decimal(minutes) / 60).quantize(Decimal("0.01"))

    def dehydrate_sessions(self, enrolment: Any) -> Cell:
        return enrolment.shared_sessions

    def as_file(self, enrolments: Any, file_format: str, *, title: str) -> bytes:
        """``csv`` or ``xlsx``; cells that could run as formulas are neutralised on the way."""
        dataset = self.export(enrolments)
        rows = [list(row) for row in dataset]
        if file_format == "csv":
            return csv_file([dataset.headers, *rows])
        return xlsx_file(dataset.headers, rows, title=title)
