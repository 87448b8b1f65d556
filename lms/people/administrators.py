"""Wagtail's screens for users and groups, for superusers only, with forms that know our names."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import models
from django.forms import ModelForm
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.users.views.users import UserViewSet

from lms.people.forms import AdministratorCreationForm, AdministratorEditForm
from lms.people.models import User


class AdministratorsOnly(BasePermissionPolicy):
    """Nobody but a superuser, whatever a group says: whoever may edit accounts here can make themselves one.

    And no deleting: enrolments and registers hang on accounts; an account is closed, and erased by the privacy run.
    """

    def __init__(self, model: type[models.Model], *, may_delete: bool) -> None:
        super().__init__(model)
        self.may_delete = may_delete

    def user_has_permission(self, user: User, action: str) -> bool:
        return user.is_active and user.is_superuser and (self.may_delete or action != "delete")

    def users_with_any_permission(self, actions: Collection[str]) -> models.QuerySet:
        return User.objects.filter(is_active=True, is_superuser=True)


def close_to_others() -> None:
    register_permission_policy(User, AdministratorsOnly(User, may_delete=False))
    register_permission_policy(Group, AdministratorsOnly(Group, may_delete=True))


class AdministratorViewSet(UserViewSet):
    """Who is superuser, and who edits pages (by group)."""

    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[ModelForm]:
        return AdministratorEditForm if for_update else AdministratorCreationForm
