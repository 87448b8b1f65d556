"""A request waits for the provider, a talk or the employer; the answers give a place, a waiting one or none."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Edition
from enrolments.actions import (
    cancel_edition,
    confirm_hold,
    enrol,
    grant_approval,
    hold_seat,
    plan_talk,
    refuse_approval,
    withdraw,
)
from enrolments.models import Approval, Enrolment
from enrolments.tasks import compare_seats, look_after_requests
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from tests.factories import EditionFactory, EnrolmentFactory, MembershipFactory, UserFactory, answers

pytestmark = pytest.mark.django_db

Kind, State = Approval.Kind, Approval.State


@pytest.fixture
def asking(edition: Edition) -> Edition:
    """An edition whose provider approves each enrolment."""
    Edition.objects.filter(pk=edition.pk).update(needs_approval=True)
    edition.refresh_from_db()
    return edition


@pytest.fixture
def request_of_amal(asking, amal, chris, now) -> Enrolment:
    return enrol(asking, amal, answers(), language="nl", by=amal, at=now)


def staff(company: Any, **changes: Any) -> Any:
    return answers(
        category="employee", institution="", employer_name=company.name, employer_kvk=company.kvk_number, **changes
    )


def kinds(enrolment: Enrolment) -> list[str]:
    return list(enrolment.approvals.order_by("pk").values_list("kind", flat=True))


def told(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("email", flat=True))


# Asking ---------------------------------------------------------------------------------------------------------------


def test_an_edition_that_approves_takes_a_request_and_no_seat(request_of_amal, asking, now):
    assert request_of_amal.state == "requested"
    assert kinds(request_of_amal) == [Kind.PROVIDER]
    asking.refresh_from_db()
    assert asking.seats_taken == 0
    assert request_of_amal.approvals.get().decide_by == now + timedelta(days=7)
    assert told("enrolment_requested") == ["amal@voorbeeld.example"]
    assert told("approval_asked") == ["chris@robohouse.example"]


def test_an_edition_asks_what_its_course_asks_besides_its_own(edition, amal, now):
    edition.course.needs_intake = True
    edition.course.save()
    Edition.objects.filter(pk=edition.pk).update(needs_approval=True)
    edition = Edition.objects.get(pk=edition.pk)
    assert kinds(enrol(edition, amal, answers(), language="nl", by=amal, at=now)) == [Kind.PROVIDER, Kind.INTAKE]


def test_an_employer_that_approves_is_asked_about_its_own_people(edition, amal, vandorp, hr, now):
    vandorp.approves_enrolments = True
    vandorp.save()
    mine = enrol(edition, amal, staff(vandorp), language="nl", by=amal, at=now)
    assert (mine.state, kinds(mine)) == ("requested", [Kind.EMPLOYER])
    assert told("approval_asked") == ["hr@vandorp.example"]


def test_hr_that_enrols_its_own_people_approved_them_already(edition, amal, vandorp, hr, now):
    vandorp.approves_enrolments = True
    vandorp.save()
    assert enrol(edition, amal, staff(vandorp), language="nl", by=hr, at=now).state == "confirmed"


def test_a_coordinator_who_enters_someone_approved_that_already(asking, amal, chris, now):
    assert enrol(asking, amal, answers(), language="nl", by=chris, at=now).state == "confirmed"


def test_where_nobody_can_decide_the_programme_office_is_asked(edition, amal, vandorp, officer, now):
    vandorp.approves_enrolments = True
    vandorp.save()
    enrol(edition, amal, staff(vandorp), language="nl", by=amal, at=now)
    assert told("approval_asked") == ["officer@office.example"]


def test_no_seat_is_held_for_a_request_while_the_address_is_confirmed(asking, chris, now, sent_codes):
    hold = hold_seat(asking, email="nieuw@voorbeeld.example", answers=answers(), language="nl", at=now)
    assert not hold.has_seat
    assert confirm_hold(hold, sent_codes[hold.email], at=now).state == "requested"
    assert compare_seats() == []


def test_a_seat_held_for_who_turns_out_to_need_approval_goes_to_who_waits(vandorp, hr, course, now, sent_codes):
    vandorp.approves_enrolments = True
    vandorp.save()
    edition = EditionFactory(course=course, capacity=1)
    hold = hold_seat(edition, email="nieuw@voorbeeld.example", answers=staff(vandorp), language="nl", at=now)
    assert hold.has_seat
    waiter = EnrolmentFactory(edition=edition, waitlisted=True)
    assert confirm_hold(hold, sent_codes[hold.email], at=now).state == "requested"
    waiter.refresh_from_db()
    assert waiter.state == "offered"
    assert compare_seats() == []


# Granting -------------------------------------------------------------------------------------------------------------


def test_the_last_yes_gives_the_place(asking, amal, vandorp, hr, chris, now):
    vandorp.approves_enrolments = True
    vandorp.save()
    mine = enrol(asking, amal, staff(vandorp), language="nl", by=amal, at=now)
    grant_approval(mine.approvals.get(kind=Kind.PROVIDER), by=chris, at=now)
    mine.refresh_from_db()
    assert mine.state == "requested"
    grant_approval(mine.approvals.get(kind=Kind.EMPLOYER), by=hr, at=now)
    mine.refresh_from_db()
    assert mine.state == "confirmed"
    assert told("enrolment_confirmed") == ["amal@voorbeeld.example"]
    assert compare_seats() == []


def test_granted_on_a_full_edition_it_waits_where_it_asked(course, chris, amal, now):
    edition = EditionFactory(course=course, provider=course.provider, capacity=1, needs_approval=True)
    EnrolmentFactory(edition=edition)
    early = EnrolmentFactory(edition=edition, waitlisted=True, created_at=now - timedelta(days=1))
    mine = enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    late = EnrolmentFactory(edition=edition, waitlisted=True, created_at=now + timedelta(hours=1))
    grant_approval(mine.approvals.get(), by=chris, at=now + timedelta(days=2))
    assert list(Enrolment.objects.waiting()) == [early, mine, late]
    assert Enrolment.objects.with_place().get(pk=mine.pk).place == 2


def test_nobody_is_let_in_once_the_edition_began(request_of_amal, asking, chris):
    with pytest.raises(TransitionRefused):
        grant_approval(request_of_amal.approvals.get(), by=chris, at=asking.starts_at)
    assert request_of_amal.approvals.get().state == State.OPEN


def test_a_second_answer_is_refused(request_of_amal, chris, now):
    approval = request_of_amal.approvals.get()
    grant_approval(approval, by=chris, at=now)
    with pytest.raises(TransitionRefused):
        refuse_approval(approval, "Toch niet.", by=chris, at=now)
    assert request_of_amal.approvals.get().state == State.GRANTED


# Refusing -------------------------------------------------------------------------------------------------------------


def test_a_no_ends_the_request_and_nobody_else_has_to_answer(asking, amal, vandorp, hr, chris, now):
    vandorp.approves_enrolments = True
    vandorp.save()
    mine = enrol(asking, amal, staff(vandorp), language="nl", by=amal, at=now)
    refuse_approval(mine.approvals.get(kind=Kind.PROVIDER), " Volg eerst de basis. ", by=chris, at=now)
    mine.refresh_from_db()
    assert mine.state == "declined"
    assert mine.approvals.get(kind=Kind.EMPLOYER).state == State.DROPPED
    letter = Message.objects.get(kind="approval_refused")
    assert letter.email == "amal@voorbeeld.example"
    assert "Volg eerst de basis." in letter.text
    assert not Event.objects.filter(data__icontains="basis").exists()


def test_the_reason_is_for_the_learner_and_not_for_the_other_side(asking, amal, vandorp, hr, chris, now):
    vandorp.approves_enrolments = True
    vandorp.save()
    mine = enrol(asking, amal, staff(vandorp), language="nl", by=amal, at=now)
    of_provider, of_employer = mine.approvals.order_by("pk")
    assert list(Approval.objects.visible_to(chris)) == [of_provider]
    assert list(Approval.objects.visible_to(hr)) == [of_employer]
    assert set(Approval.objects.visible_to(amal)) == {of_provider, of_employer}


def test_a_refusal_without_a_reason_is_refused_by_the_database(request_of_amal, chris, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        refuse_approval(request_of_amal.approvals.get(), "  ", by=chris, at=now)


@pytest.mark.parametrize("who", ["amal", "bo", "hr", "other_coordinator", "dina", "auditor"])
def test_only_the_house_and_the_office_answer_for_the_provider(request_of_amal, now, who, request):
    with pytest.raises(PermissionDenied):
        grant_approval(request_of_amal.approvals.get(), by=request.getfixturevalue(who), at=now)


@pytest.mark.parametrize("who", ["amal", "chris", "hr_elsewhere", "dina"])
def test_only_hr_of_that_employer_and_the_office_answer_for_it(edition, amal, vandorp, hr, now, who, request):
    vandorp.approves_enrolments = True
    vandorp.save()
    mine = enrol(edition, amal, staff(vandorp), language="nl", by=amal, at=now)
    with pytest.raises(PermissionDenied):
        grant_approval(mine.approvals.get(), by=request.getfixturevalue(who), at=now)


# Talks, reminders, and what ends by itself ---------------------------------------------------------------------------


def test_an_intake_is_planned_held_and_then_granted(edition, amal, chris, now):
    Edition.objects.filter(pk=edition.pk).update(needs_intake=True)
    mine = enrol(Edition.objects.get(pk=edition.pk), amal, answers(), language="nl", by=amal, at=now)
    talk = mine.approvals.get()
    moment = now + timedelta(days=9)
    plan_talk(talk, talk_at=moment, place="RoboHouse, zaal 2", by=chris, at=now)
    assert (talk.state, talk.talk_at, talk.decide_by) == (State.PLANNED, moment, moment)
    assert "RoboHouse, zaal 2" in Message.objects.get(kind="talk_planned").text
    grant_approval(talk, by=chris, at=moment + timedelta(hours=1))
    mine.refresh_from_db()
    assert mine.state == "confirmed"


def test_only_an_intake_is_planned(request_of_amal, chris, now):
    with pytest.raises(TransitionRefused):
        plan_talk(request_of_amal.approvals.get(), talk_at=now, place="Delft", by=chris, at=now)


def test_who_decides_is_reminded_once_two_days_ahead(request_of_amal, now, clock):
    assert look_after_requests() == 0
    clock.move_to(now + timedelta(days=5, minutes=1))
    assert look_after_requests() == 1
    assert look_after_requests() == 0
    assert told("approval_due") == ["chris@robohouse.example"]


def test_a_request_nobody_answered_ends_when_the_edition_begins(request_of_amal, asking, clock):
    clock.move_to(asking.starts_at)
    look_after_requests()
    request_of_amal.refresh_from_db()
    assert request_of_amal.state == "declined"
    assert request_of_amal.approvals.get().state == State.DROPPED
    assert told("request_lapsed") == ["amal@voorbeeld.example"]


def test_withdrawing_or_cancelling_leaves_nothing_to_answer(request_of_amal, asking, chris, amal, now):
    withdraw(request_of_amal, by=amal, at=now)
    assert request_of_amal.approvals.get().state == State.DROPPED
    again = enrol(asking, amal, answers(), language="nl", by=amal, at=now)
    cancel_edition(asking, by=chris, at=now)
    assert again.approvals.get().state == State.DROPPED
    with pytest.raises(TransitionRefused):
        grant_approval(again.approvals.get(), by=chris, at=now)
    assert compare_seats() == []


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page_of(request_of_amal):
    return reverse("enrolments:approval", args=[request_of_amal.approvals.get().uuid])


def test_who_asked_reads_until_when_and_that_an_answer_is_late(client: Client, request_of_amal, amal, clock):
    client.force_login(amal)
    page = reverse("enrolments:enrolment", args=[request_of_amal.code])
    assert "zijn laat" not in client.get(page).text
    clock.shift(timedelta(days=7))
    assert "Ze zouden vóór" in client.get(page).text


def test_a_coordinator_approves_on_the_page(client: Client, request_of_amal, page_of, chris, clock):
    client.force_login(chris)
    assert "Amal Haddad" in client.get(page_of).text
    response = client.post(page_of, {"answer": "grant"}, follow=True)
    assert "Goedgekeurd op 8 februari 2027" in response.text
    request_of_amal.refresh_from_db()
    assert request_of_amal.state == "confirmed"
    assert "wacht niet meer" in client.post(page_of, {"answer": "grant"}, follow=True).text


def test_a_refusal_on_the_page_needs_a_reason_and_no_bsn(client: Client, request_of_amal, page_of, chris, clock):
    client.force_login(chris)
    assert "field--err" in client.post(page_of, {"answer": "refuse", "reason": ""}).text
    stopped = client.post(page_of, {"answer": "refuse", "reason": "Om 111222333"})
    assert "burgerservicenummer" in stopped.text
    assert "Om 111222333" in stopped.text
    client.post(page_of, {"answer": "refuse", "reason": "Volg eerst de basis."})
    request_of_amal.refresh_from_db()
    assert request_of_amal.state == "declined"


def test_an_intake_is_planned_on_the_page(client: Client, request_of_amal, page_of, chris, clock):
    request_of_amal.approvals.update(kind=Kind.INTAKE)
    client.force_login(chris)
    past = client.post(page_of, {"answer": "plan", "day": "2027-02-01", "time": "10:00", "place": "Delft"})
    assert "Dit moment is voorbij" in past.text
    client.post(page_of, {"answer": "plan", "day": "2027-02-10", "time": "10:00", "place": "Delft"})
    assert request_of_amal.approvals.get().state == State.PLANNED


def test_the_learner_sees_what_the_request_waits_for(client: Client, request_of_amal, amal, clock):
    client.force_login(amal)
    text = client.get(reverse("enrolments:enrolment", args=[request_of_amal.code])).text
    assert "Waar je aanvraag op wacht" in text
    assert "Goedkeuring door RoboHouse" in text
    assert "15 februari 2027" in text
    assert "Goedkeuring door RoboHouse" in client.get(reverse("enrolments:my")).text


def test_the_learner_reads_why_not(client: Client, request_of_amal, amal, chris, now, clock):
    refuse_approval(request_of_amal.approvals.get(), "Volg eerst de basis.", by=chris, at=now)
    client.force_login(amal)
    text = client.get(reverse("enrolments:enrolment", args=[request_of_amal.code])).text
    assert "RoboHouse heeft je inschrijving niet goedgekeurd" in text
    assert "Volg eerst de basis." in text


def test_the_enrolment_page_says_that_a_request_holds_no_place(client: Client, asking, clock):
    text = client.get(reverse("enrolments:enrol", args=[asking.code])).text
    assert "Een aanvraag houdt geen plek vast" in text


def test_my_page_asks_as_many_questions_for_many_requests_as_for_one(
    client: Client, amal, course, chris, now, clock, django_assert_num_queries
):
    def ask() -> None:
        edition = EditionFactory(course=course, needs_approval=True, needs_intake=True)
        enrol(edition, amal, answers(), language="nl", by=amal, at=now)

    client.force_login(amal)
    ask()
    client.get(reverse("enrolments:my"))  # what is asked once per process
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("enrolments:my"))
    ask()
    ask()
    with django_assert_num_queries(len(one)):
        client.get(reverse("enrolments:my"))


def test_everyone_of_the_house_is_asked_and_nobody_who_left(asking, amal, chris, robohouse, now):
    second, gone = UserFactory(email="tweede@robohouse.example"), UserFactory()
    MembershipFactory(user=second, organisation=robohouse, role="coordinator")
    MembershipFactory(user=gone, organisation=robohouse, role="coordinator", ends_on=now.date() - timedelta(days=1))
    enrol(asking, amal, answers(), language="nl", by=amal, at=now)
    assert set(told("approval_asked")) == {"chris@robohouse.example", "tweede@robohouse.example"}
