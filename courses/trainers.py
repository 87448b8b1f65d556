"""Who may be chosen to teach."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from lms.people.models import Membership, Role, User


def trainers_of(houses: models.QuerySet) -> models.QuerySet:
    """Who is a trainer in one of these houses today."""
    held = Membership.objects.current(timezone.localdate()).filter(role=Role.TRAINER, organisation__in=houses)
    return User.objects.filter(pk__in=held.values("user")).order_by("family_name", "given_name")
