"""When what an employer sees of an enrolment last changed, for systems that ask what is new.

Only moments count at which something changed that the employer sees. Whether someone passed, failed or stopped
half-way does not, as long as it is not shared: else the moment would tell what the words keep to themselves.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest

from enrolments.models import Attendance, Enrolment, EnrolmentQuerySet, Grant
from lms.kernel.models import Event
from lms.people.models import Organisation

State, Scope = Enrolment.State, Grant.Scope
# What moves an enrolment from one word to another before its edition begins, or keeps it from taking part.
SEEN_VERBS = (
    "enrolment.confirmed", "enrolment.waitlisted", "enrolment.offer_declined", "enrolment.offer_lapsed",
    "enrolment.declined", "enrolment.cancelled", "enrolment.withdrawn",
)  # fmt: skip


def with_changed_at(enrolments: EnrolmentQuerySet, company: Organisation, moment: datetime) -> EnrolmentQuerySet:
    """With ``changed_at``; takes enrolments as ``employers.seen_by`` gives them, for the same company and moment."""
    midway = Q(verb="enrolment.withdrawn", data__from=State.CONFIRMED, at__gte=OuterRef("edition__starts_at"))
    moved = Event.objects.filter(
        object_type=ContentType.objects.get_for_model(Enrolment),
        object_id=Cast(OuterRef("pk"), CharField()),
        verb__in=SEEN_VERBS,
    ).exclude(midway)
    grants = Grant.objects.filter(enrolment=OuterRef("pk"), organisation=company)
    certificate = grants.filter(scope=Scope.CERTIFICATE)
    figures = grants.exclude(scope=Scope.CERTIFICATE)
    signed = Attendance.objects.filter(enrolment=OuterRef("pk"), trainer_confirmed_at__isnull=False)
    finished = Q(state=State.COMPLETED)
    never = Value(None, output_field=DateTimeField())

    def when(condition: Q, moment_of: F | Subquery) -> Case:
        return Case(When(condition, then=moment_of), default=never, output_field=DateTimeField())

    moments = [
        _newest(moved, "at"),
        when(Q(edition__starts_at__lte=moment), F("edition__starts_at")),
        when(Q(edition__ends_at__lte=moment), F("edition__ends_at")),
        # "Completed" comes with the later of both; it goes with the grant, if it was ever seen.
        when(finished & Q(shares_certificate=True), F("ended_at")),
        when(finished & Q(shares_certificate=True), _newest(certificate.active(), "granted_at")),
        when(finished, _newest(certificate.filter(revoked_at__gte=OuterRef("ended_at")), "revoked_at")),
        _newest(figures, "granted_at"),
        _newest(figures, "revoked_at"),
        when(Q(shares_hours=True) | Q(shares_attendance=True), _newest(signed, "trainer_confirmed_at")),
    ]
    return enrolments.annotate(changed_at=Greatest(*(Coalesce(one, F("created_at")) for one in moments)))


def _newest(rows: QuerySet, moment: str) -> Subquery:
    newest = rows.exclude(**{moment: None}).order_by(f"-{moment}").values(moment)[:1]
    return Subquery(newest, output_field=DateTimeField())
