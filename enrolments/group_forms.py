"""What a company fills in to enrol a group, to mend a row, and to send someone else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.imports import FileRefused
from enrolments.groups.mapping import KINDS
from enrolments.groups.reading import MOST_ROWS, Listed, clean_file_name, listed_rows, read_list, read_paste
from enrolments.groups.verdicts import PROBLEMS
from enrolments.models import Enrolment, GroupEnrolment
from lms.kernel.forms import AccessibleForm, Text, refuse_address
from lms.people.models import Organisation, User

MOST_SEATS = 200


class NewGroupForm(AccessibleForm, forms.Form):
    """Who comes: pasted, from a file, chosen from known staff, or seats that get a name later.

    ``companies`` are those whose HR fills this in; without them someone of a provider does so for a company they name.
    """

    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Organisation.objects.none(), to_field_name="uuid", empty_label=None
    )
    company_name = Text(label=_("Company"), max_length=200)
    company_kvk = Text(
        label=_("KvK number"),
        required=False,
        max_length=20,
        short=True,
        numbers=True,
        help_text=_("Eight digits, if you know them."),
    )
    rows = forms.CharField(
        label=_("Paste from your spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "6", "class": "in", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "One person on a line: name and e-mail address. Copy the columns as they are; we see which is which."
        ),
    )
    file = forms.FileField(
        label=_("Or choose a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=_("Excel (.xlsx) or CSV, at most 2,000 rows and 5 MB."),
    )
    staff = forms.ModelMultipleChoiceField(
        label=_("Or choose from people we know"),
        required=False,
        queryset=User.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )
    seats = forms.IntegerField(
        label=_("Places without a name"),
        required=False,
        min_value=0,
        max_value=MOST_SEATS,
        widget=forms.NumberInput(attrs={"class": "in in--s", "inputmode": "numeric"}),
        help_text=_("You give these a name later, until three days before the start."),
    )
    reference = Text(
        label=_("Your reference"),
        required=False,
        max_length=60,
        numbers=True,
        help_text=_("An order number, for example."),
    )

    def __init__(
        self, *args: Any, companies: Sequence[Organisation] = (), company: Organisation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known_company = company
        self.listed = Listed([])
        self.source = GroupEnrolment.Source.SEATS
        self.file_name = ""
        if companies:
            del self.fields["company_name"], self.fields["company_kvk"]
            self._field("company").queryset = Organisation.objects.filter(pk__in=[one.pk for one in companies])
            self.fields["company"].initial = company and company.uuid
            if len(companies) == 1:
                del self.fields["company"]
        else:
            del self.fields["company"]
        staff = User.objects.none()
        if company is not None:
            working = company.employments.filter(ends_on=None).values("user")
            staff = User.objects.filter(pk__in=working).order_by("family_name", "given_name", "pk")
        self._field("staff").queryset = staff
        self._field("staff").label_from_instance = lambda person: f"{person.full_name} ({person.email})"
        if not staff.exists():
            del self.fields["staff"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean_company_kvk(self) -> str:
        number = re.sub(r"[ .-]", "", self.cleaned_data["company_kvk"])
        if number and not re.fullmatch(r"\d{8}", number):
            raise forms.ValidationError(_("A KvK number has eight digits, for example 01234567."))
        return number

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        given = [name for name in ("file", "rows", "staff") if said.get(name)]
        if len(given) > 1:
            self.add_error(given[1], _("Give the list in one way: pasted, as a file, or chosen."))
        elif not given and not said.get("seats") and not self.errors:
            self.add_error("rows", _("Paste or choose who comes, or say how many places you want without a name."))
        elif given:
            self._read(given[0], said)
        return said

    def _read(self, name: str, said: dict[str, Any]) -> None:
        try:
            match name:
                case "file":
                    self.source = GroupEnrolment.Source.FILE
                    self.file_name = clean_file_name(said["file"].name or "")
                    self.listed = read_list(said["file"].read(), self.file_name)
                case "rows":
                    self.source = GroupEnrolment.Source.PASTE
                    self.listed = read_paste(said["rows"])
                case _staff:
                    self.source = GroupEnrolment.Source.STAFF
                    fields = ("given_name", "name_prefix", "family_name", "email", "language")
                    people = said["staff"][:MOST_ROWS]
                    self.listed = listed_rows([{one: getattr(person, one) for one in fields} for person in people])
        except FileRefused as refused:
            self.add_error(name, str(refused))


class MappingForm(forms.Form):
    """What each column holds."""

    def __init__(self, group: GroupEnrolment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind, label) for kind, label in KINDS.items()]
        for place, kind in enumerate(group.mapping):
            heading = group.headings[place] if place < len(group.headings) else ""
            self.fields[f"column{place}"] = forms.ChoiceField(
                label=heading or _("Column %(number)s") % {"number": place + 1},
                choices=choices,
                initial=kind,
                required=False,
                widget=forms.Select(attrs={"class": "sel"}),
            )

    @property
    def kinds(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]


class PersonForm(AccessibleForm, forms.Form):
    """One person of a company, by hand."""

    given_name = Text(label=_("Given name"), max_length=80, required=False, validators=[refuse_address])
    name_prefix = Text(label=_("Prefix"), max_length=30, required=False, short=True, validators=[refuse_address])
    family_name = Text(label=_("Family name"), max_length=120, validators=[refuse_address])
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"class": "in in--m"}))

    def refuse(self, problem: str) -> None:
        """What the list's own rules say of this person."""
        field, words = PROBLEMS[problem]
        self.add_error(field, words)


class SwapForm(AccessibleForm, forms.Form):
    """With which colleague someone changes editions."""

    other = forms.ModelChoiceField(
        label=_("Changes places with"),
        queryset=Enrolment.objects.none(),
        to_field_name="code",
        empty_label=None,
        widget=forms.Select(attrs={"class": "sel"}),
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = others
        field.label_from_instance = lambda one: f"{one.learner.full_name} – {one.edition.code}"


class WishForm(AccessibleForm, forms.Form):
    """The one decision: everyone or nobody, or as many as there are places for."""

    wish = forms.ChoiceField(
        label=_("What if there are not enough places?"),
        choices=[
            (GroupEnrolment.Wish.PART, _("Take the places there are; the others each wait on the waiting list.")),
            (GroupEnrolment.Wish.WHOLE, _("Everyone or nobody: we wait together until there is a place for all.")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, one_by_one: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if one_by_one:  # there is nothing to choose where people are approved one by one
            field: Any = self.fields["wish"]
            field.choices = field.choices[:1]
            field.widget = forms.HiddenInput()
