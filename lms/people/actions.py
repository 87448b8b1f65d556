"""Every write to people, organisations and roles that means something."""

from __future__ import annotations

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.people.models import Employment, Membership, Organisation, Role, User, normalised_email


@transaction.atomic
def find_or_create_person(email: str, *, language: str, at: datetime, **name: str) -> User:
    """The account behind an address that was just proved; a new one gets the name given.

    The name of an existing account is left as it is: whoever knows a colleague's address may not rename them.
    """
    user, created = User.objects.get_or_create(
        email=normalised_email(email), defaults={"language": language, "date_joined": at, **name}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        Event.record(user, "person.joined", by=user, at=at)
    elif not user.full_name:
        for field, value in name.items():
            setattr(user, field, value)
        user.save(update_fields=list(name))
    return user


@transaction.atomic
def save_person(person: User, *, by: User | None) -> User:
    """Enter an account, or correct one. After a change of address the old one opens nothing any more."""
    was = User.objects.filter(pk=person.pk).values_list("email", flat=True).first() if person.pk else None
    if was is None:
        person.set_unusable_password()  # they sign in by code
    person.save()
    if was not in (None, person.email):
        EmailAddress.objects.filter(user=person).delete()  # the new one is proved by the first code sent to it
        Event.record(person, "person.address_changed", by=by)
    Event.record(person, "person.created" if was is None else "person.revised", by=by)
    return person


@transaction.atomic
def verify_address(user: User, *, at: datetime) -> EmailAddress:
    """Note that the account's own address was proved, so that signing in does not ask for it again. Twice is once."""
    address, _created = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": False}
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
    found = found or (known.filter(name__iexact=name.strip()).order_by("pk").first() if not kvk_number else None)
    if found is None:
        found = Organisation.objects.create(name=name.strip(), kvk_number=kvk_number, is_employer=True)
        Event.record(found, "organisation.entered", by=by, at=at)
    elif not found.is_employer:
        found.is_employer = True
        found.save(update_fields=["is_employer"])
    return found


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
    Event.record(membership, "membership.ended", by=by, at=timezone.now(), data={"on": on})
    return membership
