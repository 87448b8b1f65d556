"""The learner's own pages: what is shown in which state, and that only a POST of the learner's own changes anything."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Edition
from enrolments import checkin
from enrolments.actions import enrol, lapse_group, move_to_edition, withdraw
from enrolments.models import Attendance, Enrolment, Grant
from enrolments.progress import progress_of
from lms.kernel import panels
from tests.enrolments.groups import run
from tests.factories import (
    AttendanceFactory,
    EditionFactory,
    EnrolmentFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    SessionFactory,
    answers,
)

pytestmark = pytest.mark.usefixtures("clock")
State = Enrolment.State
MY = "enrolments:my"


@pytest.fixture
def mine(client, amal, settings):
    """A browser in which Amal is signed in, and stays so while the story moves on by months."""
    settings.SESSION_COOKIE_AGE = 366 * 24 * 3600
    client.force_login(amal)
    return client


def text(response):
    return " ".join(response.content.decode().split())


def at(name, *args):
    return reverse(f"enrolments:{name}", args=args)


# Who gets in ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["my", "check_in"])
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, db, name):
    address = f"{at(name)}?code=123456&session=x"
    response = client.get(address)
    assert response.status_code == 302
    assert "check-in" in response.url or "mijn" in response.url or "my" in response.url
    assert "next=" in response.url


@pytest.mark.parametrize("name", ["enrolment", "calendar", "withdraw"])
def test_someone_elses_enrolment_is_not_there(client, dina, enrolled, name):
    client.force_login(dina)
    assert client.get(at(name, enrolled.code)).status_code == 404


@pytest.mark.parametrize("name", ["withdraw", "answer_offer", "sharing"])
def test_someone_elses_enrolment_cannot_be_changed(client, dina, enrolled_employee, name):
    client.force_login(dina)
    data = {"answer": "accept", "scope": "certificate", "share": "yes"}
    assert client.post(at(name, enrolled_employee.code), data).status_code == 404
    assert not Grant.objects.exists()
    assert Enrolment.objects.get().state == State.CONFIRMED


@pytest.mark.parametrize("name", ["answer_offer", "sharing"])
def test_following_a_link_changes_nothing(mine, enrolled_employee, name):
    assert mine.get(at(name, enrolled_employee.code)).status_code == 405


def test_my_page_is_kept_by_no_cache(mine):
    assert "no-store" in mine.get(at("my"))["Cache-Control"]


# What my page shows --------------------------------------------------------------------------------------------------


def test_someone_new_is_shown_the_way_to_the_courses(mine, monkeypatch):
    monkeypatch.setattr(panels, "_PANELS", [])
    assert _("You are not enrolled in anything yet") in text(mine.get(at("my")))


def test_the_next_session_comes_first(mine, enrolled):
    response = mine.get(at("my"))
    assert response.context["upcoming"].day.session == enrolled.edition.sessions.first()
    assert _("Next session") in text(response)


def test_of_two_courses_the_soonest_session_comes_first(mine, enrolled, amal):
    soon = EnrolmentFactory(
        learner=amal, edition=EditionFactory(first_day=enrolled.edition.starts_at - timedelta(days=9))
    )
    assert mine.get(at("my")).context["upcoming"].taken.enrolment == soon


def test_the_waiting_list_shows_ones_own_place(mine, full_edition, amal, dina, now):
    for learner, minutes in ((dina, 0), (amal, 1)):
        enrol(full_edition, learner, answers(), language="nl", by=learner, at=now + timedelta(minutes=minutes))
    assert _("Waiting list, number %(place)s") % {"place": 2} in text(mine.get(at("my")))


def test_who_waits_has_no_next_session(mine, full_edition, amal):
    EnrolmentFactory(edition=full_edition, learner=amal, waitlisted=True)
    assert mine.get(at("my")).context["upcoming"] is None


def test_the_ring_counts_the_sessions_attended(mine, enrolled, clock):
    first, second, *_rest = enrolled.edition.sessions.all()
    AttendanceFactory(enrolment=enrolled, session=first)
    AttendanceFactory(enrolment=enrolled, session=second, absent=True)
    clock.move_to(second.ends_at)
    shown = text(mine.get(at("my")))
    assert "1 / 4" in shown


def test_what_is_over_stands_in_the_history_with_the_sum(mine, edition, amal):
    EnrolmentFactory(edition=edition, learner=amal, not_completed=True)
    response = mine.get(at("my"))
    assert [one.enrolment.learner for one in response.context["past"]] == [amal]
    shown = response.content.decode()
    assert "13\xa0uur" in shown
    assert "26\xa0uur" in shown
    assert "80%" in shown


def test_who_attended_without_passing_reads_what_they_do_get(mine, edition, amal):
    EnrolmentFactory(edition=edition, learner=amal, not_completed=True, outcome=Enrolment.Outcome.ATTENDED)
    said = _("You attended enough, but did not pass the assessment. You get a certificate of participation.")
    assert said in text(mine.get(at("my")))


def test_a_confirmed_seat_stays_current_until_the_result_is_in(mine, enrolled, clock):
    clock.move_to(enrolled.edition.ends_at + timedelta(days=3))
    response = mine.get(at("my"))
    assert [one.enrolment for one in response.context["running"]] == [enrolled]
    assert response.context["past"] == []


def test_panels_of_other_apps_stand_on_my_page(mine, enrolled, monkeypatch):
    panel = panels.Panel("my", 1, "components/note.html", lambda request: {"text": f"Paneel van {request.user}"})
    monkeypatch.setattr(panels, "_PANELS", [panel])
    assert "Paneel van Amal Haddad" in text(mine.get(at("my")))


def test_my_page_asks_the_database_the_same_for_one_and_for_fifty(mine, amal, vandorp):
    mine.get(at("my"))  # what is asked once per process
    counts = []
    for more in (1, 49):
        for number in range(more):
            enrolment = EnrolmentFactory(learner=amal, employee=True, employer=vandorp)
            AttendanceFactory(enrolment=enrolment)
            GrantFactory(enrolment=enrolment)
            EnrolmentFactory(learner=amal, waitlisted=number % 2 == 0)
        with CaptureQueriesContext(connection) as asked:
            assert mine.get(at("my")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


# How far one is ------------------------------------------------------------------------------------------------------


def progress(enrolled, *statuses):
    """Progress after the first sessions were noted like this; partly present is half the day."""
    minutes = {"present": 390, "partial": 195}
    sessions = list(enrolled.edition.sessions.all())
    rows = [
        Attendance(session=session, enrolment=enrolled, status=status, minutes=minutes.get(status, 0))
        for session, status in zip(sessions, statuses, strict=False)
    ]
    return progress_of(sessions, rows, share=80, at=sessions[0].starts_at)


@pytest.mark.parametrize(
    ("statuses", "low", "lost"),
    [
        ([], False, False),
        (["present"], False, False),
        (["unknown"], False, False),  # the learner checked in, the trainer has not noted anything: nothing is missed
        (["partial"], True, False),  # half a day of four is 12.5 %
        (["partial", "present", "present"], False, False),
        (["absent"], True, True),  # a day of four is 25 %, more than the 20 % that may be missed
        (["absent_with_notice", "present"], True, True),
    ],
)
def test_a_warning_comes_before_it_is_too_late(enrolled, statuses, low, lost):
    found = progress(enrolled, *statuses)
    assert (found.is_low, found.is_out_of_reach) == (low, lost)


def test_exactly_the_share_that_is_needed_is_enough(amal):
    edition = EditionFactory(days=5)
    enrolment = EnrolmentFactory(edition=edition, learner=amal)
    found = progress(enrolment, "present", "present", "present", "present", "absent")
    assert not found.is_low
    assert not found.is_out_of_reach


def test_the_warning_stands_on_my_page(mine, enrolled, clock):
    AttendanceFactory(enrolment=enrolled, absent=True)
    clock.move_to(enrolled.edition.starts_at + timedelta(days=1))
    assert "note--warn" in text(mine.get(at("my")))


# One enrolment -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trait", "said"),
    [
        ({}, "You are enrolled"),
        ({"waitlisted": True}, "You are number %(place)s on the waiting list"),
        ({"offered": True}, "There is a place for you"),
        ({"requested": True}, "Your request is being looked at"),
        ({"completed": True}, "You completed this course"),
        ({"not_completed": True}, "You did not complete this course"),
        ({"withdrawn": True}, "You withdrew"),
        ({"declined": True}, "You do not have a place"),
        ({"cancelled": True}, "This edition is cancelled"),
    ],
)
def test_the_page_says_first_how_an_enrolment_stands(mine, edition, amal, trait, said):
    enrolment = EnrolmentFactory(edition=edition, learner=amal, **trait)
    assert _(said).replace("%(place)s", "1") in text(mine.get(at("enrolment", enrolment.code)))


def test_the_page_tells_what_happened_without_saying_who_did_it(mine, enrolled, chris, now):
    withdraw(enrolled, by=chris, at=now)
    shown = text(mine.get(at("enrolment", enrolled.code)))
    assert _("Your enrolment was withdrawn") in shown
    assert "Chris" not in shown


def test_who_was_withdrawn_by_the_office_reads_by_whom(mine, enrolled, chris, now):
    withdraw(enrolled, by=chris, at=now)
    page = text(mine.get(at("enrolment", enrolled.code)))
    assert "RoboHouse heeft je uitgeschreven" in page
    assert "Je hebt je uitgeschreven" not in page


def test_who_has_another_date_reads_that_they_went_there(mine, enrolled, course, bo, chris, now):
    move_to_edition(enrolled, EditionFactory(course=course, trainers=[bo]), by=chris, at=now)
    page = text(mine.get(at("enrolment", enrolled.code)))
    assert "Je ging naar een andere datum" in page
    assert "Je hebt je uitgeschreven" not in page
    assert "heeft je uitgeschreven" not in page


def test_whose_group_was_not_placed_is_not_told_that_the_edition_is_cancelled(mine, amal, clock):
    company, edition = OrganisationFactory(employer=True, name="Metaal bv"), EditionFactory(capacity=1)
    hr = MembershipFactory(organisation=company, role="hr").user
    EnrolmentFactory(edition=edition)
    rows = [{"name": "Amal Haddad", "email": amal.email}]
    group = run(company, edition, rows, hr, wish="whole")
    clock.move_to(group.waits_until)
    lapse_group(group, at=group.waits_until)
    page = text(mine.get(at("enrolment", group.enrolments.get().code)))
    assert "Je groep heeft geen plek gekregen" in page
    assert "gaat niet door" not in page


def test_the_sessions_come_as_a_calendar_file(mine, enrolled):
    response = mine.get(at("calendar", enrolled.code))
    assert response["Content-Type"].startswith("text/calendar")
    assert response.content.count(b"BEGIN:VEVENT") == 4
    assert b"20270304T090000" in response.content


def test_who_only_waits_gets_no_calendar_file(mine, edition, amal):
    waiter = EnrolmentFactory(edition=edition, learner=amal, waitlisted=True)
    assert mine.get(at("calendar", waiter.code)).status_code == 404


# Giving up -----------------------------------------------------------------------------------------------------------


def test_withdrawing_asks_first(mine, enrolled):
    assert _("Give up your place?") in text(mine.get(at("withdraw", enrolled.code)))
    assert Enrolment.objects.get().state == State.CONFIRMED


def test_withdrawing_gives_up_the_seat(mine, enrolled, edition):
    mine.post(at("withdraw", enrolled.code))
    assert Enrolment.objects.get().state == State.WITHDRAWN
    assert Edition.objects.get(pk=edition.pk).seats_taken == 0


def test_what_is_over_cannot_be_given_up(mine, enrolled, clock):
    clock.move_to(enrolled.edition.ends_at)
    mine.post(at("withdraw", enrolled.code))
    assert Enrolment.objects.get().state == State.CONFIRMED


# An offer ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def offered(edition, amal):
    return EnrolmentFactory(edition=edition, learner=amal, offered=True)


@pytest.mark.parametrize(("answer", "state"), [("accept", State.CONFIRMED), ("decline", State.DECLINED)])
def test_an_offer_is_answered_with_a_button(mine, offered, answer, state):
    mine.post(at("answer_offer", offered.code), {"answer": answer})
    assert Enrolment.objects.get().state == state


def test_an_offer_shows_its_deadline(mine, offered):
    assert "10 februari 2027 om 10.00" in mine.get(at("my")).content.decode().replace("\xa0", " ")


def test_an_offer_answered_too_late_says_so_and_changes_nothing(mine, offered, clock):
    clock.move_to(offered.offer_expires_at)
    response = mine.post(at("answer_offer", offered.code), {"answer": "accept"}, follow=True)
    assert _("This offer is no longer open. The place has gone to the next on the list.") in text(response)
    assert Enrolment.objects.get().state == State.OFFERED


def test_an_answer_that_is_none_is_refused(mine, offered):
    assert mine.post(at("answer_offer", offered.code), {"answer": "maybe"}).status_code == 404


# Sharing -------------------------------------------------------------------------------------------------------------


def test_sharing_is_switched_on_and_off(mine, enrolled_employee, vandorp):
    address = at("sharing", enrolled_employee.code)
    mine.post(address, {"scope": "hours", "share": "yes"})
    grant = Grant.objects.active().get()
    assert (grant.scope, grant.organisation) == ("hours", vandorp)
    mine.post(address, {"scope": "hours", "share": "no"})
    assert not Grant.objects.active().exists()
    assert Grant.objects.get().revoked_at is not None


def test_switching_one_thing_off_leaves_the_others(mine, shared_certificate):
    GrantFactory(enrolment=shared_certificate.enrolment, scope=Grant.Scope.HOURS)
    mine.post(at("sharing", shared_certificate.enrolment.code), {"scope": "hours", "share": "no"})
    assert list(Grant.objects.active()) == [shared_certificate]


def test_without_an_employer_there_is_nothing_to_share(mine, enrolled):
    assert mine.post(at("sharing", enrolled.code), {"scope": "hours", "share": "yes"}).status_code == 404


def test_only_known_things_can_be_shared(mine, enrolled_employee):
    assert mine.post(at("sharing", enrolled_employee.code), {"scope": "scores", "share": "yes"}).status_code == 404


# Checking in ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def here(enrolled, clock):
    """The first session, five minutes before it starts."""
    session = enrolled.edition.sessions.first()
    clock.move_to(session.starts_at - timedelta(minutes=5))
    return session


def code_of(session):
    return checkin.code_at(session.uuid, session.starts_at - timedelta(minutes=5))


def test_scanning_the_code_confirms_nothing_by_itself(mine, here):
    response = mine.get(at("check_in"), {"session": here.uuid, "code": code_of(here)})
    assert _("I am here") in text(response)
    assert not Attendance.objects.exists()


def test_confirming_after_a_scan_is_noted_as_a_scan(mine, here):
    mine.post(at("check_in"), {"session": here.uuid, "code": code_of(here), "scanned": "yes"})
    row = Attendance.objects.get()
    assert row.learner_method == Attendance.Method.QR
    assert row.status == Attendance.Status.UNKNOWN  # how someone was there, only the trainer says


def test_typing_the_code_is_noted_as_typed(mine, here):
    mine.post(at("check_in"), {"session": here.uuid, "code": code_of(here)})
    assert Attendance.objects.get().learner_method == Attendance.Method.PIN


def test_my_page_asks_for_the_code_once_checking_in_is_open(mine, here, clock):
    assert 'name="code"' in text(mine.get(at("my")))
    clock.move_to(here.starts_at - timedelta(minutes=16))
    assert 'name="code"' not in text(mine.get(at("my")))


def test_after_checking_in_my_page_says_when(mine, here):
    mine.post(at("check_in"), {"session": here.uuid, "code": code_of(here)})
    assert _("You checked in at %(time)s.") % {"time": "08.55\xa0uur"} in mine.get(at("my")).content.decode()


def test_a_wrong_code_says_what_to_do_and_confirms_nothing(mine, here):
    wrong = f"{(int(code_of(here)) + 1) % 10**6:06d}"
    shown = text(mine.post(at("check_in"), {"session": here.uuid, "code": wrong}))
    assert "errsum" in shown
    assert not Attendance.objects.exists()


def test_a_code_of_yesterday_is_refused(mine, here, clock):
    clock.move_to(here.starts_at + timedelta(days=1))
    mine.post(at("check_in"), {"session": here.uuid, "code": code_of(here)})
    assert not Attendance.objects.exists()


def test_a_session_that_ended_can_be_confirmed_until_the_end_of_the_day(mine, here, clock):
    late = timezone.localtime(here.starts_at).replace(hour=23, minute=50)
    clock.move_to(late)
    code = checkin.code_at(here.uuid, late)
    mine.post(at("check_in"), {"session": here.uuid, "code": code})
    assert Attendance.objects.get().learner_confirmed_at is not None


def test_a_session_one_is_not_on_the_list_of_is_not_there(mine, here):
    other = SessionFactory(starts_at=here.starts_at)
    response = mine.get(at("check_in"), {"session": other.uuid, "code": "123456"})
    assert response.status_code == 404
    assert other.edition.course.title not in text(response)


def test_who_waits_cannot_check_in(client, here, dina):
    EnrolmentFactory(edition=here.edition, learner=dina, waitlisted=True)
    client.force_login(dina)
    assert client.post(at("check_in"), {"session": here.uuid, "code": code_of(here)}).status_code == 404
    assert not Attendance.objects.exists()


def test_guessing_codes_is_stopped_after_twenty(mine, here):
    wrong = f"{(int(code_of(here)) + 1) % 10**6:06d}"
    answers = [mine.post(at("check_in"), {"session": here.uuid, "code": wrong}).status_code for _turn in range(21)]
    assert answers == [200] * 20 + [429]


# What to bring --------------------------------------------------------------------------------------------------------


def test_the_next_session_says_what_to_bring_along(mine, enrolled):
    course = enrolled.edition.course
    assert _("Bring along") not in text(mine.get(at("my")))
    course.bring_nl, course.bring_en = "Veiligheidsschoenen.", "Safety shoes."
    course.save()
    assert "Veiligheidsschoenen." in text(mine.get(at("my")))
    assert "Veiligheidsschoenen." in text(mine.get(at("enrolment", enrolled.code)))
