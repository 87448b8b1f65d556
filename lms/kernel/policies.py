"""Who may what, asked in one way: every scoped model's QuerySet answers ``allowing(user, verb)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models

if TYPE_CHECKING:
    from lms.people.models import User


class Scoped(models.QuerySet):
    """Rows that know who may see them. Subclasses say in ``allowing`` which rows a user may apply a verb to."""

    def allowing(self, user: User, verb: str) -> Scoped:
        raise NotImplementedError(f"{type(self).__name__} does not say who may {verb}.")

    def visible_to(self, user: User) -> Scoped:
        """The rows this user may know of; all others do not exist for them (404, never 403)."""
        return self.allowing(user, "view")


def require(user: User | None, verb: str, thing: models.Model) -> None:
    """Raise PermissionDenied unless ``user`` may ``verb`` this very row; None is the system itself."""
    if user is None:
        return
    if not type(thing)._default_manager.allowing(user, verb).filter(pk=thing.pk).exists():  # type: ignore[attr-defined]
        raise PermissionDenied(f"User {user.pk} may not {verb} {type(thing).__name__} {thing.pk}.")
