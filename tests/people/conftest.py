"""People who sign in."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.test import Client

from lms.people.models import User
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory


@pytest.fixture
def asked(settings):
    """As in an installation: staff need a second step."""
    settings.LMS_STAFF_NEEDS_SECOND_STEP = True


def with_app(user: User) -> str:
    """Give someone an authenticator app; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def proved(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def staff(kind: str) -> User:
    """Someone of each kind: a role, an editor by group, who installs the platform."""
    user = proved(UserFactory(email=f"{kind}@huis.example"))
    if kind == "editor":
        user.groups.add(Group.objects.get_or_create(name="Editors")[0])
    elif kind == "superuser":
        user.is_superuser = True
        user.save()
    elif kind != "nobody":
        where = {"hr": {"employer": True}, "officer": {"programme_office": True}, "auditor": {"programme_office": True}}
        MembershipFactory(user=user, organisation=OrganisationFactory(**where.get(kind, {"provider": True})), role=kind)
    return User.objects.get(pk=user.pk)


ASKED = ["coordinator", "hr", "officer", "auditor", "editor", "superuser"]
NOT_ASKED = ["trainer", "nobody"]
