"""Every write to people, organisations and roles that means something."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import (
    AddressProof,
    EmployerMerge,
    Employment,
    Membership,
    Merge,
    Organisation,
    Role,
    User,
    normalised_email,
)
from lms.people.tokens import tell_of_tokens

# For one proof: the mail may be slow, but nobody's mailbox is to be filled.
CODES_PER_PROOF = 5
CODE_PAUSE = timedelta(minutes=1)


class CodeRefused(Exception):
    """The six digits are wrong, or were tried too often; ``attempts_left`` says which."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"{attempts_left} attempts left")
        self.attempts_left = attempts_left


class CodeNotSent(Exception):
    """No new digits now; ``again_at`` says from when, or None when this proof has had all its codes."""

    def __init__(self, again_at: datetime | None) -> None:
        super().__init__(f"again at {again_at}" if again_at else "no more codes")
        self.again_at = again_at


@transaction.atomic
def find_or_create_person(email: str, *, language: str, at: datetime, **name: str) -> User:
    """The account behind an address that was just proved; a new one gets the name given.

    The name of an existing account is left as it is: whoever knows a colleague's address may not rename them.
    """
    return account_for(email, person_behind(email), language=language, at=at, **name)


def account_for(email: str, found: User | None, *, language: str, at: datetime, **name: str) -> User:
    """The same for who has looked already whose account it is (``people_behind``), inside their transaction."""
    user, created = found, False
    if user is None:
        unusable = make_password(None)  # they sign in by code
        user, created = User.objects.get_or_create(
            email=normalised_email(email),
            defaults={"language": language, "date_joined": at, "password": unusable, **name},
        )
    if created:
        Event.record(user, "person.joined", by=user, at=at)
    elif not user.full_name:
        for field, value in name.items():
            setattr(user, field, value)
        user.save(update_fields=list(name))
    return user


def person_behind(email: str) -> User | None:
    """Whose account an address opens: who confirmed it, else whose first one it is, else whom it came to by merging.

    In this order: an address that was only written down gives way to one that was proved.
    """
    email = normalised_email(email)
    return people_behind([email]).get(email)


def people_behind(emails: Iterable[str]) -> dict[str, User]:
    """The same for many addresses, by address; three questions for all of them."""
    wanted = {normalised_email(email) for email in emails}
    merged = Merge.objects.standing().filter(gone_email__in=wanted).select_related("kept").order_by("at", "pk")
    proved = EmailAddress.objects.filter(email__in=wanted, verified=True).select_related("user").order_by("-pk")
    return (
        {one.gone_email: one.kept for one in merged}
        | {user.email: user for user in User.objects.filter(email__in=wanted)}
        | {one.email: one.user for one in proved}
    )


@transaction.atomic
def save_person(person: User, *, by: User | None) -> User:
    """Enter an account, or correct one. After a change of address the old one opens nothing any more."""
    was = User.objects.filter(pk=person.pk).values_list("email", flat=True).first() if person.pk else None
    if was is None:
        person.set_unusable_password()  # they sign in by code
    person.save()
    if was not in (None, person.email):
        # The new one is proved by the first code sent to it, unless it was theirs already.
        addresses = EmailAddress.objects.filter(user=person)
        addresses.filter(email=was).delete()
        addresses.update(primary=False)
        addresses.filter(email=person.email).update(primary=True)
        Event.record(person, "person.address_changed", by=by)
    Event.record(person, "person.created" if was is None else "person.revised", by=by)
    return person


@transaction.atomic
def remove_password(person: User, *, by: User) -> None:
    """Go without a password: a mailed code and a passkey still open the account."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Event.record(person, "person.password_removed", by=by)


@transaction.atomic
def verify_address(user: User, *, at: datetime, email: str | None = None) -> EmailAddress:
    """Note that an address of the account was proved (its first one, if no other is named), so that signing in does not
    ask for it again. Twice is once.
    """
    email = normalised_email(email or user.email)
    address, _created = EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"primary": email == user.email, "verified": False}
    )
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
        Event.record(user, "person.address_verified", by=user, at=at)
    return address


@transaction.atomic
def find_or_create_employer(*, name: str, kvk_number: str, by: User | None, at: datetime) -> Organisation:
    """The employer someone names: by KvK number, else by its exact name; else a new one, marked for review."""
    known = Organisation.objects.select_for_update()
    found = known.filter(kvk_number=kvk_number).first() if kvk_number else None
    if found is None and not kvk_number:
        named = known.filter(name__iexact=name.strip()).order_by("pk").first()
        found = standing_for(named) if named else None
    if found is None:
        found = Organisation.objects.create(name=name.strip(), kvk_number=kvk_number, is_employer=True)
        Event.record(found, "organisation.entered", by=by, at=at)
    elif not found.is_employer:
        found.is_employer = True
        found.save(update_fields=["is_employer"])
    return found


def standing_for(organisation: Organisation) -> Organisation:
    """The employer that this one is now: itself, or what it was merged into, however often."""
    while merge := EmployerMerge.objects.standing().filter(gone=organisation).select_related("kept").first():
        organisation = merge.kept
    return organisation


@transaction.atomic
def start_employment(user: User, organisation: Organisation, *, by: User | None, on: date) -> Employment:
    """Note that someone works somewhere from a day on; already noted is fine."""
    employment, created = Employment.objects.get_or_create(
        user=user, organisation=organisation, ends_on=None, defaults={"starts_on": on}
    )
    if created:
        Event.record(employment, "employment.started", by=by, data={"organisation": organisation.pk})
    return employment


@transaction.atomic
def end_employment(employment: Employment, *, by: User | None, on: date) -> Employment:
    """The last day someone worked somewhere; the employer loses sight of what comes later."""
    employment.ends_on = on
    employment.save(update_fields=["ends_on"])
    Event.record(employment, "employment.ended", by=by, data={"on": on})
    return employment


@transaction.atomic
def give_role(user: User, organisation: Organisation, role: Role, *, by: User | None, on: date) -> Membership:
    """Give someone a role in an organisation from a day on. Only the programme office may; twice is once."""
    require(by, "give_role", organisation)
    membership, created = Membership.objects.get_or_create(
        user=user, organisation=organisation, role=role, ends_on=None, defaults={"starts_on": on}
    )
    if created:
        Event.record(membership, "membership.given", by=by, data={"role": role, "organisation": organisation.pk})
    return membership


@transaction.atomic
def end_role(membership: Membership, *, by: User | None, on: date) -> Membership:
    """Take a role away; what was done under it stays on record."""
    require(by, "give_role", membership.organisation)
    membership.ends_on = on
    membership.save(update_fields=["ends_on"])
    at = timezone.now()
    Event.record(membership, "membership.ended", by=by, at=at, data={"on": on})
    tell_of_tokens(membership, at=at)
    return membership


# Proving an address with six mailed digits ----------------------------------------------------------------------------


def give_code(proof: AddressProof, *, at: datetime, data: dict | None = None) -> str:
    """New digits for this proof, which is saved; earlier ones stop working. The caller has them sent."""
    code = f"{secrets.randbelow(10**6):06d}"
    proof.code_hash = _hash_of(proof, code)
    proof.attempts = 0
    proof.save()
    Event.record(proof, f"{proof.NOUN}.code_sent", by=None, at=at, data=data)
    return code


def pace_codes(proof: AddressProof, *, at: datetime) -> None:
    """Raise CodeNotSent when digits were sent just now, or often enough. The caller has locked the row."""
    sent = list(Event.objects.about(proof).filter(verb=f"{proof.NOUN}.code_sent").values_list("at", flat=True))
    if len(sent) >= CODES_PER_PROOF:
        raise CodeNotSent(None)
    if sent and at < sent[-1] + CODE_PAUSE:
        raise CodeNotSent(sent[-1] + CODE_PAUSE)


def check_code(proof: AddressProof, code: str) -> None:
    """Whether these are the digits that were mailed last. Raises CodeRefused, and counts each wrong try.

    Called outside the transaction of what the digits are for: a wrong try stays counted when that is rolled back.
    """
    rows = type(proof)._base_manager.filter(pk=proof.pk)
    tried = rows.filter(attempts__lt=proof.ATTEMPTS).update(attempts=F("attempts") + 1)
    proof.refresh_from_db()
    typed = "".join(character for character in code if character.isdigit())
    if not tried or not constant_time_compare(_hash_of(proof, typed), proof.code_hash):
        raise CodeRefused(max(proof.ATTEMPTS - proof.attempts, 0) if tried else 0)
    rows.update(attempts=F("attempts") - 1)  # it was not a wrong one


def _hash_of(proof: AddressProof, code: str) -> str:
    """The digits, keyed: without our secret a stolen table tells nothing.

    Not a password's slow hash: it would keep rows locked for half a second, and against five tries at digits that live
    for a day it adds nothing.
    """
    return salted_hmac(proof._meta.label, f"{proof.token}:{code}", algorithm="sha256").hexdigest()
