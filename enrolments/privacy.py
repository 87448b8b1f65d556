"""What we keep about taking part."""

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from enrolments.actions import release_hold, withdraw
from enrolments.models import (
    Announcement,
    AnnouncementRecipient,
    Approval,
    Assessment,
    Attendance,
    CalendarSubscription,
    Enrolment,
    Grant,
    GroupEnrolment,
    GroupRow,
    Order,
    Result,
    SeatHold,
)
from lms.kernel.privacy import Erasure, Term, blank, counted, declare, delete, remove

AFTER_REVOKING = relativedelta(years=2)
GIVEN_UP = {state for state, targets in Enrolment.TRANSITIONS.items() if Enrolment.State.WITHDRAWN in targets}


def leave_courses(rows: QuerySet, erasure: Erasure) -> int:
    """Places in what is still to come go to who waits; what took place keeps its row, without free words."""
    for enrolment in rows.filter(state__in=GIVEN_UP).select_related("edition"):
        ends_at = enrolment.edition.ends_at
        if ends_at is None or ends_at > erasure.at:
            withdraw(enrolment, by=None, at=erasure.at)
    return rows.order_by().update(sector_left="", sector_sought="", institution="")


def forget_reasons(rows: QuerySet, erasure: Erasure) -> int:
    """Free words go; that there were some stays, as the decision asks for."""
    rows.exclude(talk_place="").order_by().update(talk_place="–")
    return rows.exclude(reason="").order_by().update(reason="–")


def leave_lists(rows: QuerySet, erasure: Erasure) -> int:
    """The names go; who was not enrolled yet is not enrolled any more: a row without an address is nobody."""
    QuerySet.update(rows.order_by().filter(outcome=""), verdict=GroupRow.Verdict.LEFT_OUT, problem="")
    return _without_names(rows, erasure)


_without_names = blank(cells=[], given_name="", name_prefix="", family_name="", email="", language="", department="")


def drop_holds(rows: QuerySet, erasure: Erasure) -> int:
    for hold in rows.filter(has_seat=True):
        release_hold(hold, at=erasure.at)
    return rows.delete()[0]


declare(
    SeatHold,
    personal=["email", "answers"],
    purpose=_("Keeping what a visitor filled in while the address is confirmed."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("24 hours"),
    address=["email"],
    secret=["token", "code_hash"],
    erase=drop_holds,
    terms=[
        Term(
            "enrolments.seat_hold",
            _("What was filled in without confirming the address goes after a day."),
            lambda at: SeatHold.objects.filter(created_at__lte=at - SeatHold.KEPT, has_seat=False),
            remove,
        )
    ],
)
declare(
    Enrolment,
    personal=["learner", "category", "employer", "sector_left", "sector_sought", "institution", "snapshot", "outcome"],
    purpose=_("Taking part; counting for funders by category."),
    ground=_("contract; for funded editions the grant holder's duty of proof"),
    keep=_("as long as the account; the counted row then stays without the person"),
    owner=["learner"],
    erase=leave_courses,
    follows="people.User",
)
declare(
    Approval,
    personal=["enrolment", "decided_by", "reason", "talk_at", "talk_place"],
    purpose=_("Deciding whether a request gets a place; telling the learner why not."),
    ground=_("contract (steps before it, at the person's request)"),
    keep=_("as long as the enrolment"),
    owner=["enrolment__learner"],
    secret=["uuid"],
    erase=forget_reasons,
    follows="enrolments.Enrolment",
)
declare(
    Order,
    personal=["enrolment", "payer", "employer", "reference"],
    purpose=_("Invoicing, and going back on a contract."),
    ground=_("contract; legal duty (bookkeeping)"),
    keep=_("7 years"),
    owner=["enrolment__learner"],
    erase=counted,
    follows="enrolments.Enrolment",
)
declare(
    GroupEnrolment,
    personal=["by"],
    purpose=_("A company enrols its people together: who sent the list, and its seats."),
    ground=_("legitimate interest (the employer's order, and proof of it)"),
    keep=_("as long as the account of who sent it; a list nobody decided on 7 days"),
    owner=["by"],
    secret=["key", "fingerprint"],
    erase=counted,
    follows="people.User",
)
declare(
    GroupRow,
    personal=["cells", "given_name", "name_prefix", "family_name", "email", "language", "department", "enrolment"],
    purpose=_("Enrolling who an employer names, and reporting on it. What looks like a BSN is never stored."),
    ground=_("legitimate interest (the employer's order); the person is told at once"),
    keep=_("as typed 30 days after the run; the names as long as the enrolment"),
    owner=["enrolment__learner"],
    address=["email"],
    erase=leave_lists,
    follows="enrolments.Enrolment",
)
declare(
    Grant,
    personal=["learner", "organisation", "scope"],
    purpose=_("What the learner lets an employer see."),
    ground=_("the learner's own decision, revocable"),
    keep=_("2 years after revoking"),
    owner=["learner"],
    erase=delete,
    terms=[
        Term(
            "enrolments.grant",
            _("What was no longer shared goes two years after stopping."),
            lambda at: Grant.objects.filter(revoked_at__lt=at - AFTER_REVOKING),
            remove,
        )
    ],
)
declare(
    Attendance,
    personal=["enrolment", "status", "minutes", "learner_confirmed_at", "learner_method"],
    purpose=_("Proof of attendance, completion."),
    ground=_("contract; legitimate interest (proof)"),
    keep=_("as long as the enrolment"),
    owner=["enrolment__learner"],
    erase=counted,
    follows="enrolments.Enrolment",
)
declare(
    Result,
    personal=["enrolment", "passed", "recorded_by"],
    purpose=_("Deciding completion."),
    ground=_("contract"),
    keep=_("as long as the enrolment; the pass stays with the certificate"),
    owner=["enrolment__learner"],
    erase=counted,
    follows="enrolments.Enrolment",
)
declare(Assessment)
declare(
    CalendarSubscription,
    personal=["learner"],
    purpose=_("Showing one's own sessions in one's own calendar, under a private address."),
    ground=_("contract, at the person's request"),
    keep=_("until the learner stops it"),
    owner=["learner"],
    secret=["salt", "token_hash"],
    erase=delete,
    follows="people.User",
)
declare(
    Announcement,
    personal=["subject_nl", "text_nl", "subject_en", "text_en", "by"],
    purpose=_("Telling the people of an edition what they need to know; who wrote what to whom."),
    ground=_("contract"),
    keep=_("end of the edition and 2 years"),
    owner=["by"],
    secret=["form_key"],
    erase=counted,
    terms=[
        Term(
            "enrolments.announcement",
            _("Messages to the people of an edition go two years after it ended."),
            lambda at: Announcement.objects.filter(edition__ends_at__lt=at - AFTER_REVOKING),
            lambda row, at: row.delete(),
        )
    ],
)
declare(
    AnnouncementRecipient,
    personal=["enrolment", "language"],
    purpose=_("Knowing whom a message went to."),
    ground=_("contract"),
    keep=_("with the announcement"),
    owner=["enrolment__learner"],
    erase=delete,
    follows="enrolments.Announcement",
)
