"""What we keep about taking part."""

from enrolments.models import (
    Announcement,
    AnnouncementRecipient,
    Approval,
    Assessment,
    Attendance,
    CalendarSubscription,
    Enrolment,
    Grant,
    Result,
    SeatHold,
)
from lms.kernel.privacy import declare

declare(
    SeatHold,
    personal=["email", "answers"],
    purpose="Keeping what a visitor filled in while the address is confirmed.",
    ground="contract (steps before it, at the person's request)",
    keep="24 hours",
)
declare(
    Enrolment,
    personal=["learner", "category", "employer", "sector_left", "sector_sought", "institution", "snapshot", "outcome"],
    purpose="Taking part; counting for funders by category.",
    ground="contract; for funded editions the grant holder's duty of proof",
    keep="end of the edition and the project's evidence term, else 2 years",
)
declare(
    Approval,
    personal=["enrolment", "decided_by", "reason", "talk_at", "talk_place"],
    purpose="Deciding whether a request gets a place; telling the learner why not.",
    ground="contract (steps before it, at the person's request)",
    keep="end of the edition and the project's evidence term, else 2 years",
)
declare(
    Grant,
    personal=["learner", "organisation", "scope"],
    purpose="What the learner lets an employer see.",
    ground="the learner's own decision, revocable",
    keep="2 years after revoking",
)
declare(
    Attendance,
    personal=["enrolment", "status", "minutes", "learner_confirmed_at", "learner_method"],
    purpose="Proof of attendance, completion.",
    ground="contract; legitimate interest (proof)",
    keep="end of the edition and the project's evidence term, else 2 years",
)
declare(
    Result,
    personal=["enrolment", "passed", "recorded_by"],
    purpose="Deciding completion.",
    ground="contract",
    keep="2 years; the pass stays with the certificate",
)
declare(Assessment)
declare(
    CalendarSubscription,
    personal=["learner"],
    purpose="Showing one's own sessions in one's own calendar, under a private address.",
    ground="contract, at the person's request",
    keep="until the learner stops it",
)
declare(
    Announcement,
    personal=["subject_nl", "text_nl", "subject_en", "text_en", "by"],
    purpose="Telling the people of an edition what they need to know; who wrote what to whom.",
    ground="contract",
    keep="end of the edition and 2 years",
)
declare(
    AnnouncementRecipient,
    personal=["enrolment", "language"],
    purpose="Knowing whom a message went to.",
    ground="contract",
    keep="with the announcement",
)
