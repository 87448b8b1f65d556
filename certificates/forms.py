"""What people fill in about certificates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates.many import LARGEST as LARGEST_LIST
from certificates.many import TooMany, numbers_in, text_of
from certificates.models import Certificate
from certificates.numbers import grouped, is_number, normalise
from certificates.uploads import LARGEST, Looked
from courses.models import Course
from lms.kernel.forms import AccessibleForm, Text, Words
from lms.people.models import Department, Organisation, Role, User


class OfNumbers(AccessibleForm):
    """For forms that ask for certificates' numbers: sixteen random characters may well look like a citizen service
    number, and nothing that is typed here is kept.
    """

    def full_clean(self) -> None:
        forms.BaseForm.full_clean(self)  # type: ignore[arg-type]  # the form that it is mixed into


class NumberForm(OfNumbers, forms.Form):
    """A number, typed or pasted; forgiving of spaces, case, O for 0 and I for 1."""

    number = forms.CharField(
        label=_("Number of the certificate"),
        max_length=60,
        help_text=_("It stands at the bottom of the certificate, next to the QR code."),
        error_messages={"required": _("Fill in the number that stands on the certificate.")},
        widget=forms.TextInput(
            attrs={"class": "in code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"]
        if not is_number(typed):
            raise forms.ValidationError(
                _(
                    "No certificate of ours has this number. See whether you copied all 17 characters. "
                    "We never use the letters O, I, L and U."
                )
            )
        return grouped(normalise(typed))


class DocumentForm(AccessibleForm, forms.Form):
    """A file to hold against what we issued: the PDF, or the credential as JSON, token or picture."""

    document = forms.FileField(
        label=_("The file that you got"),
        help_text=_("A PDF, a credential (JSON) or a badge (PNG, SVG). We keep nothing of it. At most 5 MB."),
        error_messages={
            "required": _("Choose the file that you want to compare."),
            "empty": _("This file is empty. Choose the file that you got."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,.json,.jwt,.txt,.png,.svg"}),
    )

    @staticmethod
    def too_large() -> str:
        return gettext("This file is larger than 5 MB, so it is not a certificate of ours.")

    @staticmethod
    def too_often() -> str:
        return gettext("Many files are being checked at this moment. Try again in a minute; by number it works now.")

    def clean_document(self) -> Looked:
        document: Looked = self.cleaned_data["document"]
        if document.size is None or document.size > LARGEST:
            raise forms.ValidationError(self.too_large())
        return document


class NumbersForm(OfNumbers, forms.Form):
    """Many numbers, pasted or in a file; ``found`` is the list."""

    numbers = forms.CharField(
        label=_("Numbers"),
        required=False,
        max_length=LARGEST_LIST,
        help_text=_("One a line, or pasted from a spreadsheet."),
        widget=forms.Textarea(attrs={"class": "in code", "rows": 6, "spellcheck": "false"}),
    )
    document = forms.FileField(
        label=_("Or a file with the numbers"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV or plain text, with commas or semicolons."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        document = cleaned.get("document")
        text = text_of(document.content) if document else cleaned.get("numbers", "")
        field = "document" if document else "numbers"
        try:
            cleaned["found"] = numbers_in(text)
        except TooMany:
            self.add_error(field, _("These are more than 500 numbers. Check them in parts."))
            return cleaned
        if not cleaned["found"] and not self.errors:
            self.add_error(field, _("Paste at least one number, or choose a file that holds some."))
        return cleaned


class ShareForm(AccessibleForm, forms.Form):
    """What a link shows, and how long it works. Title, issuer, dates and whether it holds are always there."""

    PARTS = [
        ("name", _("My name")),
        ("hours", _("Hours and period")),
        ("outcomes", _("What I learned, and how it was assessed")),
        ("parts", _("The parts of the programme")),
    ]
    LASTS = [("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("", _("Until I take it back"))]

    shows = forms.MultipleChoiceField(
        label=_("What does it show?"),
        choices=PARTS,
        required=False,
        help_text=_("Title, issuer, dates and whether it is valid are always there."),
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(
        label=_("How long does it work?"), choices=LASTS, required=False, initial="90", widget=forms.RadioSelect
    )
    label = forms.CharField(
        label=_("For whom is it?"),
        max_length=60,
        required=False,
        help_text=_("Only you read this. It helps you to know later which link to take back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, parts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [one for one in self.PARTS if parts or one[0] != "parts"]
        self.fields["shows"].choices = choices  # type: ignore[attr-defined]  # a choice field has them
        self.fields["shows"].initial = [value for value, _label in choices]

    def clean_days(self) -> int | None:
        return int(self.cleaned_data["days"]) if self.cleaned_data["days"] else None


class RevokeForm(AccessibleForm, forms.Form):
    """Two reasons: one that anyone may read, one for ourselves."""

    public_reason = forms.ChoiceField(
        label=_("Reason for outside"),
        choices=[("", _("Choose a reason")), *Certificate.Reason.choices],
        help_text=_("Whoever checks the certificate reads this."),
        error_messages={"required": _("Choose the reason that others may read.")},
    )
    inside_reason = forms.CharField(
        label=_("Reason for ourselves"),
        max_length=1000,
        help_text=_("Only the office, auditors and coordinators read this. Write nothing about health."),
        error_messages={"required": _("Write why you revoke it, so that it can be explained later.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


DAY = forms.DateInput(attrs={"type": "date", "class": "in in--s"}, format="%Y-%m-%d")


class YearFileForm(AccessibleForm, forms.Form):
    """Which shared certificates come in the file: of this year, unless something else is chosen."""

    starts_on = forms.DateField(label=_("Issued from"), required=False, widget=DAY)
    ends_on = forms.DateField(label=_("Issued until"), required=False, widget=DAY)
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Department"), required=False, empty_label=_("All departments")
    )
    course = forms.ModelChoiceField(
        Course.objects.none(), label=_("Course"), required=False, empty_label=_("All courses")
    )

    def __init__(self, *args: Any, company: Organisation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shared = Certificate.objects.all().shared_with({company.pk})
        taught = Q(pk__in=shared.filter(programme=None).values("enrolment__edition__course"))
        self.fields["department"].queryset = company.departments.all()  # type: ignore[attr-defined]
        self.fields["course"].queryset = Course.objects.filter(  # type: ignore[attr-defined]
            taught | Q(pk__in=shared.values("programme"))
        ).order_by("code")
        self.year = _year_of(shared.values_list("requested_at", flat=True).order_by("-requested_at").first(), at)
        self.initial.update(starts_on=date(self.year, 1, 1), ends_on=date(self.year, 12, 31))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, last = said.get("starts_on"), said.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("This day lies before the first one. Choose a later day."))
        return said


def _year_of(newest: datetime | None, at: datetime) -> int:
    """This year, or the last one in which something was issued: in January one wants the year that is over."""
    return timezone.localdate(newest or at).year


class ReissueForm(AccessibleForm, forms.Form):
    """Why all certificates of an edition are made anew."""

    reason = Words(
        label=_("Why they are made anew"),
        max_length=1000,
        rows=2,
        help_text=_("Only the office, auditors and coordinators read this. Write nothing about health."),
        error_messages={"required": _("Write why you make them anew, so that it can be explained later.")},
    )


class EarlierForm(AccessibleForm, forms.Form):
    """A list of certificates of before the platform."""

    provider = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Provider"), empty_label=_("Choose a provider")
    )
    source = Text(
        label=_("Where it comes from"),
        max_length=200,
        help_text=_(
            "Stands on every certificate of this list, for example: the participants' records of RoboHouse, 2019-2024."
        ),
        error_messages={"required": _("Write from whose records these certificates are taken over.")},
    )
    document = forms.FileField(
        label=_("List in Excel or CSV"),
        help_text=_(
            "With a heading for each column: name, e-mail, course, issued on; if known also kind, hours, valid until. "
            "Nothing is taken over until you have looked at it."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": _("This file is empty. Choose the list.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        houses = Organisation.objects.filter(is_provider=True).order_by("name")
        if not user.holds(Role.OFFICER):
            houses = houses.filter(pk__in=user.organisations_as(Role.COORDINATOR))
        self.fields["provider"].queryset = houses  # type: ignore[attr-defined]
        self.only_house = houses[0] if len(houses) == 1 else None
        if self.only_house:
            del self.fields["provider"]

    @property
    def house(self) -> Organisation:
        """The one chosen, or the only one there is to choose."""
        return self.only_house or self.cleaned_data["provider"]
