"""What an employer sees of its people's enrolments: one definition for the page, its filters and the export.

Not finished, failed and not shared are one and the same word here, so that not sharing gives nothing away. For the
same reason someone who stops half-way looks like everyone else in the group until it is over.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, CharField, Count, Exists, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrolments.models import Attendance, Enrolment, EnrolmentQuerySet, Grant
from lms.kernel.models import Event
from lms.people.models import Employment, Organisation, User

State, Scope = Enrolment.State, Grant.Scope
WAITING = (State.REQUESTED, State.WAITLISTED, State.OFFERED)


class Seen(models.TextChoices):
    """How an enrolment stands, as far as it concerns the employer."""

    WAITING = "waiting", gettext_lazy("waiting for a place")
    ENROLLED = "enrolled", gettext_lazy("enrolled")
    LEARNING = "learning", gettext_lazy("under way")
    SHARED = "shared", gettext_lazy("completed")
    NOT_SHARED = "not_shared", gettext_lazy("not shared (yet)")
    OFF = "off", gettext_lazy("did not go ahead")


def seen_by(company: Organisation, moment: datetime) -> EnrolmentQuerySet:
    """The enrolments this employer may know of, each with ``seen``, and with hours and sessions where granted.

    Without the grant for it a figure is not even read from the database.
    """
    in_force = Grant.objects.in_force(timezone.localdate(moment)).filter(enrolment=OuterRef("pk"), organisation=company)
    signed = Attendance.objects.filter(enrolment=OuterRef("pk"), trainer_confirmed_at__isnull=False).order_by()
    left = Event.objects.filter(
        object_type=ContentType.objects.get_for_model(Enrolment),
        object_id=Cast(OuterRef("pk"), CharField()),
        verb="enrolment.withdrawn",
        data__from=State.CONFIRMED,
        at__gte=OuterRef("edition__starts_at"),
    )
    works_here = Employment.objects.current(timezone.localdate(moment)).filter(
        user=OuterRef("learner"), organisation=company
    )
    over = Q(edition__ends_at__lte=moment)
    begun = Q(edition__starts_at__lte=moment)
    return (
        Enrolment.objects.all()
        .of_employers({company.pk})
        .annotate(
            shares_certificate=Exists(in_force.filter(scope=Scope.CERTIFICATE)),
            shares_hours=Exists(in_force.filter(scope=Scope.HOURS)),
            shares_attendance=Exists(in_force.filter(scope=Scope.ATTENDANCE)),
            left_midway=Exists(left),
            department=Subquery(works_here.values("department")[:1]),
            department_name=Subquery(works_here.values("department__name")[:1]),
        )
        .annotate(
            seen=Case(
                When(state__in=[State.DECLINED, State.CANCELLED], then=Value(Seen.OFF.value)),
                When(state=State.WITHDRAWN, left_midway=False, then=Value(Seen.OFF.value)),
                When(state=State.COMPLETED, shares_certificate=True, then=Value(Seen.SHARED.value)),
                When(over & Q(state__in=WAITING), then=Value(Seen.OFF.value)),
                When(state__in=WAITING, then=Value(Seen.WAITING.value)),
                When(over, then=Value(Seen.NOT_SHARED.value)),
                When(begun, then=Value(Seen.LEARNING.value)),
                default=Value(Seen.ENROLLED.value),
                output_field=CharField(),
            ),
            shared_minutes=Case(
                When(shares_hours=True, then=_figure(signed, Sum("minutes"))), output_field=IntegerField()
            ),
            shared_sessions=Case(
                When(shares_attendance=True, then=_figure(signed.filter(minutes__gt=0), Count("pk"))),
                output_field=IntegerField(),
            ),
            shared_sessions_of=Case(
                When(shares_attendance=True, then=_figure(signed, Count("pk"))), output_field=IntegerField()
            ),
        )
        .select_related("edition__course", "learner")
    )


def _figure(rows: models.QuerySet, figure: models.Aggregate) -> Coalesce:
    return Coalesce(Subquery(rows.values("enrolment").annotate(figure=figure).values("figure")), 0)


def name_of(person: User) -> str:
    """``Vries, Sanne de``: an employer knows its people by their given names, not by initials."""
    first = " ".join(part for part in (person.given_name, person.name_prefix) if part)
    return f"{person.family_name}, {first}" if person.family_name and first else person.full_name or _("name not known")


def named_like(enrolments: EnrolmentQuerySet, words: str) -> EnrolmentQuerySet:
    """Those whose learner's name has every one of these words in it."""
    for word in words.split():
        enrolments = enrolments.filter(
            Q(learner__given_name__icontains=word)
            | Q(learner__name_prefix__icontains=word)
            | Q(learner__family_name__icontains=word)
        )
    return enrolments
