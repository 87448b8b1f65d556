"""What someone may do for an organisation, and where someone works; each for a period."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.models.departments import Department
from lms.people.models.organisations import Organisation
from lms.people.models.roles import Role
from lms.people.models.users import User


class PeriodQuerySet(models.QuerySet):
    def current(self, day: date) -> PeriodQuerySet:
        """Rows whose period covers the day; both ends belong to it."""
        return self.filter(Q(starts_on__lte=day) & (Q(ends_on__gte=day) | Q(ends_on=None)))

    def named_like(self, words: str) -> PeriodQuerySet:
        """Of people whose name has every one of these words in it."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(user__given_name__icontains=word)
                | Q(user__name_prefix__icontains=word)
                | Q(user__family_name__icontains=word)
            )
        return found


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
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="employments",
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        # What an employer sees is decided per person: without this, SQLite walks all its people for each of them.
        indexes = [models.Index(name="employment_of_someone_here", fields=["organisation", "user"])]
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
