"""Signing in: one form for the mailed code and the password, and errors that say what to do.

Named in the settings as ``ACCOUNT_FORMS["login"]`` and ``ACCOUNT_ADAPTER``.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from lms.people.models import User


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


class AccountAdapter(DefaultAccountAdapter):
    """allauth's behaviour in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. Contact us if you think that is not right."),
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. "
            "Try again, or leave the password empty and we mail you a code."
        ),
        "incorrect_code": _("This is not the code that we mailed. Look in the newest mail."),
        "incorrect_password": _("This is not your password. Try again."),
        "too_many_login_attempts": _("That went wrong too often. Wait five minutes and try again."),
        "rate_limited": _("You are going too fast. Wait a minute and try again."),
        "unknown_email": _("We do not know this e-mail address. See whether it is spelled right."),
    }


def opens_by_code(user: User) -> bool:
    """Whether six digits sent to the address are enough to be let in, as part of an enrolment.

    Not for who may do more than learn, nor for who has chosen a password, a passkey or a second step: they sign in the
    way they set up.
    """
    return (
        user.is_active
        and not user.is_superuser
        and not user.has_usable_password()
        and not user.memberships.exists()
        and not user.groups.exists()
        and not Authenticator.objects.filter(user=user).exists()
    )
