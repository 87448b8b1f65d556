"""People, the organisations they belong to and the roles they hold there."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped

kvk_number = RegexValidator(r"^\d{8}$", _("A KvK number has eight digits, for example 01234567."))


class Role(models.TextChoices):
    """What a membership lets someone do for an organisation."""

    COORDINATOR = "coordinator", _("coordinator")
    TRAINER = "trainer", _("trainer")
    HR = "hr", _("HR")
    OFFICER = "officer", _("programme office")
    AUDITOR = "auditor", _("auditor")


class UserQuerySet(models.QuerySet):
    def with_email(self, email: str) -> UserQuerySet:
        """The account of an address, whatever its capitals."""
        return self.filter(email=normalised_email(email))


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
        return self.full_name or self.email

    @property
    def full_name(self) -> str:
        """Given name, prefix, family name: as on a certificate."""
        return " ".join(part for part in (self.given_name, self.name_prefix, self.family_name) if part)

    @property
    def list_name(self) -> str:
        """As on a register: ``Vries, S.J. de``; given name where no initials are known."""
        first = " ".join(part for part in (self.initials or self.given_name, self.name_prefix) if part)
        return f"{self.family_name}, {first}" if self.family_name and first else self.full_name or self.email

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

    def organisations_as(self, *roles: str) -> set[int]:
        """Ids of the organisations where this person holds one of these roles today; one query per request."""
        return set().union(*(self._organisations_by_role.get(role, set()) for role in roles))

    def holds(self, *roles: str) -> bool:
        """Whether this person holds one of these roles anywhere today. Who installs the platform (a superuser) is the
        programme office as well: someone has to give the first role.
        """
        return (self.is_superuser and Role.OFFICER in roles) or bool(self.organisations_as(*roles))


class OrganisationQuerySet(Scoped):
    def providers(self) -> OrganisationQuerySet:
        return self.filter(is_provider=True)

    def labs(self) -> OrganisationQuerySet:
        return self.exclude(lab_kind="")

    def allowing(self, user: User, verb: str) -> OrganisationQuerySet:
        if user.holds(Role.OFFICER) or (verb == "view" and user.holds(Role.AUDITOR)):
            return self
        if verb == "view":
            return self.filter(pk__in=user.organisations_as(Role.COORDINATOR, Role.TRAINER, Role.HR))
        if verb == "edit":
            return self.filter(pk__in=user.organisations_as(Role.COORDINATOR))
        return self.none()  # giving roles is the programme office's


class Organisation(models.Model):  # type: ignore[django-manager-missing]  # pages of cms, read with Wagtail's manager
    """A provider, employer, partner or funder; one organisation can be several of these."""

    class LabKind(models.TextChoices):
        FIELD_LAB = "field_lab", _("field lab")
        SKILLS_LAB = "skills_lab", _("skills lab")

    class Size(models.TextChoices):
        """By headcount, Recommendation 2003/361/EC: under 10, 50, 250."""

        MICRO = "micro", _("micro (up to 9)")
        SMALL = "small", _("small (10 to 49)")
        MEDIUM = "medium", _("medium (50 to 249)")
        LARGE = "large", _("large (250 or more)")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=200)
    full_name = models.CharField(_("name in full"), max_length=250, blank=True)
    kvk_number = models.CharField(_("KvK number"), max_length=8, blank=True, validators=[kvk_number])
    country = models.CharField(_("country"), max_length=2, default="NL")
    region = models.CharField(_("region"), max_length=80, blank=True)
    is_provider = models.BooleanField(_("provider"), default=False)
    is_employer = models.BooleanField(_("employer"), default=False)
    is_partner = models.BooleanField(_("partner"), default=False)
    is_funder = models.BooleanField(_("funder"), default=False)
    is_programme_office = models.BooleanField(_("programme office"), default=False)
    lab_kind = models.CharField(_("kind of lab"), max_length=12, choices=LabKind, blank=True)
    partner_role = models.CharField(_("role in the programme"), max_length=40, blank=True)
    description_nl = models.TextField(_("description in Dutch"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=7, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    website = models.URLField(_("website"), blank=True)
    size = models.CharField(_("size"), max_length=6, choices=Size, blank=True)
    sbi_code = models.CharField(_("SBI code"), max_length=6, blank=True)
    sbi_version = models.CharField(_("SBI version"), max_length=4, blank=True)
    reviewed_at = models.DateTimeField(
        _("reviewed at"), null=True, blank=True, help_text=_("Empty: entered by a learner, not yet looked at.")
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="one_organisation_per_kvk_number",
                fields=["kvk_number"],
                condition=~Q(kvk_number=""),
                violation_error_message=_("There is already an organisation with this KvK number."),
            ),
            models.UniqueConstraint(
                name="one_programme_office",
                fields=["is_programme_office"],
                condition=Q(is_programme_office=True),
                violation_error_message=_("There is already a programme office."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_sme(self) -> bool | None:
        """Micro, small or medium; None while the size is unknown (unknown is never counted as not)."""
        return None if not self.size else self.size != self.Size.LARGE


class PeriodQuerySet(models.QuerySet):
    def current(self, day: date) -> PeriodQuerySet:
        """Rows whose period covers the day; both ends belong to it."""
        return self.filter(Q(starts_on__lte=day) & (Q(ends_on__gte=day) | Q(ends_on=None)))


class Membership(models.Model):
    """A person's role in an organisation, for a period."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="one_current_membership_per_role",
                fields=["user", "organisation", "role"],
                condition=Q(ends_on=None),
                violation_error_message=_("This person already has this role here."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("The end lies before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} – {self.organisation}"


class Employment(models.Model):
    """A person works for an organisation, for a period: what an employer may see hangs on it."""

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="employments")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("employer"), on_delete=models.CASCADE, related_name="employments"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.UniqueConstraint(
                name="one_current_employment_per_employer",
                fields=["user", "organisation"],
                condition=Q(ends_on=None),
                violation_error_message=_("This person already works here."),
            ),
            models.CheckConstraint(
                name="employment_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("The end lies before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"


class AddressProofQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(state=AddressProof.State.OPEN)

    def kept_at(self, moment: datetime) -> Self:
        """Those whose link and digits still work: a day long."""
        return self.filter(created_at__gt=moment - AddressProof.KEPT)


class AddressProof(models.Model):
    """What a visitor filled in, kept for a day while six mailed digits prove the e-mail address.

    Whoever asks for digits derives from it and says what they are for; ``NOUN`` names it in events. No account is made
    before the digits came back, and no page tells whether there is one.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        USED = "used", _("used")

    TRANSITIONS = {State.OPEN: {State.USED}, State.USED: set()}
    ATTEMPTS = 5
    KEPT = timedelta(days=1)
    NOUN: str

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(_("state"), max_length=4, choices=State, default=State.OPEN, editable=False)
    email = models.EmailField(_("e-mail address"))
    answers = models.JSONField(_("what was filled in"))
    language = models.CharField(_("language"), max_length=2)
    code_hash = models.CharField(max_length=128, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("made at"), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.token)
