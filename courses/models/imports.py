"""Spreadsheets that are to change the catalogue."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.policies import MAY_IMPORT
from lms.kernel.policies import Scoped
from lms.people.models import User


class CatalogueImportQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> CatalogueImportQuerySet:
        """Everyone their own: a file may hold more than the next coordinator may see."""
        return self.filter(by=user) if user.holds(*MAY_IMPORT) else self.none()

    def unanswered(self, moment: datetime) -> CatalogueImportQuerySet:
        """Files whose check or application rang a while ago, and whose bell nobody may have heard."""
        return self.filter(
            state__in=[CatalogueImport.State.WAITING, CatalogueImport.State.APPLYING],
            changed_at__lte=moment - timedelta(minutes=2),
        )

    def old(self, moment: datetime) -> CatalogueImportQuerySet:
        return self.filter(created_at__lte=moment - CatalogueImport.KEPT)


class CatalogueImport(models.Model):
    """A spreadsheet of courses, editions or sessions on its way in: read, checked, shown, and then applied as shown."""

    class State(models.TextChoices):
        WAITING = "waiting", _("being checked")
        READY = "ready", _("checked")
        REFUSED = "refused", _("with errors")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")

    TRANSITIONS = {
        State.WAITING: {State.READY, State.REFUSED},
        State.READY: {State.WAITING, State.APPLYING},
        State.REFUSED: {State.WAITING},
        State.APPLYING: {State.APPLIED, State.WAITING},  # waiting: what it depends on changed meanwhile
        State.APPLIED: set(),
    }
    KEPT = timedelta(days=30)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.CASCADE, related_name="catalogue_imports"
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING, editable=False)
    language = models.CharField(_("language"), max_length=2)  # of what is said about its rows
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    sheets = models.JSONField(default=dict)  # what was read: per sheet its columns and rows, every cell as text
    plan = models.JSONField(default=list)  # what was shown: per row its verdict, changes and errors
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    created_at = models.DateTimeField(_("read at"))
    changed_at = models.DateTimeField(_("changed at"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True, editable=False)

    objects = CatalogueImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of the catalogue")
        verbose_name_plural = _("imports of the catalogue")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="an_applied_import_says_when",
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, the same or wrong."""
        verdicts = [row["verdict"] for row in self.plan]
        return {one: verdicts.count(one) for one in ("new", "changed", "same", "error")}
