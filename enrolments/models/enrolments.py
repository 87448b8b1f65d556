"""One person in one edition: states, waiting list, what the completion rule found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.models import Edition
from enrolments.policies import LEARNER, MAY
from lms.kernel.codes import new_code
from lms.kernel.policies import Scoped
from lms.people.models import Employment, Organisation, Role, User


class LearnerCategory(models.TextChoices):
    """Asked at every enrolment; the KPIs count the first three."""

    EMPLOYEE = "employee", _("employee")
    CAREER_SWITCHER = "career_switcher", _("career switcher")
    STUDENT = "student", _("student")
    SELF_EMPLOYED = "self_employed", _("self-employed")
    JOB_SEEKER = "job_seeker", _("job seeker")
    TEACHER = "teacher", _("teacher")
    OTHER = "other", _("other")


class EnrolmentQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> EnrolmentQuerySet:
        roles = MAY[verb]
        if any(user.holds(role) for role in (Role.OFFICER, Role.AUDITOR) if role in roles):
            return self
        mine = Q(learner=user) if LEARNER in roles else Q(pk=None)
        if Role.COORDINATOR in roles and (houses := user.organisations_as(Role.COORDINATOR)):
            mine |= Q(edition__provider__in=houses)
        if Role.TRAINER in roles and user.holds(Role.TRAINER):
            mine |= Q(edition__in=Edition.trainers.through.objects.filter(user=user).values("edition"))
        if Role.HR in roles and (companies := user.organisations_as(Role.HR)):
            mine |= Q(pk__in=Enrolment.objects.all().of_employers(companies).values("pk"))
        return self.filter(mine)

    def of_employers(self, companies: set[int]) -> EnrolmentQuerySet:
        """Enrolments made as an employee of one of these companies, while the person worked there."""
        employed = Employment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=OuterRef("created_on")),
            user=OuterRef("learner"),
            organisation=OuterRef("employer"),
            starts_on__lte=OuterRef("created_on"),
        )
        return self.filter(Exists(employed), employer__in=companies)

    def live(self) -> EnrolmentQuerySet:
        return self.filter(state__in=Enrolment.LIVE)

    def holding_a_seat(self) -> EnrolmentQuerySet:
        return self.filter(state__in=Enrolment.HOLDING_A_SEAT)

    def waiting(self) -> EnrolmentQuerySet:
        """The waiting list, first come first."""
        return self.filter(state=Enrolment.State.WAITLISTED).order_by("waitlisted_at", "pk")

    def waiting_alone(self) -> EnrolmentQuerySet:
        """Those on the waiting list who are offered a seat one by one; a whole group waits as one, in its own row."""
        # Who was approved when the group had been placed, or had ended, waits alone.
        return self.waiting().filter(
            Q(group=None) | Q(group__waitlisted_at=None) | Q(group__state__in=["done", "ended"])
        )

    def with_place(self) -> EnrolmentQuerySet:
        """With ``place``: the number on the waiting list, 1 for who is next; means nothing for who does not wait.

        A group that waits as a whole waits for its seats without a name too, as whoever passes it over is told.
        """
        before = (
            self.model._base_manager.filter(edition=OuterRef("edition"), state=Enrolment.State.WAITLISTED)
            .filter(
                Q(waitlisted_at__lt=OuterRef("waitlisted_at"))
                | Q(waitlisted_at=OuterRef("waitlisted_at"), pk__lt=OuterRef("pk"))
            )
            .order_by()
            .values("edition")
            .annotate(number=Count("pk"))
        )
        groups: Any = self.model._meta.get_field("group").related_model  # its module imports this one
        ahead = groups.objects.in_line().with_unnamed()
        ahead = ahead.filter(edition=OuterRef("edition"), waitlisted_at__lte=OuterRef("waitlisted_at"))
        ahead = ahead.exclude(pk=Coalesce(OuterRef("group"), 0)).order_by().values("edition")
        return self.annotate(
            place=Coalesce(Subquery(before.values("number")), 0)
            + Coalesce(Subquery(ahead.annotate(seats=Sum("unnamed")).values("seats")), 0)
            + 1
        )

    def taking_part(self) -> EnrolmentQuerySet:
        """Who stands on the register: has a confirmed seat, or has finished."""
        return self.filter(state__in=Enrolment.TAKING_PART)

    def with_lapsed_offer(self, moment: datetime) -> EnrolmentQuerySet:
        return self.filter(state=Enrolment.State.OFFERED, offer_expires_at__lte=moment)


class Enrolment(models.Model):
    """One person in one edition."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        WAITLISTED = "waitlisted", _("on the waiting list")
        OFFERED = "offered", _("place offered")
        CONFIRMED = "confirmed", _("confirmed")
        COMPLETED = "completed", _("completed")
        NOT_COMPLETED = "not_completed", _("not completed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", pgettext_lazy("enrolment", "withdrawn")
        CANCELLED = "cancelled", _("cancelled")

    TRANSITIONS = {
        State.REQUESTED: {State.CONFIRMED, State.WAITLISTED, State.DECLINED, State.WITHDRAWN, State.CANCELLED},
        State.WAITLISTED: {State.OFFERED, State.CONFIRMED, State.WITHDRAWN, State.CANCELLED},
        # Back to the waiting list: the place that was offered is no longer there.
        State.OFFERED: {State.CONFIRMED, State.WAITLISTED, State.DECLINED, State.WITHDRAWN, State.CANCELLED},
        State.CONFIRMED: {State.COMPLETED, State.NOT_COMPLETED, State.WITHDRAWN, State.CANCELLED},
        State.NOT_COMPLETED: {State.COMPLETED},  # a resit passed
        State.COMPLETED: set(),
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
        State.CANCELLED: set(),
    }
    LIVE = (
        State.REQUESTED,
        State.WAITLISTED,
        State.OFFERED,
        State.CONFIRMED,
        State.COMPLETED,
        State.NOT_COMPLETED,
    )
    HOLDING_A_SEAT = (State.OFFERED, State.CONFIRMED, State.COMPLETED, State.NOT_COMPLETED)
    TAKING_PART = (State.CONFIRMED, State.COMPLETED, State.NOT_COMPLETED)

    class Outcome(models.TextChoices):
        """What the completion rule found; the learner's own, never the employer's."""

        PASSED = "passed", _("attended enough and passed")
        ATTENDED = "attended", _("attended enough, not passed")
        ABSENT = "absent", _("attended too little")

    code = models.CharField(_("code"), max_length=10, unique=True, default=new_code, editable=False)
    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="enrolments")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("learner"), on_delete=models.PROTECT, related_name="enrolments"
    )
    state = models.CharField(_("state"), max_length=13, choices=State, editable=False)
    category = models.CharField(_("category"), max_length=15, choices=LearnerCategory)
    employer = models.ForeignKey(
        Organisation,
        verbose_name=_("employer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enrolments",
    )
    sector_left = models.CharField(_("sector left"), max_length=120, blank=True)
    sector_sought = models.CharField(_("sector sought"), max_length=120, blank=True)
    institution = models.CharField(_("institution"), max_length=160, blank=True)
    language = models.CharField(_("language"), max_length=2, default="nl")
    terms_version = models.CharField(_("version of the terms"), max_length=20)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("enrolled by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    group = models.ForeignKey(
        "enrolments.GroupEnrolment",
        verbose_name=_("enrolled with a group"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="enrolments",
    )
    created_at = models.DateTimeField(_("enrolled at"), editable=False)
    created_on = models.DateField(_("enrolled on"), editable=False)  # local day, compared with employment periods
    waitlisted_at = models.DateTimeField(_("on the waiting list since"), null=True, blank=True, editable=False)
    offer_expires_at = models.DateTimeField(_("offer expires"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True, editable=False)
    attended_minutes = models.PositiveIntegerField(_("attended (minutes)"), null=True, blank=True, editable=False)
    planned_minutes = models.PositiveIntegerField(_("planned (minutes)"), null=True, blank=True, editable=False)
    # Category, employer, its size and sector as they were at the first attended session: what the KPIs count by.
    snapshot = models.JSONField(_("frozen for the indicators"), null=True, blank=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_live_enrolment_per_learner",
                fields=["edition", "learner"],
                condition=~Q(state__in=["declined", "withdrawn", "cancelled"]),
                violation_error_message=_("This learner is already enrolled."),
            ),
            models.CheckConstraint(
                name="an_employee_names_an_employer",
                condition=~Q(category="employee") | Q(employer__isnull=False),
                violation_error_message=_("An employee names the employer."),
            ),
            models.CheckConstraint(
                name="a_waiter_says_since_when",
                condition=~Q(state="waitlisted") | Q(waitlisted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_offer_has_a_deadline",
                condition=~Q(state="offered") | Q(offer_expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_finished_enrolment_says_when_and_how",
                condition=Q(state__in=["completed", "not_completed"], ended_at__isnull=False, outcome__gt="")
                | ~Q(state__in=["completed", "not_completed"]) & Q(ended_at__isnull=True, outcome=""),
            ),
        ]
        indexes = [models.Index(fields=["edition", "state"], name="enrolment_by_edition")]

    def __str__(self) -> str:
        return self.code
