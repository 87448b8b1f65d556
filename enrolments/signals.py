"""What enrolments announces to the layers above; sent by the action, inside its transaction, each with ``at``."""

from django.dispatch import Signal

seat_held = Signal()  # hold, code (the six digits, known only now)
enrolment_requested = Signal()  # enrolment
enrolment_confirmed = Signal()  # enrolment
enrolment_waitlisted = Signal()  # enrolment
seat_offered = Signal()  # enrolment
offer_lapsed = Signal()  # enrolment
enrolment_withdrawn = Signal()  # enrolment, had_seat
enrolment_cancelled = Signal()  # enrolment
approval_asked = Signal()  # approval
approval_due = Signal()  # approval: its deadline is near, nobody answered
talk_planned = Signal()  # approval
approval_refused = Signal()  # approval
request_lapsed = Signal()  # enrolment: the edition began, nobody answered
contract_withdrawn = Signal()  # order
attendance_confirmed = Signal()  # attendance: both confirmations are there now
attendance_unconfirmed = Signal()  # attendance, minutes: they no longer are, or the minutes changed
enrolment_completed = Signal()  # enrolment
enrolment_not_completed = Signal()  # enrolment
grant_given = Signal()  # grant
grant_revoked = Signal()  # grant
group_finished = Signal()  # group: its run is over, every row has its result
group_placed = Signal()  # group: one that waited as a whole fits
group_not_placed = Signal()  # group, enrolments: it waited until its day, and never fitted
group_seats_given_back = Signal()  # group, seats: held without a name until the last day for names
