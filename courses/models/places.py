"""Where sessions are held, and when a house is closed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kernel.languages import in_language
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


class Location(models.Model):
    """A building where sessions are held."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE, related_name="locations"
    )
    name = models.CharField(_("name"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=7, blank=True)
    city = models.CharField(_("city"), max_length=80)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"

    @property
    def address(self) -> str:
        """On one line; only what is known."""
        return ", ".join(part for part in (self.street, f"{self.postcode} {self.city}".strip()) if part)


class Room(models.Model):
    """A room in a location."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    location = models.ForeignKey(Location, verbose_name=_("location"), on_delete=models.CASCADE, related_name="rooms")
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    capacity = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    is_wheelchair_accessible = models.BooleanField(_("wheelchair accessible"), default=False)
    has_hearing_loop = models.BooleanField(_("hearing loop"), default=False)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["location", "name_nl"]

    def __str__(self) -> str:
        return in_language(self, "name")


class ClosedPeriodQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> ClosedPeriodQuerySet:
        """A coordinator keeps the own house's, and sees those of the whole programme."""
        if user.holds(Role.OFFICER):
            return self
        mine = Q(organisation__in=user.organisations_as(Role.COORDINATOR))
        return self.filter(mine | Q(organisation=None) if verb == "view" else mine)

    def of(self, house: Organisation) -> ClosedPeriodQuerySet:
        """Those in which this house gives no sessions: its own, and the programme's."""
        return self.filter(Q(organisation=house) | Q(organisation=None))


class ClosedPeriod(models.Model):
    """Days on which a house, or the whole programme, gives no sessions; public holidays are known without it."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="closed_periods",
        help_text=_("Empty: the whole programme."),
    )
    name_nl = models.CharField(_("name in Dutch"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = ClosedPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                name="a_closed_period_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return in_language(self, "name")
