"""Two accounts of one person: that it looks so, and that they were made one."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.people.models.organisations import Organisation
from lms.people.models.proofs import AddressProof, AddressProofQuerySet
from lms.people.models.roles import Role
from lms.people.models.users import User


class OfTheOffice(Scoped):
    """Whose accounts look alike is nobody's to know but the programme office's; the auditor sees what it did."""

    def allowing(self, user: User, verb: str) -> OfTheOffice:
        sees = user.holds(Role.OFFICER) or (verb == "view" and user.holds(Role.AUDITOR))
        return self if sees else self.none()


class LikelyDoubleQuerySet(OfTheOffice):
    def open(self) -> LikelyDoubleQuerySet:
        """Those still to be looked at, of accounts that are still open themselves."""
        return self.filter(state=LikelyDouble.State.OPEN, one__is_active=True, other__is_active=True)


class LikelyDouble(models.Model):
    """Two accounts that may be one person's. Never merged by a machine: someone looks. ``one`` is the older account."""

    class State(models.TextChoices):
        OPEN = "open", _("to look at")
        MERGED = "merged", _("merged")
        DIFFERENT = "different", _("two people")

    TRANSITIONS = {
        State.OPEN: {State.MERGED, State.DIFFERENT},
        State.MERGED: {State.OPEN},  # the merge was undone
        State.DIFFERENT: {State.OPEN},  # someone had second thoughts
    }

    class Reason(models.TextChoices):
        EMPLOYER = "employer", _("same name, same employer")
        ADDRESS = "address", _("same name, addresses that look alike")
        PROOF = "proof", _("one person confirmed an address of both")

    one = models.ForeignKey(User, verbose_name=_("older account"), on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(User, verbose_name=_("newer account"), on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(_("why"), max_length=8, choices=Reason)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.OPEN, editable=False)
    found_at = models.DateTimeField(_("found at"))

    objects = LikelyDoubleQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely double")
        verbose_name_plural = _("likely doubles")
        ordering = ["-found_at", "pk"]
        constraints = [
            models.UniqueConstraint(name="two_accounts_are_compared_once", fields=["one", "other"]),
            models.CheckConstraint(name="the_older_account_comes_first", condition=Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one.email} – {self.other.email}"


class MergeQuerySet(OfTheOffice):
    def standing(self) -> MergeQuerySet:
        """Those that were not undone."""
        return self.filter(undone_at=None)


class MergeRecord(models.Model):
    """Two rows were made one. ``journal`` holds keys of all that was moved, so that it can go back."""

    by = models.ForeignKey(
        User, verbose_name=_("by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("at"))
    undone_by = models.ForeignKey(
        User, verbose_name=_("undone by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    journal = models.JSONField(_("what was moved"), encoder=DjangoJSONEncoder)

    objects = MergeQuerySet.as_manager()

    class Meta:
        abstract = True


class Merge(MergeRecord):
    """One account was made part of another."""

    kept = models.ForeignKey(
        User, verbose_name=_("account that stayed"), on_delete=models.CASCADE, related_name="merges"
    )
    gone = models.ForeignKey(
        User, verbose_name=_("account that was closed"), on_delete=models.CASCADE, related_name="merged_into"
    )
    gone_email = models.EmailField(_("its address"))

    class Meta:
        verbose_name = _("merge of two accounts")
        verbose_name_plural = _("merges of two accounts")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_account_goes_into_one_other", fields=["gone"], condition=Q(undone_at=None)
            ),
            models.CheckConstraint(name="nobody_is_merged_with_themselves", condition=~Q(kept=F("gone"))),
        ]

    def __str__(self) -> str:
        return f"{self.gone_email} → {self.kept}"


class AddressClaim(AddressProof):
    """Someone who is signed in says that an address is theirs too, while mailed digits prove it.

    When it turns out to be another account's, both have been proved: the one is signed in to, the other got the digits.
    """

    NOUN = "address_claim"

    user = models.ForeignKey(User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="address_claims")
    proved_at = models.DateTimeField(_("proved at"), null=True, blank=True, editable=False)

    objects = AddressProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("address to be confirmed")
        verbose_name_plural = _("addresses to be confirmed")


class EmployerMerge(MergeRecord):
    """One employer was typed in twice and is one again."""

    kept = models.ForeignKey(
        Organisation, verbose_name=_("employer that stayed"), on_delete=models.CASCADE, related_name="merges"
    )
    gone = models.ForeignKey(
        Organisation, verbose_name=_("employer that went into it"), on_delete=models.CASCADE, related_name="merged_into"
    )

    class Meta:
        verbose_name = _("merge of two employers")
        verbose_name_plural = _("merges of two employers")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="an_employer_goes_into_one_other", fields=["gone"], condition=Q(undone_at=None)
            ),
            models.CheckConstraint(name="no_employer_is_merged_with_itself", condition=~Q(kept=F("gone"))),
        ]

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"


def accounts_of(user: User) -> set[int]:
    """The keys of the account and of those that were made part of it: who had two is one person."""
    found = {user.pk}
    while more := set(Merge.objects.standing().filter(kept__in=found).values_list("gone", flat=True)) - found:
        found |= more
    return found
