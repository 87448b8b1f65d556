"""What HR sees of its people, and above all what it does not."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Edition
from enrolments.actions import revoke_grant, withdraw
from enrolments.employers import Seen, seen_by
from enrolments.models import Attendance, Enrolment, Grant
from lms.kernel.models import Event
from lms.people.models import Organisation, User
from tests.factories import (
    AttendanceFactory,
    EditionFactory,
    EnrolmentFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    ResultFactory,
    UserFactory,
)

ROOM = "enrolments:employer"


@pytest.fixture
def over(edition: Edition) -> datetime:
    return edition.ends_at + timedelta(hours=1)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of_vandorp(edition: Edition, vandorp: Organisation, **also: Any) -> Enrolment:
    return EnrolmentFactory(edition=edition, employee=True, employer=vandorp, **also)


def seen(enrolment: Enrolment, company: Organisation, moment: datetime) -> str:
    return seen_by(company, moment).get(pk=enrolment.pk).seen


# Who may come in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["dina", "bo", "chris", "officer", "auditor"])
def test_the_room_is_for_hr_alone(request, db, who):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(reverse(ROOM)).status_code == 404
    assert client.get(reverse("enrolments:employer_export", kwargs={"file_format": "csv"})).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client, db):
    assert "login" in client.get(reverse(ROOM))["Location"]


def test_the_company_of_others_does_not_exist(hr_elsewhere, vandorp, enrolled_employee):
    client = signed_in(hr_elsewhere)
    assert client.get(reverse(ROOM), {"company": str(vandorp.uuid)}).status_code == 404
    page = client.get(reverse(ROOM))
    assert "Haddad" not in page.content.decode()
    assert page.context["people"] == 0


def test_hr_of_two_companies_switches_between_them(hr, vandorp, enrolled_employee, edition):
    second = OrganisationFactory(employer=True, name="Aardbei BV")
    MembershipFactory(user=hr, organisation=second, role="hr")
    there = EnrolmentFactory(edition=edition, employee=True, employer=second)
    client = signed_in(hr)
    first = client.get(reverse(ROOM))
    assert there.learner.family_name in first.content.decode()
    assert "Haddad" not in first.content.decode()
    page = client.get(reverse(ROOM), {"company": str(vandorp.uuid)})
    assert "Haddad" in page.content.decode()


# Which people --------------------------------------------------------------------------------------------------------


def test_only_enrolments_made_for_this_employer_while_working_there(edition, vandorp, now):
    hers = of_vandorp(edition, vandorp)
    as_a_student = EnrolmentFactory(learner=hers.learner)
    before = of_vandorp(EditionFactory(), vandorp)
    before.learner.employments.update(starts_on=before.created_on + timedelta(days=1))
    after = of_vandorp(EditionFactory(), vandorp)
    after.learner.employments.update(ends_on=after.created_on - timedelta(days=1))
    assert list(seen_by(vandorp, now)) == [hers]
    assert as_a_student.pk


def test_who_left_is_still_seen_for_the_time_before(edition, vandorp, now):
    enrolment = of_vandorp(edition, vandorp)
    enrolment.learner.employments.update(ends_on=enrolment.created_on + timedelta(days=1))
    assert list(seen_by(vandorp, now)) == [enrolment]


# In which words ------------------------------------------------------------------------------------------------------


def test_the_words_follow_the_calendar(edition, vandorp, now, over):
    enrolment = of_vandorp(edition, vandorp)
    assert seen(enrolment, vandorp, now) == Seen.ENROLLED
    assert seen(enrolment, vandorp, edition.starts_at) == Seen.LEARNING
    assert seen(enrolment, vandorp, over) == Seen.NOT_SHARED


def test_waiting_ends_with_the_edition(edition, vandorp, now, over):
    waiter = of_vandorp(edition, vandorp, waitlisted=True)
    assert seen(waiter, vandorp, now) == Seen.WAITING
    assert seen(waiter, vandorp, over) == Seen.OFF


def test_not_finished_failed_and_not_shared_look_the_same(edition, vandorp, over, hr, clock):
    unshared = of_vandorp(edition, vandorp, completed=True)
    failed = of_vandorp(edition, vandorp, not_completed=True, outcome=Enrolment.Outcome.ATTENDED)
    absent = of_vandorp(edition, vandorp, not_completed=True)
    undecided = of_vandorp(edition, vandorp)
    for enrolment in (failed, absent, undecided):
        GrantFactory(enrolment=enrolment, scope=Grant.Scope.CERTIFICATE)
    found = seen_by(vandorp, over)
    assert {one.seen for one in found} == {Seen.NOT_SHARED}
    assert found.count() == 4
    clock.move_to(over)
    lines = signed_in(hr).get(reverse(ROOM)).content.decode().split("<tbody>")[1].split("</tbody>")[0]
    for enrolment in (unshared, failed, absent, undecided):
        person = enrolment.learner
        lines = lines.replace(f"{person.family_name}, {person.given_name}", "X").replace(enrolment.code, "C")
    rows = [" ".join(row.split()) for row in lines.split("</tr>")[:-1]]
    assert len(set(rows)) == 1, "down to the last character"


def test_completed_is_said_only_while_it_is_shared(edition, vandorp, over):
    enrolment = of_vandorp(edition, vandorp, completed=True)
    grant = GrantFactory(enrolment=enrolment)
    assert seen(enrolment, vandorp, over) == Seen.SHARED
    revoke_grant(grant, by=enrolment.learner, at=over)
    assert seen(enrolment, vandorp, over) == Seen.NOT_SHARED


def test_a_grant_lapses_when_the_job_ends(edition, vandorp, over):
    enrolment = of_vandorp(edition, vandorp, completed=True)
    for scope in Grant.Scope:
        GrantFactory(enrolment=enrolment, scope=scope)
    AttendanceFactory(enrolment=enrolment, counting=True)
    enrolment.learner.employments.update(ends_on=(over - timedelta(days=2)).date())
    found = seen_by(vandorp, over).get()
    assert (found.seen, found.shared_minutes, found.shared_sessions) == (Seen.NOT_SHARED, None, None)


def test_giving_up_before_the_start_is_said_and_half_way_is_not(edition, vandorp, now, over):
    before, midway = of_vandorp(edition, vandorp), of_vandorp(edition, vandorp)
    withdraw(before, by=before.learner, at=now)
    withdraw(midway, by=midway.learner, at=edition.starts_at + timedelta(days=1))
    in_between = edition.starts_at + timedelta(days=2)
    assert (seen(before, vandorp, in_between), seen(midway, vandorp, in_between)) == (Seen.OFF, Seen.LEARNING)
    assert (seen(before, vandorp, over), seen(midway, vandorp, over)) == (Seen.OFF, Seen.NOT_SHARED)


def test_giving_up_the_waiting_list_half_way_is_no_secret(edition, vandorp, over):
    waiter = of_vandorp(edition, vandorp, waitlisted=True)
    withdraw(waiter, by=waiter.learner, at=edition.starts_at + timedelta(days=1))
    assert seen(waiter, vandorp, over) == Seen.OFF


# Figures -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def attended(edition, vandorp) -> Enrolment:
    """Two days signed off, one of them missed; a third not signed off yet."""
    enrolment = of_vandorp(edition, vandorp)
    one, two, three, _four = edition.sessions.all()
    for session, status, minutes in ((one, "present", 390), (two, "absent", 0)):
        Attendance.objects.create(
            session=session,
            enrolment=enrolment,
            status=status,
            minutes=minutes,
            trainer_confirmed_at=session.ends_at,
        )
    Attendance.objects.create(session=three, enrolment=enrolment, status="present", minutes=390)
    return enrolment


def test_hours_need_their_own_grant(attended, vandorp, over):
    for scope in (Grant.Scope.CERTIFICATE, Grant.Scope.ATTENDANCE):
        GrantFactory(enrolment=attended, scope=scope)
    assert seen_by(vandorp, over).get().shared_minutes is None
    GrantFactory(enrolment=attended, scope=Grant.Scope.HOURS)
    assert seen_by(vandorp, over).get().shared_minutes == 390


def test_attendance_needs_its_own_grant(attended, vandorp, over):
    GrantFactory(enrolment=attended, scope=Grant.Scope.HOURS)
    found = seen_by(vandorp, over).get()
    assert (found.shared_sessions, found.shared_sessions_of) == (None, None)
    GrantFactory(enrolment=attended, scope=Grant.Scope.ATTENDANCE)
    found = seen_by(vandorp, over).get()
    assert (found.shared_sessions, found.shared_sessions_of) == (1, 2)


def test_a_grant_to_another_employer_shows_this_one_nothing(attended, vandorp, over):
    former = OrganisationFactory(employer=True)
    attended.learner.employments.create(organisation=former, starts_on="2020-01-01")
    GrantFactory(enrolment=attended, organisation=former, scope=Grant.Scope.HOURS)
    assert seen_by(vandorp, over).get().shared_minutes is None


def test_no_result_or_outcome_ever_reaches_the_page(edition, vandorp, hr, over, clock):
    enrolment = of_vandorp(edition, vandorp, not_completed=True, outcome=Enrolment.Outcome.ATTENDED)
    ResultFactory(enrolment=enrolment, passed=False, assessment__title_nl="Praktijkopdracht cobotcel")
    clock.move_to(over)
    client = signed_in(hr)
    # The box below it explains, in general, what not shared may mean.
    page = client.get(reverse(ROOM)).content.decode().split("<details")[0]
    export = client.get(reverse("enrolments:employer_export", kwargs={"file_format": "csv"})).content.decode(
        "utf-8-sig"
    )
    for text in (page, export):
        for secret in (
            "Praktijkopdracht",
            "Practical",
            "niet gehaald",
            "not passed",
            "attended enough",
            "13\N{NO-BREAK SPACE}",
            "26\N{NO-BREAK SPACE}",
            "13,00",
            "26,00",
        ):
            assert secret not in text


# The page ------------------------------------------------------------------------------------------------------------


def test_filters_leave_the_people_who_match(edition, vandorp, hr, clock):
    other_course = EditionFactory(course__code="p-09")
    sanne = of_vandorp(edition, vandorp, learner=UserFactory(given_name="Sanne", name_prefix="de", family_name="Vries"))
    daan = of_vandorp(
        other_course, vandorp, learner=UserFactory(given_name="Daan", family_name="Vermeulen"), waitlisted=True
    )
    client = signed_in(hr)

    def people(**asked: str) -> list[str]:
        return [line["name"] for line in client.get(reverse(ROOM), asked).context["lines"]]

    assert people() == ["Vermeulen, Daan", "Vries, Sanne de"]
    assert people(q="sanne vries") == ["Vries, Sanne de"]
    assert people(course="p-09") == ["Vermeulen, Daan"]
    assert people(state="enrolled") == ["Vries, Sanne de"]
    assert people(state="nonsense") == ["Vermeulen, Daan", "Vries, Sanne de"]
    assert people(q="niemand") == []
    assert sanne.pk
    assert daan.pk


def test_an_employer_without_people_reads_what_will_appear(hr, vandorp):
    page = signed_in(hr).get(reverse(ROOM))
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_people(edition, vandorp, hr, clock):
    Edition.objects.filter(pk=edition.pk).update(capacity=60)
    client = signed_in(hr)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(ROOM)).status_code == 200
            for file_format in ("csv", "xlsx"):
                address = reverse("enrolments:employer_export", kwargs={"file_format": file_format})
                assert client.get(address).status_code == 200
        return len(captured)

    def one_more() -> None:
        GrantFactory(enrolment=of_vandorp(edition, vandorp), scope=Grant.Scope.HOURS)

    one_more()
    queries()  # fills caches that live as long as the process
    few = queries()
    for _each in range(49):
        one_more()
    assert len(client.get(reverse(ROOM)).context["lines"]) == 50
    assert queries() == few


def test_more_than_fifty_people_come_in_pages(edition, vandorp, hr, clock):
    Edition.objects.filter(pk=edition.pk).update(capacity=60)
    for _each in range(51):
        of_vandorp(edition, vandorp)
    client = signed_in(hr)
    assert len(client.get(reverse(ROOM)).context["lines"]) == 50
    assert len(client.get(reverse(ROOM), {"page": 2}).context["lines"]) == 1


# Downloads -----------------------------------------------------------------------------------------------------------


def test_the_workbook_holds_what_the_page_shows_and_runs_nothing(edition, vandorp, hr, clock):
    of_vandorp(edition, vandorp, learner=UserFactory(given_name="x", family_name="=HYPERLINK(1)"))
    shared = of_vandorp(edition, vandorp, learner=UserFactory(given_name="Sanne", family_name="Vries"))
    GrantFactory(enrolment=shared, scope=Grant.Scope.HOURS)
    Attendance.objects.create(
        session=edition.sessions.get(number=1),
        enrolment=shared,
        status="partial",
        minutes=135,
        trainer_confirmed_at=edition.starts_at,
    )
    answer = signed_in(hr).get(reverse("enrolments:employer_export", kwargs={"file_format": "xlsx"}))
    assert "attachment" in answer["Content-Disposition"]
    headings, evil, sanne = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert len(headings) == 10
    assert evil[0] == "'=HYPERLINK(1), x"
    assert evil[8] is None
    assert (sanne[0], sanne[2], float(sanne[8])) == ("Vries, Sanne", "p-02", 2.25)
    assert sanne[5].date() == edition.starts_at.date()


def test_the_csv_keeps_the_filters(edition, vandorp, hr, clock):
    of_vandorp(edition, vandorp, learner=UserFactory(given_name="Sanne", family_name="Vries"))
    of_vandorp(edition, vandorp, learner=UserFactory(given_name="Daan", family_name="Vermeulen"))
    answer = signed_in(hr).get(reverse("enrolments:employer_export", kwargs={"file_format": "csv"}), {"q": "daan"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["Vermeulen, Daan"]


def taken_away(hr: User, file_format: str) -> list[list[str]]:
    """The rows of an export, without name and number; what is empty is an empty text."""
    answer = signed_in(hr).get(reverse("enrolments:employer_export", kwargs={"file_format": file_format}))
    if file_format == "csv":
        rows: Any = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    else:
        rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return [["" if cell is None else str(cell) for cell in row][2:] for row in list(rows)[1:]]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_no_export_tells_a_failure_from_what_is_not_shared(edition, vandorp, hr, over, clock, file_format):
    of_vandorp(edition, vandorp, completed=True)
    for how in ({"not_completed": True}, {"not_completed": True, "outcome": Enrolment.Outcome.ATTENDED}, {}):
        GrantFactory(enrolment=of_vandorp(edition, vandorp, **how), scope=Grant.Scope.CERTIFICATE)
    clock.move_to(over)
    rows = taken_away(hr, file_format)
    assert len(rows) == 4
    assert all(row == rows[0] for row in rows)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("ends", ["grant", "employment"])
def test_an_export_loses_what_is_no_longer_shared(attended, vandorp, hr, over, clock, ends, file_format):
    clock.move_to(over)
    unshared = taken_away(hr, file_format)
    grants = [GrantFactory(enrolment=attended, scope=scope) for scope in Grant.Scope]
    assert taken_away(hr, file_format) != unshared
    if ends == "grant":
        for grant in grants:
            revoke_grant(grant, by=attended.learner, at=over)
    else:
        attended.learner.employments.update(ends_on=(over - timedelta(days=2)).date())
    assert taken_away(hr, file_format) == unshared


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_holds_nobody_of_another_company(hr_elsewhere, enrolled_employee, clock, file_format):
    GrantFactory(enrolment=enrolled_employee)
    assert taken_away(hr_elsewhere, file_format) == []


def test_who_took_a_list_away_is_on_record(hr, vandorp, enrolled_employee, clock):
    signed_in(hr).get(reverse("enrolments:employer_export", kwargs={"file_format": "csv"}))
    event = Event.objects.about(vandorp).get(verb="employer.exported")
    assert event.by == hr


def test_other_kinds_of_file_do_not_exist(hr, vandorp):
    assert signed_in(hr).get(reverse("enrolments:employer_export", kwargs={"file_format": "pdf"})).status_code == 404


@pytest.mark.once  # SQLite's planner, which has no statistics
def test_of_a_large_company_each_person_is_looked_up_and_not_all_of_them_again(db):
    """With the company alone to go by, 5,000 people took 25 million steps."""
    plan = Enrolment.objects.all().of_employers({1}).explain()
    assert "employment_of_someone_here (organisation_id=? AND user_id=?)" in plan
