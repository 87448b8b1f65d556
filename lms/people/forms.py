"""Forms about people for Wagtail's admin: found by e-mail address, named as they are named here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.users.forms import UserCreationForm, UserEditForm

from lms.kernel.forms import AccessibleForm, GuardedForm, Text, refuse_address
from lms.people.actions import save_person
from lms.people.models import AddressProof, Membership, Organisation, Role, User, normalised_email


class AboutYou(AccessibleForm, forms.Form):
    """Who fills this in: name and address, asked last. ``user`` is who is signed in: what we know is not asked."""

    NAME = ("given_name", "name_prefix", "family_name")

    given_name = Text(
        label=_("Given name"),
        validators=[refuse_address],
        max_length=80,
        autocomplete="given-name",
        error_messages={"required": _("Fill in your given name.")},
    )
    name_prefix = Text(
        label=_("Prefix"),
        validators=[refuse_address],
        required=False,
        max_length=30,
        short=True,
        help_text=_("For example: van der."),
    )
    family_name = Text(
        label=_("Family name"),
        validators=[refuse_address],
        max_length=120,
        autocomplete="family-name",
        error_messages={"required": _("Fill in your family name.")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We mail you a code of six digits. You need no password."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "in in--m"}),
        error_messages={
            "required": _("Fill in your e-mail address."),
            "invalid": _("This e-mail address is not complete. Write it like this: name@company.nl."),
        },
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        known = () if user is None else ("email", *self.NAME) if user.full_name else ("email",)
        for name in known:
            del self.fields[name]
        self.order_fields([name for name in self.fields if name not in (*self.NAME, "email")])

    def personal_fields(self) -> list[BoundField]:
        return [self[name] for name in (*self.NAME, "email") if name in self.fields]


class PersonField(forms.ModelChoiceField):
    """Someone by their e-mail address: a list of everyone is too long to choose from, and nobody's to read."""

    widget = forms.EmailInput
    default_error_messages = {"invalid_choice": _("Nobody has an account with this e-mail address.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="email", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The address, also where the form starts from a number."""
        if isinstance(value, int):
            return User.objects.filter(pk=value).values_list("email", flat=True).first()
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        return super().to_python(normalised_email(value) if isinstance(value, str) else value)


class MembershipForm(forms.ModelForm):
    """A role where that role exists: nobody is programme office in a house, or HR of a lab that employs nobody."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        organisation, role = cleaned.get("organisation"), cleaned.get("role")
        if organisation and role and (reason := _does_not_fit(role, organisation)):
            self.add_error("role", str(reason))
        return cleaned

    class Meta:
        model = Membership
        fields = ["user", "organisation", "role", "starts_on", "ends_on"]


def _does_not_fit(role: str, organisation: Organisation) -> str | Promise:
    """Why this role cannot be held there; empty when it can."""
    match role:
        case Role.COORDINATOR | Role.TRAINER:
            fits = organisation.is_provider or organisation.lab_kind
            return "" if fits else _("Only a provider or a lab has coordinators and trainers.")
        case Role.HR:
            return "" if organisation.is_employer else _("Only an employer has HR.")
    return "" if organisation.is_programme_office else _("This role is held at the programme office.")


class PersonForm(forms.ModelForm):
    """Addresses are kept in lower case."""

    def clean_email(self) -> str:
        return normalised_email(self.cleaned_data["email"])

    class Meta:
        model = User
        fields = ["email", "given_name", "initials", "name_prefix", "family_name", "language", "is_active"]


class OwnAccountForm(GuardedForm, forms.ModelForm):
    """What people in the back office change of themselves."""

    def save(self, commit: bool = True) -> User:
        person: User = super().save(commit=False)
        return save_person(person, by=person) if commit else person

    class Meta:
        model = User
        fields = ["given_name", "name_prefix", "family_name", "language"]


class _OurNames(GuardedForm):
    """Wagtail asks for a first and a last name and keeps neither in a model that has no such columns."""

    first_name = None
    last_name = None


class AdministratorEditForm(_OurNames, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = ["email", "given_name", "name_prefix", "family_name", "is_active", "is_superuser", "groups"]


class AdministratorCreationForm(_OurNames, UserCreationForm):
    """Without a password: whoever is made here signs in by code."""

    password_enabled = False

    def save(self, commit: bool = True) -> User:
        user = super().save(commit=False)
        user.set_unusable_password()
        if commit:
            user.save()
            self.save_m2m()
        return user

    class Meta(UserCreationForm.Meta):
        fields = ["email", "given_name", "name_prefix", "family_name", "is_superuser", "groups"]


class AddressForm(AccessibleForm, forms.Form):
    """Another address of one's own."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We mail you a code of six digits."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "class": "in in--m"}),
        error_messages={"required": _("Fill in your e-mail address.")},
    )


class CodeForm(AccessibleForm, forms.Form):
    """The six digits from the mail. Spaces and dashes that come along when pasting are no mistake."""

    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": _("Fill in the six digits from the mail.")},
    )

    def clean_code(self) -> str:
        digits = "".join(character for character in self.cleaned_data["code"] if character.isdigit())
        if len(digits) != 6:
            raise forms.ValidationError(
                _("The code has six digits; you filled in %(number)s. Look in the newest mail."),
                params={"number": len(digits)},
            )
        return digits

    def refuse(self, attempts_left: int) -> None:
        """Say that the digits were wrong, and what still can be done."""
        if attempts_left <= 0:
            self.add_error(
                "code", _("That went wrong %(number)s times. Ask for a new code.") % {"number": AddressProof.ATTEMPTS}
            )
            return
        self.add_error(
            "code",
            ngettext(
                "This is not the code that we mailed. You have %(number)s try left.",
                "This is not the code that we mailed. You have %(number)s tries left.",
                attempts_left,
            )
            % {"number": attempts_left},
        )
