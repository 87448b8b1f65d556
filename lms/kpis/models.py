"""The ledger: facts that are only ever added, the projects they count for, targets and evidence."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from lms.kernel.languages import in_language
from lms.kernel.models import AppendOnlyQuerySet


class FundingProject(models.Model):
    """A grant under which editions run."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160)
    fund = models.CharField(_("fund"), max_length=40)
    grant_number = models.CharField(_("grant number"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    notice_nl = models.CharField(_("notice in Dutch"), max_length=200, blank=True)
    notice_en = models.CharField(_("notice in English"), max_length=200, blank=True)
    emblem = models.CharField(_("emblem"), max_length=4, choices=Edition.Emblem, blank=True)
    evidence_keep_until = models.DateField(
        _("keep evidence until"),
        null=True,
        blank=True,
        help_text=_("Empty while the final payment is unknown: evidence is then kept."),
    )

    class Meta:
        verbose_name = _("funding project")
        verbose_name_plural = _("funding projects")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="a_project_ends_after_it_starts",
                condition=Q(ends_on__gte=models.F("starts_on")),
                violation_error_message=_("The end lies before the start."),
            )
        ]

    def __str__(self) -> str:
        return in_language(self, "name")


class Funding(models.Model):
    """An edition is charged to one project; a second would be paying twice for the same hours."""

    project = models.ForeignKey(
        FundingProject, verbose_name=_("project"), on_delete=models.PROTECT, related_name="fundings"
    )
    edition = models.OneToOneField(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="funding")

    class Meta:
        verbose_name = _("funding")
        verbose_name_plural = _("fundings")

    def __str__(self) -> str:
        return f"{self.project.code} {self.edition.code}"


class Target(models.Model):
    """What a project promised for an indicator in a period; without a project it is the whole programme's."""

    project = models.ForeignKey(
        FundingProject,
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="targets",
    )
    indicator = models.CharField(_("indicator"), max_length=40)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    value = models.PositiveIntegerField(_("target"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                name="one_target_per_project_and_period",
                fields=["project", "indicator", "starts_on", "ends_on"],
                violation_error_message=_("There is already a target for this period."),
            ),
            models.UniqueConstraint(
                name="one_target_per_period",
                fields=["indicator", "starts_on", "ends_on"],
                condition=Q(project=None),
                violation_error_message=_("There is already a target for this period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"


class HistoricFigure(models.Model):
    """A figure from before the platform, told with its source; never added to the ledger's."""

    indicator = models.CharField(_("indicator"), max_length=40)
    period = models.CharField(_("period"), max_length=20)
    value = models.PositiveIntegerField(_("value"), null=True, blank=True)
    target = models.PositiveIntegerField(_("target"), null=True, blank=True)
    label_nl = models.CharField(_("label in Dutch"), max_length=160)
    label_en = models.CharField(_("label in English"), max_length=160)
    source = models.CharField(_("source"), max_length=200)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("historic figure")
        verbose_name_plural = _("historic figures")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(name="one_historic_figure_per_period", fields=["indicator", "period"])]

    def __str__(self) -> str:
        return in_language(self, "label")


class FactQuerySet(AppendOnlyQuerySet):
    def of_kind(self, kind: str) -> FactQuerySet:
        return self.filter(kind=kind)

    def between(self, first: date, last: date) -> FactQuerySet:
        """Counting days within the period, both ends included."""
        return self.filter(counts_on__gte=first, counts_on__lte=last)

    def standing(self) -> FactQuerySet:
        """Facts that were not taken back. Both halves of a correction are left out."""
        return self.filter(corrects=None, corrections=None)


class Fact(models.Model):
    """One thing that counts, with every dimension as it was that day. Never changed; a correction is a counter-fact.

    ``quantity`` is +1 or -1 for completions and certificates, minutes (negative to take back) for attendance.
    ``person`` is the account's uuid, so that erasing a person leaves the count and not the name. Facts of organisations
    have none: theirs is ``employer``. ``category`` is what the fact is told apart by: of a learner, of a contact, the
    size of a step.
    """

    class Kind(models.TextChoices):
        ATTENDANCE = "attendance", _("attended")
        COMPLETION = "completion", _("completed")
        CERTIFICATE = "certificate", _("certificate issued")
        ORG_CONTACT = "org_contact", _("company reached")
        ORG_STEP = "org_step", _("company took a step")

    OF_ORGANISATIONS = (Kind.ORG_CONTACT, Kind.ORG_STEP)

    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    key = models.CharField(_("key"), max_length=80)  # what it is about: "attendance:12", "certificate:7K3M…"
    quantity = models.IntegerField(_("quantity"))
    counts_on = models.DateField(_("counts on"), db_index=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    corrects = models.ForeignKey(
        "self", verbose_name=_("corrects"), null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    person = models.UUIDField(_("person"), null=True)
    enrolment = models.BigIntegerField(_("enrolment"), null=True)
    edition_code = models.CharField(_("edition"), max_length=40, blank=True)
    course_code = models.CharField(_("course"), max_length=30, blank=True)
    course_kind = models.CharField(_("kind of course"), max_length=10, blank=True)
    provider_code = models.CharField(_("provider"), max_length=20, blank=True)
    project = models.ForeignKey(
        FundingProject, verbose_name=_("project"), null=True, blank=True, on_delete=models.PROTECT, related_name="facts"
    )
    category = models.CharField(_("category"), max_length=15, blank=True)
    employer = models.UUIDField(_("employer"), null=True)
    employer_kvk = models.CharField(_("KvK number"), max_length=8, blank=True)
    employer_size = models.CharField(_("employer's size"), max_length=6, blank=True)
    sbi_code = models.CharField(_("SBI code"), max_length=6, blank=True)
    certificate_kind = models.CharField(_("kind of certificate"), max_length=13, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["counts_on", "pk"]
        indexes = [
            models.Index(fields=["kind", "counts_on"], name="fact_of_kind_by_day"),
            models.Index(fields=["key"], name="fact_by_key"),
        ]
        constraints = [
            models.CheckConstraint(name="a_fact_counts_something", condition=~Q(quantity=0)),
            models.UniqueConstraint(name="a_fact_is_corrected_once", fields=["corrects"]),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.quantity:+d}"


class Evidence(models.Model):
    """What proves a fact: which document or record, and its hash when the fact was written."""

    class Code(models.TextChoices):
        REGISTRATION = "EV-REG", _("enrolment form")
        ATTENDANCE = "EV-ATT", _("attendance register")
        ASSESSMENT = "EV-ASM", _("assessment")
        CERTIFICATE = "EV-CERT", _("certificate")
        REACH = "EV-REACH", _("proof of contact")
        STEP = "EV-STEP", _("statement of a step")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fact = models.ForeignKey(Fact, verbose_name=_("fact"), on_delete=models.PROTECT, related_name="evidence")
    code = models.CharField(_("code"), max_length=8, choices=Code)
    subject = models.CharField(_("about"), max_length=80)  # "enrolments.Attendance:12"
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    captured_at = models.DateTimeField(_("captured at"))

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["fact", "code"]
        constraints = [
            models.UniqueConstraint(name="one_evidence_per_fact_and_subject", fields=["fact", "code", "subject"])
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject}"
