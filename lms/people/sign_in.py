"""Signing in, as allauth does it and in our words: errors that say what to do, and who must have a second step.

Named in the settings as ``ACCOUNT_ADAPTER`` and ``MFA_ADAPTER``; the forms are in sign_in_forms.
"""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.people.models import User
from lms.people.second_step import is_last_second_step


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
        "duplicate_email": _("This e-mail address is yours already."),
        "same_as_current": _("This is the password that you have already. Think of another."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account comes with an enrolment, an invitation or an institution's sign-in; there is no form for one."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff without a second step first set one up."""
        if request.user.is_authenticated and request.user.lacks_second_step:
            return reverse("mfa_index")
        return super().get_login_redirect_url(request)


class SecondStepAdapter(DefaultMFAAdapter):
    """allauth's passkeys and authenticator apps, in our words; staff keep at least one."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "This is your only second step, and your role asks for one. Add another before you remove this one."
        ),
        "cannot_generate_recovery_codes": _(
            "Recovery codes belong to a passkey or an authenticator app. Add one of those first."
        ),
        "incorrect_code": _("This code is not right. Fill in the code that your app shows now, or a recovery code."),
        "unverified_email": _("First confirm your e-mail addresses, or remove the ones that you do not use."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_last_second_step(authenticator)

    def get_totp_issuer(self) -> str:
        return str(settings.LMS_SITE)

    def _get_site_name(self) -> str:
        return str(settings.LMS_SITE)

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """A name to start from: where one uses it is what tells them apart."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("My passkey") if number == 1 else gettext("Passkey %(number)s") % {"number": number}


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
