"""The forms of the register: one per person on the list, and the reasons that closing late and reopening ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrolments.models import Attendance
from enrolments.register import NOTABLE, Row
from lms.kernel.forms import AccessibleForm

Status = Attendance.Status


class RowForm(forms.Form):
    """What the page says about one person; beside it the page sends what it showed before anyone touched it."""

    status = forms.ChoiceField(choices=[(status.value, status.label) for status in NOTABLE])
    minutes = forms.CharField(required=False, max_length=10)

    def __init__(self, data: Any, *, row: Row, most: int) -> None:
        super().__init__(data, prefix=row.code)
        self.row, self.most = row, most
        self.is_here = self.add_prefix("status") in data
        self.typed = {name: data.get(self.add_prefix(name), "").strip() for name in ("status", "minutes", "was")}
        self.was = self.typed["was"]
        self.keeps = self.add_prefix("keep") in data
        # In the words of Row.value.
        self.says = f"{self.typed['status']}:{self.typed['minutes'] if self.typed['status'] == Status.PARTIAL else ''}"
        self.is_touched = self.says != self.was

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("status") != Status.PARTIAL:
            cleaned["minutes"] = None
            return cleaned
        said = cleaned.get("minutes") or ""
        if not said:
            self.add_error("minutes", _("Fill in how many minutes %(name)s was there.") % {"name": self.row.name})
        elif not said.isdecimal() or not 0 < int(said) <= self.most:
            self.add_error("minutes", _("Fill in a whole number of minutes from 1 to %(most)s.") % {"most": self.most})
        else:
            cleaned["minutes"] = int(said)
        return cleaned

    @property
    def first_error(self) -> str:
        return str(next(iter(self.errors.values()))[0])


class ReasonForm(AccessibleForm, forms.Form):
    """Why something out of the ordinary is done with a list."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It appears on the attendance list. Write nothing about anyone's health."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Fill in why. An auditor will want to know.")},
    )
