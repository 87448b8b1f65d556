"""What became of a question: a step, with the company's statement."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.desk.models.requests import Request, houses_of
from lms.desk.policies import MAY_STEP
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


def private_storage() -> Storage:
    """Named in a function, so that no migration holds a path."""
    return storages["private"]


def statement_path(step: Step, filename: str) -> str:
    """Under the step's own random name: what a company calls its file may name people."""
    return f"desk/{step.uuid}.pdf"


class StepQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> StepQuerySet:
        roles = MAY_STEP[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        return self.filter(request__routed_to__in=houses_of(user, roles))

    def verified(self) -> StepQuerySet:
        return self.filter(state=Step.State.VERIFIED)


class Step(models.Model):
    """A step in digitalisation that a company took after its question; counted once a second person has seen the
    company's statement."""

    class State(models.TextChoices):
        DESCRIBED = "described", _("described")
        SIGNED = "signed", _("signed by the company")
        VERIFIED = "verified", _("verified")
        DROPPED = "dropped", _("dropped")

    TRANSITIONS = {
        State.DESCRIBED: {State.SIGNED, State.DROPPED},
        State.SIGNED: {State.VERIFIED, State.DROPPED},
        State.VERIFIED: {State.DROPPED},
        State.DROPPED: set(),
    }

    class Size(models.TextChoices):
        SMALL = "small", _("small step")
        LARGE = "large", _("large step")

    class Type(models.TextChoices):
        PILOT = "pilot", _("pilot")
        INVESTMENT = "investment", _("investment")
        IMPLEMENTATION = "implementation", _("implementation")
        PROCESS_CHANGE = "process_change", _("change of a process")
        TRAINED_AND_APPLIED = "trained_and_applied", _("trained and applied")
        PLAN_WITH_BUDGET = "plan_with_budget", _("plan with a budget")

    class Way(models.TextChoices):
        LINK = "link", _("confirmed by the link")
        FILE = "file", _("signed document")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    request = models.ForeignKey(Request, verbose_name=_("request"), on_delete=models.PROTECT, related_name="steps")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="steps"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DESCRIBED, editable=False)
    size = models.CharField(_("size"), max_length=5, choices=Size)
    type = models.CharField(_("kind of step"), max_length=19, choices=Type)
    before = models.TextField(_("how it was before"))
    description = models.TextField(_("what changed"))
    taken_on = models.DateField(_("taken on"))
    described_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("described by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    described_at = models.DateTimeField(_("described at"), editable=False)
    statement = models.TextField(_("in the company's own words"), blank=True)
    signer_name = models.CharField(_("signed by"), max_length=120, blank=True)
    signer_role = models.CharField(_("role in the company"), max_length=80, blank=True)
    signed_way = models.CharField(_("signed how"), max_length=4, choices=Way, blank=True, editable=False)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True, editable=False)
    # Over the statement as it was signed, or over the document; see ``lms.desk.evidence``.
    statement_sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)
    document = models.FileField(
        _("signed document"), storage=private_storage, upload_to=statement_path, blank=True, max_length=120
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    counts = models.BooleanField(_("counts for the figures"), default=False, editable=False)
    dropped_reason = models.CharField(_("why it was dropped"), max_length=200, blank=True, editable=False)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["-taken_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="a_signed_step_has_a_statement",
                condition=~Q(state__in=["signed", "verified"])
                | Q(signed_at__isnull=False) & ~Q(statement_sha256="") & ~Q(signed_way=""),
            ),
            models.CheckConstraint(
                name="a_verified_step_says_when",
                condition=~Q(state="verified") | Q(verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_second_person_verifies",
                condition=Q(verified_by__isnull=True)
                | Q(described_by__isnull=True)
                | ~Q(verified_by=F("described_by")),
                violation_error_message=_("Who described a step cannot verify it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.organisation}"


# Peer groups ----------------------------------------------------------------------------------------------------------
