"""Groups of companies around a theme, and their meetings."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Mode, Theme
from lms.desk.models.requests import Request, houses_of
from lms.desk.policies import MAY_GROUP
from lms.kernel.languages import in_language
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


class PeerGroupQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> PeerGroupQuerySet:
        roles = MAY_GROUP[verb]
        if user.holds(Role.OFFICER):
            return self
        return self.filter(Q(host__in=houses_of(user, roles)) | Q(convener=user.pk))

    def on_show(self) -> PeerGroupQuerySet:
        """Those that a company can join."""
        return self.filter(state__in=[PeerGroup.State.FORMING, PeerGroup.State.RUNNING])


class PeerGroup(models.Model):
    """Companies that meet around a theme and learn from each other."""

    class State(models.TextChoices):
        FORMING = "forming", _("being formed")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")

    TRANSITIONS = {
        State.FORMING: {State.RUNNING, State.ENDED},
        State.RUNNING: {State.ENDED},
        State.ENDED: {State.RUNNING},
    }

    code = models.SlugField(_("code"), max_length=40, unique=True)
    theme = models.ForeignKey(Theme, verbose_name=_("theme"), on_delete=models.PROTECT, related_name="peer_groups")
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    description_nl = models.TextField(_("description in Dutch"))
    description_en = models.TextField(_("description in English"))
    host = models.ForeignKey(
        Organisation, verbose_name=_("host"), on_delete=models.PROTECT, related_name="peer_groups_hosted"
    )
    convener = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("convener"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.FORMING, editable=False)

    objects = PeerGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("peer group")
        verbose_name_plural = _("peer groups")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self, "name")

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def description(self) -> str:
        return in_language(self, "description")


class MemberQuerySet(models.QuerySet):
    def current(self) -> MemberQuerySet:
        return self.filter(left_on=None)


class Member(models.Model):
    """A company in a peer group, with the person who comes."""

    group = models.ForeignKey(PeerGroup, verbose_name=_("peer group"), on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="peer_groups"
    )
    # By whose token the member finds the calendar; empty for who was a member before there was a form.
    request = models.OneToOneField(
        Request, verbose_name=_("request"), null=True, blank=True, on_delete=models.SET_NULL, related_name="member"
    )
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    agrees_to_be_named = models.BooleanField(_("may be named on the site"), default=False)
    joined_on = models.DateField(_("member since"))
    left_on = models.DateField(_("until"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                name="a_company_is_once_in_a_group",
                fields=["group", "organisation"],
                condition=Q(left_on=None),
                violation_error_message=_("This company is in the group already."),
            ),
            models.CheckConstraint(
                name="a_member_leaves_after_joining", condition=Q(left_on=None) | Q(left_on__gte=F("joined_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.group}"


class MeetingQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> MeetingQuerySet:
        return self.filter(group__in=PeerGroup.objects.allowing(user, verb))

    def planned(self) -> MeetingQuerySet:
        return self.filter(state=Meeting.State.PLANNED)

    def upcoming(self, moment: datetime) -> MeetingQuerySet:
        return self.planned().filter(ends_at__gt=moment).order_by("starts_at", "pk")


class Meeting(models.Model):
    """One meeting of a peer group."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CANCELLED = "cancelled", _("cancelled")

    TRANSITIONS = {State.PLANNED: {State.CANCELLED}, State.CANCELLED: set()}

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    group = models.ForeignKey(
        PeerGroup, verbose_name=_("peer group"), on_delete=models.CASCADE, related_name="meetings"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PLANNED, editable=False)
    topic_nl = models.CharField(_("topic in Dutch"), max_length=160)
    topic_en = models.CharField(_("topic in English"), max_length=160)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    mode = models.CharField(_("form"), max_length=8, choices=Mode, default=Mode.ONSITE)
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Where it is held: the room and the address.")
    )
    online_url = models.URLField(_("address online"), blank=True, help_text=_("Told to members only."))
    minutes = models.TextField(_("minutes"), blank=True)
    minutes_url = models.URLField(_("address of the minutes"), blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="a_meeting_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                name="a_meeting_is_held_somewhere",
                condition=~Q(place="") | Q(mode="online"),
                violation_error_message=_("Fill in the place, or make it an online meeting."),
            ),
        ]

    def __str__(self) -> str:
        return f"{in_language(self, 'topic')}, {timezone.localtime(self.starts_at):%d-%m-%Y}"

    @property
    def topic(self) -> str:
        return in_language(self, "topic")


class Presence(models.Model):
    """A company was at a meeting. The row is there or not; who came is not written down."""

    meeting = models.ForeignKey(Meeting, verbose_name=_("meeting"), on_delete=models.PROTECT, related_name="presences")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    counts = models.BooleanField(_("counts for the figures"), default=False, editable=False)
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(name="a_company_is_once_at_a_meeting", fields=["meeting", "organisation"])
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.meeting}"
