"""Who may what: roles give the verbs, each model's viewset gives the rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.permission_policies import BasePermissionPolicy

if TYPE_CHECKING:
    from lms.kernel.back_office.viewsets import ScopedViewSet
    from lms.people.models import User


class RolePolicy(BasePermissionPolicy):
    """From roles: who may look, who may write, and which rows. Wagtail asks it for menus, links and buttons too."""

    def __init__(self, viewset: ScopedViewSet) -> None:
        super().__init__(viewset.model)
        write: set[str] = set(viewset.may_write)
        self.viewset = viewset
        self.roles = {
            "view": write.union(viewset.may_view),
            "add": write,
            "change": write,
            "delete": write if viewset.may_delete is None else set(viewset.may_delete),
        }

    def user_has_permission(self, user: User, action: str) -> bool:
        roles = self.roles.get(action, set())
        return bool(roles) and user.is_active and (user.is_superuser or user.holds(*roles))

    def user_has_permission_for_instance(self, user: User, action: str, instance: models.Model) -> bool:
        verb = "view" if action == "view" else "edit"
        return self.user_has_permission(user, action) and (
            self.viewset.rows(user, verb).filter(pk=instance.pk).exists()
        )

    def instances_user_has_any_permission_for(self, user: User, actions: Collection[str]) -> models.QuerySet:
        return self.viewset.rows(user, "view" if "view" in actions else "edit")

    def users_with_any_permission(self, actions: Collection[str]) -> models.QuerySet:
        from django.contrib.auth import get_user_model  # not there yet while Wagtail loads its hooks

        roles = {role for action in actions for role in self.roles.get(action, ())}
        today = timezone.localdate()
        people = get_user_model()._default_manager
        return people.filter(
            Q(memberships__role__in=roles, memberships__starts_on__lte=today)
            & (Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=today))
        ).distinct()


_VIEWSETS: dict[type[models.Model], ScopedViewSet] = {}


def enter(viewset: ScopedViewSet) -> None:
    """From now on this viewset says which rows of its model someone may see."""
    _VIEWSETS[viewset.model] = viewset


def every_viewset() -> Collection[ScopedViewSet]:
    """Every one that there is."""
    return _VIEWSETS.values()


def choosable(model: type[models.Model], user: User, verb: str) -> models.QuerySet:
    """The rows of a model that a form (``edit``) or a filter (``view``) may offer this user.

    Fails for a model about which nobody said who may see it: a list that shows too much is found too late.
    """
    rows = model._default_manager.all()
    if hasattr(rows, "allowing"):
        return rows.allowing(user, verb)
    if model in _VIEWSETS:
        return _VIEWSETS[model].rows(user, "view")
    raise ImproperlyConfigured(f"Nobody says who may choose a {model.__name__}: give it a ScopedViewSet or a scope.")


def viewset_of(model: type[models.Model]) -> ScopedViewSet:
    return _VIEWSETS[model]
