"""More than one address per person: each is proved by six mailed digits. One that is another account's proves both."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from lms.kernel.languages import current_language
from lms.kernel.models import Event
from lms.kernel.post import Letter, post
from lms.kernel.states import move
from lms.people.actions import check_code, give_code, pace_codes, person_behind, verify_address
from lms.people.doubles import note_double
from lms.people.merging import make_one
from lms.people.models import AddressClaim, LikelyDouble, Merge, User, normalised_email
from lms.people.sign_in import opens_by_code

# Digits that were right a while ago prove no more than that.
PROVED_FOR = timedelta(minutes=15)


class OneOfOurs(Exception):
    """The address is this account's already, and confirmed."""


class AsksTheOffice(Exception):
    """The other account does not open by a mailed code alone, so that a code is not proof enough to merge it."""


@transaction.atomic
def claim_address(user: User, email: str, *, at: datetime) -> AddressClaim:
    """Mail digits to an address that someone says is theirs. Raises OneOfOurs. Tells nobody whether we know it."""
    email = normalised_email(email)
    if EmailAddress.objects.filter(user=user, email=email, verified=True).exists():
        raise OneOfOurs(email)
    claim = AddressClaim(user=user, email=email, answers={}, language=current_language(), created_at=at)
    return _send_code(claim, at=at)


@transaction.atomic
def renew_claim(claim: AddressClaim, *, at: datetime) -> AddressClaim:
    """New digits for the same address. Raises CodeNotSent."""
    claim = AddressClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    pace_codes(claim, at=at)
    return _send_code(claim, at=at)


def _send_code(claim: AddressClaim, *, at: datetime) -> AddressClaim:
    code = give_code(claim, at=at)
    # No recipient: until it is proved, the letter is nobody's to read on their page.
    post(Letter("address_code", claim.email, claim.language, {"code": code}, about=claim), at=at)
    return claim


def prove_address(claim: AddressClaim, code: str, *, at: datetime) -> User | None:
    """The digits are right: the address is theirs. Answers the other account when it is one's own there, to be merged.

    Raises CodeRefused; each wrong try is counted.
    """
    check_code(claim, code)
    with transaction.atomic():
        claim = AddressClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
        if claim.state == AddressClaim.State.USED:
            return None
        other = other_account(claim)
        if other is None:
            verify_address(claim.user, email=claim.email, at=at)
            _use(claim, at=at)
        else:
            claim.proved_at = at
            claim.save(update_fields=["proved_at"])
    return other


def other_account(claim: AddressClaim) -> User | None:
    """Whose account the address opens now, when it is not the claimant's own."""
    found = person_behind(claim.email)
    return found if found is not None and found.pk != claim.user_id else None


def merge_proved(claim: AddressClaim, *, by: User, at: datetime) -> Merge | None:
    """Make the account of a proved address part of one's own. None when there is nothing left to merge.

    Raises AsksTheOffice, after putting both on its list, when the other account has a password, a second step or a
    role: whoever reads someone's mail does not get those with it. Raises MergeRefused.
    """
    with transaction.atomic():
        claim = AddressClaim.objects.select_for_update(of=("self",)).get(pk=claim.pk, user=by)
        if not is_proved(claim, at=at):
            return None
        other = other_account(claim)
        merge = None
        if other is None:
            verify_address(by, email=claim.email, at=at)
        elif opens_by_code(other):
            merge = make_one(by, other, by=by, at=at)
            verify_address(by, email=claim.email, at=at)
        if other is None or merge is not None:
            _use(claim, at=at)
            return merge
        note_double([by, other], LikelyDouble.Reason.PROOF, at=at)
        Event.record(by, "person.asked_to_merge", by=by, at=at, data={"other": other.pk})
        _use(claim, at=at)
    raise AsksTheOffice(claim.email)


def is_proved(claim: AddressClaim, *, at: datetime) -> bool:
    """Whether the digits were right, a moment ago."""
    return claim.state == AddressClaim.State.OPEN and claim.proved_at is not None and at < claim.proved_at + PROVED_FOR


def _use(claim: AddressClaim, *, at: datetime) -> None:
    move(
        claim,
        to=AddressClaim.State.USED,
        allowed=AddressClaim.TRANSITIONS,
        by=claim.user,
        verb="address_claim.used",
        at=at,
    )


@transaction.atomic
def forget_claims(*, at: datetime) -> int:
    """Delete what was asked more than a day ago. Returns how many."""
    return AddressClaim.objects.filter(created_at__lte=at - AddressClaim.KEPT).delete()[0]
