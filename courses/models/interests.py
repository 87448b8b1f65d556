"""Who waits for a date of a course that suits."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.editions import Edition
from courses.models.facts import Course, Mode
from courses.policies import MAY_INTEREST, OWNER
from lms.kernel.policies import Scoped
from lms.people.models import AddressProof, AddressProofQuerySet, Role, User


class Weekday(models.TextChoices):
    MONDAY = "mon", _("Monday")
    TUESDAY = "tue", _("Tuesday")
    WEDNESDAY = "wed", _("Wednesday")
    THURSDAY = "thu", _("Thursday")
    FRIDAY = "fri", _("Friday")
    SATURDAY = "sat", _("Saturday")


class Daypart(models.TextChoices):
    MORNING = "morning", _("in the morning")
    AFTERNOON = "afternoon", _("in the afternoon")
    EVENING = "evening", _("in the evening")


class InterestQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> InterestQuerySet:
        roles = MAY_INTEREST[verb]
        if Role.OFFICER in roles and user.holds(Role.OFFICER):
            return self
        mine = Q(user=user) if OWNER in roles else Q(pk=None)
        if Role.COORDINATOR in roles:
            mine |= Q(course__provider__in=user.organisations_as(Role.COORDINATOR))
        return self.filter(mine)

    def live(self) -> InterestQuerySet:
        return self.filter(state__in=Interest.LIVE)

    def not_knowing(self, edition: Edition) -> InterestQuerySet:
        """Who waits for this course, and knows nothing of this edition yet."""
        return self.live().filter(course=edition.course_id).exclude(tellings__edition=edition)

    def lapsing(self, moment: datetime) -> InterestQuerySet:
        """Live ones that have waited for as long as we promised to keep them."""
        return self.live().filter(asked_at__lte=moment - Interest.KEPT)

    def forgettable(self, moment: datetime) -> InterestQuerySet:
        """Ended ones of which nothing is to be kept any more."""
        return self.exclude(state__in=Interest.LIVE).filter(ended_at__lte=moment - Interest.KEPT_ENDED)


class Interest(models.Model):
    """Someone waits for a date of a course that suits, alone or for a group; told when an edition opens."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a date")
        TOLD = "told", _("told of a date")
        MET = "met", _("enrolled")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LAPSED = "lapsed", _("lapsed")

    class Period(models.TextChoices):
        ANY = "", _("no preference")
        SOON = "soon", _("within three months")
        HALF_YEAR = "half_year", _("within half a year")
        LATER = "later", _("after half a year")

    LIVE = (State.WAITING, State.TOLD)
    TRANSITIONS = {
        State.WAITING: {State.TOLD, State.MET, State.WITHDRAWN, State.LAPSED},
        State.TOLD: {State.WAITING, State.MET, State.WITHDRAWN, State.LAPSED},  # waiting: asked again, it did not suit
        State.MET: set(),
        State.WITHDRAWN: set(),
        State.LAPSED: set(),
    }
    KEPT = timedelta(days=365)
    KEPT_ENDED = timedelta(days=30)
    MOST_PERSONS = 500

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="interests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="interests"
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING, editable=False)
    language = models.CharField(_("language of our messages"), max_length=2)
    persons = models.PositiveSmallIntegerField(_("number of people"), default=1)
    organisation_name = models.CharField(_("company"), max_length=200, blank=True)
    course_language = models.CharField(
        _("language of the course"), max_length=2, blank=True, choices=[("nl", _("Dutch")), ("en", _("English"))]
    )
    place = models.CharField(_("place"), max_length=80, blank=True)  # a city, or "online"; empty: no preference
    days = models.JSONField(_("days"), default=list, blank=True)
    dayparts = models.JSONField(_("parts of the day"), default=list, blank=True)
    period = models.CharField(_("when"), max_length=9, choices=Period, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_interest_per_person_and_course",
                fields=["user", "course"],
                condition=Q(state__in=["waiting", "told"]),
                violation_error_message=_("This person waits for this course already."),
            ),
            models.CheckConstraint(
                name="an_interest_is_of_one_person_or_more",
                condition=Q(persons__gte=1, persons__lte=500),
                violation_error_message=_("Fill in a number from 1 to 500."),
            ),
            models.CheckConstraint(
                name="a_group_names_its_company",
                condition=Q(persons=1) | ~Q(organisation_name=""),
                violation_error_message=_("Fill in the name of the company."),
            ),
            models.CheckConstraint(
                name="an_ended_interest_says_when",
                condition=Q(state__in=["waiting", "told"], ended_at__isnull=True)
                | ~Q(state__in=["waiting", "told"]) & Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course.code}: {self.user}"

    @property
    def preferences(self) -> list[str]:
        """What they would like, in words, kind by kind; empty when anything goes."""
        return [", ".join(wishes) for wishes in self._wishes() if wishes]

    @property
    def single_wishes(self) -> list[str]:
        """The same one by one, for adding up."""
        return [wish for wishes in self._wishes() for wish in wishes]

    def _wishes(self) -> list[list[str]]:
        place = str(Mode.ONLINE.label) if self.place == Mode.ONLINE else self.place
        return [
            [str(self.get_course_language_display())] if self.course_language else [],
            [place] if place else [],
            [str(Weekday(one).label) for one in self.days if one in Weekday.values],
            [str(Daypart(one).label) for one in self.dayparts if one in Daypart.values],
            [str(self.get_period_display())] if self.period else [],
        ]


class Telling(models.Model):
    """That someone who waits knows of an edition: we mailed it, or it was on the page when they asked.

    So nobody is told twice, nor of what they saw and did not want.
    """

    interest = models.ForeignKey(Interest, on_delete=models.CASCADE, related_name="tellings")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="tellings")
    at = models.DateTimeField(_("at"))
    is_mailed = models.BooleanField(_("mailed"))

    class Meta:
        verbose_name = _("message about an edition")
        verbose_name_plural = _("messages about editions")
        constraints = [
            models.UniqueConstraint(name="nobody_is_told_of_an_edition_twice", fields=["interest", "edition"])
        ]

    def __str__(self) -> str:
        return f"{self.interest_id}: {self.edition_id}"


class InterestRequest(AddressProof):
    """What a visitor filled in about a course, while the e-mail address is being confirmed."""

    NOUN = "interest_request"

    course = models.ForeignKey(Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="+")
    interest = models.ForeignKey(
        Interest, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    objects = AddressProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("unconfirmed interest")
        verbose_name_plural = _("unconfirmed interests")
