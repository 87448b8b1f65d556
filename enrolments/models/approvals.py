"""What a request still waits for: the provider's approval, an intake talk, the employer's approval."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrolments.models.enrolments import Enrolment
from enrolments.policies import LEARNER, MAY_APPROVAL
from lms.kernel.policies import Scoped
from lms.people.models import Role, User


class ApprovalQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> ApprovalQuerySet:
        """The provider does not see what the employer answered, nor the employer what the provider did."""
        roles = MAY_APPROVAL[verb]
        if Role.OFFICER in roles and user.holds(Role.OFFICER):
            return self
        mine = Q(enrolment__learner=user) if LEARNER in roles else Q(pk=None)
        if Role.COORDINATOR in roles and (houses := user.organisations_as(Role.COORDINATOR)):
            mine |= Q(kind__in=Approval.OF_PROVIDER, enrolment__edition__provider__in=houses)
        if Role.HR in roles and (companies := user.organisations_as(Role.HR)):
            staff = Enrolment.objects.all().of_employers(companies)
            mine |= Q(kind=Approval.Kind.EMPLOYER, enrolment__in=staff.values("pk"))
        return self.filter(mine)

    def open(self) -> ApprovalQuerySet:
        """Those that still want an answer, the most urgent first."""
        return self.filter(state__in=Approval.OPEN_STATES).order_by("decide_by", "pk")

    def due(self, moment: datetime) -> ApprovalQuerySet:
        """Open ones whose decider is to be reminded, and was not yet; never on the day they were asked."""
        near = self.open().filter(decide_by__lte=moment + Approval.REMIND_BEFORE, reminded_at=None)
        return near.filter(asked_at__lte=moment - timedelta(days=1))


class Approval(models.Model):
    """One answer that an enrolment waits for. Once all are granted it gets a place or joins the waiting list."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("approval by the provider")
        INTAKE = "intake", _("intake talk")
        EMPLOYER = "employer", _("approval by the employer")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PLANNED = "planned", _("talk planned")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        DROPPED = "dropped", _("no longer needed")

    TRANSITIONS = {
        State.OPEN: {State.PLANNED, State.GRANTED, State.REFUSED, State.DROPPED},
        State.PLANNED: {State.PLANNED, State.GRANTED, State.REFUSED, State.DROPPED},  # planned anew
        State.GRANTED: set(),
        State.REFUSED: set(),
        State.DROPPED: set(),
    }
    OPEN_STATES = (State.OPEN, State.PLANNED)
    OF_PROVIDER = (Kind.PROVIDER, Kind.INTAKE)
    REMIND_BEFORE = timedelta(days=2)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.CASCADE, related_name="approvals"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, editable=False)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN, editable=False)
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    decide_by = models.DateTimeField(_("answer before"), editable=False, db_index=True)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, editable=False)
    talk_at = models.DateTimeField(_("talk at"), null=True, blank=True, editable=False)
    talk_place = models.CharField(_("where"), max_length=200, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField(_("reason"), blank=True, editable=False)  # for the learner; no event repeats it

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_approval_of_a_kind_per_enrolment",
                fields=["enrolment", "kind"],
                violation_error_message=_("This approval was asked already."),
            ),
            models.CheckConstraint(
                name="a_decided_approval_says_when",
                condition=Q(state__in=["granted", "refused"], decided_at__isnull=False)
                | ~Q(state__in=["granted", "refused"]) & Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(name="a_refusal_has_a_reason", condition=~Q(state="refused") | ~Q(reason="")),
            models.CheckConstraint(
                name="only_an_intake_is_a_talk",
                condition=Q(kind="intake") | Q(talk_at__isnull=True, talk_place="") & ~Q(state="planned"),
            ),
            models.CheckConstraint(
                name="a_planned_talk_says_when", condition=~Q(state="planned") | Q(talk_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.kind}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def is_talk(self) -> bool:
        return self.kind == self.Kind.INTAKE
