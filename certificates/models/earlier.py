"""Certificates of before the platform: taken over from somebody's records, never drawn, signed or sealed by us."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.numbers import grouped, new_number
from courses.models import Course
from lms.kernel.policies import Scoped
from lms.people.models import Merge, Organisation, Role, User


class EarlierBatchQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> EarlierBatchQuerySet:
        """The programme office's and, of the own house, coordinators'; auditors read."""
        if user.holds(Role.OFFICER) or (verb == "view" and user.holds(Role.AUDITOR)):
            return self
        return self.filter(provider__in=user.organisations_as(Role.COORDINATOR))


class EarlierBatch(models.Model):
    """One spreadsheet of earlier certificates: read, shown, taken over as shown, and undone as one."""

    class State(models.TextChoices):
        CHECKED = "checked", _("checked")
        TAKEN = "taken", _("taken over")
        UNDONE = "undone", _("undone")

    TRANSITIONS = {
        State.CHECKED: {State.TAKEN},
        State.TAKEN: {State.UNDONE},
        State.UNDONE: set(),
    }
    KEPT_UNTAKEN = timedelta(days=7)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(
        Organisation, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="earlier_batches"
    )
    source = models.CharField(_("source"), max_length=200)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.CHECKED, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    rows = models.JSONField(_("rows"), default=list, editable=False)  # as they were shown; emptied once taken over
    created_at = models.DateTimeField(_("read at"))
    taken_at = models.DateTimeField(_("taken over at"), null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True, editable=False)

    objects = EarlierBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of earlier certificates")
        verbose_name_plural = _("imports of earlier certificates")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="an_import_of_certificates_has_a_source", condition=~Q(source="")),
            models.CheckConstraint(
                name="an_undone_import_of_certificates_says_when",
                condition=Q(state="undone", undone_at__isnull=False) | ~Q(state="undone") & Q(undone_at=None),
            ),
            models.UniqueConstraint(
                name="a_file_of_certificates_is_taken_over_once",
                fields=["provider", "sha256"],
                condition=Q(state="taken"),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class EarlierCertificateQuerySet(models.QuerySet["EarlierCertificate"]):
    def of(self, user: User) -> EarlierCertificateQuerySet:
        """Those of a person that still stand; also those that wait for who has proven the address."""
        proven = EmailAddress.objects.filter(user=user, verified=True).values("email")
        came_along = Merge.objects.standing().filter(kept=user).values("gone_email")
        address = Q(email=user.email.lower()) | Q(email__in=proven) | Q(email__in=came_along)
        return self.standing().filter(Q(holder=user) | Q(holder=None) & address & ~Q(email=""))

    def standing(self) -> EarlierCertificateQuerySet:
        return self.filter(taken_back_at=None)


class EarlierCertificate(models.Model):
    """What somebody else's records say that a person got. It has a number of ours and a page, and no document."""

    number = models.CharField(_("number"), max_length=17, unique=True, default=new_number, editable=False)
    batch = models.ForeignKey(
        EarlierBatch, verbose_name=_("import"), on_delete=models.PROTECT, related_name="certificates"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("holder"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="earlier_certificates",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    title = models.CharField(_("course"), max_length=200)
    kind = models.CharField(_("kind"), max_length=13, choices=Course.CertificateKind)
    minutes = models.PositiveIntegerField(_("study load in minutes"), null=True, blank=True)
    issued_on = models.DateField(_("issued on"))
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    taken_over_at = models.DateTimeField(_("taken over at"), editable=False)
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, blank=True, editable=False)

    objects = EarlierCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier certificate")
        verbose_name_plural = _("earlier certificates")
        ordering = ["-issued_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_earlier_certificate_is_taken_over_once",
                fields=["email", "title", "issued_on"],
                condition=Q(taken_back_at=None) & ~Q(email=""),
            ),
        ]

    def __str__(self) -> str:
        return grouped(self.number)

    @property
    def grouped_number(self) -> str:
        return grouped(self.number)

    def is_expired(self, day: date | None = None) -> bool:
        return self.expires_on is not None and self.expires_on < (day or timezone.localdate())
