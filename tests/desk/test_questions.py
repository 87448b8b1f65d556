"""A question's way: to the house that answers, to the company that asked, and into the figures once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Course
from lms.desk import actions
from lms.desk.deadlines import due_on
from lms.desk.models import Entry, Request, Topic
from lms.desk.tasks import forget_old_contacts
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import Organisation, User
from tests.desk.conftest import ask, facts, mails, question
from tests.factories import NOW, OrganisationFactory

CONTACT = "org_contact"
DAY = timedelta(days=1)


# Routing --------------------------------------------------------------------------------------------------------------


def test_a_topic_leads_to_its_lab(asked: Request, robohouse: Organisation):
    assert (asked.state, asked.routed_to) == ("routed", robohouse)


def test_a_topic_about_a_course_leads_to_its_provider_and_names_the_course(
    courses_topic: Topic, course: Course, robohouse: Organisation
):
    found = ask(topic=courses_topic)
    assert (found.routed_to, found.course) == (robohouse, course)


def test_who_does_not_know_the_topic_is_answered_by_the_programme_office(officer: User):
    found = ask()
    assert (found.state, found.routed_to) == ("new", None)
    assert [one.recipient for one in mails("desk_for_you")] == [officer]


def test_the_lab_that_was_chosen_goes_before_the_topic(robots: Topic, ramlab: Organisation):
    assert ask(topic=robots, lab=ramlab).routed_to == ramlab


def test_the_company_gets_a_receipt_with_its_number_and_its_link(asked: Request):
    (receipt,) = mails("desk_received")
    assert receipt.email == "kees@vandorp.example"
    assert f"/en/desk/follow/{asked.token}/" in receipt.text
    assert asked.grouped_code in receipt.subject


def test_the_coordinators_of_the_house_hear_of_it_and_nothing_about_persons(
    chris: User, other_coordinator: User, robots: Topic
):
    found = ask(topic=robots)
    (told,) = mails("desk_for_you")
    assert told.recipient == chris
    assert found.grouped_code in told.text
    assert "Kees" not in told.text
    assert "vandorp" not in told.text.lower()


def test_the_office_lays_it_with_another_house(asked: Request, officer: User, ramlab: Organisation, chris: User):
    actions.take_on(asked, by=chris, at=NOW)
    actions.route(asked, ramlab, by=officer, at=NOW)
    assert (asked.state, asked.routed_to, asked.assignee) == ("routed", ramlab, None)
    assert not Request.objects.visible_to(chris).exists()


def test_a_house_hands_back_what_is_not_for_it_but_may_not_lay_it_elsewhere(
    asked: Request, chris: User, ramlab: Organisation
):
    with pytest.raises(PermissionDenied):
        actions.route(asked, ramlab, by=chris, at=NOW)
    actions.hand_back(asked, by=chris, at=NOW)
    assert (asked.state, asked.routed_to) == ("new", None)


def test_another_house_may_do_nothing(asked: Request, other_coordinator: User):
    for act in (
        lambda: actions.answer(asked, "Nee.", by=other_coordinator, at=NOW),
        lambda: actions.add_note(asked, "Nee.", by=other_coordinator, at=NOW),
        lambda: actions.close(asked, "advice", by=other_coordinator, at=NOW),
        lambda: actions.take_on(asked, by=other_coordinator, at=NOW),
        lambda: actions.hand_back(asked, by=other_coordinator, at=NOW),
        lambda: actions.mark_spam(asked, by=other_coordinator, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()


# The term -------------------------------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_term_is_five_working_days_without_weekends_and_holidays():
    at = timezone.make_aware(timezone.datetime(2026, 12, 24, 16, 0))
    assert due_on(at, 5) == date(2027, 1, 4)  # both Christmas days, two weekends and New Year's Day lie between


def test_a_question_is_overdue_the_day_after_its_term(asked: Request):
    assert asked.due_on == date(2027, 2, 15)
    assert not Request.objects.overdue(date(2027, 2, 15)).exists()
    assert list(Request.objects.overdue(date(2027, 2, 16))) == [asked]


def test_an_answered_question_is_never_overdue(answered: Request):
    assert not Request.objects.overdue(date(2028, 1, 1)).exists()


# Answering ------------------------------------------------------------------------------------------------------------


def test_an_answer_goes_out_with_courses_and_labs(asked: Request, chris: User, course: Course, ramlab: Organisation):
    entry = actions.answer(asked, "Kijk eens hier.", courses=[course], labs=[ramlab], by=chris, at=NOW)
    assert asked.state == "answered"
    assert asked.assignee == chris
    (mail,) = mails("desk_answered")
    assert "Kijk eens hier." in mail.text
    assert course.title_en in mail.text
    assert ramlab.name in mail.text
    assert list(entry.courses.all()) == [course]


def test_the_first_answer_makes_a_company_reached_once(answered: Request, chris: User, vandorp: Organisation):
    actions.reply(answered, "En hoe duur is dat?", at=NOW + 2 * DAY)
    assert answered.state == "routed"
    actions.answer(answered, "Dat valt mee.", by=chris, at=NOW + 3 * DAY)
    assert facts(CONTACT) == [(f"request:{answered.pk}", 1)]
    assert answered.organisation == vandorp


def test_a_new_company_becomes_an_organisation_only_when_someone_answers(chris: User, robots: Topic):
    found = ask(topic=robots, company_name="Nieuw Metaal", company_kvk="07654321")
    assert not Organisation.objects.filter(name="Nieuw Metaal").exists()
    actions.answer(found, "Welkom.", by=chris, at=NOW)
    made = Organisation.objects.get(kvk_number="07654321")
    assert made.reviewed_at is None
    assert found.organisation == made


def test_a_partner_that_asks_is_answered_and_not_counted(robots: Topic, chris: User):
    OrganisationFactory(name="Consortium BV", is_partner=True)
    found = ask(topic=robots, company_name="consortium bv", company_kvk="")
    actions.answer(found, "Ja.", by=chris, at=NOW)
    assert found.state == "answered"
    assert facts(CONTACT) == []


def test_without_an_address_the_answer_is_mailed_to_nobody(robots: Topic, chris: User):
    found = ask(topic=robots, contact_email="")
    actions.answer(found, "Ja.", by=chris, at=NOW)
    assert mails("desk_received") + mails("desk_answered") == []


def test_a_note_is_never_for_the_company(answered: Request, chris: User):
    actions.add_note(answered, "Belde boos op.", by=chris, at=NOW)
    assert "Belde boos op." not in [one.text for one in answered.entries.for_the_company()]
    assert mails("desk_answered")[-1].text.count("boos") == 0


def test_closing_says_what_came_of_it_and_asking_on_opens_it_again(answered: Request, chris: User):
    actions.close(answered, "advice", by=chris, at=NOW + 2 * DAY)
    assert (answered.state, answered.outcome) == ("closed", "advice")
    actions.reply(answered, "Nog iets.", at=NOW + 30 * DAY)
    assert (answered.state, answered.outcome) == ("routed", "")
    assert answered.due_on > (NOW + 30 * DAY).date()


def test_a_withdrawn_question_takes_no_more_words(asked: Request):
    actions.withdraw(asked, at=NOW)
    assert asked.state == "withdrawn"
    with pytest.raises(TransitionRefused):
        actions.reply(asked, "Toch wel.", at=NOW)


def test_every_step_of_the_way_is_an_event(answered: Request, chris: User):
    actions.close(answered, "lab", by=chris, at=NOW + 2 * DAY)
    verbs = list(Event.objects.about(answered).values_list("verb", flat=True))
    assert verbs == ["request.asked", "request.answered", "request.closed"]


# Twice is once, spam --------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_question(robots: Topic):
    key = uuid4()
    first, second = ask(topic=robots, form_key=key), ask(topic=robots, form_key=key)
    assert first == second
    assert Entry.objects.count() == 1
    assert len(mails("desk_received")) == 1


def test_the_same_answer_sent_twice_is_one_answer(asked: Request, chris: User):
    key = uuid4()
    for _time in range(2):
        actions.answer(asked, "Ja.", by=chris, at=NOW, form_key=key)
    assert asked.entries.filter(author="desk").count() == 1
    assert len(mails("desk_answered")) == 1


def test_a_machine_is_kept_apart_and_a_person_among_them_is_not_lost(robots: Topic, officer: User):
    found = actions.ask(question(topic=robots), language="en", by=None, at=NOW, is_suspect=True)
    assert found.state == "spam"
    assert mails("desk_received") + mails("desk_for_you") == []
    actions.not_spam(found, by=officer, at=NOW + DAY)
    assert (found.state, found.due_on) == ("new", date(2027, 2, 16))
    assert len(mails("desk_received")) == 1


def test_the_database_keeps_a_routed_question_with_a_house(asked: Request):
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.update(routed_to=None)


# Forgetting -----------------------------------------------------------------------------------------------------------


def test_the_contact_person_is_forgotten_after_two_years_and_the_count_stays(
    answered: Request, chris: User, clock: object
):
    actions.close(answered, "advice", by=chris, at=NOW + 2 * DAY)
    token = answered.token
    clock.move_to(NOW + timedelta(days=731))  # type: ignore[attr-defined]
    assert forget_old_contacts() == 0
    clock.move_to(NOW + timedelta(days=733))  # type: ignore[attr-defined]
    assert forget_old_contacts() == 1
    assert forget_old_contacts() == 0
    answered.refresh_from_db()
    assert (answered.contact_name, answered.contact_email, answered.contact_phone) == ("", "", "")
    assert answered.token != token
    assert set(answered.entries.values_list("text", flat=True)) == {""}
    assert facts(CONTACT) == [(f"request:{answered.pk}", 1)]


def test_an_open_question_is_not_forgotten_however_old(asked: Request, clock: object):
    clock.move_to(NOW + timedelta(days=3000))  # type: ignore[attr-defined]
    assert forget_old_contacts() == 0


def test_spam_is_forgotten_after_a_month(asked: Request, chris: User, clock: object):
    actions.mark_spam(asked, by=chris, at=NOW)
    clock.move_to(NOW + timedelta(days=31))  # type: ignore[attr-defined]
    assert forget_old_contacts() == 1
