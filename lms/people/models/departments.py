"""Departments: how an employer groups its own people."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.people.models.organisations import Organisation
from lms.people.models.roles import Role
from lms.people.models.users import User


class DepartmentQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> DepartmentQuerySet:
        """The programme office's, and of HR those of its own employers; whatever the verb."""
        if user.holds(Role.OFFICER):
            return self
        return self.filter(organisation__in=user.organisations_as(Role.HR))


class Department(models.Model):
    """A name under which HR finds people back. Nobody sees more or less by it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("employer"), on_delete=models.CASCADE, related_name="departments"
    )
    name = models.CharField(_("name"), max_length=80)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("name"),
                name="one_department_per_name",
                violation_error_message=_("There is a department with this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
