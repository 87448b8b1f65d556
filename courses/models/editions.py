"""One run of a course, its sessions, and what its trainers say of themselves."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.facts import Course, Mode
from courses.models.places import Location, Room
from courses.phases import TAKES_ENROLMENTS, Phase, awaits_go, phase_of
from courses.policies import MAY_EDITION, MAY_SESSION
from lms.kernel.languages import in_language
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


class EditionQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> EditionQuerySet:
        roles = MAY_EDITION[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        mine = Q(provider__in=user.organisations_as(Role.COORDINATOR)) if Role.COORDINATOR in roles else Q(pk=None)
        if Role.TRAINER in roles and user.holds(Role.TRAINER):
            mine |= Q(pk__in=Edition.trainers.through.objects.filter(user=user).values("edition"))
        return self.filter(mine)

    def published(self) -> EditionQuerySet:
        return self.filter(state=Edition.State.PUBLISHED)

    def open_at(self, moment: datetime) -> EditionQuerySet:
        """Editions that take enrolments (or waiters) at this moment."""
        return self.published().filter(enrolment_opens_at__lte=moment, enrolment_closes_at__gt=moment)

    def upcoming(self, moment: datetime) -> EditionQuerySet:
        """Published editions that have not begun, soonest first."""
        return self.published().filter(starts_at__gt=moment).order_by("starts_at", "code")

    def awaiting_go(self, moment: datetime) -> EditionQuerySet:
        """Of which it is not yet certain that they go ahead: courses.phases.awaits_go, said to the database."""
        return self.published().filter(
            Q(starts_at=None) | Q(starts_at__gt=moment),
            decide_by__isnull=False,
            go_decided_at=None,
            seats_taken__lt=F("minimum"),
        )

    def on_view(self, moment: datetime) -> EditionQuerySet:
        """What a visitor of the course may see: published editions that have not ended, cancelled ones not begun."""
        return self.filter(
            Q(state=Edition.State.PUBLISHED, ends_at__gt=moment)
            | Q(state=Edition.State.CANCELLED, starts_at__gt=moment)
        ).order_by("starts_at", "code")

    def with_schedule(self) -> EditionQuerySet:
        """With course, house, place and sessions at hand: two queries, however many editions."""
        return self.select_related("course", "provider", "location").prefetch_related("sessions")


class Edition(models.Model):
    """One run of a course. Decisions are stored; open, full, running, finished follow from clock and counts."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", _("cancelled")

    class Emblem(models.TextChoices):
        EU = "eu", _("European Union")

    TRANSITIONS = {
        State.DRAFT: {State.PUBLISHED, State.CANCELLED},
        State.PUBLISHED: {State.CANCELLED},
        State.CANCELLED: set(),
    }

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="editions")
    provider = models.ForeignKey(
        Organisation, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="editions"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    language = models.CharField(
        _("language"), max_length=2, choices=[("nl", _("Dutch")), ("en", _("English"))], default="nl"
    )
    mode = models.CharField(_("form"), max_length=8, choices=Mode)
    location = models.ForeignKey(
        Location, verbose_name=_("location"), null=True, blank=True, on_delete=models.PROTECT, related_name="editions"
    )
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("trainers"), blank=True, related_name="editions_taught"
    )
    capacity = models.PositiveSmallIntegerField(_("places"))
    minimum = models.PositiveSmallIntegerField(_("minimum"), default=1)
    seats_taken = models.PositiveSmallIntegerField(_("places taken"), default=0, editable=False)
    enrolment_opens_at = models.DateTimeField(_("enrolment opens"))
    enrolment_closes_at = models.DateTimeField(_("enrolment closes"))
    needs_approval = models.BooleanField(
        _("approval needed"), default=False, help_text=_("The provider approves each enrolment.")
    )
    needs_intake = models.BooleanField(
        _("intake talk needed"), default=False, help_text=_("A talk decides whether the course suits someone.")
    )
    decide_by = models.DateField(_("go or no-go before"), null=True, blank=True)
    go_decided_at = models.DateTimeField(_("decided to go ahead at"), null=True, blank=True, editable=False)
    # First start and last end of the sessions, kept by schedule_sessions so that lists can sort without joining.
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True, editable=False, db_index=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)
    # What a funder wants printed on everything we make for this edition; set by the project that pays.
    funding_notice_nl = models.CharField(_("funding notice in Dutch"), max_length=200, blank=True, editable=False)
    funding_notice_en = models.CharField(_("funding notice in English"), max_length=200, blank=True, editable=False)
    funding_emblem = models.CharField(_("emblem"), max_length=4, choices=Emblem, blank=True, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["starts_at", "code"]
        constraints = [
            models.CheckConstraint(
                name="an_edition_is_never_oversold",
                condition=Q(seats_taken__lte=F("capacity")),
                violation_error_message=_("More places are taken than there are."),
            ),
            models.CheckConstraint(
                name="enrolment_closes_after_it_opens",
                condition=Q(enrolment_closes_at__gt=F("enrolment_opens_at")),
                violation_error_message=_("Enrolment closes before it opens."),
            ),
            models.CheckConstraint(
                name="minimum_fits_the_capacity",
                condition=Q(minimum__lte=F("capacity")),
                violation_error_message=_("The minimum is larger than the number of places."),
            ),
            models.CheckConstraint(
                name="a_draft_is_not_decided_on",
                condition=~Q(state="draft") | Q(go_decided_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def seats_free(self) -> int:
        return max(self.capacity - self.seats_taken, 0)

    @property
    def asks_approval(self) -> bool:
        """Whether the provider approves each enrolment: an edition may ask more than its course, never less."""
        return self.needs_approval or self.course.needs_approval

    @property
    def asks_intake(self) -> bool:
        return self.needs_intake or self.course.needs_intake

    def phase(self, moment: datetime) -> Phase:
        return phase_of(self, moment)

    def takes_enrolments(self, moment: datetime) -> bool:
        return phase_of(self, moment) in TAKES_ENROLMENTS

    def awaits_go(self, moment: datetime) -> bool:
        """Whether it is not yet certain that it goes ahead."""
        return awaits_go(self, moment)

    @property
    def seats_to_minimum(self) -> int:
        """How many more must enrol before it goes ahead by itself."""
        return max(self.minimum - self.seats_taken, 0)


class SessionQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> SessionQuerySet:
        roles = MAY_SESSION[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        mine = (
            Q(edition__provider__in=user.organisations_as(Role.COORDINATOR))
            if Role.COORDINATOR in roles
            else Q(pk=None)
        )
        if Role.TRAINER in roles and user.holds(Role.TRAINER):
            mine |= Q(edition__in=Edition.trainers.through.objects.filter(user=user).values("edition"))
        return self.filter(mine)

    def on_day(self, moment: datetime) -> SessionQuerySet:
        """Sessions that start on the local day of this moment."""
        midnight = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1))


class Session(models.Model):
    """One meeting of an edition. Signed off, its register is locked; only the programme office reopens it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        SIGNED_OFF = "signed_off", _("signed off")

    TRANSITIONS = {State.PLANNED: {State.SIGNED_OFF}, State.SIGNED_OFF: {State.PLANNED}}

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="sessions")
    number = models.PositiveSmallIntegerField(_("number"))
    title_nl = models.CharField(_("title in Dutch"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    ends_at = models.DateTimeField(_("ends"))
    break_minutes = models.PositiveSmallIntegerField(_("break (minutes)"), default=0)
    mode = models.CharField(_("form"), max_length=8, choices=Mode, default=Mode.ONSITE)
    room = models.ForeignKey(
        Room, verbose_name=_("room"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    online_url = models.URLField(_("online meeting"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED, editable=False)
    signed_off_at = models.DateTimeField(_("signed off at"), null=True, blank=True, editable=False)
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed off by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "number"]
        constraints = [
            models.UniqueConstraint(
                name="session_numbers_are_unique_in_an_edition",
                fields=["edition", "number"],
                violation_error_message=_("This session number is already used."),
            ),
            models.CheckConstraint(
                name="a_session_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The session ends before it starts."),
            ),
            models.CheckConstraint(
                name="a_signed_off_session_says_when",
                condition=Q(state="signed_off", signed_off_at__isnull=False)
                | Q(state="planned", signed_off_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition.code} {self.number}"

    @property
    def title(self) -> str:
        return in_language(self, "title")

    @property
    def countable_minutes(self) -> int:
        """Duration less the break, from instants: right on the days the clock changes."""
        return max(int((self.ends_at - self.starts_at).total_seconds() // 60) - self.break_minutes, 0)


class TrainerLine(models.Model):
    """What a trainer chose to say of themselves on course pages, beside the name. Shown only while they want it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("trainer"), on_delete=models.CASCADE, related_name="trainer_line"
    )
    text_nl = models.CharField(_("about you, in Dutch"), max_length=240, blank=True)
    text_en = models.CharField(_("about you, in English"), max_length=240, blank=True)
    is_shown = models.BooleanField(_("shown on course pages"), default=False)

    class Meta:
        verbose_name = _("line about a trainer")
        verbose_name_plural = _("lines about trainers")

    def __str__(self) -> str:
        return str(self.user)
