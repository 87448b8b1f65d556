"""Who takes part: seat holds, enrolments, attendance, results, and what the learner shares with an employer."""

from enrolments.models.assessments import Assessment, Result
from enrolments.models.attendance import Attendance, AttendanceQuerySet
from enrolments.models.enrolments import Enrolment, EnrolmentQuerySet, LearnerCategory
from enrolments.models.holds import SeatHold, SeatHoldQuerySet
from enrolments.models.sharing import Grant, GrantQuerySet
from enrolments.models.subscriptions import CalendarSubscription

__all__ = [
    "Assessment",
    "Attendance",
    "AttendanceQuerySet",
    "CalendarSubscription",
    "Enrolment",
    "EnrolmentQuerySet",
    "Grant",
    "GrantQuerySet",
    "LearnerCategory",
    "Result",
    "SeatHold",
    "SeatHoldQuerySet",
]
