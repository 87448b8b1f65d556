"""What people ask about their own data, and what the terms did by themselves."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.kernel.policies import Scoped
from lms.people.models import AddressProof, AddressProofQuerySet, Role, User


def file_storage() -> Storage:
    """Read through a view that asks who is there; no address of its own."""
    return storages["private"]


def file_path(request: PrivacyRequest, filename: str) -> str:
    return f"own-data/{request.uuid.hex}/{filename}"


class PrivacyRequestQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> PrivacyRequestQuerySet:
        """The register is the programme office's; one's own requests are one's own."""
        if user.holds(Role.OFFICER):
            return self
        return self.filter(person=user) if verb in {"view", "cancel"} else self.none()

    def open(self) -> PrivacyRequestQuerySet:
        return self.filter(state__in=PrivacyRequest.OPEN)

    def overdue(self, today: date) -> PrivacyRequestQuerySet:
        return self.open().filter(due_on__lt=today)

    def to_erase(self, moment: datetime) -> PrivacyRequestQuerySet:
        """Erasures whose time to think has passed, and those that broke off half way."""
        return self.open().filter(kind=PrivacyRequest.Kind.ERASURE, starts_at__lte=moment).order_by("pk")

    def to_make(self) -> PrivacyRequestQuerySet:
        """Downloads that wait for their file."""
        return self.open().filter(kind=PrivacyRequest.Kind.DOWNLOAD, way=PrivacyRequest.Way.SELF).order_by("pk")

    def with_expired_file(self, moment: datetime) -> PrivacyRequestQuerySet:
        return self.exclude(file="").filter(file_until__lte=moment)


class PrivacyRequest(models.Model):
    """Someone asks to see, correct, take along or erase what we keep; answered within a month.

    What people do themselves on their pages stands here too, so that the register is complete.
    """

    class Kind(models.TextChoices):
        ACCESS = "access", _("see what is kept")
        DOWNLOAD = "download", _("take the data along")
        CORRECTION = "correction", _("correct something")
        ERASURE = "erasure", _("erase everything")
        RESTRICTION = "restriction", _("keep but not use")
        OBJECTION = "objection", _("object to a use")

    class Way(models.TextChoices):
        SELF = "self", _("on the own page")
        MAIL = "mail", _("by e-mail")
        PHONE = "phone", _("by telephone")
        LETTER = "letter", _("by letter")
        TERM = "term", _("the term has passed")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        RUNNING = "running", _("being done")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("taken back")

    TRANSITIONS = {
        State.RECEIVED: {State.RUNNING, State.DONE, State.REFUSED, State.CANCELLED},
        State.RUNNING: {State.DONE},
        State.DONE: set(),
        State.REFUSED: set(),
        State.CANCELLED: set(),
    }
    OPEN = (State.RECEIVED, State.RUNNING)
    TERM = relativedelta(months=1)
    EXTENDED = relativedelta(months=2)
    TIME_TO_THINK = timedelta(days=7)
    FILE_KEPT = timedelta(days=7)

    class Format(models.TextChoices):
        JSON = "json", "JSON"
        PDF = "pdf", "PDF"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("asks to"), max_length=11, choices=Kind)
    way = models.CharField(_("came in"), max_length=6, choices=Way)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.RECEIVED, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="privacy_requests",
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    note = models.TextField(_("what was asked"), blank=True)
    answer = models.TextField(_("what we answered"), blank=True)
    received_at = models.DateTimeField(_("received at"), editable=False)
    due_on = models.DateField(_("answer at the latest on"), editable=False)
    is_extended = models.BooleanField(_("two months more"), default=False, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Of an erasure
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True, editable=False)
    certificates = models.CharField(_("certificates"), max_length=6, blank=True, editable=False)
    kept = models.JSONField(_("kept for evidence"), default=list, encoder=DjangoJSONEncoder, editable=False)
    # Of a download
    file_format = models.CharField(_("format"), max_length=4, choices=Format, blank=True, editable=False)
    file = models.FileField(_("file"), storage=file_storage, upload_to=file_path, blank=True, editable=False)
    file_until = models.DateTimeField(_("file until"), null=True, blank=True, editable=False)

    objects = PrivacyRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_erasure_per_person",
                fields=["person"],
                condition=Q(kind="erasure", state__in=["received", "running"], person__isnull=False),
                violation_error_message=_("This person has asked for that already."),
            ),
            models.CheckConstraint(
                name="a_settled_request_says_when",
                condition=Q(state__in=["received", "running"], settled_at__isnull=True)
                | ~Q(state__in=["received", "running"]) & Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.uuid.hex[:8]}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def kept_projects(self) -> list[dict[str, Any]]:
        """The projects whose evidence kept the name, with their last day as a date."""
        return [one | {"until": date.fromisoformat(one["until"]) if one["until"] else None} for one in self.kept]

    @property
    def has_file(self) -> bool:
        return bool(self.file)


class IdentityProof(AddressProof):
    """Someone who is signed in shows once more that it is them: by digits sent to the own address."""

    NOUN = "identity_proof"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = AddressProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of identity")
        verbose_name_plural = _("proofs of identity")


class TermRun(models.Model):
    """What the terms did in one run: per rule how many rows went, and which did not. Holds numbers, never values."""

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    results = models.JSONField(_("per rule"), default=list)

    class Meta:
        verbose_name = _("run of the terms")
        verbose_name_plural = _("runs of the terms")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @property
    def done(self) -> int:
        return sum(one["done"] for one in self.results)

    @property
    def failed(self) -> int:
        return sum(len(one["failed"]) for one in self.results)
