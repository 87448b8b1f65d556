"""People whom a company enrols together, seats it holds without a name, and the rows it sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from enrolments.models.enrolments import Enrolment
from enrolments.policies import MAY_GROUP
from lms.kernel.policies import Scoped
from lms.people.models import Organisation, Role, User


class GroupEnrolmentQuerySet(Scoped):
    def allowing(self, user: User, verb: str) -> GroupEnrolmentQuerySet:
        """The employer's own HR, the house that gives the edition, the programme office."""
        roles = MAY_GROUP[verb]
        if user.holds(Role.OFFICER) and Role.OFFICER in roles:
            return self
        mine = Q(employer__in=user.organisations_as(Role.HR)) if Role.HR in roles else Q(pk=None)
        if Role.COORDINATOR in roles and (houses := user.organisations_as(Role.COORDINATOR)):
            mine |= Q(edition__provider__in=houses)
        return self.filter(mine)

    def of_edition(self, edition: Edition) -> GroupEnrolmentQuerySet:
        """The groups that were sent in for an edition, newest first; drafts that nobody decided on left out."""
        return self.filter(edition=edition).exclude(state=GroupEnrolment.State.CHECKING)

    def in_line(self) -> GroupEnrolmentQuerySet:
        """Groups that stand in an edition's queue as a whole, first come first."""
        return self.filter(waitlisted_at__isnull=False, state__in=GroupEnrolment.IN_LINE).order_by(
            "waitlisted_at", "pk"
        )

    def with_unnamed(self) -> GroupEnrolmentQuerySet:
        """With ``unnamed``: how many seats each needs besides its people in line, to be named or yet to be enrolled."""
        rows = GroupRow.objects.to_do().filter(group=OuterRef("pk")).order_by().values("group")
        to_do = Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)
        running = When(state=GroupEnrolment.State.RUNNING, then=to_do)
        return self.annotate(unnamed=F("seats_asked") + Case(running, default=0, output_field=IntegerField()))

    def seats_unnamed(self) -> int:
        """All of those together."""
        total: int | None = self.with_unnamed().aggregate(n=Sum("unnamed"))["n"]
        return total or 0

    def unanswered(self, moment: datetime) -> GroupEnrolmentQuerySet:
        """Runs whose doorbell rang a while ago, and which nobody may be doing."""
        return self.filter(state__in=GroupEnrolment.BUSY, changed_at__lte=moment - timedelta(minutes=2))

    def with_names_overdue(self, moment: datetime) -> GroupEnrolmentQuerySet:
        """Groups that still hold seats without a name after the day on which they should have named them."""
        late = Q(names_until__lte=moment) | Q(edition__starts_at__lte=moment)  # its dates may have changed since
        return self.filter(late, state=GroupEnrolment.State.DONE, seats_held__gt=0)

    def waiting_too_long(self, moment: datetime) -> GroupEnrolmentQuerySet:
        late = Q(waits_until__lte=moment) | Q(edition__starts_at__lte=moment)
        return self.filter(late, state=GroupEnrolment.State.WAITING)

    def forgotten(self, moment: datetime) -> GroupEnrolmentQuerySet:
        """Lists that were put in, and on which nobody decided for a week."""
        return self.filter(state=GroupEnrolment.State.CHECKING, changed_at__lte=moment - GroupEnrolment.DRAFT_KEPT)

    def with_counts(self) -> GroupEnrolmentQuerySet:
        """With ``placed`` and ``waiting``: the enrolments of the group that have a seat, or wait for one."""

        def count(*states: str) -> Coalesce:
            rows = Enrolment.objects.filter(group=OuterRef("pk"), state__in=states).order_by().values("group")
            return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())

        return self.annotate(
            placed=count(*Enrolment.HOLDING_A_SEAT),
            waiting=count(Enrolment.State.WAITLISTED, Enrolment.State.REQUESTED),
        )

    def with_counts_as_told(self) -> GroupEnrolmentQuerySet:
        """The same as the company is told it: by row, so that who enrolled alone is not what is missing."""
        Outcome = GroupRow.Outcome

        def count(outcomes: Sequence[str], states: Sequence[str]) -> Coalesce:
            told = Q(enrolment=None, outcome__in=outcomes) | Q(enrolment__state__in=states)
            rows = GroupRow.objects.filter(told, group=OuterRef("pk")).order_by().values("group")
            return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())

        return self.annotate(
            placed=count([Outcome.PLACED], Enrolment.HOLDING_A_SEAT),
            waiting=count(
                [Outcome.WAITLISTED, Outcome.REQUESTED], [Enrolment.State.WAITLISTED, Enrolment.State.REQUESTED]
            ),
        )


class GroupEnrolment(models.Model):
    """A company enrols people in one edition, from a list, with seats that get a name later, or both.

    ``seats_held`` are seats of the edition that nobody's name is on: reserved to be named later, or gathered one by
    one for a group that waits as a whole. They count as taken (an edition's seats_taken is its enrolments with a seat,
    its holds and these), so what a group gathers can be given to nobody else.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("being checked")
        RUNNING = "running", _("being enrolled")
        WAITING = "waiting", _("waiting together")
        DONE = "done", _("enrolled")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        ENDED = "ended", _("did not go ahead")

    TRANSITIONS = {
        State.CHECKING: {State.RUNNING},
        State.RUNNING: {State.WAITING, State.DONE, State.ENDED},
        State.WAITING: {State.DONE, State.UNDOING, State.ENDED},
        State.DONE: {State.UNDOING},
        State.UNDOING: {State.UNDONE},
        State.UNDONE: set(),
        State.ENDED: set(),
    }
    IN_LINE = (State.RUNNING, State.WAITING)
    BUSY = (State.RUNNING, State.UNDOING)
    OVER = (State.UNDONE, State.ENDED)

    class Wish(models.TextChoices):
        WHOLE = "whole", _("everyone or nobody")
        PART = "part", _("as many as there are places for")

    class Source(models.TextChoices):
        PASTE = "paste", _("pasted")
        FILE = "file", _("a file")
        STAFF = "staff", _("chosen from staff")
        SEATS = "seats", _("places without names")
        SYSTEM = "system", _("another system")

    UNDO_WITHIN = timedelta(days=1)
    DRAFT_KEPT = timedelta(days=7)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employer = models.ForeignKey(
        Organisation, verbose_name=_("employer"), on_delete=models.PROTECT, related_name="group_enrolments"
    )
    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="groups")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="group_enrolments",
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.CHECKING, editable=False)
    wish = models.CharField(_("wish"), max_length=5, choices=Wish, default=Wish.PART)
    source = models.CharField(_("from"), max_length=6, choices=Source)
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    reference = models.CharField(_("your reference"), max_length=60, blank=True)
    # What makes the same list the same list: given by another system, else worked out from what was read.
    key = models.CharField(max_length=100, blank=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    headings = models.JSONField(default=list, blank=True, editable=False)  # as they stood in the file; empty: none
    mapping = models.JSONField(default=list, blank=True, editable=False)  # per column what it holds
    seats_asked = models.PositiveSmallIntegerField(_("places without a name"), default=0)
    seats_held = models.PositiveSmallIntegerField(_("places held without a name"), default=0, editable=False)
    names_until = models.DateTimeField(_("names before"), null=True, blank=True, editable=False)
    waits_until = models.DateTimeField(_("waits until"), null=True, blank=True, editable=False)
    waitlisted_at = models.DateTimeField(_("in the queue since"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("put in at"), editable=False)
    changed_at = models.DateTimeField(_("changed at"), editable=False)
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True, editable=False)

    objects = GroupEnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("group enrolment")
        verbose_name_plural = _("group enrolments")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="the_same_list_is_taken_in_once",
                fields=["employer", "edition", "key"],
                condition=~Q(key="") & ~Q(state__in=["undone", "ended"]),
                violation_error_message=_("This list was put in already."),
            ),
            models.CheckConstraint(
                name="a_group_that_waits_says_since_when",
                condition=~Q(state="waiting") | Q(waitlisted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_whole_group_waits_together",
                condition=Q(waitlisted_at__isnull=True) | Q(wish="whole"),
            ),
            models.CheckConstraint(
                name="a_begun_group_says_when",
                condition=Q(state="checking", begun_at__isnull=True) | ~Q(state="checking") & Q(begun_at__isnull=False),
            ),
            models.CheckConstraint(
                name="what_is_over_holds_no_seats",
                condition=~Q(state__in=["checking", "undone", "ended"]) | Q(seats_held=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} – {self.edition}"

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def is_from_employer(self) -> bool:
        """Whether the employer's own system sent it, with a key of its HR: what HR would decide is decided."""
        return self.source == self.Source.SYSTEM

    @property
    def can_be_undone_until(self) -> datetime | None:
        return self.finished_at + self.UNDO_WITHIN if self.finished_at else None

    def can_be_undone(self, moment: datetime) -> bool:
        """Within a day, and never once the edition has begun."""
        until, starts_at = self.can_be_undone_until, self.edition.starts_at
        return (
            self.state in (self.State.DONE, self.State.WAITING)
            and until is not None
            and moment < until
            and (starts_at is None or moment < starts_at)
        )

    def keeps_seats(self, moment: datetime) -> bool:
        """Whether seats may stand in its name that nobody's name is on: until its last day for names."""
        days = (self.names_until, self.edition.starts_at)
        return self.state == self.State.DONE and all(day is None or moment < day for day in days)

    def takes_names(self, moment: datetime) -> bool:
        """Whether it holds seats that may still be given a name."""
        return self.seats_held > 0 and self.keeps_seats(moment)


class GroupRowQuerySet(models.QuerySet):
    def to_do(self) -> GroupRowQuerySet:
        """Good rows that the run has not come to yet."""
        return self.filter(verdict__in=GroupRow.GOOD, outcome="").order_by("number")

    def totals(self) -> dict[str, int]:
        """How many rows of each verdict; good ones and all together as well."""
        found = dict.fromkeys(GroupRow.Verdict.values, 0)
        found |= dict(self.order_by().values("verdict").annotate(n=Count("pk")).values_list("verdict", "n"))
        good = sum(found[one] for one in GroupRow.GOOD)
        return {**found, "good": good, "all": sum(found.values())}

    def counts(self) -> dict[int, dict[tuple[str, str], int]]:
        """By group how many rows of each verdict with each outcome; one query for any number of groups."""
        found: dict[int, dict[tuple[str, str], int]] = {}
        rows = self.order_by().values_list("group", "verdict", "outcome").annotate(n=Count("pk"))
        for group, verdict, outcome, number in rows:
            found.setdefault(group, {})[verdict, outcome] = number
        return found

    def outcomes(self) -> dict[str, int]:
        found = dict.fromkeys(GroupRow.Outcome.values, 0)
        return found | dict(self.order_by().values("outcome").annotate(n=Count("pk")).values_list("outcome", "n"))


class GroupRow(models.Model):
    """One line of the list: as it was typed, what was read in it, what it would do, what it did."""

    class Verdict(models.TextChoices):
        NEW = "new", _("new")
        KNOWN = "known", _("known")
        ENROLLED = "enrolled", _("already enrolled")
        WAITING = "waiting", _("already on the waiting list")
        TWICE = "twice", _("twice in this list")
        LEFT_OUT = "left_out", _("left out")
        ERROR = "error", _("error")

    class Outcome(models.TextChoices):
        """What the run made of it; empty until it comes to it."""

        PLACED = "placed", _("placed")
        WAITLISTED = "waitlisted", _("on the waiting list")
        REQUESTED = "requested", _("waiting for approval")
        REPLACED = "replaced", _("replaced")
        UNDONE = "undone", _("undone")

    GOOD = (Verdict.NEW, Verdict.KNOWN)

    group = models.ForeignKey(GroupEnrolment, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))  # in the file, as a spreadsheet numbers it
    cells = models.JSONField(default=list, blank=True)  # as typed; what looks like a BSN was never kept
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    name_prefix = models.CharField(_("prefix"), max_length=30, blank=True)
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    email = models.CharField(_("e-mail address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    department = models.CharField(_("department"), max_length=80, blank=True)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, default=Verdict.ERROR)
    problem = models.CharField(max_length=20, blank=True)  # a key of enrolments.groups.verdicts.PROBLEMS
    other_row = models.PositiveIntegerField(null=True, blank=True)  # the row that says the same
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, editable=False)
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="group_rows"
    )
    began_employment = models.BooleanField(default=False, editable=False)
    # The earlier group whose seat without a name this row took; undone, the seat is that group's again.
    reserved_in = models.ForeignKey(
        GroupEnrolment, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="rows_seated"
    )

    objects = GroupRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a group enrolment")
        verbose_name_plural = _("rows of group enrolments")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="row_numbers_are_unique_in_a_group", fields=["group", "number"]),
            models.CheckConstraint(
                name="a_row_with_an_error_says_which",
                condition=Q(verdict="error", problem__gt="") | ~Q(verdict="error"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.number}"

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.given_name, self.name_prefix, self.family_name) if part)

    @property
    def is_good(self) -> bool:
        return self.verdict in self.GOOD

    @property
    def name(self) -> dict[str, str]:
        return {"given_name": self.given_name, "name_prefix": self.name_prefix, "family_name": self.family_name}
