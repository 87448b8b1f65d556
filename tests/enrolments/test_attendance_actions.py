"""The register as actions: noting, checking in, closing, reopening, and which hours count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from courses.models import Edition, Session
from enrolments import checkin, signals
from enrolments.actions import (
    CheckInRefused,
    RegisterLocked,
    TooEarly,
    TooLate,
    check_in,
    close_session,
    record_attendance,
    reopen_session,
)
from enrolments.models import Attendance, Enrolment
from lms.kernel import formats
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import Organisation, User
from tests.factories import EditionFactory, EnrolmentFactory, SessionFactory, UserFactory

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
Status = Attendance.Status


@pytest.fixture
def session(edition: Edition) -> Session:
    return edition.sessions.get(number=1)


@pytest.fixture
def heard() -> Iterator[list[tuple[str, int, datetime]]]:
    """What the layers above hear of hours that count, and of hours that no longer do."""
    said: list[tuple[str, int, datetime]] = []

    def confirmed(sender: Any, attendance: Attendance, at: datetime, **kwargs: Any) -> None:
        said.append(("counts", attendance.minutes, at))

    def unconfirmed(sender: Any, attendance: Attendance, at: datetime, **kwargs: Any) -> None:
        said.append(("no longer", attendance.minutes, at))

    signals.attendance_confirmed.connect(confirmed)
    signals.attendance_unconfirmed.connect(unconfirmed)
    yield said
    signals.attendance_confirmed.disconnect(confirmed)
    signals.attendance_unconfirmed.disconnect(unconfirmed)


def checked_in(enrolment: Enrolment, session: Session, at: datetime | None = None) -> Attendance:
    at = at or session.starts_at
    return check_in(enrolment, session, checkin.code_at(session.uuid, at), method="qr", by=enrolment.learner, at=at)


# Noting --------------------------------------------------------------------------------------------------------------


def test_who_is_present_is_present_for_the_countable_minutes(session, enrolled, bo):
    row = record_attendance(session, enrolled, Status.PRESENT, by=bo, at=session.starts_at)
    assert row.minutes == 390


def test_who_comes_forty_minutes_late_is_partly_present_for_350(session, enrolled, bo):
    row = record_attendance(session, enrolled, Status.PARTIAL, minutes=390 - 40, by=bo, at=session.starts_at)
    assert (row.status, row.minutes) == ("partial", 350)


@pytest.mark.parametrize("minutes", [None, 0, -1, 391])
def test_minutes_lie_within_the_session(session, enrolled, bo, minutes):
    with pytest.raises(ValueError, match="between 1 and 390"):
        record_attendance(session, enrolled, Status.PARTIAL, minutes=minutes, by=bo, at=session.starts_at)
    assert not Attendance.objects.exists()


def test_the_database_knows_no_minutes_of_someone_who_was_absent(session, enrolled):
    with pytest.raises(IntegrityError, match="minutes_only_for_who_was_there"), transaction.atomic():
        Attendance.objects.create(session=session, enrolment=enrolled, status=Status.ABSENT, minutes=10)


def test_an_overwrite_keeps_what_was_as_history(session, enrolled, bo):
    record_attendance(session, enrolled, Status.ABSENT, by=bo, at=session.starts_at)
    row = record_attendance(session, enrolled, Status.PARTIAL, minutes=200, by=bo, at=session.ends_at)
    first, second = Event.objects.about(row)
    assert (first.verb, first.data["from"]) == ("attendance.recorded", None)
    assert second.verb == "attendance.changed"
    assert second.data == {"from": {"status": "absent", "minutes": 0}, "to": {"status": "partial", "minutes": 200}}
    assert (second.by, second.at) == (bo, session.ends_at)


def test_noting_the_same_twice_leaves_one_event(session, enrolled, bo):
    record_attendance(session, enrolled, Status.PRESENT, by=bo, at=session.starts_at)
    row = record_attendance(session, enrolled, Status.PRESENT, by=bo, at=session.ends_at)
    assert Event.objects.about(row).count() == 1


def test_notice_may_be_noted_before_the_day(session, enrolled, bo, now):
    assert record_attendance(session, enrolled, Status.ABSENT_WITH_NOTICE, by=bo, at=now).minutes == 0


def test_nobody_of_another_edition_is_noted(session, bo):
    elsewhere = EnrolmentFactory()
    with pytest.raises(CheckInRefused):
        record_attendance(session, elsewhere, Status.PRESENT, by=bo, at=session.starts_at)


def test_who_only_waits_is_not_noted(session, edition, bo):
    waiter = EnrolmentFactory(edition=edition, waitlisted=True)
    with pytest.raises(CheckInRefused):
        record_attendance(session, waiter, Status.PRESENT, by=bo, at=session.starts_at)


# Who may -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def another_trainer(robohouse: Organisation, bo: User) -> User:
    """A trainer of the same house who does not teach this edition."""
    stranger = UserFactory()
    stranger.memberships.create(organisation=robohouse, role="trainer", starts_on="2020-01-01")
    return stranger


@pytest.mark.parametrize("who", ["another_trainer", "other_coordinator", "dina", "auditor", "hr"])
def test_only_its_own_people_touch_a_register(request, session, enrolled, who):
    stranger = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        record_attendance(session, enrolled, Status.ABSENT, by=stranger, at=session.starts_at)
    with pytest.raises(PermissionDenied):
        close_session(session, by=stranger, at=session.ends_at)
    assert not Attendance.objects.exists()


def test_a_learner_does_not_note_their_own_presence(session, enrolled, amal):
    with pytest.raises(PermissionDenied):
        record_attendance(session, enrolled, Status.PRESENT, by=amal, at=session.starts_at)


def test_a_trainer_does_not_check_in_for_a_learner(session, enrolled, bo):
    at = session.starts_at
    with pytest.raises(PermissionDenied):
        check_in(enrolled, session, checkin.code_at(session.uuid, at), method="pin", by=bo, at=at)


@pytest.mark.parametrize("who", ["bo", "chris", "other_coordinator", "auditor"])
def test_only_the_programme_office_reopens(request, session, enrolled, who):
    closed = close_session(session, by=None, at=session.ends_at)
    with pytest.raises(PermissionDenied):
        reopen_session(closed, by=request.getfixturevalue(who), at=session.ends_at, reason="Vergissing")


# The learner's confirmation ------------------------------------------------------------------------------------------


def test_checking_in_opens_fifteen_minutes_before_the_start(session, enrolled):
    too_soon = session.starts_at - timedelta(minutes=15, seconds=1)
    with pytest.raises(CheckInRefused):
        checked_in(enrolled, session, too_soon)
    assert checked_in(enrolled, session, session.starts_at - timedelta(minutes=15)).learner_confirmed_at


def test_checking_in_closes_at_the_end_of_the_local_day(session, enrolled):
    midnight = datetime(2027, 3, 5, tzinfo=AMSTERDAM)
    with pytest.raises(CheckInRefused):
        checked_in(enrolled, session, midnight)
    assert checked_in(enrolled, session, midnight - timedelta(seconds=1)).learner_confirmed_at


def test_a_code_works_for_two_minutes_after_it_left_the_screen(session):
    shown = session.starts_at.replace(second=0)
    code = checkin.code_at(session.uuid, shown)
    gone = shown + timedelta(seconds=30)
    assert checkin.code_at(session.uuid, gone) != code
    assert checkin.is_usable(session.uuid, code, gone + timedelta(minutes=2) - timedelta(seconds=1))
    assert not checkin.is_usable(session.uuid, code, gone + timedelta(minutes=2))
    assert not checkin.is_usable(session.uuid, code, shown - timedelta(seconds=1)), "nobody uses tomorrow's code"


def test_a_code_may_be_typed_with_a_space(session):
    at = session.starts_at
    code = checkin.code_at(session.uuid, at)
    assert checkin.is_usable(session.uuid, f"{code[:3]} {code[3:]}", at)


def test_the_code_of_another_session_does_not_work(session, edition, enrolled):
    other = edition.sessions.get(number=2)
    with pytest.raises(CheckInRefused):
        check_in(
            enrolled,
            session,
            checkin.code_at(other.uuid, session.starts_at),
            method="pin",
            by=enrolled.learner,
            at=session.starts_at,
        )


def test_checking_in_does_not_say_that_one_was_there(session, enrolled):
    row = checked_in(enrolled, session)
    assert (row.status, row.minutes) == ("unknown", 0)


def test_checking_in_twice_is_once(session, enrolled):
    first = checked_in(enrolled, session)
    second = checked_in(enrolled, session, session.starts_at + timedelta(hours=1))
    assert second.learner_confirmed_at == first.learner_confirmed_at
    assert Event.objects.about(first).count() == 1


# Closing -------------------------------------------------------------------------------------------------------------


def test_who_was_not_noted_was_present(session, enrolled, edition, bo):
    absent, silent = EnrolmentFactory(edition=edition), EnrolmentFactory(edition=edition)
    checked_in(silent, session)
    record_attendance(session, absent, Status.ABSENT, by=bo, at=session.starts_at)
    close_session(session, by=bo, at=session.ends_at)
    assert dict(session.attendance.values_list("enrolment", "status")) == {
        enrolled.pk: "present",
        absent.pk: "absent",
        silent.pk: "present",
    }


def test_an_hour_counts_only_with_both_confirmations(session, enrolled, edition, bo, heard):
    silent = EnrolmentFactory(edition=edition)
    checked_in(enrolled, session)
    assert not session.attendance.counting()
    assert heard == []
    close_session(session, by=bo, at=session.ends_at)
    assert [row.enrolment for row in session.attendance.counting()] == [enrolled]
    assert heard == [("counts", 390, session.ends_at)]
    late = session.ends_at + timedelta(hours=2)
    checked_in(silent, session, late)
    assert heard[1:] == [("counts", 390, late)]


def test_a_session_that_the_trainer_never_closed_does_not_count(edition, enrolled, bo, heard):
    one, two, three, four = edition.sessions.all()
    for session in (one, two, three, four):
        checked_in(enrolled, session)
    for session in (one, two, four):
        close_session(session, by=bo, at=session.ends_at)
    assert sum(row.minutes for row in enrolled.attendance.counting()) == 3 * 390
    assert len(heard) == 3


def test_who_was_absent_never_counts_even_when_checked_in(session, enrolled, bo, heard):
    checked_in(enrolled, session)
    record_attendance(session, enrolled, Status.ABSENT, by=bo, at=session.starts_at)
    close_session(session, by=bo, at=session.ends_at)
    assert heard == []


def test_the_first_hour_that_counts_freezes_the_dimensions(session, enrolled_employee, bo, vandorp):
    checked_in(enrolled_employee, session)
    close_session(session, by=bo, at=session.ends_at)
    enrolled_employee.refresh_from_db()
    assert enrolled_employee.snapshot["employer_kvk"] == "01234567"
    assert enrolled_employee.snapshot["employer_size"] == "small"
    vandorp.size = "large"
    vandorp.save(update_fields=["size"])
    second = enrolled_employee.edition.sessions.get(number=2)
    checked_in(enrolled_employee, second)
    close_session(second, by=bo, at=second.ends_at)
    enrolled_employee.refresh_from_db()
    assert enrolled_employee.snapshot["employer_size"] == "small"


def test_two_lessons_of_fifty_minutes_and_one_of_35_are_two_and_a_quarter_hours(course, bo):
    edition = EditionFactory(course=course, days=0, trainers=[bo])
    enrolment = EnrolmentFactory(edition=edition)
    for number, minutes in enumerate((50, 50, 35), start=1):
        start = datetime(2027, 3, 4, 9 + number, tzinfo=AMSTERDAM)
        session = SessionFactory(
            edition=edition,
            number=number,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            break_minutes=0,
        )
        checked_in(enrolment, session)
        close_session(session, by=bo, at=session.ends_at)
    total = sum(row.minutes for row in enrolment.attendance.counting())
    assert total == 135
    assert formats.hours(total / 60, "nl").replace("\N{NO-BREAK SPACE}", " ") == "2 uur 15 min"


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        # The clock goes from two to three: an hour less than it looks.
        (datetime(2027, 3, 28, 0, 0, tzinfo=AMSTERDAM), datetime(2027, 3, 28, 8, 0, tzinfo=AMSTERDAM), 420),
        # And from three to two: an hour more.
        (datetime(2027, 10, 31, 0, 0, tzinfo=AMSTERDAM), datetime(2027, 10, 31, 8, 0, tzinfo=AMSTERDAM), 540),
    ],
    ids=["spring", "autumn"],
)
def test_a_night_in_which_the_clock_changes_counts_what_really_passed(db, start, end, minutes):
    session = SessionFactory(starts_at=start, ends_at=end, break_minutes=0)
    session = Session.objects.get(pk=session.pk)
    assert session.countable_minutes == minutes
    enrolment = EnrolmentFactory(edition=session.edition)
    assert record_attendance(session, enrolment, Status.PRESENT, by=None, at=end).minutes == minutes


def test_closing_locks_the_register(session, enrolled, bo):
    close_session(session, by=bo, at=session.ends_at)
    with pytest.raises(RegisterLocked):
        record_attendance(session, enrolled, Status.ABSENT, by=bo, at=session.ends_at)


def test_of_two_who_close_at_once_the_second_is_told(session, enrolled, bo, chris, heard):
    checked_in(enrolled, session)
    as_chris_sees_it = Session.objects.get(pk=session.pk)
    close_session(session, by=bo, at=session.ends_at)
    with pytest.raises((RegisterLocked, TransitionRefused)):
        close_session(as_chris_sees_it, by=chris, at=session.ends_at)
    assert len(heard) == 1
    session.refresh_from_db()
    assert session.signed_off_by == bo


def test_nobody_closes_a_list_before_the_session_has_begun(session, enrolled, bo):
    with pytest.raises(TooEarly):
        close_session(session, by=bo, at=session.starts_at - timedelta(seconds=1))
    assert not Attendance.objects.exists()
    close_session(session, by=bo, at=session.starts_at)


def test_after_seven_days_only_the_programme_office_closes_and_says_why(session, enrolled, bo, chris, officer):
    last = session.ends_at + timedelta(days=7)
    late = last + timedelta(seconds=1)
    for someone in (bo, chris):
        with pytest.raises(TooLate):
            close_session(session, by=someone, at=late, reason="Vergeten")
    with pytest.raises(TooLate):
        close_session(session, by=officer, at=late)
    close_session(session, by=officer, at=late, reason="De trainer was ziek gemeld")
    event = Event.objects.about(session).get(verb="session.signed_off")
    assert event.data["late"] is True
    assert event.data["reason"] == "De trainer was ziek gemeld"


def test_on_the_seventh_day_the_trainer_still_closes(session, enrolled, bo):
    closed = close_session(session, by=bo, at=session.ends_at + timedelta(days=7))
    assert closed.state == Session.State.SIGNED_OFF


# Reopening -----------------------------------------------------------------------------------------------------------


def test_reopening_takes_back_what_counted_until_it_is_closed_again(session, enrolled, bo, officer, heard):
    checked_in(enrolled, session)
    closed = close_session(session, by=bo, at=session.ends_at)
    later = session.ends_at + timedelta(days=1)
    reopened = reopen_session(closed, by=officer, at=later, reason="Amal was er maar een uur")
    assert heard[1:] == [("no longer", 390, later)]
    assert not session.attendance.counting()
    record_attendance(reopened, enrolled, Status.PARTIAL, minutes=60, by=bo, at=later)
    close_session(reopened, by=bo, at=later)
    assert heard[2:] == [("counts", 60, later)]


def test_reopening_needs_a_reason(session, enrolled, officer):
    closed = close_session(session, by=None, at=session.ends_at)
    with pytest.raises(ValueError, match="reason"):
        reopen_session(closed, by=officer, at=session.ends_at, reason="  ")
    closed.refresh_from_db()
    assert closed.state == Session.State.SIGNED_OFF


def test_of_two_who_reopen_at_once_one_takes_back(session, enrolled, officer, heard):
    checked_in(enrolled, session)
    closed = close_session(session, by=None, at=session.ends_at)
    stale = Session.objects.get(pk=session.pk)
    reopen_session(closed, by=officer, at=session.ends_at, reason="Vergissing")
    with pytest.raises(TransitionRefused):
        reopen_session(stale, by=officer, at=session.ends_at, reason="Vergissing")
    assert [word for word, _minutes, _at in heard] == ["counts", "no longer"]
