"""allauth's forms with our labels; named in ``ACCOUNT_FORMS`` and ``MFA_FORMS``. What they do is allauth's."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _

from lms.kernel.forms import GuardedForm


class SignInForm(LoginForm):
    """E-mail address, and a password for who has one: left empty, a code is mailed.

    allauth chooses between the two by whether a password was given, but takes the field away where accounts are made
    without one, as ours are.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")

    def _setup_password_field(self) -> None:
        password = self.fields["password"]
        password.required = False
        password.help_text = _("Only if you have set a password.")


class AddAppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code of six digits")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class SecondStepForm(AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from your app, or a recovery code")


class ShowItIsYouForm(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code from your app, or a recovery code")


class AddPasskeyForm(GuardedForm, AddWebAuthnForm):
    """A passkey signs in by itself, unless one says that it is a second step only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, passwordless = self.fields["name"], self.fields["passwordless"]
        name.label = _("Name")
        name.help_text = _("So that you can tell them apart, for example: my work laptop.")
        passwordless.label = _("Log in with this passkey alone")
        passwordless.help_text = _("Turn this off for a key without finger, face or code: it is then a second step.")
        passwordless.initial = True


class RenamePasskeyForm(GuardedForm, EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
