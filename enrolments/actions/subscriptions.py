"""The private address of a learner's own calendar: given, renewed, taken away."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from enrolments.models import CalendarSubscription
from enrolments.models.subscriptions import hash_of
from lms.kernel.models import Event
from lms.people.models import User


@transaction.atomic
def renew_calendar(learner: User, *, by: User, at: datetime) -> CalendarSubscription:
    """A new address, the first one too; an earlier one opens nothing any more."""
    _only_oneself(learner, by)
    CalendarSubscription.objects.filter(learner=learner).delete()
    subscription = CalendarSubscription(learner=learner, made_at=at)
    subscription.token_hash = hash_of(subscription.token)
    subscription.save()
    Event.record(learner, "calendar.address_given", by=by, at=at)
    return subscription


@transaction.atomic
def end_calendar(learner: User, *, by: User, at: datetime) -> None:
    """No address any more. Twice is once."""
    _only_oneself(learner, by)
    if CalendarSubscription.objects.filter(learner=learner).delete()[0]:
        Event.record(learner, "calendar.address_ended", by=by, at=at)


def _only_oneself(learner: User, by: User) -> None:
    """Whoever has the address reads along: nobody makes one for somebody else."""
    if by.pk != learner.pk:
        raise PermissionDenied
