"""The sheet of a session, on screen, on paper and as CSV, and the order in which it is put together."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.utils import translation

from courses.models import Edition, Session
from enrolments import checkin
from enrolments.actions import check_in, close_session, record_attendance, reopen_session
from enrolments.models import Attendance
from enrolments.register import Row, Tally, rows_of, sheet_of
from tests.enrolments.registers import address, signed_in
from tests.enrolments.registers import during as during  # fixtures
from tests.enrolments.registers import session as session
from tests.factories import (
    AttendanceFactory,
    EnrolmentFactory,
    RoomFactory,
    UserFactory,
)

Status = Attendance.Status


@pytest.fixture
def worked_sheet(session, edition, bo, officer, vandorp):
    """A list with everything on it: two ways of confirming, all statuses, a correction, closed twice."""
    room = RoomFactory(location=edition.location, name_nl="Werkplaats 2", name_en="Workshop 2")
    Session.objects.filter(pk=session.pk).update(room=room)
    Edition.objects.filter(pk=edition.pk).update(
        funding_notice_nl="Project KVW-00123", funding_notice_en="Project KVW-00123", funding_emblem="eu"
    )
    people = {
        name: EnrolmentFactory(
            edition=edition,
            learner=UserFactory(given_name=given, initials=initials, name_prefix=prefix, family_name=family),
            **also,
        )
        for name, given, initials, prefix, family, also in (
            ("sanne", "Sanne", "S.J.", "de", "Vries", {"employee": True, "employer": vandorp}),
            ("anna", "Anna", "A.", "", "Àbel", {}),
            ("evil", "=cmd|x", "", "", "=1+1", {}),
            ("kim", "Kim", "K.", "", "Nguyễn", {}),
        )
    }
    start = session.starts_at
    for who, method in (("sanne", "qr"), ("kim", "pin")):
        enrolment = people[who]
        code = checkin.code_at(session.uuid, start)
        check_in(enrolment, session, code, method=method, by=enrolment.learner, at=start)
    record_attendance(session, people["anna"], Status.PARTIAL, minutes=135, by=bo, at=start)
    record_attendance(session, people["evil"], Status.ABSENT, by=bo, at=start)
    record_attendance(session, people["kim"], Status.ABSENT_WITH_NOTICE, by=bo, at=start)
    closed = close_session(session, by=bo, at=session.ends_at)
    reopened = reopen_session(closed, by=officer, at=session.ends_at, reason="Kim was er toch")
    record_attendance(reopened, people["kim"], Status.PRESENT, by=bo, at=session.ends_at)
    close_session(reopened, by=bo, at=session.ends_at + timedelta(hours=1))
    return Session.objects.select_related("edition__course", "edition__provider", "room__location").get(pk=session.pk)


def test_the_sheet_holds_what_a_funder_asks(worked_sheet, now):
    with translation.override("nl"):
        sheet = sheet_of(worked_sheet, at=now)
        words = " ".join(str(value) for _label, value in sheet.header)
    for expected in (
        "RoboHouse",
        "p-02 Cobots in de praktijk",
        "cobots-27-2",
        "Dag 1",
        "donderdag 4 maart 2027",
        "09.00–16.30",
        "60",
        "390 min",
        "Werkplaats 2",
        "Bo Li",
    ):
        assert expected in words
    assert (sheet.notice, sheet.has_emblem) == ("Project KVW-00123", True)
    assert [row.list_name for row in sheet.rows] == ["=1+1, =cmd|x", "Àbel, A.", "Nguyễn, K.", "Vries, S.J. de"]
    vries = sheet.rows[3]
    assert (vries.employer, vries.minutes, vries.attendance.learner_method) == ("Van Dorp Fijnmechaniek", 390, "qr")
    assert vries.confirmed_at == worked_sheet.starts_at


def test_the_sheet_logs_corrections_and_not_first_notes(worked_sheet, now, bo, officer):
    corrections = sheet_of(worked_sheet, at=now).corrections
    assert [one.by for one in corrections] == [bo.full_name, officer.full_name, bo.full_name, bo.full_name]
    assert [one.reason for one in corrections] == ["", "Kim was er toch", "", ""]
    assert corrections[2].about == "Nguyễn, K."


def test_the_sheet_adds_up(worked_sheet, now):
    with translation.override("nl"):
        totals = [value for _label, value in sheet_of(worked_sheet, at=now).totals]
    # Sanne and Kim 390 each, Anna 135: 915 minutes. Anna never checked in.
    assert totals == ["2", "1", "0", "1", "0", "15,25", "13,00"]


def test_the_hash_is_of_the_list_and_nothing_else(worked_sheet, now):
    first = sheet_of(worked_sheet, at=now).sha256
    assert sheet_of(worked_sheet, at=now + timedelta(days=365)).sha256 == first
    with translation.override("en"):
        assert sheet_of(worked_sheet, at=now).sha256 == first
    Attendance.objects.filter(minutes=135).update(minutes=134)
    assert sheet_of(worked_sheet, at=now).sha256 != first


def test_an_open_list_says_not_yet_known(session, enrolled, now):
    sheet = sheet_of(session, at=now)
    assert [row.status for row in sheet.rows] == ["unknown"]
    assert sheet.sign_off == ""


def test_the_sheet_never_shows_an_address(session, edition, bo, during):
    nameless = UserFactory(email="geheim@voorbeeld.example", given_name="", family_name="")
    EnrolmentFactory(edition=edition, learner=nameless)
    client = signed_in(bo)
    for page in ("register_print", "register_csv", "register"):
        assert "geheim" not in client.get(address(page, session)).content.decode()


def test_the_csv_opens_in_excel_and_runs_nothing(worked_sheet, bo, during):
    answer = signed_in(bo).get(address("register_csv", worked_sheet))
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in answer.content
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    assert "'=1+1, =cmd|x" in cells
    assert "2,25" in cells
    sheet = sheet_of(worked_sheet, at=worked_sheet.ends_at)
    assert cells[-1] == sheet.sha256


def test_the_printed_sheet_shows_the_emblem_only_when_funded(worked_sheet, bo, during, edition):
    client = signed_in(bo)
    assert "brand/eu.svg" in client.get(address("register_print", worked_sheet)).content.decode()
    Edition.objects.filter(pk=edition.pk).update(funding_emblem="", funding_notice_nl="", funding_notice_en="")
    assert "brand/eu.svg" not in client.get(address("register_print", worked_sheet)).content.decode()


# Assembly ------------------------------------------------------------------------------------------------------------


def test_screens_are_in_the_order_of_given_names_and_paper_in_that_of_family_names(edition, session, now):
    for given, prefix, family in (("Émile", "", "Zola"), ("Zoë", "van", "Aal"), ("Anna", "", "Mol")):
        EnrolmentFactory(edition=edition, learner=UserFactory(given_name=given, name_prefix=prefix, family_name=family))
    assert [row.person.given_name for row in rows_of(session)] == ["Anna", "Émile", "Zoë"]
    assert [row.person.family_name for row in sheet_of(session, at=now).rows] == ["Aal", "Mol", "Zola"]


def test_the_tally_counts_who_is_not_noted_as_present(session, edition):
    noted, silent = EnrolmentFactory(edition=edition), EnrolmentFactory(edition=edition)
    absent = AttendanceFactory(enrolment=noted, absent=True)
    tally = Tally([Row(noted, absent), Row(silent, None)])
    assert [count for _style, _words, count in tally.counts] == [1, 0, 0, 1]
    assert tally.bar == ["a-p", "a-a"]
    assert (tally.not_noted, tally.hours_will_not_count) == (1, 1)
