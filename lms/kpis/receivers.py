"""What the ledger hears: hours that count, completions, certificates, what apps beside it have counted or undone."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from certificates import signals as certificate_signals
from certificates.models import Certificate
from enrolments import signals as enrolment_signals
from enrolments.models import Attendance, Enrolment
from lms.kernel import counting
from lms.kernel.merging import moved_in
from lms.kpis import actions
from lms.kpis.models import Fact
from lms.people import signals as people_signals
from lms.people.models import EmployerMerge, Merge, Organisation, User


@receiver(enrolment_signals.attendance_confirmed, dispatch_uid="kpis.attendance_confirmed")
def attendance_confirmed(sender: Any, attendance: Attendance, at: datetime, **kwargs: Any) -> None:
    actions.record_attendance_fact(attendance, at=at)


@receiver(enrolment_signals.attendance_unconfirmed, dispatch_uid="kpis.attendance_unconfirmed")
def attendance_unconfirmed(sender: Any, attendance: Attendance, at: datetime, **kwargs: Any) -> None:
    actions.take_back_fact(f"attendance:{attendance.pk}", at=at)


@receiver(enrolment_signals.enrolment_completed, dispatch_uid="kpis.completed")
def completed(sender: Any, enrolment: Enrolment, at: datetime, **kwargs: Any) -> None:
    actions.record_completion_fact(enrolment, at=at)


@receiver(certificate_signals.certificate_issued, dispatch_uid="kpis.certificate_issued")
def certificate_issued(sender: Any, certificate: Certificate, at: datetime, **kwargs: Any) -> None:
    actions.record_certificate_fact(certificate, at=at)


@receiver(
    [certificate_signals.certificate_revoked, certificate_signals.certificate_superseded],
    dispatch_uid="kpis.certificate_ended",
)
def certificate_ended(sender: Any, certificate: Certificate, at: datetime, **kwargs: Any) -> None:
    actions.take_back_fact(f"certificate:{certificate.number}", at=at)


@receiver(people_signals.people_merged, dispatch_uid="kpis.people_merged")
def people_merged(sender: Any, kept: User, gone: User, at: datetime, **kwargs: Any) -> None:
    """Two accounts, one learner."""
    actions.count_as(Fact.objects.filter(person=gone.uuid), person=kept.uuid, at=at)


@receiver(people_signals.people_parted, dispatch_uid="kpis.people_parted")
def people_parted(sender: Any, merge: Merge, kept: User, gone: User, at: datetime, **kwargs: Any) -> None:
    """What was learned under an enrolment that goes back, goes back with it."""
    enrolments = moved_in(merge.journal, Enrolment)
    actions.count_as(Fact.objects.filter(person=kept.uuid, enrolment__in=enrolments), person=gone.uuid, at=at)


@receiver(people_signals.employers_merged, dispatch_uid="kpis.employers_merged")
def employers_merged(sender: Any, kept: Organisation, gone: Organisation, at: datetime, **kwargs: Any) -> None:
    """Typed in twice, one company."""
    actions.count_as(Fact.objects.filter(employer=gone.uuid), employer=kept.uuid, at=at)


@receiver(people_signals.employers_parted, dispatch_uid="kpis.employers_parted")
def employers_parted(
    sender: Any, merge: EmployerMerge, kept: Organisation, gone: Organisation, at: datetime, **kwargs: Any
) -> None:
    """What counted for the one before goes back to it, and what came since of an enrolment that goes back."""
    before = Fact.objects.filter(employer=gone.uuid).values("key")
    enrolments = moved_in(merge.journal, Enrolment)
    theirs = Fact.objects.filter(Q(key__in=before) | Q(enrolment__in=enrolments), employer=kept.uuid)
    actions.count_as(theirs, employer=gone.uuid, at=at)


@receiver(counting.counted, dispatch_uid="kpis.counted")
def counted(sender: Any, countable: counting.Countable, at: datetime, **kwargs: Any) -> None:
    actions.record_countable(countable, at=at)


@receiver(counting.uncounted, dispatch_uid="kpis.uncounted")
def uncounted(sender: Any, key: str, at: datetime, **kwargs: Any) -> None:
    actions.take_back_fact(key, at=at)
