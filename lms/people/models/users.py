"""A person with an account, known by an e-mail address."""

from __future__ import annotations

import uuid
from collections import defaultdict
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.people.models.roles import STAFF, Role


class UserQuerySet(models.QuerySet):
    def with_email(self, email: str) -> UserQuerySet:
        """Whose address this is, whatever its capitals: the first one, or another that was confirmed."""
        email = normalised_email(email)
        proved = Q(emailaddress__email=email, emailaddress__verified=True)
        return self.filter(Q(pk__in=self.model._base_manager.filter(Q(email=email) | proved).values("pk")))


def normalised_email(email: str) -> str:
    """How an address is stored and compared: trimmed, lower case. Dots and plus parts are left alone."""
    return email.strip().lower()


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=normalised_email(email), **fields)
        user.set_password(password)  # None sets an unusable password: most people sign in by code
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=normalised_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. The e-mail address is the account's name; a password is optional."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    initials = models.CharField(_("initials"), max_length=20, blank=True)
    name_prefix = models.CharField(_("prefix"), max_length=30, blank=True, help_text=_("For example: van der."))
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("nl", _("Dutch")), ("en", _("English"))], default="nl"
    )
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    # Who had their data erased: the row stays for what was counted, and says nothing about anyone.
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="email_is_stored_in_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("Write the e-mail address in lower case."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or (gettext("Erased person") if self.erased_at else self.email)

    @property
    def full_name(self) -> str:
        """Given name, prefix, family name: as on a certificate."""
        return " ".join(part for part in (self.given_name, self.name_prefix, self.family_name) if part)

    @property
    def list_name(self) -> str:
        """As on a register: ``Vries, S.J. de``; given name where no initials are known."""
        first = " ".join(part for part in (self.initials or self.given_name, self.name_prefix) if part)
        return f"{self.family_name}, {first}" if self.family_name and first else str(self)

    @property
    def evidence_name(self) -> str:
        """For the evidence of a project alone: also who had their data erased, as long as that project runs."""
        sealed = getattr(self, "sealed_identity", None) if self.erased_at else None
        return sealed.full_name or sealed.list_name if sealed else str(self)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.given_name or self.email

    # Wagtail and allauth speak of first and last name.
    @property
    def first_name(self) -> str:
        return self.given_name

    @first_name.setter
    def first_name(self, value: str) -> None:
        self.given_name = value

    @property
    def last_name(self) -> str:
        return " ".join(part for part in (self.name_prefix, self.family_name) if part)

    @last_name.setter
    def last_name(self, value: str) -> None:
        self.family_name = value

    @cached_property
    def is_staff(self) -> bool:
        """Whether the back office opens for this person (asked by Django's own staff checks)."""
        return self.has_perm("wagtailadmin.access_admin")

    @cached_property
    def _organisations_by_role(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for organisation, role in self.memberships.current(timezone.localdate()).values_list("organisation", "role"):
            found[role].add(organisation)
        return found

    @cached_property
    def is_staff_member(self) -> bool:
        """Whether this person sees or changes what is others': by a role, as an editor, or as who installs the
        platform. A code by mail alone does not protect that.
        """
        return self.is_superuser or not STAFF.isdisjoint(self._organisations_by_role) or self.groups.exists()

    @cached_property
    def has_second_step(self) -> bool:
        """Whether a passkey or an authenticator app stands between the mailbox and the account."""
        steps = self.authenticator_set  # type: ignore[attr-defined]  # allauth's, of which this module is not to know
        return bool(steps.filter(type__in=["totp", "webauthn"]).exists())

    @cached_property
    def lacks_second_step(self) -> bool:
        """Whether this person's staff roles sleep until a second step is set up."""
        return settings.LMS_STAFF_NEEDS_SECOND_STEP and not self.has_second_step and self.is_staff_member

    def organisations_as(self, *roles: str) -> set[int]:
        """Ids of the organisations where this person holds one of these roles today; one query per request.

        Every policy asks here, so that a role which sleeps opens nothing, by whatever address one comes.
        """
        held = {role for role in roles if role in self._organisations_by_role}
        if not STAFF.isdisjoint(held) and self.lacks_second_step:
            held -= STAFF
        return set().union(*(self._organisations_by_role[role] for role in held))

    def holds(self, *roles: str) -> bool:
        """Whether this person holds one of these roles anywhere today. Who installs the platform (a superuser) is the
        programme office as well: someone has to give the first role.
        """
        if self.is_superuser and Role.OFFICER in roles and not self.lacks_second_step:
            return True
        return bool(self.organisations_as(*roles))
