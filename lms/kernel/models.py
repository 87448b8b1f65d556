"""What happened is a row: the append-only log of events that audit trail, timeline and sweeps read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from lms.people.models import User


class AppendOnlyError(TypeError):
    """Someone tried to change or delete a row of an append-only table."""


class AppendOnlyQuerySet(models.QuerySet):
    """Rows that are written once. Deleting is left to the retention run, which says so by ``forget()``."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never changed.")

    def delete(self) -> NoReturn:
        raise AppendOnlyError(f"{self.model.__name__} rows are never deleted.")


class EventQuerySet(AppendOnlyQuerySet):
    def about(self, thing: models.Model) -> EventQuerySet:
        """The timeline of one object, oldest first."""
        return self.filter(object_type=ContentType.objects.get_for_model(thing), object_id=str(thing.pk)).order_by(
            "at", "pk"
        )


class Event(models.Model):
    """One thing that happened to one object. ``data`` holds ids and states, never personal data."""

    object_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    object = GenericForeignKey("object_type", "object_id")
    verb = models.CharField(_("verb"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("at"), db_index=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="event_about")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_id}"

    @classmethod
    def record(
        cls, thing: models.Model, verb: str, *, by: User | None, at: datetime | None = None, data: dict | None = None
    ) -> Event:
        """Write that ``verb`` (a namespaced past participle) happened; call it inside the change's transaction."""
        return cls.objects.create(
            object_type=ContentType.objects.get_for_model(thing),
            object_id=str(thing.pk),
            verb=verb,
            by=by,
            at=at or timezone.now(),
            data=data or {},
        )


class SiteIdentity(models.Model):
    """Who the site says it is, on every page and mail. One row; content, so never a constant in the code."""

    name = models.CharField(_("name"), max_length=60)
    subline_nl = models.CharField(_("line under the name, in Dutch"), max_length=80, blank=True)
    subline_en = models.CharField(_("line under the name, in English"), max_length=80, blank=True)
    about_nl = models.TextField(_("about us, in Dutch"), blank=True)
    about_en = models.TextField(_("about us, in English"), blank=True)
    funding_nl = models.TextField(_("who makes it possible, in Dutch"), blank=True)
    funding_en = models.TextField(_("who makes it possible, in English"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("identity of the site")
        verbose_name_plural = _("identity of the site")
        constraints = [
            models.CheckConstraint(
                name="the_site_has_one_identity",
                condition=models.Q(pk=1),
                violation_error_message=_("The site has one identity. Change that one."),
            )
        ]

    def __str__(self) -> str:
        return self.name
