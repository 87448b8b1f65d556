"""What learners fill in: the enrolment page, the mailed digits, the check-in code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from courses.models import Price
from enrolments.actions import Answers
from enrolments.models import Grant, LearnerCategory
from enrolments.pricing import Quote, quote
from lms.kernel.forms import AccessibleForm, Text
from lms.people.forms import AboutYou
from lms.people.lookup import EmployerInput
from lms.people.models import Organisation, User

Category = LearnerCategory

# What each category is asked besides; only these are checked and kept, whatever the other fields still hold.
ASKED = {
    Category.EMPLOYEE: ("employer_name", "employer_kvk", "purchase_order", "shares"),
    Category.CAREER_SWITCHER: ("sector_left", "sector_sought"),
    Category.STUDENT: ("institution",),
}
REQUIRED = {
    "sector_left": _("Fill in the sector that you work in now, or worked in last."),
    "sector_sought": _("Fill in the sector that you want to move to."),
    "institution": _("Fill in the name of your school or university."),
}
EARLY_START = _("I want to start within the 14 days. If I withdraw after a session, I pay for the sessions held.")
PRESS_ORDER = _("Look at the price, and press “Enrol with obligation to pay”.")
MAIN = (Category.EMPLOYEE, Category.CAREER_SWITCHER, Category.STUDENT)


class Situation:
    """One answer to "what suits you": the radio, its words, what it costs, and the fields it opens."""

    LABELS = {
        Category.EMPLOYEE: _("I work for a company"),
        Category.CAREER_SWITCHER: _("I want to move to another sector"),
        Category.STUDENT: _("I am a student"),
        Category.SELF_EMPLOYED: _("I am self-employed"),
        Category.JOB_SEEKER: _("I am looking for work"),
        Category.TEACHER: _("I teach"),
        Category.OTHER: _("None of these"),
    }
    HINTS = {
        Category.EMPLOYEE: _("You have a contract of employment."),
        Category.CAREER_SWITCHER: _("For example from the hotel trade to technology."),
        Category.STUDENT: _("At a vocational school, a university of applied sciences or a university."),
    }

    def __init__(self, option: Any, fields: Sequence[BoundField], price: Quote | None) -> None:
        category = Category(str(option.data["value"]))
        if category != Category.EMPLOYEE and price is not None and not price.is_free:
            option.data["attrs"]["data-pays"] = ""  # the design shows the order button with it
        self.tag = option.tag()
        self.id = option.id_for_label
        self.value = category.value
        self.label = self.LABELS[category]
        self.hint = self.HINTS.get(category, "")
        self.fields = fields
        self.price = price


class EnrolForm(AboutYou):
    """The one page of an enrolment. ``user`` is who is signed in: their address, and name if known, is not asked."""

    category = forms.ChoiceField(
        label=_("What suits you?"),
        choices=Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what suits you.")},
    )
    employer_name = Text(
        label=_("Employer"),
        required=False,
        max_length=200,
        autocomplete="organization",
        widget=EmployerInput(fills="employer_kvk"),
        numbers=True,
    )
    employer_kvk = Text(
        label=_("KvK number"),
        required=False,
        max_length=20,
        short=True,
        numbers=True,
        help_text=_(
            "The eight digits under which the employer is in the trade register. With them we know for certain which "
            "company it is, also for an invoice. The provider and the programme office see them."
        ),
    )
    purchase_order = Text(
        label=_("Purchase order number"),
        required=False,
        max_length=60,
        numbers=True,
        help_text=_("Does your employer want a reference on the invoice? Fill it in here."),
    )
    early_start = forms.BooleanField(label=EARLY_START, required=False)
    shares = forms.MultipleChoiceField(
        label=_("What else may your employer see?"),
        required=False,
        choices=[
            (Grant.Scope.CERTIFICATE.value, _("My certificate")),
            (Grant.Scope.HOURS.value, _("How many hours I attended")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    sector_left = Text(
        label=_("Which sector do you work in now?"),
        required=False,
        max_length=120,
        help_text=_("Or the sector you last worked in."),
    )
    sector_sought = Text(
        label=_("Which sector do you want to move to?"),
        required=False,
        max_length=120,
        help_text=_(
            "The two sectors show that you are a career switcher, which we count for our funders. "
            "No employer sees them."
        ),
    )
    institution = Text(
        label=_("School or university"),
        required=False,
        max_length=160,
        autocomplete="section-school organization",
        help_text=_(
            "It shows that you are a student, which we count for our funders. "
            "Your trainer, the provider, the programme office and an auditor see it; no employer does."
        ),
    )

    def __init__(
        self,
        *args: Any,
        user: User | None = None,
        prices: Sequence[Price] = (),
        needs_early_start: bool = False,
        is_order: bool = False,
        **kwargs: Any,
    ) -> None:
        """``is_order``: enrolling binds at once, so who pays must press the button that says so."""
        super().__init__(*args, user=user, **kwargs)
        self.prices = prices
        self.needs_early_start = needs_early_start
        self.is_order = is_order
        self.fields["shares"].widget.attrs.pop("class", None)

    def clean_employer_kvk(self) -> str:
        number = re.sub(r"[ .-]", "", self.cleaned_data["employer_kvk"])
        if number and not re.fullmatch(r"\d{8}", number):
            raise forms.ValidationError(_("A KvK number has eight digits, for example 01234567."))
        return number

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for category, names in ASKED.items():
            if category != said.get("category"):
                for name in names:  # what stands in the fields of another category is neither checked nor kept
                    self.errors.pop(name, None)
                    said.pop(name, None)
        for name in ASKED.get(said.get("category", ""), ()):
            if name in REQUIRED and name not in self.errors and not said.get(name):
                self.add_error(name, REQUIRED[name])
        if said.get("category") == Category.EMPLOYEE and "employer_name" not in self.errors:
            self._check_employer(said)
        if self.is_order and self._pays_itself(said.get("category", "")):
            self._check_order(said)
        return said

    def _pays_itself(self, category: str) -> bool:
        if not category or category == Category.EMPLOYEE:
            return False
        price = quote(self.prices, category)
        return price is not None and not price.is_free

    def _check_order(self, said: dict[str, Any]) -> None:
        is_consumer = said["category"] != Category.SELF_EMPLOYED
        if self.needs_early_start and is_consumer and not said.get("early_start"):
            self.add_error(
                "early_start", _("This edition starts within 14 days. Tick that you want that, or choose a later one.")
            )
        if "order" not in self.data and not self.errors:
            self.add_error(None, PRESS_ORDER)

    @property
    def paying(self) -> list[Situation]:
        """The categories that pay themselves, each with its price."""
        return [one for one in self._all_situations() if self._pays_itself(one.value)]

    def _check_employer(self, said: dict[str, Any]) -> None:
        """A name, or a number that we know the name of."""
        if said.get("employer_name") or "employer_kvk" in self.errors:
            return
        number = said.get("employer_kvk")
        if not number:
            self.add_error("employer_name", _("Fill in the name of your employer."))
        elif not Organisation.objects.filter(kvk_number=number).exists():
            self.add_error("employer_name", _("We do not know this KvK number yet. Fill in the name as well."))

    @property
    def answers(self) -> Answers:
        """What was said, of a valid form."""
        said = self.cleaned_data
        known = self.user if self.user is not None and self.user.full_name else None
        asked = {name: said.get(name, "") for name in ASKED.get(said["category"], ()) if name != "shares"}
        pays_itself = self._pays_itself(said["category"])
        return Answers(
            category=said["category"],
            given_name=known.given_name if known else said["given_name"],
            name_prefix=known.name_prefix if known else said["name_prefix"],
            family_name=known.family_name if known else said["family_name"],
            shares=tuple(said.get("shares", ())),
            early_start=pays_itself and bool(said.get("early_start")),
            is_order=not pays_itself or "order" in self.data,
            **asked,
        )

    def situations(self) -> Iterator[Situation]:
        """The three that most people choose, each with the fields it opens."""
        return (one for one in self._all_situations() if one.value in MAIN)

    def other_situations(self) -> Iterator[Situation]:
        """The rest, which ask nothing more."""
        return (one for one in self._all_situations() if one.value not in MAIN)

    def _all_situations(self) -> Iterator[Situation]:
        for option in self["category"]:
            value = Category(str(option.data["value"]))
            yield Situation(option, [self[name] for name in ASKED.get(value, ())], quote(self.prices, value))


class MoveForm(AccessibleForm, forms.Form):
    """To which edition one goes."""

    edition = forms.ChoiceField(
        label=_("To which edition?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an edition."),
            "invalid_choice": _("This edition has no free place any more. Choose another."),
        },
    )

    early_start = forms.BooleanField(label=EARLY_START, required=False)

    def __init__(
        self,
        *args: Any,
        editions: Sequence[tuple[str, str]],
        is_order: bool = False,
        needs_early_start: bool = False,
        **kwargs: Any,
    ) -> None:
        """``is_order``: the move binds whoever makes it to pay, so they must press the button that says so."""
        super().__init__(*args, **kwargs)
        self.is_order = is_order
        self.needs_early_start = needs_early_start
        if not needs_early_start:
            del self.fields["early_start"]
        self.fields["edition"].choices = list(editions)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.is_order and "order" not in self.data and not self.errors:
            self.add_error(None, PRESS_ORDER)
        return said


class CheckInForm(AccessibleForm, forms.Form):
    """The digits on the screen in the room, and which session they are for."""

    session = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Session code"),
        max_length=30,
        help_text=_("The six digits on the screen in the room."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Fill in the six digits on the screen.")},
    )
