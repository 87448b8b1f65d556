"""The programme office looks at a page before it is published."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Task, TaskState

from lms.people.models import Membership, Role, User


class OfficeApproval(Task):
    """A step in a workflow: whoever is of the programme office that day approves the page or sends it back."""

    class Meta:
        verbose_name = _("approval by the programme office")
        verbose_name_plural = _("approvals by the programme office")

    def reviewers(self) -> models.QuerySet[User]:
        """Who is told that a page waits."""
        office = Membership.objects.current(timezone.localdate()).filter(role=Role.OFFICER)
        return User.objects.filter(pk__in=office.values("user"), is_active=True)

    def user_can_access_editor(self, obj: Page, user: User) -> bool:
        return user.holds(Role.OFFICER)

    def locked_for_user(self, obj: Page, user: User) -> bool:
        """While it is looked at, who sent it in leaves it alone; who could publish it themselves may go on."""
        return not (user.holds(Role.OFFICER) or obj.permissions_for_user(user).can_publish())

    def user_can_lock(self, obj: Page, user: User) -> bool:
        return user.holds(Role.OFFICER)

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, Any, bool]]:
        if not user.holds(Role.OFFICER):
            return []
        return [
            ("reject", _("Ask for changes"), True),
            ("approve", _("Approve and publish"), False),
            ("approve", _("Approve with a note"), True),
        ]

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> models.QuerySet[TaskState]:
        if not user.holds(Role.OFFICER):
            return TaskState.objects.none()
        return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)

    @classmethod
    def get_description(cls) -> Any:
        return _("Everyone who holds the role of programme office can approve.")
