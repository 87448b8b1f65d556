"""What each message says: one function per kind, from a row to its facts, links and calendar entry.

The words stand in ``templates/email/<kind>…``; here is only what they speak of, in the reader's language. Each thing
that letters are about has its module.
"""

from lms.messages.letters.approvals import (
    approval_asked,
    approval_due,
    approval_refused,
    enrolment_requested,
    request_lapsed,
    talk_planned,
)
from lms.messages.letters.certificates import certificate_ready
from lms.messages.letters.enrolments import (
    edition_changed,
    edition_changed_waiting,
    enrolment_cancelled,
    enrolment_code,
    enrolment_confirmed,
    enrolment_moved,
    enrolment_waitlisted,
    enrolment_withdrawn,
    offer_lapsed,
    reminder_day,
    reminder_week,
    seat_offered,
    session_dropped,
)
from lms.messages.letters.groups import colleague_not_placed, group_not_placed, group_placed, group_seats_given_back
from lms.messages.letters.interests import edition_opened, interest_code, interest_registered
from lms.messages.letters.orders import contract_withdrawn
from lms.messages.letters.pages import page_approved, page_sent_back, page_submitted
from lms.messages.letters.parts import about_edition, absolute, alternatives_to, facts_of, page_of

__all__ = [
    "about_edition",
    "absolute",
    "alternatives_to",
    "approval_asked",
    "approval_due",
    "approval_refused",
    "certificate_ready",
    "colleague_not_placed",
    "contract_withdrawn",
    "edition_changed",
    "edition_changed_waiting",
    "edition_opened",
    "enrolment_cancelled",
    "enrolment_code",
    "enrolment_confirmed",
    "enrolment_moved",
    "enrolment_requested",
    "enrolment_waitlisted",
    "enrolment_withdrawn",
    "facts_of",
    "group_not_placed",
    "group_placed",
    "group_seats_given_back",
    "interest_code",
    "interest_registered",
    "offer_lapsed",
    "page_approved",
    "page_of",
    "page_sent_back",
    "page_submitted",
    "reminder_day",
    "reminder_week",
    "request_lapsed",
    "seat_offered",
    "session_dropped",
    "talk_planned",
]
