"""Waiting for a date: asked once, told once, stopped with one click, forgotten after a year."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from courses import signals, tasks
from courses.actions import (
    Wish,
    ask_for_code,
    confirm_interest,
    publish_edition,
    register_interest,
    renew_interest_code,
    tell_of_edition,
    withdraw_interest,
)
from courses.models import Interest, InterestRequest, Telling
from enrolments.actions import enrol
from lms.celery import app
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.actions import CodeNotSent, CodeRefused
from lms.people.models import User
from tests.factories import NOW, EditionFactory, LearningOutcomeFactory, UserFactory, answers

State = Interest.State
NAME = {"given_name": "Mila", "name_prefix": "", "family_name": "Groen"}
TUESDAYS = Wish(days=("tue",), dayparts=("evening",), place="Delft")


@pytest.fixture
def heard():
    """What the layers above would hear: the codes, who was put on the list, who was told of what."""
    found = {"codes": {}, "registered": [], "told": []}

    def on_code(request, code, **kwargs):
        found["codes"][request.email] = code

    def on_registered(interest, **kwargs):
        found["registered"].append(interest.user.email)

    def on_told(interest, edition, **kwargs):
        found["told"].append((interest.user.email, edition.code))

    signals.interest_asked.connect(on_code, weak=False, dispatch_uid="t1")
    signals.interest_registered.connect(on_registered, weak=False, dispatch_uid="t2")
    signals.edition_opened.connect(on_told, weak=False, dispatch_uid="t3")
    yield found
    signals.interest_asked.disconnect(dispatch_uid="t1")
    signals.interest_registered.disconnect(dispatch_uid="t2")
    signals.edition_opened.disconnect(dispatch_uid="t3")


def wait(course, user, wish=TUESDAYS, at=NOW):
    return register_interest(course, user, wish, language="nl", by=user, at=at)


def ask(course, email="mila@voorbeeld.example", at=NOW):
    return ask_for_code(course, email=email, name=NAME, wish=TUESDAYS, language="en", at=at)


# Asking --------------------------------------------------------------------------------------------------------------


def test_the_right_digits_make_an_account_and_put_its_owner_on_the_list(course, heard):
    asked = ask(course, email="Mila@Voorbeeld.example")
    assert not User.objects.with_email("mila@voorbeeld.example").exists()
    interest = confirm_interest(asked, heard["codes"]["mila@voorbeeld.example"], at=NOW)
    assert interest.user.full_name == "Mila Groen"
    assert (interest.days, interest.dayparts, interest.place) == (["tue"], ["evening"], "Delft")
    assert interest.state == State.WAITING
    assert heard["registered"] == ["mila@voorbeeld.example"]


def test_the_name_of_a_known_account_is_left_alone(course, amal, heard):
    interest = confirm_interest(ask(course, email=amal.email), heard_code(heard, amal.email), at=NOW)
    assert interest.user == amal
    assert User.objects.get(pk=amal.pk).full_name == "Amal Haddad"


def heard_code(heard, email):
    return heard["codes"][email]


def test_a_double_click_on_the_digits_is_one_interest_and_one_message(course, heard):
    asked = ask(course)
    code = heard_code(heard, "mila@voorbeeld.example")
    assert confirm_interest(asked, code, at=NOW) == confirm_interest(asked, code, at=NOW)
    assert Interest.objects.count() == 1
    assert len(heard["registered"]) == 1


def test_wrong_digits_are_counted_and_the_sixth_try_is_no_try(course, heard):
    asked = ask(course)
    right = heard_code(heard, asked.email)
    wrong = "000000" if right != "000000" else "111111"
    left = []
    for _try in range(5):
        with pytest.raises(CodeRefused) as refused:
            confirm_interest(asked, wrong, at=NOW)
        left.append(refused.value.attempts_left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeRefused):
        confirm_interest(asked, right, at=NOW)
    assert not Interest.objects.exists()


def test_new_digits_replace_the_old_and_come_at_most_once_a_minute(course, heard):
    asked = ask(course)
    first = heard_code(heard, asked.email)
    with pytest.raises(CodeNotSent):
        renew_interest_code(asked, at=NOW + timedelta(seconds=30))
    renew_interest_code(asked, at=NOW + timedelta(minutes=2))
    second = heard_code(heard, asked.email)
    if first != second:
        with pytest.raises(CodeRefused):
            confirm_interest(asked, first, at=NOW + timedelta(minutes=2))
    assert confirm_interest(asked, second, at=NOW + timedelta(minutes=3)) is not None


def test_asking_again_changes_the_wish_and_sends_no_second_message(course, amal, heard):
    first = wait(course, amal)
    again = wait(course, amal, Wish(period="soon"), at=NOW + timedelta(days=1))
    assert again == first
    assert (again.days, again.period) == ([], "soon")
    assert heard["registered"] == [amal.email]


def test_the_same_form_twice_changes_nothing(course, amal):
    wait(course, amal)
    before = Event.objects.count()
    wait(course, amal, at=NOW + timedelta(minutes=1))
    assert Event.objects.count() == before
    assert Interest.objects.get().asked_at == NOW


def test_someone_can_wait_for_two_courses_and_a_course_for_two_people(course, amal, dina):
    wait(course, amal)
    wait(course, dina)
    wait(EditionFactory().course, amal)
    assert Interest.objects.live().count() == 3


def test_the_database_keeps_one_live_interest_per_person_and_course(course, amal):
    wait(course, amal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(course=course, user=amal, language="nl", asked_at=NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"persons": 0},
        {"persons": 501, "organisation_name": "Van Dorp"},
        {"persons": 4, "organisation_name": ""},
        {"state": "withdrawn"},
        {"ended_at": NOW},
    ],
    ids=["nobody", "too many", "a group without a company", "ended without a moment", "a moment without an end"],
)
def test_the_database_refuses_an_interest_that_cannot_be(course, amal, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(**{"course": course, "user": amal, "language": "nl", "asked_at": NOW, **wrong})


# Being told ----------------------------------------------------------------------------------------------------------


def test_publishing_an_open_edition_tells_who_waits(course, amal, bo, heard, clock, django_capture_on_commit_callbacks):
    LearningOutcomeFactory(course=course)
    interest = wait(course, amal)
    edition = EditionFactory(course=course, draft=True, trainers=[bo])
    app.conf.task_always_eager = True
    try:
        with django_capture_on_commit_callbacks(execute=True):
            publish_edition(edition, by=None, at=NOW)
    finally:
        app.conf.task_always_eager = False
    assert heard["told"] == [(amal.email, edition.code)]
    interest.refresh_from_db()
    assert interest.state == State.TOLD


def test_an_edition_that_opens_later_is_told_of_when_it_opens(course, amal, heard, clock):
    wait(course, amal)
    edition = EditionFactory(course=course, enrolment_opens_at=NOW + timedelta(days=3))
    assert tasks.tell_who_waits(edition.pk) == 0
    clock.move_to(NOW + timedelta(days=3, minutes=5))
    assert tasks.tell_who_waits() == 1
    assert heard["told"] == [(amal.email, edition.code)]


def test_nobody_is_told_twice_of_one_edition(course, amal, heard, clock):
    interest = wait(course, amal)
    edition = EditionFactory(course=course)
    for _time in range(3):
        tasks.tell_who_waits()
    assert not tell_of_edition(interest, edition, at=NOW)
    assert len(heard["told"]) == 1


def test_who_was_told_stays_on_the_list_for_the_next_edition(course, amal, heard, clock):
    wait(course, amal)
    EditionFactory(course=course, code="first")
    tasks.tell_who_waits()
    EditionFactory(course=course, code="second")
    tasks.tell_who_waits()
    assert [code for _email, code in heard["told"]] == ["first", "second"]


def test_what_was_open_when_someone_asked_is_no_news(course, edition, amal, heard, clock):
    wait(course, amal)
    tasks.tell_who_waits()
    assert heard["told"] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"draft": True},
        {"cancelled": True},
        {"capacity": 5, "seats_taken": 5},
        {"enrolment_closes_at": NOW - timedelta(hours=1)},
        {"first_day": NOW - timedelta(days=1), "enrolment_closes_at": NOW + timedelta(days=9)},
    ],
    ids=["draft", "cancelled", "full", "closed", "begun"],
)
def test_an_edition_nobody_can_get_a_place_in_is_not_told_of(course, amal, heard, clock, facts):
    wait(course, amal)
    EditionFactory(course=course, **facts)
    assert tasks.tell_who_waits() == 0


def test_an_edition_of_another_course_is_not_told_of(course, amal, clock):
    wait(course, amal)
    EditionFactory()
    assert tasks.tell_who_waits() == 0


def test_who_asks_again_after_being_told_waits_again(course, amal, clock):
    interest = wait(course, amal)
    EditionFactory(course=course)
    tasks.tell_who_waits()
    wait(course, amal, at=NOW + timedelta(days=2))
    interest.refresh_from_db()
    assert (interest.state, interest.asked_at) == (State.WAITING, NOW + timedelta(days=2))


# Stopping ------------------------------------------------------------------------------------------------------------


def test_who_withdraws_is_told_of_nothing_more_and_may_ask_again(course, amal, heard, clock):
    interest = wait(course, amal)
    withdraw_interest(interest, by=amal, at=NOW)
    EditionFactory(course=course)
    assert tasks.tell_who_waits() == 0
    with pytest.raises(TransitionRefused):
        withdraw_interest(interest, by=amal, at=NOW)
    assert wait(course, amal) != interest


def test_nobody_else_withdraws_it(course, amal, dina, chris, officer):
    interest = wait(course, amal)
    for stranger in (dina, chris, officer):
        with pytest.raises(PermissionDenied):
            withdraw_interest(interest, by=stranger, at=NOW)


def test_a_place_in_the_course_ends_the_waiting_of_one_person(edition, amal):
    interest = wait(edition.course, amal)
    enrol(edition, amal, answers(), language="nl", by=amal, at=NOW)
    interest.refresh_from_db()
    assert (interest.state, interest.ended_at) == (State.MET, NOW)


def test_a_group_still_waits_when_one_of_it_enrols(edition, amal):
    interest = wait(edition.course, amal, Wish(persons=6, organisation_name="Van Dorp"))
    enrol(edition, amal, answers(), language="nl", by=amal, at=NOW)
    interest.refresh_from_db()
    assert interest.state == State.WAITING


def test_who_is_on_the_waiting_list_still_waits_for_a_date(full_edition, amal):
    interest = wait(full_edition.course, amal)
    enrol(full_edition, amal, answers(), language="nl", by=amal, at=NOW)
    interest.refresh_from_db()
    assert interest.state == State.WAITING


# Forgetting ----------------------------------------------------------------------------------------------------------


def test_after_a_year_it_lapses_and_a_month_later_it_is_gone(edition, amal, clock):
    interest = wait(edition.course, amal)
    clock.move_to(NOW + timedelta(days=364))
    tasks.forget_old_interests()
    assert Interest.objects.get().state == State.WAITING
    clock.move_to(NOW + timedelta(days=366))
    tasks.forget_old_interests()
    interest.refresh_from_db()
    assert interest.state == State.LAPSED
    clock.move_to(NOW + timedelta(days=397))
    assert tasks.forget_old_interests() == 1
    assert not Interest.objects.exists()
    assert not Telling.objects.exists()


def test_what_was_never_confirmed_is_gone_after_a_day(course, clock):
    ask(course)
    clock.move_to(NOW + timedelta(hours=23))
    tasks.forget_old_interests()
    assert InterestRequest.objects.exists()
    clock.move_to(NOW + timedelta(hours=25))
    tasks.forget_old_interests()
    assert not InterestRequest.objects.exists()


# Who sees it ---------------------------------------------------------------------------------------------------------


def test_only_the_own_house_and_the_office_see_who_waits(
    course, amal, chris, other_coordinator, officer, auditor, bo, dina
):
    interest = wait(course, amal)
    seen = [one for one in (chris, officer) if interest in Interest.objects.visible_to(one)]
    assert seen == [chris, officer]
    for one in (other_coordinator, auditor, bo, dina):
        assert not Interest.objects.visible_to(one).exists()


def test_the_sweep_asks_no_more_for_ten_who_know_than_for_one(course, clock, django_assert_max_num_queries):
    def questions():
        with django_assert_max_num_queries(50) as counted:
            tasks.tell_who_waits()
        return len(counted)

    EditionFactory(course=course)
    wait(course, UserFactory())
    tasks.tell_who_waits()
    few = questions()
    for _number in range(10):
        wait(course, UserFactory())
    tasks.tell_who_waits()
    assert questions() == few
