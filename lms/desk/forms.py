"""What companies fill in at the desk, and what the desk itself does."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from lms.desk.actions import Question
from lms.desk.models import PeerGroup, Request, Step, Topic
from lms.kernel.forms import AccessibleForm, OnceForm, Text, Words, refuse_address
from lms.people.lookup import EmployerInput
from lms.people.models import Organisation

LARGEST = 5 * 1024 * 1024


class CompanyForm(OnceForm):
    """Which company, and whom we may answer."""

    company_name = Text(
        label=_("Name of your company"),
        max_length=200,
        autocomplete="organization",
        widget=EmployerInput(fills="company_kvk"),
        numbers=True,
        error_messages={"required": _("Fill in the name of your company.")},
    )
    company_kvk = Text(
        label=_("KvK number"),
        required=False,
        max_length=20,
        short=True,
        numbers=True,
        help_text=_("The eight digits in the trade register. With it we count your company once."),
    )
    contact_name = Text(
        label=_("Your name"), required=False, max_length=120, autocomplete="name", validators=[refuse_address]
    )
    contact_role = Text(
        label=_("Your role"),
        required=False,
        max_length=80,
        autocomplete="organization-title",
        help_text=_("For example: production manager."),
    )
    contact_email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("The answer comes here. Nobody else gets to see it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "in in--m"}),
    )
    contact_phone = Text(
        label=_("Phone number"),
        required=False,
        max_length=30,
        numbers=True,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "in in--s"}),
    )
    # Nobody sees this field; a machine fills it in.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_company_kvk(self) -> str:
        number = re.sub(r"[ .-]", "", self.cleaned_data["company_kvk"])
        if number and not re.fullmatch(r"\d{8}", number, re.ASCII):
            raise forms.ValidationError(_("A KvK number has eight digits, for example 01234567."))
        return number

    def clean_contact_phone(self) -> str:
        number: str = self.cleaned_data["contact_phone"]
        if number and not re.fullmatch(r"\+?[\d ()-]{6,29}", number, re.ASCII):
            raise forms.ValidationError(_("Write the phone number like this: 010 123 45 67."))
        return number

    @property
    def is_suspect(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    def about_the_company(self) -> dict[str, Any]:
        names = ("company_name", "company_kvk", "contact_name", "contact_role", "contact_email", "contact_phone")
        return {name: self.cleaned_data.get(name, "") for name in names}

    def in_order(self, *names: str) -> list[Any]:
        return [self[name] for name in names]


class AskForm(CompanyForm):
    """The question itself first; the rest is so that the answer arrives."""

    text = Words(
        label=_("What is your question?"),
        help_text=_("A few sentences are enough: what you make, what you want, what stands in the way."),
        error_messages={"required": _("Fill in your question.")},
    )
    topic = forms.ModelChoiceField(
        label=_("What is it about?"), queryset=Topic.objects.none(), required=False, empty_label=_("I don't know yet")
    )
    lab = forms.ModelChoiceField(
        queryset=Organisation.objects.labs(), to_field_name="code", required=False, widget=forms.HiddenInput
    )
    course = forms.ModelChoiceField(
        queryset=Course.objects.all(), to_field_name="code", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Topic.objects.filter(is_offered=True).select_related("lab", "course__provider")
        self.fields["topic"].queryset = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for name in ("lab", "course"):  # nobody fills these in: a wrong one is an old link, not a mistake
            self.errors.pop(name, None)
        return said

    @property
    def question(self) -> Question:
        said = self.cleaned_data
        return Question(
            **self.about_the_company(),
            text=said["text"],
            topic=said.get("topic"),
            lab=said.get("lab"),
            course=said.get("course"),
            form_key=self.key,
        )


class JoinForm(CompanyForm):
    """Joining a peer group: an address is needed, since the meetings are told there."""

    text = Words(
        label=_("What would you like to learn from the others?"),
        rows=3,
        help_text=_("And what can they learn from you?"),
        error_messages={"required": _("Fill in what you would like to learn from the others.")},
    )
    agrees_to_be_named = forms.BooleanField(
        label=_("The name of our company may stand with the group on the site."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("contact_name", "contact_email"):
            self.fields[name].required = True
        self.fields["contact_name"].error_messages["required"] = _("Fill in your name.")
        self.fields["contact_email"].error_messages["required"] = _("Fill in your e-mail address.")

    def question(self, group: PeerGroup) -> Question:
        said = self.cleaned_data
        return Question(
            **self.about_the_company(),
            text=said["text"],
            group=group,
            agrees_to_be_named=said["agrees_to_be_named"],
            form_key=self.key,
        )


class ReplyForm(OnceForm):
    text = Words(
        label=_("Your message"), rows=4, error_messages={"required": _("Write down what you want to tell us.")}
    )


class SignForm(AccessibleForm, forms.Form):
    """A company confirms a step in its own words."""

    statement = Words(
        label=_("What did it bring your company?"),
        rows=4,
        help_text=_("In your own words. Correct us where we have it wrong."),
        error_messages={"required": _("Fill in what it brought your company.")},
    )
    signer_name = Text(
        label=_("Your name"),
        max_length=120,
        autocomplete="name",
        validators=[refuse_address],
        error_messages={"required": _("Fill in your name.")},
    )
    signer_role = Text(
        label=_("Your role"),
        max_length=80,
        autocomplete="organization-title",
        error_messages={"required": _("Fill in your role in the company.")},
    )
    agrees = forms.BooleanField(
        label=_("This is what our company did, and I may say so for the company."),
        error_messages={"required": _("Tick that this is what your company did.")},
    )


# The desk's own -------------------------------------------------------------------------------------------------------


class AnswerForm(OnceForm):
    text = Words(label=_("Your answer"), rows=8, error_messages={"required": _("Write an answer.")})
    courses = forms.ModelMultipleChoiceField(
        label=_("Courses that may help"),
        queryset=Course.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    labs = forms.ModelMultipleChoiceField(
        label=_("Labs that may help"),
        queryset=Organisation.objects.labs(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, courses: list[tuple[int, str]], labs: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["courses"].choices = courses  # type: ignore[attr-defined]
        self.fields["labs"].choices = labs  # type: ignore[attr-defined]


class NoteForm(AccessibleForm, forms.Form):
    text = Words(label=_("Note for ourselves"), rows=3, error_messages={"required": _("Write a note.")})


class RouteForm(AccessibleForm, forms.Form):
    house = forms.ModelChoiceField(
        label=_("Lay it with"), queryset=Organisation.objects.none(), required=False, empty_label=_("Programme office")
    )

    def __init__(self, *args: Any, houses: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["house"].queryset = houses  # type: ignore[attr-defined]


class CloseForm(AccessibleForm, forms.Form):
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=Request.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )


class StepForm(AccessibleForm, forms.Form):
    size = forms.ChoiceField(
        label=_("How large is the step?"),
        choices=Step.Size.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how large the step is.")},
    )
    type = forms.ChoiceField(label=_("Kind of step"), choices=Step.Type.choices)
    before = Words(label=_("How was it before?"), rows=2, max_length=1000)
    description = Words(label=_("What changed?"), rows=3, max_length=1000)
    taken_on = forms.DateField(
        label=_("Taken on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "in in--s"})
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_taken_on(self) -> date:
        taken_on: date = self.cleaned_data["taken_on"]
        if taken_on > self.today:
            raise forms.ValidationError(_("A step has been taken already: choose a day that is not in the future."))
        return taken_on


class DocumentForm(AccessibleForm, forms.Form):
    document = forms.FileField(label=_("Signed document (PDF, at most 5 MB)"))
    signer_name = Text(label=_("Signed by"), max_length=120)
    signer_role = Text(label=_("Role in the company"), max_length=80)

    def clean_document(self) -> UploadedFile:
        """By its first bytes: a name and a type are what the browser says."""
        document: UploadedFile = self.cleaned_data["document"]
        if document.size is not None and document.size > LARGEST:
            raise forms.ValidationError(_("This file is larger than 5 MB. Make it smaller, or scan it anew."))
        begin = document.read(5)
        document.seek(0)
        if begin != b"%PDF-":
            raise forms.ValidationError(_("This is not a PDF. Save the document as a PDF and choose it again."))
        return document


class DropForm(AccessibleForm, forms.Form):
    reason = Text(label=_("Why?"), max_length=200, error_messages={"required": _("Say why.")})


class AdmitForm(OnceForm):
    text = Words(label=_("Your answer to the company"), rows=4, error_messages={"required": _("Write an answer.")})
