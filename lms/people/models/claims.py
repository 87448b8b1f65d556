"""Becoming HR of an employer: by a claim that the programme office judges, or by the invitation of who is it already.

Never by the domain of an e-mail address: who works somewhere is not by that its HR.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.people.models.organisations import Organisation, kvk_number
from lms.people.models.proofs import AddressProof, AddressProofQuerySet
from lms.people.models.roles import Role
from lms.people.models.users import User


class ClaimQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> ClaimQuerySet:
        if user.holds(Role.OFFICER):
            return self
        return self.filter(claimant=user) if verb in {"view", "withdraw"} else self.none()

    def waiting(self) -> ClaimQuerySet:
        return self.filter(state=Claim.State.WAITING)


class Claim(models.Model):
    """Someone says to be HR of the employer with this KvK number, and why."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    TRANSITIONS = {
        State.WAITING: {State.APPROVED, State.DECLINED, State.WITHDRAWN},
        State.APPROVED: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
    }

    claimant = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="claims")
    kvk_number = models.CharField(_("KvK number"), max_length=8, validators=[kvk_number])
    organisation_name = models.CharField(_("name of the company"), max_length=200)
    explanation = models.TextField(_("explanation"), max_length=1000)
    language = models.CharField(_("language"), max_length=2, default="nl")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING, editable=False)
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("employer"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="claims",
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("claim on a company")
        verbose_name_plural = _("claims on companies")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_waiting_claim_per_person_and_company",
                fields=["claimant", "kvk_number"],
                condition=Q(state="waiting"),
                violation_error_message=_("You asked for this already. The programme office looks at it."),
            ),
            models.CheckConstraint(name="a_declined_claim_says_why", condition=~Q(state="declined") | Q(reason__gt="")),
            models.CheckConstraint(
                name="a_decided_claim_says_when",
                condition=Q(state="waiting", decided_at__isnull=True)
                | ~Q(state="waiting") & Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claimant} – {self.organisation_name}"


class ClaimRequest(AddressProof):
    """A claim that a visitor filled in, while mailed digits prove the address; then it is a Claim like any other.

    ``answers`` holds the name and what the claim says. Until the digits came back there is no account and no claim.
    """

    NOUN = "claim_request"

    objects = AddressProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("unconfirmed claim on a company")
        verbose_name_plural = _("unconfirmed claims on companies")


class InvitationQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> InvitationQuerySet:
        if user.holds(Role.OFFICER):
            return self
        return self.filter(organisation__in=user.organisations_as(Role.HR))

    def open_at(self, moment: datetime) -> InvitationQuerySet:
        return self.filter(state=Invitation.State.OPEN, expires_at__gt=moment)


class Invitation(models.Model):
    """A colleague is asked to be HR too. The link works once, for a while, and for the invited address alone."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    TRANSITIONS = {
        State.OPEN: {State.ACCEPTED, State.WITHDRAWN},
        State.ACCEPTED: set(),
        State.WITHDRAWN: set(),
    }
    KEPT = timedelta(days=14)

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("employer"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, default="nl")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN, editable=False)
    invited_by = models.ForeignKey(
        User,
        verbose_name=_("invited by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("invited at"), editable=False)
    expires_at = models.DateTimeField(_("valid until"), editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_invitation_per_address",
                fields=["organisation", "email"],
                condition=Q(state="open"),
                violation_error_message=_("This address has been invited already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} – {self.organisation}"

    def is_open(self, moment: datetime) -> bool:
        return self.state == self.State.OPEN and moment < self.expires_at
