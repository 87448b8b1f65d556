"""What a coordinator sees of editions: how each stands, what it asks for first, and the people in it.

Assembly only: everything here reads. The writes are in ``enrolments.actions``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.models import Edition, EditionQuerySet, Session
from courses.phases import Phase
from enrolments.models import Approval, Attendance, Enrolment, EnrolmentQuerySet
from lms.people.models import User

State = Enrolment.State
# So long before its date a go or no-go asks for attention.
SOON = timedelta(days=14)


class Attention(models.IntegerChoices):
    """What an edition asks of its coordinator first; the smaller, the sooner."""

    GO_LATE = 1, gettext_lazy("go or no-go is late")
    REQUESTS = 2, gettext_lazy("requests to decide")
    GO = 3, gettext_lazy("go or no-go")
    LISTS = 4, gettext_lazy("lists to close")
    DRAFT = 5, gettext_lazy("to be published")
    NOTHING = 9, gettext_lazy("nothing to do")


def number_of(rows: QuerySet, by: str = "edition") -> Coalesce:
    """How many rows belong to the row outside; a subquery, so that several do not multiply each other."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def with_standing(editions: EditionQuerySet, now: datetime) -> EditionQuerySet:
    """With the numbers of its people and sessions, and ``attention``: the one definition of what comes first."""
    here = Enrolment.objects.filter(edition=OuterRef("pk"))
    # What waits for the house itself; what an employer has to answer is not the coordinator's to do.
    asked = Approval.objects.filter(
        enrolment__edition=OuterRef("pk"), kind__in=Approval.OF_PROVIDER, state__in=Approval.OPEN_STATES
    )
    planned = Session.objects.filter(edition=OuterRef("pk"), state=Session.State.PLANNED, ends_at__lte=now)
    today = timezone.localdate(now)
    undecided = Exists(Edition.objects.all().awaiting_go(now).filter(pk=OuterRef("pk")))
    return (
        editions.select_related("course", "provider", "location")
        .annotate(
            waiting=number_of(here.filter(state=State.WAITLISTED)),
            offered=number_of(here.filter(state=State.OFFERED)),
            requested=number_of(asked, "enrolment__edition"),
            taking_part=number_of(here.filter(state__in=Enrolment.TAKING_PART)),
            lists_open=number_of(planned),
            undecided=undecided,
        )
        .annotate(
            attention=Case(
                When(undecided=True, decide_by__lt=today, then=Value(Attention.GO_LATE)),
                When(~Q(state=Edition.State.CANCELLED), requested__gt=0, then=Value(Attention.REQUESTS)),
                When(undecided=True, decide_by__lte=today + SOON, then=Value(Attention.GO)),
                When(state=Edition.State.PUBLISHED, lists_open__gt=0, then=Value(Attention.LISTS)),
                When(
                    Q(starts_at=None) | Q(starts_at__gt=now),
                    state=Edition.State.DRAFT,
                    enrolment_opens_at__lte=now,
                    then=Value(Attention.DRAFT),
                ),
                default=Value(Attention.NOTHING),
                output_field=IntegerField(),
            )
        )
    )


@dataclass(frozen=True)
class Step:
    """The one next step of an edition: what, why, and where it is taken."""

    tone: str
    icon: str
    title: str
    text: str
    url: str = ""
    action: str = ""


def next_step(edition: Any, now: datetime) -> Step:
    """What asks for attention, in words; ``edition`` comes from ``with_standing``."""
    match edition.attention:
        case Attention.GO_LATE | Attention.GO:
            late = edition.attention == Attention.GO_LATE
            text = ngettext(
                "%(n)s more person is needed to go ahead by itself. Decide whether it goes ahead all the same.",
                "%(n)s more people are needed to go ahead by itself. Decide whether it goes ahead all the same.",
                edition.seats_to_minimum,
            )
            title = _("Go or no-go: the date has passed") if late else _("Decide: go or no-go")
            words = text % {"n": edition.seats_to_minimum}
            return Step("bad" if late else "warn", "gauge", title, words, "#go", _("Decide now"))
        case Attention.REQUESTS:
            title = ngettext("%(n)s request to decide", "%(n)s requests to decide", edition.requested)
            return Step(
                "warn",
                "user-plus",
                title % {"n": edition.requested},
                _("Each of them waits to hear from you whether they can take part."),
                "#requests",
                _("See who asks"),
            )
        case Attention.LISTS:
            title = ngettext("%(n)s attendance list to close", "%(n)s attendance lists to close", edition.lists_open)
            return Step(
                "warn",
                "timer",
                title % {"n": edition.lists_open},
                _("Until the list of a session is closed, its hours do not count."),
                f"{reverse('enrolments:trainer')}?section=waiting",
                _("Go to the lists"),
            )
        case Attention.DRAFT:
            return Step(
                "info",
                "calendar-clock",
                _("Publish this edition"),
                _("Enrolment should be open by now, and nobody can see this edition yet."),
                reverse("decide_edition_publish", args=[edition.pk]),
                _("Publish it"),
            )
    return _nothing_to_do(edition, now)


def _nothing_to_do(edition: Any, now: datetime) -> Step:
    phase = edition.phase(now)
    match phase:
        case Phase.CANCELLED:
            return Step("bad", "circle-x", _("This edition is cancelled"), _("Everyone enrolled was told."))
        case Phase.FINISHED:
            return Step("ok", "check-check", _("This edition is over"), _("All attendance lists are closed."))
        case Phase.DRAFT:
            return Step("info", "info", _("This is a draft"), _("Only your house can see it."))
        case Phase.FULL if edition.waiting:
            text = _("A place that comes free is offered to who waits first. You need not do anything.")
            return Step("ok", "circle-check", _("Full, with a waiting list"), text)
    if edition.undecided:
        text = _("It is not certain yet that it goes ahead; the date to decide is still far.")
        return Step("info", "hourglass", _("Nothing to do now"), text)
    return Step("ok", "circle-check", _("Nothing to do now"), _("This edition runs by itself."))


# The people -----------------------------------------------------------------------------------------------------------


def people_of(edition: Edition) -> EnrolmentQuerySet:
    """Everyone who ever enrolled in this edition, each with minutes and sessions attended so far."""
    signed = Attendance.objects.filter(
        enrolment=OuterRef("pk"), session__state=Session.State.SIGNED_OFF, minutes__gt=0
    ).order_by()
    totals = signed.values("enrolment")
    return (
        Enrolment.objects.filter(edition=edition)
        .select_related("learner", "employer")
        .annotate(
            sessions_attended=Coalesce(Subquery(totals.annotate(n=Count("pk")).values("n")), 0),
            minutes_attended=Coalesce(Subquery(totals.annotate(n=Sum("minutes")).values("n")), 0),
        )
    )


def in_order(people: QuerySet) -> QuerySet:
    """As a Dutch list: by family name, the prefix after it."""
    return people.order_by(
        models.functions.Lower("learner__family_name"), "learner__name_prefix", "learner__given_name", "pk"
    )


def since_when(enrolment: Enrolment) -> datetime:
    """Since when someone stands where they stand, for a table."""
    if enrolment.state in (State.WAITLISTED, State.OFFERED) and enrolment.waitlisted_at:
        return enrolment.waitlisted_at
    return enrolment.ended_at or enrolment.created_at


def waiting_list_of(edition: Edition) -> list[Any]:
    """Who waits, in order, with their place; before them who has an offer, by its deadline."""
    rows = (
        Enrolment.objects.filter(edition=edition, state__in=[State.OFFERED, State.WAITLISTED])
        .with_place()
        .select_related("learner", "employer")
    )
    return sorted(
        rows,
        key=lambda one: (
            one.state != State.OFFERED,
            one.offer_expires_at or one.waitlisted_at or one.created_at,
            one.pk,
        ),
    )


def alternatives_of(edition: Edition, now: datetime) -> EditionQuerySet:
    """Editions of the same course that take enrolments and have not begun, soonest first."""
    others: EditionQuerySet = Edition.objects.open_at(now).upcoming(now).filter(course=edition.course_id)
    return others.exclude(pk=edition.pk).select_related("location", "provider")


def requests_of(edition: Edition, user: User) -> list[Approval]:
    """What still wants an answer and is this person's to answer, the most urgent first."""
    found = Approval.objects.allowing(user, "decide").open().filter(enrolment__edition=edition)
    return list(found.select_related("enrolment__learner", "enrolment__employer"))
