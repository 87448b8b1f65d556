"""Proposals to revoke: where two people are needed, one proposes and another confirms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.models.certificates import Certificate
from lms.kernel.policies import Scoped
from lms.people.models import User, accounts_of


class RevocationProposalQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> RevocationProposalQuerySet:
        """Who may revoke the certificate; one's own is for oneself to withdraw, and for another to decide."""
        may = "view" if verb == "view" else "revoke"
        found = self.filter(certificate__in=Certificate.objects.allowing(user, may).values("pk"))
        if verb == "decide":
            return found.exclude(proposed_by__in=accounts_of(user))
        return found.filter(proposed_by__in=accounts_of(user)) if verb == "withdraw" else found

    def waiting(self) -> RevocationProposalQuerySet:
        """Of what can still be revoked: where a certificate has ended meanwhile there is nothing to decide."""
        return self.filter(state=RevocationProposal.State.WAITING, certificate__state=Certificate.State.ISSUED)


class RevocationProposal(models.Model):
    """Until it is confirmed the certificate is as valid as any other, and nobody outside knows."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second person")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("not agreed with")
        WITHDRAWN = "withdrawn", _("withdrawn")

    TRANSITIONS = {
        State.WAITING: {State.CONFIRMED, State.DECLINED, State.WITHDRAWN},
        State.CONFIRMED: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
    }

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="revocation_proposals"
    )
    public_reason = models.CharField(_("reason for outside"), max_length=10, choices=Certificate.Reason)
    inside_reason = models.TextField(_("reason for inside"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed at"), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)

    objects = RevocationProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal to revoke")
        verbose_name_plural = _("proposals to revoke")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_proposal_to_revoke_at_a_time", fields=["certificate"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="a_decided_proposal_says_when",
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="two_people_revoke",
                condition=~Q(state="confirmed")
                | Q(decided_by=None)
                | Q(proposed_by=None)
                | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(name="a_proposal_to_revoke_has_its_reasons", condition=~Q(inside_reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.state}"
