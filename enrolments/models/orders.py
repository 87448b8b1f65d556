"""What taking part costs, who pays it, and until when a private learner may go back on it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Edition, Price
from enrolments.models.enrolments import Enrolment
from enrolments.terms import starts_within_the_term
from lms.people.models import Organisation


class OrderQuerySet(models.QuerySet):
    def to_invoice(self, edition: Edition) -> OrderQuerySet:
        """Concluded orders of an edition that cost something, in the order in which they were concluded."""
        concluded = self.filter(enrolment__edition=edition, concluded_at__isnull=False, cents__gt=0)
        return concluded.select_related(
            "enrolment__learner", "enrolment__edition__course", "enrolment__edition__provider", "employer"
        ).order_by("concluded_at", "pk")


class Order(models.Model):
    """The price of one enrolment, frozen when it was asked for. Concluded with the place: who waits owes nothing."""

    class Payer(models.TextChoices):
        SELF = "self", _("the learner")
        EMPLOYER = "employer", _("the employer")
        FUNDED = "funded", _("nobody: it is funded")

    enrolment = models.OneToOneField(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.CASCADE, related_name="order"
    )
    payer = models.CharField(_("who pays"), max_length=8, choices=Payer, editable=False)
    is_consumer = models.BooleanField(_("as a private person"), editable=False)
    employer = models.ForeignKey(
        Organisation,
        verbose_name=_("employer"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    audience = models.CharField(_("for whom"), max_length=16, choices=Price.Audience, editable=False)
    cents = models.PositiveIntegerField(_("amount (cents)"), editable=False)  # including VAT where it is due
    vat_regime = models.CharField(_("VAT"), max_length=24, choices=Course.VatRegime, editable=False)
    vat_cents = models.PositiveIntegerField(_("of which VAT (cents)"), editable=False)
    reference = models.CharField(_("purchase order"), max_length=60, blank=True, editable=False)
    terms_version = models.CharField(_("version of the terms"), max_length=20, editable=False)
    ordered_at = models.DateTimeField(_("ordered at"), editable=False)
    early_start_asked_at = models.DateTimeField(_("early start asked at"), null=True, blank=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded at"), null=True, blank=True, editable=False)
    withdrawal_until = models.DateTimeField(_("withdrawal until"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("contract withdrawn at"), null=True, blank=True, editable=False)
    correction_cents = models.PositiveIntegerField(_("taken back (cents)"), default=0, editable=False)
    corrected_at = models.DateTimeField(_("taken back at"), null=True, blank=True, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(
                name="no_more_is_taken_back_than_was_ordered", condition=Q(correction_cents__lte=F("cents"))
            ),
            models.CheckConstraint(name="vat_is_a_part_of_the_amount", condition=Q(vat_cents__lte=F("cents"))),
            models.CheckConstraint(
                name="only_a_concluded_contract_is_withdrawn",
                condition=Q(withdrawn_at__isnull=True)
                | Q(concluded_at__isnull=False, withdrawal_until__isnull=False, is_consumer=True),
            ),
            models.CheckConstraint(
                name="an_employer_that_pays_is_named", condition=~Q(payer="employer") | Q(employer__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.cents}"

    @property
    def owed_cents(self) -> int:
        return self.cents - self.correction_cents

    @property
    def binds_the_learner(self) -> bool:
        """Whether concluding it makes the learner themself owe something: so only at the button that says so."""
        return self.payer == self.Payer.SELF and self.cents > 0 and self.concluded_at is None

    def needs_early_start(self, starts_at: datetime | None, moment: datetime) -> bool:
        """Whether lessons begin while a private person may still go back on it, and nobody asked for that yet."""
        if not self.is_consumer or self.early_start_asked_at is not None:
            return False
        if self.withdrawal_until is None:
            return starts_within_the_term(starts_at, moment)
        return starts_at is not None and max(starts_at, moment) <= self.withdrawal_until

    def may_be_withdrawn(self, moment: datetime) -> bool:
        """Whether the learner may still go back on it, without a reason."""
        is_open = self.withdrawn_at is None and self.corrected_at is None  # nothing is owed of what was taken back
        return is_open and self.withdrawal_until is not None and moment <= self.withdrawal_until
