"""Providers, employers, partners and funders."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from stdnum.nl import btw

from lms.kernel.policies import Scoped
from lms.people.models.roles import Role
from lms.people.models.users import User

kvk_number = RegexValidator(r"^\d{8}$", _("A KvK number has eight digits, for example 01234567."))


def vat_number(text: str) -> None:
    """NL, nine digits, B, two digits, with the check digit of a company or of a sole trader. Raises ValidationError."""
    if btw.compact(text) != text.removeprefix("NL") or not btw.is_valid(text):
        raise ValidationError(_("A VAT number looks like NL123456789B01. Look whether all of it is right."))


class OrganisationQuerySet(Scoped):
    def providers(self) -> OrganisationQuerySet:
        return self.filter(is_provider=True)

    def labs(self) -> OrganisationQuerySet:
        return self.exclude(lab_kind="")

    def reviewed_employers(self) -> OrganisationQuerySet:
        """Employers that the programme office has looked at: what anyone may find while typing."""
        return self.filter(is_employer=True, reviewed_at__isnull=False)

    def found_by(self, question: str) -> OrganisationQuerySet:
        """By the first digits of the KvK number, else by every word in the name; names that begin so come first."""
        digits = "".join(question.split()).replace(".", "")
        if digits.isdecimal():
            return self.filter(kvk_number__startswith=digits).order_by("kvk_number")
        found = self
        for word in question.split():
            found = found.filter(name__icontains=word)
        begins = models.Case(models.When(name__istartswith=question, then=0), default=1)
        return found.order_by(begins, "name", "pk")

    def allowing(self, user: User, verb: str) -> OrganisationQuerySet:
        if verb == "merge":
            return self if user.holds(Role.OFFICER) else self.none()
        if verb == "connect":  # its own systems to ours: HR's alone, not the office's
            return self.filter(pk__in=user.organisations_as(Role.HR))
        if user.holds(Role.OFFICER) or (verb == "view" and user.holds(Role.AUDITOR)):
            return self
        if verb == "view":
            return self.filter(pk__in=user.organisations_as(Role.COORDINATOR, Role.TRAINER, Role.HR))
        if verb == "edit":
            return self.filter(pk__in=user.organisations_as(Role.COORDINATOR))
        if verb == "keep_hr":
            return self.filter(pk__in=user.organisations_as(Role.HR))
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
    vat_number = models.CharField(_("VAT number"), max_length=14, blank=True, validators=[vat_number])
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
    approves_enrolments = models.BooleanField(
        _("approves enrolments"),
        default=False,
        help_text=_("HR approves what people of this employer enrol in themselves."),
    )
    revokes_in_pairs = models.BooleanField(
        _("revokes in pairs"),
        default=False,
        help_text=_(
            "A certificate of this provider is revoked by two people: one proposes, another confirms. "
            "Of the programme office: those of every provider."
        ),
    )
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
