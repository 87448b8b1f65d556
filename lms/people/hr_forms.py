"""What HR fills in, and who wants to be it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.kernel.forms import AccessibleForm, Text
from lms.people.forms import AboutYou
from lms.people.lookup import EmployerInput
from lms.people.models import Department, Employment, normalised_email


def clean_kvk_number(said: str) -> str:
    """Eight digits, however they were typed; empty stays empty."""
    number = re.sub(r"[ .-]", "", said)
    if number and not re.fullmatch(r"\d{8}", number):
        raise forms.ValidationError(_("A KvK number has eight digits, for example 01234567."))
    return number


class ClaimForm(AccessibleForm, forms.Form):
    """Which company, and why you are its HR."""

    organisation_name = Text(
        label=_("Name of the company"),
        max_length=200,
        autocomplete="organization",
        widget=EmployerInput(fills="kvk_number"),
        numbers=True,
        error_messages={"required": _("Fill in the name of the company.")},
    )
    kvk_number = Text(
        label=_("KvK number"),
        max_length=20,
        short=True,
        numbers=True,
        help_text=_("The eight digits under which the company is in the trade register."),
        error_messages={"required": _("Fill in the KvK number. It stands on every invoice of your company.")},
    )
    explanation = forms.CharField(
        label=_("What do you do at this company?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example your function, and a number of the company where we can ask for you."),
        error_messages={"required": _("Tell in a sentence what you do at this company, so that we can check it.")},
    )

    def clean_kvk_number(self) -> str:
        return clean_kvk_number(self.cleaned_data["kvk_number"])


class VisitorClaimForm(AboutYou, ClaimForm):
    """The same of someone who is not signed in, with who they are."""

    @property
    def name(self) -> dict[str, str]:
        return {field: self.cleaned_data[field] for field in self.NAME}

    @property
    def company(self) -> dict[str, str]:
        return {field: self.cleaned_data[field] for field in ClaimForm.base_fields}


class InvitationForm(AccessibleForm, forms.Form):
    """Whom to ask: an address, nothing else."""

    email = forms.EmailField(
        label=_("E-mail address of your colleague"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "class": "in in--m"}),
        error_messages={"required": _("Fill in the e-mail address of your colleague.")},
    )

    def clean_email(self) -> str:
        return normalised_email(self.cleaned_data["email"])


class DepartmentForm(AccessibleForm, forms.Form):
    name = Text(
        label=_("Name of the department"),
        max_length=80,
        error_messages={"required": _("Fill in a name, for example Assembly.")},
    )


class EmploymentForm(AccessibleForm, forms.Form):
    """Someone's department, and their last day when they leave."""

    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.none(), required=False, empty_label=_("No department")
    )
    ends_on = forms.DateField(
        label=_("Last working day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "in in--s"}, format="%Y-%m-%d"),
        help_text=_("Only when this person leaves. From the day after you see nothing new of them."),
    )

    def __init__(self, *args: Any, employment: Employment, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"department": employment.department_id})
        super().__init__(*args, **kwargs)
        self.employment, self.today = employment, today
        self.fields["department"].queryset = employment.organisation.departments.all()  # type: ignore[attr-defined]

    def clean_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["ends_on"]
        if day and day < self.employment.starts_on:
            raise forms.ValidationError(_("This lies before the first day that we know of. Choose a later date."))
        if day and self.employment.ends_on and day > self.employment.ends_on:
            raise forms.ValidationError(
                _("An earlier last day was entered before. Ask the programme office if that is not right.")
            )
        return day
