"""Whom the back office opens for: who holds a role that has work there, as long as they hold it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend

from lms.people.models import Role, User

# What each finds inside follows from the viewsets, and for pages from cms.policies; a group makes someone an editor.
WORKS_INSIDE = (Role.COORDINATOR, Role.OFFICER, Role.AUDITOR)
KEY = "wagtailadmin.access_admin"


class RoleBackend(BaseBackend):
    """Adds the key of Wagtail's admin to what the groups of a person allow.

    So that giving someone a role is one act: nobody has to remember a group beside it, or to take it back.
    """

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if obj is not None or not isinstance(user_obj, User) or not user_obj.is_active:
            return set()
        return {KEY} if user_obj.holds(*WORKS_INSIDE) else set()
