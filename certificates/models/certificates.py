"""Certificates: a promise in a frozen snapshot, drawn once, never edited."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.numbers import grouped, new_number
from certificates.policies import LEARNER, MAY
from courses.models import Course
from enrolments.models import Enrolment, Grant
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


class CertificateQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> CertificateQuerySet:
        roles = MAY[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        mine = Q(enrolment__learner=user) if LEARNER in roles else Q(pk=None)
        if Role.COORDINATOR in roles and (houses := user.organisations_as(Role.COORDINATOR)):
            mine |= Q(programme=None, enrolment__edition__provider__in=houses) | Q(programme__provider__in=houses)
        if Role.HR in roles and (companies := user.organisations_as(Role.HR)):
            mine |= Q(pk__in=Certificate.objects.all().shared_with(companies).values("pk"))
        return self.filter(mine, erased_at=None)

    def shared_with(self, companies: set[int]) -> CertificateQuerySet:
        """Issued certificates that learners share, at this moment, with one of these employers."""
        return self.issued().fit_for(companies)

    def fit_for(self, companies: set[int]) -> CertificateQuerySet:
        """Certificates in whatever state of which one of these employers sees what becomes of them.

        The enrolment must be one the employer may see at all: made while the person worked there. A certificate of
        participation in an assessed course says that someone did not pass: that is the learner's to tell, so it never
        reaches an employer from here.
        """
        granted = Grant.objects.in_force(timezone.localdate()).filter(
            enrolment=OuterRef("enrolment"), organisation__in=companies, scope=Grant.Scope.CERTIFICATE
        )
        seen = Enrolment.objects.all().of_employers(companies)
        found = self.filter(Exists(granted), enrolment__in=seen.values("pk"), erased_at=None)
        return found.telling_no_failure()

    def telling_no_failure(self) -> CertificateQuerySet:
        """Without certificates of participation in an assessed course."""
        return self.exclude(
            kind=Course.CertificateKind.PARTICIPATION,
            programme=None,
            enrolment__outcome=Enrolment.Outcome.ATTENDED,
            enrolment__edition__course__certificate_kind=Course.CertificateKind.ASSESSED,
        )

    def issued(self) -> CertificateQuerySet:
        return self.filter(state=Certificate.State.ISSUED)

    def waiting(self) -> CertificateQuerySet:
        """Asked for and not yet issued: the letters whose doorbell may have been lost."""
        return self.filter(state=Certificate.State.REQUESTED, erased_at=None).order_by("requested_at", "pk")

    def of_parts(self, programme: Course, learner: User) -> CertificateQuerySet:
        """What counts towards a programme: of each part a certificate of the kind that the part gives, not ended."""
        return self.issued().filter(
            programme=None,
            enrolment__learner=learner,
            enrolment__edition__course__part_of__programme=programme,
            kind=F("enrolment__edition__course__certificate_kind"),
        )

    def last_parts(self, programme: Course) -> CertificateQuerySet:
        """Of each learner who has every part of a programme and not yet its certificate, the part that came last."""
        counted = self.issued().filter(
            programme=None,
            enrolment__learner__erased_at=None,
            enrolment__edition__course__part_of__programme=programme,
            kind=F("enrolment__edition__course__certificate_kind"),
        )
        complete = (
            counted.values("enrolment__learner")
            .annotate(courses=Count("enrolment__edition__course", distinct=True), last=Max("pk"))
            .filter(courses=programme.parts.count())
            .exclude(enrolment__learner__in=self.filter(programme=programme).values("programme_holder"))
        )
        return self.filter(pk__in=[row["last"] for row in complete])

    def to_be_renewed(self, day: date) -> CertificateQuerySet:
        """Those that ran out or soon will, and were not followed by another of the same course."""
        return self.issued().filter(expires_on__lte=day + Certificate.RENEW_WITHIN).not_renewed()

    def not_renewed(self) -> CertificateQuerySet:
        live = (Certificate.State.REQUESTED, Certificate.State.ISSUED)
        return self.exclude(Exists(Certificate.objects.filter(renews=OuterRef("pk"), state__in=live)))

    def valid_on(self, day: date) -> CertificateQuerySet:
        return self.issued().filter(Q(expires_on=None) | Q(expires_on__gte=day))


def document_storage() -> Storage:
    """Where the PDFs lie: storage without addresses of its own, so that every download passes a view that asks who."""
    return storages["private"]


def document_path(certificate: Certificate, filename: str) -> str:
    """Spread over folders by the random number; the name says nothing about the person.

    The file's own name is its content's: two workers that draw the same certificate cannot write over each other.
    """
    return f"certificates/{certificate.number[:2]}/{certificate.number}-{filename}"


class Certificate(models.Model):
    """What someone earned, frozen when it was asked for. A correction is a new certificate that supersedes this one."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("being made")
        ISSUED = "issued", _("issued")
        REVOKED = "revoked", _("revoked")
        SUPERSEDED = "superseded", _("replaced")

    TRANSITIONS = {
        State.REQUESTED: {State.ISSUED},
        State.ISSUED: {State.REVOKED, State.SUPERSEDED},
        State.REVOKED: set(),
        State.SUPERSEDED: set(),
    }

    RENEW_WITHIN = timedelta(days=90)  # so long before its end one is offered to take the course again

    class Reason(models.TextChoices):
        """Why it was revoked, in words fit for anyone who scans the code."""

        MISTAKE = "mistake", _("It was issued by mistake.")
        CONDITIONS = "conditions", _("The conditions turned out not to be met.")
        REQUEST = "request", _("The holder asked for it.")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=17, unique=True, default=new_number, editable=False)
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="certificates"
    )
    # Of a programme whose parts are all certified: then the enrolment is the one that came last.
    programme = models.ForeignKey(
        Course,
        verbose_name=_("programme"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="programme_certificates",
    )
    programme_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("holder"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Course.CertificateKind)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED, editable=False)
    snapshot = models.JSONField(_("what it states"), editable=False)
    requested_at = models.DateTimeField(_("asked for at"), editable=False)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True, editable=False)
    expires_on = models.DateField(_("valid until"), null=True, blank=True, editable=False)
    pdf = models.FileField(
        _("PDF"), storage=document_storage, upload_to=document_path, blank=True, editable=False, max_length=200
    )
    pdf_sha256 = models.CharField(_("SHA-256 of the PDF"), max_length=64, blank=True, editable=False, db_index=True)
    credential = models.JSONField(_("signed credential"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("revoked or replaced at"), null=True, blank=True, editable=False)
    public_reason = models.CharField(_("reason for outside"), max_length=10, choices=Reason, blank=True, editable=False)
    inside_reason = models.TextField(_("reason for inside"), blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # The holder had their data erased: number and hash stay, and what was learned; the name and the signature went.
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    check_ended_at = models.DateTimeField(_("public check ended at"), null=True, blank=True, editable=False)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )
    # Of the same course, taken again: the earlier one stays what it is, and runs out on its own day.
    renews = models.ForeignKey(
        "self",
        verbose_name=_("renews"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="renewed_by",
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            # While a correction is being made, the one it replaces is still valid: so it does not count here.
            models.UniqueConstraint(
                name="one_live_certificate_per_enrolment",
                fields=["enrolment"],
                condition=Q(state__in=["requested", "issued"], supersedes=None, programme=None),
                violation_error_message=_("This enrolment already has a certificate."),
            ),
            models.UniqueConstraint(
                name="one_live_certificate_per_programme",
                fields=["programme_holder", "programme"],
                condition=Q(state__in=["requested", "issued"], supersedes=None, renews=None, programme__isnull=False),
                violation_error_message=_("This person already has the certificate of this programme."),
            ),
            models.CheckConstraint(
                name="a_programme_certificate_names_its_holder",
                condition=Q(programme=None, programme_holder=None)
                | Q(programme__isnull=False, programme_holder__isnull=False),
            ),
            models.CheckConstraint(
                name="an_issued_certificate_has_its_document",
                condition=Q(state="requested", issued_at__isnull=True, pdf_sha256="")
                | ~Q(state="requested") & Q(issued_at__isnull=False) & ~Q(pdf_sha256=""),
            ),
            models.CheckConstraint(
                name="an_ended_certificate_says_when",
                condition=Q(state__in=["revoked", "superseded"], ended_at__isnull=False)
                | Q(state__in=["requested", "issued"], ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="a_check_ends_only_with_the_name",
                condition=Q(check_ended_at=None) | Q(erased_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_revocation_has_its_reasons",
                condition=~Q(state="revoked") | ~Q(public_reason="") & ~Q(inside_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return grouped(self.number)

    @property
    def grouped_number(self) -> str:
        return grouped(self.number)

    def takes_two_to_revoke(self) -> bool:
        """Whether the house that gave it, or the programme office for every house, wants two people."""
        house = self.programme.provider_id if self.programme else self.enrolment.edition.provider_id
        strict = Q(pk=house) | Q(is_programme_office=True)
        return Organisation.objects.filter(strict, revokes_in_pairs=True).exists()

    def is_being_replaced(self) -> bool:
        """Whether a new one was asked for in its place that is not there yet: until then this one is valid."""
        return Certificate.objects.waiting().filter(supersedes=self).exists()

    def is_expired(self, day: date | None = None) -> bool:
        """Whether its validity has run out; the last day still counts."""
        return self.expires_on is not None and self.expires_on < (day or timezone.localdate())
