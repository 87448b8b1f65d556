"""Bundles: many certificates in one ZIP, made in the background and kept for a week."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate, CertificateQuerySet, document_storage
from courses.models import Course, Edition
from lms.kernel.policies import Scoped
from lms.people.models import Department, Employment, Organisation, Role, User


class BundleQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> BundleQuerySet:
        """Everyone their own, while they have the role in which they asked."""
        houses = Q(edition__provider__in=user.organisations_as(Role.COORDINATOR))
        if user.holds(Role.OFFICER, Role.AUDITOR):
            houses = Q(edition__isnull=False)
        return self.filter(Q(company__in=user.organisations_as(Role.HR)) | houses, asked_by=user)

    def unanswered(self, moment: datetime) -> BundleQuerySet:
        """Those in which nothing happened for a minute: their bell was lost, with broker or worker."""
        return self.filter(state=Bundle.State.MAKING, moved_at__lte=moment - timedelta(minutes=1))

    def past(self, moment: datetime) -> BundleQuerySet:
        """Those whose week is over."""
        return self.exclude(state=Bundle.State.OVER).filter(expires_at__lte=moment)


class Bundle(models.Model):
    """A ZIP that somebody asked for: what an employer's people share of a period, or a whole edition.

    The row is the letter; the file grows part by part, so that a worker that was killed goes on where it was.
    """

    class State(models.TextChoices):
        MAKING = "making", _("being made")
        READY = "ready", _("ready")
        EMPTY = "empty", _("nothing in it")
        OVER = "over", _("no longer there")

    TRANSITIONS = {
        State.MAKING: {State.READY, State.EMPTY, State.OVER},
        State.READY: {State.MAKING, State.OVER},  # making: something in it is no longer for who asked
        State.EMPTY: {State.OVER},
        State.OVER: set(),
    }
    KEPT = timedelta(days=7)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.CASCADE, related_name="+"
    )
    company = models.ForeignKey(
        Organisation, verbose_name=_("employer"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    department = models.ForeignKey(
        Department, verbose_name=_("department"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    course = models.ForeignKey(
        Course, verbose_name=_("course"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(_("language"), max_length=2)  # of its index
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.MAKING, editable=False)
    total = models.PositiveIntegerField(_("certificates"), default=0, editable=False)
    done = models.PositiveIntegerField(_("done"), default=0, editable=False)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    asked_at = models.DateTimeField(_("asked for at"), editable=False)
    moved_at = models.DateTimeField(_("last went on at"), editable=False)
    expires_at = models.DateTimeField(_("kept until"), editable=False)

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of certificates")
        verbose_name_plural = _("files of certificates")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_bundle_is_of_an_employer_or_of_an_edition",
                condition=Q(company__isnull=False, edition=None) | Q(company=None, edition__isnull=False),
            ),
            models.CheckConstraint(
                name="a_bundles_period_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="a_ready_bundle_has_something_in_it", condition=~Q(state="ready") | Q(done__gt=0, size__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition or self.company} {self.asked_at:%Y-%m-%d}"

    def stands(self, moment: datetime) -> str:
        """Its state, as one who asks finds it: over from its last moment on, also before it is cleared away."""
        return self.State.OVER if self.expires_at <= moment else self.state

    def contents(self) -> CertificateQuerySet:
        """Of what was asked for, what its asker may have at this very moment."""
        found = Certificate.objects.all().issued().exclude(pdf="").filter(erased_at=None)
        if self.edition_id is not None:
            return found.allowing(self.asked_by, "download").filter(enrolment__edition=self.edition_id, programme=None)
        if self.company_id not in self.asked_by.organisations_as(Role.HR):
            return found.none()
        found = found.shared_with({self.company_id})
        # The printed day of issue is that on which it was asked for.
        if self.starts_on:
            found = found.filter(requested_at__date__gte=self.starts_on)
        if self.ends_on:
            found = found.filter(requested_at__date__lte=self.ends_on)
        if self.department_id:
            works_there = Employment.objects.current(timezone.localdate()).filter(department=self.department_id)
            found = found.filter(enrolment__learner__in=works_there.values("user"))
        if self.course_id:
            of_course = Q(programme=None, enrolment__edition__course=self.course_id)
            found = found.filter(of_course | Q(programme=self.course_id))
        return found


class BundlePart(models.Model):
    """A stretch of the ZIP; all of them one after the other are the file."""

    bundle = models.ForeignKey(Bundle, verbose_name=_("file"), on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField(_("number"))
    file = models.FileField(_("file"), storage=document_storage, max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("part of a file of certificates")
        verbose_name_plural = _("parts of files of certificates")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(name="a_bundle_has_one_part_per_number", fields=["bundle", "number"])]

    def __str__(self) -> str:
        return f"{self.bundle_id}/{self.number}"


class BundleItem(models.Model):
    """A certificate in a bundle, and where in the ZIP. Without a name its document could not be read."""

    bundle = models.ForeignKey(Bundle, verbose_name=_("file"), on_delete=models.CASCADE, related_name="items")
    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.CASCADE, related_name="bundle_items"
    )
    name = models.CharField(_("file name"), max_length=250, blank=True)
    place = models.PositiveBigIntegerField(_("begins at byte"), default=0)
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    crc = models.PositiveBigIntegerField(_("checksum"), default=0)
    dated = models.DateTimeField(_("dated"))

    class Meta:
        verbose_name = _("certificate in a file")
        verbose_name_plural = _("certificates in files")
        ordering = ["certificate"]
        constraints = [
            models.UniqueConstraint(name="a_certificate_is_once_in_a_bundle", fields=["bundle", "certificate"]),
            models.UniqueConstraint(
                name="a_name_is_once_in_a_bundle", fields=["bundle", "name"], condition=~Q(name="")
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.certificate_id)
