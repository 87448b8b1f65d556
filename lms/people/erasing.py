"""Emptying an account: at once, with the name sealed for evidence where a running project needs it."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from lms.kernel.models import Event
from lms.kernel.privacy import holds_on, renumber
from lms.people.models import SealedIdentity, User, normalised_email

NOWHERE = "erased.invalid"  # RFC 2606: no mail ever arrives there


def addresses_of(user: User) -> frozenset[str]:
    """Every address this person is known by, as addresses are stored."""
    more = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return frozenset(normalised_email(one) for one in (user.email, *more))


@transaction.atomic
def empty_account(user: User, *, is_held: bool, keep_until: date | None, at: datetime) -> User:
    """Take the person out of the account; the row stays, since what is counted hangs on it. Twice is once.

    ``is_held``: evidence of a running project needs the name, which is sealed apart until ``keep_until``; the number
    by which the project knows the person stays as long. Otherwise that is replaced as well.
    """
    if user.erased_at is not None:
        return user
    if is_held:
        SealedIdentity.objects.create(
            user=user, full_name=user.full_name, list_name=user.list_name, sealed_at=at, keep_until=keep_until
        )
    user.email = f"{uuid.uuid4().hex}@{NOWHERE}"
    user.given_name = user.initials = user.name_prefix = user.family_name = ""
    user.language, user.last_login = "nl", None
    user.is_active = user.is_superuser = False
    user.erased_at = at
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    if not is_held:
        _replace_number(user)
    Event.record(user, "person.erased", by=None, at=at, data={"sealed": is_held})
    return user


@transaction.atomic
def forget_identity(sealed: SealedIdentity, *, at: datetime) -> None:
    """A project has had its time: the name goes, and the number by which the person was counted with it."""
    user = User.objects.select_for_update().get(pk=sealed.user_id)
    SealedIdentity.objects.filter(pk=sealed.pk).delete()
    _replace_number(user)
    Event.record(user, "person.forgotten", by=None, at=at)


def follow_projects(today: date) -> int:
    """The office may learn another date for a project: names are kept as long as the projects now say. How many moved.

    Where no project needs a name any more it was kept until yesterday, so the term takes it. To be run before that.
    """
    moved = 0
    for sealed in SealedIdentity.objects.select_related("user").iterator():
        holds = holds_on(sealed.user, today)
        over = sealed.keep_until is not None and sealed.keep_until < today
        until = holds[-1].until if holds else sealed.keep_until if over else today - timedelta(days=1)
        if until != sealed.keep_until:
            moved += SealedIdentity.objects.filter(pk=sealed.pk).update(keep_until=until)
    return moved


def _replace_number(user: User) -> None:
    old, new = user.uuid, uuid.uuid4()
    User.objects.filter(pk=user.pk).update(uuid=new)
    user.uuid = new
    renumber(old, new)
