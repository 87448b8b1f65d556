"""The trainer's room as pages: the register and its form, closing, the code on the screen."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Edition, Session
from enrolments import checkin
from enrolments.actions import check_in, close_session, record_attendance, withdraw
from enrolments.models import Attendance
from enrolments.register import rows_of
from tests.enrolments.registers import HTMX, address, said, signed_in
from tests.enrolments.registers import during as during  # fixtures
from tests.enrolments.registers import session as session
from tests.factories import (
    AssessmentFactory,
    AttendanceFactory,
    EditionFactory,
    EnrolmentFactory,
)

Status = Attendance.Status


# Who finds these pages -----------------------------------------------------------------------------------------------


PAGES = ("register", "register_close", "session_code", "register_print", "register_csv")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["dina", "amal", "hr", "other_coordinator"])
def test_a_session_of_others_does_not_exist(request, session, enrolled, during, page, who):
    assert signed_in(request.getfixturevalue(who)).get(address(page, session)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["bo", "chris", "officer"])
def test_a_session_of_ones_own_does(request, session, enrolled, during, page, who):
    assert signed_in(request.getfixturevalue(who)).get(address(page, session)).status_code == 200


def test_an_auditor_reads_the_sheet_and_touches_nothing(session, enrolled, during, auditor):
    client = signed_in(auditor)
    assert client.get(address("register_print", session)).status_code == 200
    assert client.get(address("register", session)).status_code == 404
    assert client.post(address("register_close", session)).status_code == 404


def test_a_visitor_is_asked_to_sign_in(session, client, during):
    answer = client.get(address("register", session))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("who", ["dina", "hr", "auditor"])
def test_the_room_is_for_trainers_coordinators_and_the_office(request, db, who):
    assert signed_in(request.getfixturevalue(who)).get(reverse("enrolments:trainer")).status_code == 404


@pytest.mark.parametrize("who", ["bo", "chris", "other_coordinator"])
def test_only_the_office_reaches_the_reopening(request, session, enrolled, during, who):
    close_session(session, by=None, at=session.ends_at)
    answer = signed_in(request.getfixturevalue(who)).post(address("register_reopen", session), {"reason": "x"})
    assert answer.status_code == 404
    session.refresh_from_db()
    assert session.state == Session.State.SIGNED_OFF


# The room ------------------------------------------------------------------------------------------------------------


def test_the_room_tells_today_from_what_waits_and_what_comes(edition, enrolled, bo, clock):
    second = edition.sessions.get(number=2)
    clock.move_to(second.starts_at)
    sections = signed_in(bo).get(reverse("enrolments:trainer")).context["sections"]
    assert [one.number for one in sections["today"]["items"]] == [2]
    assert [one.number for one in sections["waiting"]["items"]] == [1]
    assert sections["waiting"]["items"][0].sign_off_by == edition.sessions.get(number=1).ends_at + timedelta(days=7)
    assert [one.number for one in sections["upcoming"]["items"]] == [3, 4]


def test_the_room_shows_only_ones_own_editions(edition, bo, ramlab, during):
    EditionFactory(course__provider=ramlab, days=2)
    sections = signed_in(bo).get(reverse("enrolments:trainer")).context["sections"]
    assert {one.edition for section in ("today", "upcoming") for one in sections[section]["items"]} == {edition}


def test_a_long_section_opens_as_a_whole(course, bo, clock):
    edition = EditionFactory(course=course, trainers=[bo], days=9)
    client = signed_in(bo)
    overview = client.get(reverse("enrolments:trainer"))
    assert (
        len(overview.context["sections"]["upcoming"]["items"]),
        overview.context["sections"]["upcoming"]["more"],
    ) == (
        6,
        True,
    )
    whole = client.get(reverse("enrolments:trainer"), {"section": "upcoming"})
    assert len(whole.context["sections"]["upcoming"]["items"]) == edition.sessions.count()
    assert client.get(reverse("enrolments:trainer"), {"section": "nonsense"}).status_code == 404


def test_results_wait_until_everyone_has_one(edition, enrolled, course, bo, during):
    room = reverse("enrolments:trainer")
    client = signed_in(bo)
    assert client.get(room).context["sections"]["results"]["items"] == []
    assessment = AssessmentFactory(course=course)
    (waiting,) = client.get(room).context["sections"]["results"]["items"]
    assert (waiting, waiting.people) == (edition, 1)
    client.post(
        reverse("enrolments:results", kwargs={"edition": edition.code}),
        {f"{enrolled.code}-{assessment.code}": "passed"},
    )
    assert client.get(room).context["sections"]["results"]["items"] == []


# The register --------------------------------------------------------------------------------------------------------


def test_everyone_is_present_by_default(session, enrolled, edition, bo, during):
    EnrolmentFactory(edition=edition, waitlisted=True)
    answer = signed_in(bo).get(address("register", session))
    rows = answer.context["rows"]
    assert [(row.enrolment, row.shown, row.is_noted) for row in rows] == [(enrolled, "present", False)]
    assert re.search(rf'name="{enrolled.code}-status" value="present" checked', answer.content.decode())
    assert not Attendance.objects.exists()


def test_an_exception_saves_itself_and_swaps_the_tally(session, enrolled, edition, bo, during):
    other = EnrolmentFactory(edition=edition)
    data = said((enrolled, "absent", "", "present:"), (other, "present", "", "present:"))
    answer = signed_in(bo).post(address("register", session), data, **HTMX)
    html = answer.content.decode()
    assert "<html" not in html
    assert f'id="note-{enrolled.code}"' in html
    assert f'name="{enrolled.code}-was" value="absent:"' in html
    assert re.search(r'<li class="a-a"><b>1</b>', html)
    assert list(Attendance.objects.values_list("enrolment", "status")) == [(enrolled.pk, "absent")]


def test_without_script_one_button_saves_the_whole_form(session, enrolled, edition, bo, during):
    other = EnrolmentFactory(edition=edition)
    data = said((enrolled, "partial", "350", "present:"), (other, "absent_with_notice", "", "present:"))
    answer = signed_in(bo).post(address("register", session), data)
    assert answer.status_code == 302
    assert dict(Attendance.objects.values_list("enrolment", "minutes")) == {enrolled.pk: 350, other.pk: 0}


@pytest.mark.parametrize("minutes", ["", "0", "391", "twee", "-5", "3.5", "²"])
def test_impossible_minutes_are_refused_beside_the_row_and_nothing_is_lost(
    session, enrolled, edition, bo, during, minutes
):
    other = EnrolmentFactory(edition=edition)
    data = said((enrolled, "partial", minutes, "present:"), (other, "absent", "", "present:"))
    answer = signed_in(bo).post(address("register", session), data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'href="#id_{enrolled.code}-minutes"' in html
    row = next(row for row in answer.context["rows"] if row.enrolment == enrolled)
    assert (row.chosen, row.typed_minutes) == ("partial", minutes)
    assert list(Attendance.objects.values_list("enrolment", flat=True)) == [other.pk]


def test_the_rest_is_present(session, enrolled, edition, bo, during):
    absent = EnrolmentFactory(edition=edition)
    record_attendance(session, absent, Status.ABSENT, by=bo, at=session.starts_at)
    data = said((enrolled, "present", "", "present:"), (absent, "absent", "", "absent:")) | {"then": "rest"}
    signed_in(bo).post(address("register", session), data)
    assert dict(Attendance.objects.values_list("enrolment", "status")) == {enrolled.pk: "present", absent.pk: "absent"}


def test_what_someone_else_noted_meanwhile_is_not_overwritten_in_silence(session, enrolled, bo, chris, during):
    record_attendance(session, enrolled, Status.ABSENT, by=chris, at=session.starts_at)
    data = said((enrolled, "partial", "60", "present:"))
    answer = signed_in(bo).post(address("register", session), data, **HTMX)
    assert f'name="{enrolled.code}-keep"' in answer.content.decode()
    assert Attendance.objects.get().status == "absent"
    # Sent again with the next change it is still only a question…
    signed_in(bo).post(address("register", session), data, **HTMX)
    assert Attendance.objects.get().status == "absent"
    # …until it is answered.
    signed_in(bo).post(address("register", session), data | {f"{enrolled.code}-keep": "on"}, **HTMX)
    assert Attendance.objects.get().minutes == 60


def test_a_row_that_nobody_touched_here_shows_what_others_noted(session, enrolled, bo, chris, during):
    record_attendance(session, enrolled, Status.ABSENT, by=chris, at=session.starts_at)
    answer = signed_in(bo).post(address("register", session), said((enrolled, "present", "", "present:")), **HTMX)
    assert f'<li id="row-{enrolled.code}" hx-swap-oob="true">' in answer.content.decode()
    assert Attendance.objects.get().status == "absent"


def test_a_list_closed_meanwhile_sends_the_page_to_what_it_is_now(session, enrolled, bo, during):
    close_session(session, by=None, at=session.starts_at)
    answer = signed_in(bo).post(address("register", session), said((enrolled, "absent", "", "present:")), **HTMX)
    assert answer["HX-Redirect"] == address("register", session)
    assert Attendance.objects.get().status == "present"


def test_someone_who_left_the_edition_is_not_noted_any_more(session, enrolled, bo, during):
    withdraw(enrolled, by=None, at=session.starts_at)
    signed_in(bo).post(address("register", session), said((enrolled, "absent", "", "present:")))
    assert not Attendance.objects.exists()


def test_who_was_there_and_then_left_stays_on_that_list(session, enrolled, bo, during):
    record_attendance(session, enrolled, Status.PRESENT, by=bo, at=session.starts_at)
    withdraw(enrolled, by=None, at=session.ends_at)
    assert [(row.enrolment, row.takes_part) for row in rows_of(session)] == [(enrolled, False)]
    answer = signed_in(bo).get(address("register", session))
    assert f"{enrolled.code}-status" not in answer.content.decode()


def test_each_row_says_who_checked_in(session, enrolled, edition, bo, during):
    at = session.starts_at
    check_in(enrolled, session, checkin.code_at(session.uuid, at), method="qr", by=enrolled.learner, at=at)
    EnrolmentFactory(edition=edition)
    answer = signed_in(bo).get(address("register", session))
    assert answer.context["tally"].confirmed == 1
    html = answer.content.decode()
    assert len(re.findall(r'id="seen-[^>]*>\s*<span class="t-ok">', html)) == 1


def test_nobody_on_the_list(session, bo, during):
    html = signed_in(bo).get(address("register", session)).content.decode()
    assert 'class="empty"' in html
    assert 'id="list"' not in html


def test_the_number_of_queries_does_not_grow_with_the_people(edition, bo, during):
    session = edition.sessions.get(number=1)
    Edition.objects.filter(pk=edition.pk).update(capacity=60)
    client = signed_in(bo)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for page in ("register", "register_close", "register_print", "register_csv", "session_code"):
                assert client.get(address(page, session)).status_code == 200
            assert client.get(reverse("enrolments:trainer")).status_code == 200
        return len(captured)

    AttendanceFactory(enrolment=EnrolmentFactory(edition=edition, employee=True))
    queries()  # fills caches that live as long as the process
    few = queries()
    for _each in range(49):
        AttendanceFactory(enrolment=EnrolmentFactory(edition=edition, employee=True))
    assert queries() == few


# Closing and reopening -----------------------------------------------------------------------------------------------


def test_closing_asks_first_and_then_locks(session, enrolled, bo, during):
    client = signed_in(bo)
    question = client.post(
        address("register", session), said((enrolled, "present", "", "present:")) | {"then": "close"}
    )
    assert question["Location"] == address("register_close", session)
    session.refresh_from_db()
    assert session.state == Session.State.PLANNED
    client.post(address("register_close", session))
    session.refresh_from_db()
    assert (session.state, session.signed_off_by) == (Session.State.SIGNED_OFF, bo)
    page = client.get(address("register", session)).content.decode()
    assert bo.full_name in page
    assert 'id="list"' not in page


def test_closing_waits_for_what_could_not_be_saved(session, enrolled, bo, during):
    data = said((enrolled, "partial", "999", "present:")) | {"then": "close"}
    answer = signed_in(bo).post(address("register", session), data)
    assert answer.status_code == 200
    assert answer.context["errors"]


def test_a_second_closing_is_told_that_it_was_closed(session, enrolled, bo, chris, during):
    close_session(session, by=chris, at=session.starts_at)
    answer = signed_in(bo).post(address("register_close", session), follow=True)
    assert answer.redirect_chain[-1][0] == address("register", session)
    session.refresh_from_db()
    assert session.signed_off_by == chris


def test_before_the_start_nothing_can_be_closed(session, enrolled, bo, clock):
    client = signed_in(bo)
    assert client.get(address("register_close", session)).context["may_close"] is False
    client.post(address("register_close", session))
    session.refresh_from_db()
    assert session.state == Session.State.PLANNED


def test_late_the_trainer_reads_why_and_the_office_closes_with_a_reason(session, enrolled, bo, officer, clock):
    clock.move_to(session.ends_at + timedelta(days=7, minutes=1))
    trainer, office = signed_in(bo), signed_in(officer)
    page = trainer.get(address("register_close", session))
    assert (page.context["may_close"], page.context["form"]) == (False, None)
    trainer.post(address("register_close", session), {"reason": "Vergeten"})
    session.refresh_from_db()
    assert session.state == Session.State.PLANNED
    assert office.post(address("register_close", session), {"reason": ""}).context["form"].errors["reason"]
    office.post(address("register_close", session), {"reason": "De trainer was weg"})
    session.refresh_from_db()
    assert session.state == Session.State.SIGNED_OFF


def test_the_office_opens_a_list_with_a_reason(session, enrolled, officer, during):
    close_session(session, by=None, at=session.starts_at)
    client = signed_in(officer)
    assert client.post(address("register_reopen", session), {"reason": ""}).context["form"].errors["reason"]
    client.post(address("register_reopen", session), {"reason": "Vergissing"})
    session.refresh_from_db()
    assert session.state == Session.State.PLANNED


# The code on the screen ----------------------------------------------------------------------------------------------


def test_the_code_on_the_screen_checks_a_learner_in(session, enrolled, bo, during, settings):
    settings.LMS_BASE_URL = "https://leren.example"
    page = signed_in(bo).get(address("session_code", session))
    code = page.context["code"]
    assert checkin.is_usable(session.uuid, code, session.starts_at + timedelta(minutes=30))
    assert f"{code[:3]} {code[3:]}" in page.content.decode()
    assert page.context["check_in_page"] == "leren.example" + reverse("enrolments:check_in")


def test_the_code_fetches_its_successor(session, bo, clock):
    clock.move_to(session.starts_at.replace(second=10))
    page = signed_in(bo).get(address("session_code", session), **HTMX)
    assert "<html" not in page.content.decode()
    assert 'hx-trigger="load delay:21s"' in page.content.decode()
    clock.shift(timedelta(seconds=21))
    code = signed_in(bo).get(address("session_code", session)).context["code_spaced"]
    assert code not in page.content.decode()


def test_without_script_the_page_fetches_itself(session, bo, during):
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in (
        signed_in(bo).get(address("session_code", session)).content.decode()
    )


@pytest.mark.parametrize("minutes", [-16, 15 * 60])
def test_outside_its_time_no_code_is_shown(session, bo, clock, minutes):
    clock.move_to(session.starts_at + timedelta(minutes=minutes))
    page = signed_in(bo).get(address("session_code", session))
    assert page.context["takes_check_ins"] is False
    assert "code" not in page.context


def test_the_screen_counts_and_names_nobody(session, enrolled, bo, during):
    at = session.starts_at
    check_in(enrolled, session, checkin.code_at(session.uuid, at), method="qr", by=enrolled.learner, at=at)
    page = signed_in(bo).get(address("session_code", session))
    assert (page.context["confirmed"], page.context["people"]) == (1, 1)
    assert "Haddad" not in page.content.decode()
