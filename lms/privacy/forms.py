"""What people fill in about their own data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.erasing import AfterErasure
from lms.kernel.forms import AccessibleForm, Text, refuse_address
from lms.people.models import User
from lms.privacy.models import PrivacyRequest


class IdentityForm(AccessibleForm, forms.Form):
    """The digits from the mail, or the password of who has one."""

    code = forms.CharField(
        label=_("Code from the e-mail"),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    password = forms.CharField(
        label=_("Or your password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_usable_password():
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("code") and not given.get("password"):
            self.add_error("code", _("Fill in the six digits from the e-mail."))
        return given


class CorrectionForm(AccessibleForm, forms.ModelForm):
    """One's own name and language."""

    given_name = Text(label=_("Given name"), max_length=80, autocomplete="given-name", required=True)
    initials = Text(label=_("Initials"), max_length=20, required=False, short=True)
    name_prefix = Text(
        label=_("Prefix"), max_length=30, required=False, short=True, help_text=_("For example: van der.")
    )
    family_name = Text(label=_("Family name"), max_length=120, autocomplete="family-name", required=True)

    class Meta:
        model = User
        fields = ["given_name", "initials", "name_prefix", "family_name", "language"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("given_name", "family_name", "name_prefix", "initials"):
            try:
                refuse_address(given.get(name) or "")
            except forms.ValidationError as trouble:
                self.add_error(name, trouble)
        return given


class AskForm(AccessibleForm, forms.Form):
    """What the office is to correct."""

    note = Text(
        label=_("What is wrong, and how should it be?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ErasureForm(AccessibleForm, forms.Form):
    """What becomes of certificates, when, and that it is meant."""

    certificates = forms.ChoiceField(
        label=_("What should happen to your certificates?"), choices=AfterErasure, widget=forms.RadioSelect
    )
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[
            ("later", _("In seven days. Until then I can take it back.")),
            ("now", _("At once. I cannot undo it.")),
        ],
        widget=forms.RadioSelect,
        initial="later",
    )
    agrees = forms.BooleanField(label=_("I want my data to be erased"))

    def __init__(self, *args: Any, has_certificates: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_certificates:
            del self.fields["certificates"]


class RegisterForm(AccessibleForm, forms.ModelForm):
    """A request that came to the office."""

    name = Text(label=_("Name"), max_length=200, required=False)
    note = Text(label=_("What was asked"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    received_on = forms.DateField(
        label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    class Meta:
        model = PrivacyRequest
        fields = ["kind", "way", "name", "email", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outside = (PrivacyRequest.Way.SELF, PrivacyRequest.Way.TERM)
        self.fields["way"].choices = [  # type: ignore[attr-defined]
            (way.value, way.label) for way in PrivacyRequest.Way if way not in outside
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("email") and not given.get("name"):
            self.add_error("name", _("Fill in a name or an e-mail address."))
        return given

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("That day is still to come."))
        return day


class SettleForm(AccessibleForm, forms.Form):
    """What the office did."""

    answer = forms.CharField(
        label=_("What we did, or why not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
