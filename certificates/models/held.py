"""Certificates that were earned and wait for the provider's approval before they are asked for."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certificates.policies import MAY_HELD
from courses.models import Course
from enrolments.models import Enrolment
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


class HeldCertificateQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> HeldCertificateQuerySet:
        """Of a programme its own provider decides, of an edition the edition's."""
        roles = MAY_HELD[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        houses = user.organisations_as(*(roles & {Role.COORDINATOR}))
        own = Q(programme=None, enrolment__edition__provider__in=houses) | Q(programme__provider__in=houses)
        return self.filter(own) if houses else self.none()

    def waiting(self) -> HeldCertificateQuerySet:
        return self.filter(state=HeldCertificate.State.WAITING)

    def refused(self) -> HeldCertificateQuerySet:
        """The last one first."""
        return self.filter(state=HeldCertificate.State.REFUSED).order_by("-decided_at", "-pk")


class HeldCertificate(models.Model):
    """What one enrolment earned, held until somebody approves. Nothing is frozen yet: that is when it is asked for."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for approval")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        LAPSED = "lapsed", _("no longer needed")

    TRANSITIONS = {
        State.WAITING: {State.APPROVED, State.REFUSED, State.LAPSED},
        State.APPROVED: set(),
        State.REFUSED: {State.WAITING},  # looked at once more: who was refused may have asked why
        State.LAPSED: set(),
    }

    class Reason(models.TextChoices):
        """Why not, in words fit for the learner."""

        CONDITIONS = "conditions", _("Not all conditions for the certificate are met.")
        WORK = "work", _("It is not certain that the work that was handed in is your own.")
        RECORDS = "records", _("Your attendance or your result was recorded wrongly.")

    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.CASCADE, related_name="held_certificates"
    )
    programme = models.ForeignKey(
        Course, verbose_name=_("programme"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=13, choices=Course.CertificateKind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    held_at = models.DateTimeField(_("held since"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    public_reason = models.CharField(_("reason for the learner"), max_length=10, choices=Reason, blank=True)
    reason = models.TextField(_("reason for inside"), blank=True)

    objects = HeldCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate that waits for approval")
        verbose_name_plural = _("certificates that wait for approval")
        ordering = ["held_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_certificate_is_held_once",
                fields=["enrolment", "kind"],
                condition=Q(programme=None) & ~Q(state="lapsed"),
            ),
            models.UniqueConstraint(
                name="a_programme_certificate_is_held_once",
                fields=["enrolment", "programme"],
                condition=Q(programme__isnull=False) & ~Q(state="lapsed"),
            ),
            models.CheckConstraint(
                name="a_decided_hold_says_when",
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_certificate_has_its_reasons",
                condition=~Q(state="refused") | ~Q(reason="") & ~Q(public_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.kind}"

    @property
    def course(self) -> Course:
        return self.programme or self.enrolment.edition.course

    @property
    def provider(self) -> Organisation:
        """The house that decides."""
        return self.programme.provider if self.programme else self.enrolment.edition.provider
