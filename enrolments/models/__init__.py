"""Who takes part: seat holds, enrolments, approvals, attendance, results, and what a learner shares."""

from enrolments.models.announcements import Announcement, AnnouncementRecipient
from enrolments.models.approvals import Approval, ApprovalQuerySet
from enrolments.models.assessments import Assessment, Result
from enrolments.models.attendance import Attendance, AttendanceQuerySet
from enrolments.models.enrolments import Enrolment, EnrolmentQuerySet, LearnerCategory
from enrolments.models.groups import GroupEnrolment, GroupEnrolmentQuerySet, GroupRow, GroupRowQuerySet
from enrolments.models.holds import SeatHold, SeatHoldQuerySet
from enrolments.models.orders import Order, OrderQuerySet
from enrolments.models.sharing import Grant, GrantQuerySet
from enrolments.models.subscriptions import CalendarSubscription

__all__ = [
    "Announcement",
    "AnnouncementRecipient",
    "Approval",
    "ApprovalQuerySet",
    "Assessment",
    "Attendance",
    "AttendanceQuerySet",
    "CalendarSubscription",
    "Enrolment",
    "EnrolmentQuerySet",
    "Grant",
    "GrantQuerySet",
    "GroupEnrolment",
    "GroupEnrolmentQuerySet",
    "GroupRow",
    "GroupRowQuerySet",
    "LearnerCategory",
    "Order",
    "OrderQuerySet",
    "Result",
    "SeatHold",
    "SeatHoldQuerySet",
]
