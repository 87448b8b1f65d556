"""Every signal becomes exactly one message: to the right person, in their language, with the facts."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from certificates.actions import issue_certificate, request_certificate
from certificates.models import Certificate
from courses.actions import Wish, announce_funding, ask_for_code, register_interest, tell_of_edition
from courses.models import Course, InterestRequest, Price
from enrolments.actions import (
    accept_offer,
    cancel_edition,
    decline_offer,
    enrol,
    hold_seat,
    lapse_offer,
    move_to_edition,
    renew_code,
    withdraw,
)
from enrolments.models import Enrolment, Order, SeatHold
from enrolments.offers import token_for
from lms.messages.models import MailText, Message
from tests.factories import EditionFactory, EnrolmentFactory, LearningOutcomeFactory, answers

pytestmark = pytest.mark.django_db


def the_message() -> Message:
    return Message.objects.get()


def address(name: str, language: str, *args: object) -> str:
    with translation.override(language):
        return "http://testserver" + reverse(name, args=args)


def entries(message: Message) -> list:
    return [part for part in Calendar.from_ical(message.calendar).walk() if part.name == "VEVENT"]


def sequences(message: Message) -> list[int]:
    return [int(event["SEQUENCE"]) for event in entries(message)]


# The code -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "until"), [("nl", "Cobots in de praktijk", "10.20"), ("en", "Cobots in practice", "10:20")]
)
def test_a_held_seat_mails_the_code_in_the_visitors_language(edition, now, sent_codes, language, title, until):
    hold = hold_seat(edition, email="Nieuw@Voorbeeld.example", answers=answers(), language=language, at=now)
    message = the_message()
    code = sent_codes["nieuw@voorbeeld.example"]
    assert (message.kind, message.email, message.language) == ("enrolment_code", "nieuw@voorbeeld.example", language)
    assert message.recipient is None
    assert message.subject.startswith(code)
    for part in (message.text, message.html):
        assert code in part
        assert title in part
        assert until in part
        assert address("enrolments:code", language, hold.token) in part


def test_the_code_never_stands_in_an_event(edition, now, sent_codes):
    hold = hold_seat(edition, email="nieuw@voorbeeld.example", answers=answers(), language="nl", at=now)
    from lms.kernel.models import Event

    assert not Event.objects.about(hold).filter(data__icontains=sent_codes["nieuw@voorbeeld.example"]).exists()


def test_without_a_free_seat_the_code_mail_promises_none(full_edition, now, sent_codes):
    hold_seat(full_edition, email="nieuw@voorbeeld.example", answers=answers(), language="nl", at=now)
    message = the_message()
    assert sent_codes["nieuw@voorbeeld.example"] in message.text
    assert "10.20" not in message.text


def test_a_renewed_code_is_one_more_message_with_the_new_digits(edition, now, sent_codes):
    hold = hold_seat(edition, email="nieuw@voorbeeld.example", answers=answers(), language="nl", at=now)
    renew_code(hold, at=now + timedelta(minutes=3))
    newest = Message.objects.first()
    assert Message.objects.count() == 2
    assert sent_codes["nieuw@voorbeeld.example"] in newest.subject
    assert newest.created_at == now + timedelta(minutes=3)


# A seat ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "title", "span", "hours", "first"),
    [
        ("nl", "Cobots in de praktijk", "4 t/m 25 maart 2027", "09.00–16.30", "donderdag 4 maart 2027"),
        ("en", "Cobots in practice", "4 to 25 March 2027", "09:00–16:30", "Thursday 4 March 2027"),
    ],
)
def test_a_confirmed_seat_is_told_with_when_and_where(edition, amal, now, language, title, span, hours, first):
    enrolment = enrol(edition, amal, answers(), language=language, by=amal, at=now)
    message = the_message()
    assert (message.kind, message.recipient, message.email) == ("enrolment_confirmed", amal, amal.email)
    assert message.language == language
    assert message.about == f"enrolments.Enrolment:{enrolment.pk}"
    assert title in message.subject
    for part in (message.text, message.html):
        for fact in ("Amal", title, span, hours, first, "Molengraaffsingel 29", "RoboHouse", enrolment.code):
            assert fact in part
        assert address("enrolments:enrolment", language, enrolment.code) in part


def test_an_empty_line_stands_before_the_greeting_and_never_two(edition, amal, now):
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    for message in Message.objects.all():
        assert re.search(r"\S\n\nGroet,\n", message.text)
        assert "\n\n\n" not in message.text


def test_a_confirmed_seat_comes_with_an_invitation_for_every_session(edition, amal, now):
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    message = the_message()
    events = entries(message)
    assert message.calendar_method == "REQUEST"
    assert Calendar.from_ical(message.calendar)["METHOD"] == "REQUEST"
    assert len(events) == 4
    assert {str(event["ATTENDEE"]) for event in events} == {f"mailto:{amal.email}"}
    assert {str(event["ORGANIZER"]) for event in events} == {"mailto:noreply@localhost"}
    assert events[0].decoded("DTSTART") == edition.starts_at


def test_the_funders_words_stand_in_the_mail_of_a_funded_edition_only(edition, amal, now):
    announce_funding(edition, notice_nl="Betaald door de Unie", notice_en="Paid by the Union", emblem="eu", by=None)
    enrol(edition, amal, answers(), language="en", by=amal, at=now)
    message = the_message()
    assert "Paid by the Union" in message.text
    assert "Paid by the Union" in message.html
    assert "Betaald door de Unie" not in message.text


def test_sessions_at_different_times_are_listed_one_by_one(course, bo, amal, now):
    edition = EditionFactory(code="cobots-27-5", course=course, trainers=[bo], days=2)
    last = edition.sessions.last()
    last.ends_at -= timedelta(hours=4)
    last.save(update_fields=["ends_at"])
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    assert "do 4 mrt 2027: 09.00–16.30" in the_message().text
    assert "do 11 mrt 2027: 09.00–12.30" in the_message().text


def test_a_name_cannot_smuggle_markup_into_a_mail(edition, now, sent_codes):
    said = answers(given_name="<script>alert(1)</script>")
    hold_seat(edition, email="nieuw@voorbeeld.example", answers=said, language="nl", at=now)
    assert "<script>" not in the_message().html
    assert "&lt;script&gt;" in the_message().html


def ordered(course, learner, at, **changes):
    """A place that the learner pays themselves."""
    Price.objects.filter(course=course, audience="standard").update(cents=12_100)
    Course.objects.filter(pk=course.pk).update(vat_regime="standard_21")
    edition = EditionFactory(course=Course.objects.get(pk=course.pk))
    said = answers(**({"category": "other", "institution": ""} | changes))
    return enrol(edition, learner, said, language=learner.language, by=learner, at=at)


@pytest.mark.parametrize(
    ("language", "price", "until"),
    [
        ("nl", "€ 121, waarvan btw € 21", "maandag 22 februari 2027"),
        ("en", "€121, of which VAT €21", "Monday 22 February 2027"),
    ],
)
def test_who_pays_as_a_private_person_keeps_price_and_the_way_back_in_the_mail(
    course, amal, now, language, price, until
):
    amal.language = language
    enrolment = ordered(course, amal, now)
    message = the_message()
    for part in (message.text, message.html):
        assert price in part.replace("\xa0", " ")
        assert until in part
        assert address("enrolments:withdraw_contract", language, enrolment.code) in part


def test_who_asked_for_an_early_start_reads_what_that_means(course, amal, now):
    amal.language = "en"
    ordered(course, amal, now, early_start=True)
    assert "You asked to start within these days" in the_message().text
    assert "paid back within" not in the_message().text


def test_the_self_employed_read_the_price_and_have_no_days_to_go_back_on_it(course, amal, now):
    amal.language = "en"
    ordered(course, amal, now, category="self_employed")
    assert "€121" in the_message().text.replace("\xa0", " ")
    assert "withdraw from the contract" not in the_message().text


def test_who_moves_after_the_days_to_go_back_on_it_is_not_offered_them_again(course, bo, amal, now):
    amal.language = "en"
    enrolment = ordered(course, amal, now)
    moved = move_to_edition(
        enrolment, EditionFactory(course=course, trainers=[bo]), by=amal, at=now + timedelta(days=16), is_order=True
    )
    message = Message.objects.get(kind="enrolment_confirmed", about=f"enrolments.Enrolment:{moved.pk}")
    assert "€121" in message.text
    assert "withdraw from the contract" not in message.text


def test_the_programme_office_s_own_words_leave_the_way_back_in_place(course, amal, now):
    MailText.objects.update_or_create(
        kind="enrolment_confirmed", language="nl", defaults={"is_own": True, "subject": "Fijn", "words": "Tot dan."}
    )
    amal.language = "nl"
    ordered(course, amal, now)
    assert "Tot dan." in the_message().text
    assert "22 februari 2027" in the_message().text
    assert "22 februari 2027" in the_message().html


# The waiting list -----------------------------------------------------------------------------------------------------


def test_a_waiter_hears_which_place_they_have(full_edition, amal, dina, now):
    enrol(full_edition, dina, answers(), language="nl", by=dina, at=now)
    enrol(full_edition, amal, answers(), language="nl", by=amal, at=now + timedelta(minutes=1))
    to_dina, to_amal = Message.objects.order_by("pk")
    assert (to_dina.kind, to_dina.recipient) == ("enrolment_waitlisted", dina)
    assert (to_amal.kind, to_amal.recipient) == ("enrolment_waitlisted", amal)
    assert re.search(r"\b1\b", to_dina.subject)
    assert re.search(r"\b2\b", to_amal.subject)
    assert to_amal.calendar == ""


def offered(full_edition, learner, now) -> Enrolment:
    """``learner`` waits, the only seat comes free, the offer is made."""
    waiter = enrol(full_edition, learner, answers(), language="nl", by=learner, at=now)
    withdraw(full_edition.enrolments.get(state=Enrolment.State.CONFIRMED), by=None, at=now)
    waiter.refresh_from_db()
    assert waiter.state == Enrolment.State.OFFERED
    return waiter


def test_an_offer_tells_until_when_and_where_to_answer(full_edition, amal, now):
    waiter = offered(full_edition, amal, now)
    message = Message.objects.get(kind="seat_offered")
    assert message.recipient == amal
    for part in (message.text, message.html):
        assert "woensdag 10 februari 2027" in part
        assert "10.00" in part
        for answer in ("accept", "decline"):
            assert address("enrolments:offer", "nl", token_for(waiter, answer)) in part


def test_reading_the_offer_answers_nothing(full_edition, amal, now, clock, client):
    waiter = offered(full_edition, amal, now)
    client.force_login(amal)
    for url in re.findall(r"http://testserver(\S+)", Message.objects.get(kind="seat_offered").text):
        client.get(url)
    waiter.refresh_from_db()
    assert waiter.state == Enrolment.State.OFFERED


def test_an_accepted_offer_is_confirmed_with_an_invitation(full_edition, amal, now):
    waiter = offered(full_edition, amal, now)
    accept_offer(waiter, by=amal, at=now)
    message = Message.objects.get(kind="enrolment_confirmed", recipient=amal)
    assert len(entries(message)) == 4


def test_a_lapsed_offer_is_told_with_what_else_there_is(full_edition, course, bo, amal, now):
    other = EditionFactory(code="cobots-27-8", course=course, trainers=[bo])
    waiter = offered(full_edition, amal, now)
    lapse_offer(waiter, at=now + timedelta(hours=48))
    message = Message.objects.get(kind="offer_lapsed")
    assert message.recipient == amal
    assert address("enrolments:enrol", "nl", other.code) in message.text
    assert address("enrolments:enrol", "nl", other.code) in message.html


def test_a_declined_offer_needs_no_mail(full_edition, amal, now):
    waiter = offered(full_edition, amal, now)
    before = Message.objects.count()
    decline_offer(waiter, by=amal, at=now)
    assert Message.objects.count() == before


# Ending ---------------------------------------------------------------------------------------------------------------


def test_who_withdraws_gets_the_sessions_out_of_the_calendar(edition, amal, now):
    enrolment = enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    withdraw(enrolment, by=amal, at=now)
    message = Message.objects.get(kind="enrolment_withdrawn")
    invited = Message.objects.get(kind="enrolment_confirmed")
    assert message.calendar_method == "CANCEL"
    assert {str(event["UID"]) for event in entries(message)} == {str(event["UID"]) for event in entries(invited)}
    assert sequences(message) > sequences(invited)
    assert {str(event["STATUS"]) for event in entries(message)} == {"CANCELLED"}


def test_who_enrols_again_gets_an_invitation_that_a_calendar_believes(edition, amal, now):
    withdraw(enrol(edition, amal, answers(), language="nl", by=amal, at=now), by=amal, at=now)
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    invited, withdrawn, again = Message.objects.order_by("pk")
    assert sequences(invited) < sequences(withdrawn) < sequences(again)


def test_who_only_waited_gets_no_cancellation_for_the_calendar(full_edition, amal, now):
    withdraw(enrol(full_edition, amal, answers(), language="nl", by=amal, at=now), by=amal, at=now)
    assert Message.objects.get(kind="enrolment_withdrawn").calendar == ""


def test_who_leaves_an_offer_gets_no_cancellation_of_what_was_never_invited(full_edition, amal, now):
    withdraw(offered(full_edition, amal, now), by=amal, at=now)
    assert Message.objects.get(kind="enrolment_withdrawn", recipient=amal).calendar == ""


def test_who_is_withdrawn_by_the_office_reads_by_whom_and_not_that_they_did_it(edition, chris, amal, now):
    enrolment = enrol(edition, amal, answers(), language="en", by=amal, at=now)
    withdraw(enrolment, by=chris, at=now)
    message = Message.objects.get(kind="enrolment_withdrawn")
    assert message.subject == "You no longer take part in Cobots in practice"
    for part in (message.text, message.html):
        assert "RoboHouse has withdrawn you" in part
        assert "Ask RoboHouse" in part
        assert "Enrol again" not in part


def test_who_is_moved_by_the_office_reads_from_which_date_and_is_not_told_that_they_withdrew(
    edition, course, bo, chris, amal, now
):
    other = EditionFactory(course=course, trainers=[bo], first_day=edition.starts_at + timedelta(days=35))
    enrolment = enrol(edition, amal, answers(), language="en", by=amal, at=now)
    Message.objects.all().delete()
    move_to_edition(enrolment, other, by=chris, at=now)
    confirmed, cleaned = Message.objects.order_by("pk")
    assert (confirmed.kind, cleaned.kind) == ("enrolment_confirmed", "enrolment_moved")
    for part in (confirmed.text, confirmed.html):
        assert "RoboHouse moved you to this date" in part
        assert "the one of Thursday 4 March 2027" in part
    assert (confirmed.calendar_method, cleaned.calendar_method) == ("REQUEST", "CANCEL")
    assert len(entries(cleaned)) == 4
    assert "withdrawn" not in cleaned.text


def test_who_still_has_to_take_the_other_date_is_not_told_that_they_have_it(edition, course, bo, chris, amal, now):
    other = EditionFactory(course=course, trainers=[bo])
    payer = answers(category="other", institution="")
    enrolment = enrol(edition, amal, payer, language="en", by=amal, at=now)
    order = enrolment.order
    Message.objects.all().delete()
    Order.objects.filter(pk=order.pk).update(concluded_at=None, withdrawal_until=None)  # not yet bound
    move_to_edition(enrolment, other, by=chris, at=now)
    cleaned = Message.objects.get(kind="enrolment_moved")
    assert Message.objects.filter(kind="seat_offered").exists()
    for part in (cleaned.text, cleaned.html):
        assert "You have another date" not in part
        assert "Take it or leave it" in part


def test_who_moves_themselves_reads_of_it_in_the_same_two_letters(edition, course, bo, amal, now):
    other = EditionFactory(course=course, trainers=[bo])
    enrolment = enrol(edition, amal, answers(), language="en", by=amal, at=now)
    move_to_edition(enrolment, other, by=amal, at=now)
    *_first, confirmed, cleaned = Message.objects.order_by("pk")
    assert (confirmed.kind, cleaned.kind) == ("enrolment_confirmed", "enrolment_moved")
    assert "the one of Thursday 4 March 2027" in confirmed.text
    assert "moved you" not in confirmed.text


def test_who_only_waited_and_is_moved_gets_the_confirmation_alone(full_edition, course, bo, chris, amal, now):
    waiter = enrol(full_edition, amal, answers(), language="en", by=amal, at=now)
    move_to_edition(waiter, EditionFactory(course=course, trainers=[bo]), by=chris, at=now)
    assert [one.kind for one in Message.objects.order_by("pk")] == ["enrolment_waitlisted", "enrolment_confirmed"]


def test_a_cancelled_edition_is_told_once_to_everyone_who_was_still_in_it(edition, course, bo, amal, dina, now):
    other = EditionFactory(code="cobots-27-9", course=course, trainers=[bo])
    closed = EditionFactory(code="cobots-27-7", course=course, trainers=[bo], enrolment_closes_at=now)
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    enrol(edition, dina, answers(), language="en", by=dina, at=now)
    EnrolmentFactory(edition=edition, state=Enrolment.State.WITHDRAWN)
    cancel_edition(edition, by=None, at=now)
    told = Message.objects.filter(kind="enrolment_cancelled")
    assert {(message.recipient, message.language) for message in told} == {(amal, "nl"), (dina, "en")}
    assert told.count() == 2
    to_dina = told.get(recipient=dina)
    assert "Cobots in practice" in to_dina.subject
    assert address("enrolments:enrol", "en", other.code) in to_dina.text
    assert closed.code not in to_dina.text
    assert to_dina.calendar_method == "CANCEL"


# A certificate --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "title"), [("nl", "Cobots in de praktijk"), ("en", "Cobots in practice")])
def test_a_certificate_is_told_when_it_is_there_and_not_before(edition, amal, now, language, title):
    LearningOutcomeFactory(course=edition.course)
    enrolment = EnrolmentFactory(edition=edition, learner=amal, completed=True, language=language)
    certificate = request_certificate(enrolment, kind="participation", by=None, at=now)
    assert not Message.objects.exists()
    issue_certificate(certificate, at=now)
    issue_certificate(Certificate.objects.get(), at=now)
    message = the_message()
    assert (message.kind, message.recipient, message.language) == ("certificate_ready", amal, language)
    assert title in message.subject
    for part in (message.text, message.html):
        assert address("certificates:detail", language, certificate.grouped_number) in part
        assert f"http://testserver/v/{certificate.grouped_number}" in part
    assert not message.calendar  # the one thing that a message of ours can carry


def test_no_message_gives_an_enrolment_away_before_its_address_is_proved(edition, now, sent_codes):
    hold_seat(edition, email="nieuw@voorbeeld.example", answers=answers(), language="nl", at=now)
    assert SeatHold.objects.get().enrolment is None
    assert {message.kind for message in Message.objects.all()} == {"enrolment_code"}


# Waiting for a date ---------------------------------------------------------------------------------------------------


def ask_for_date(course, at, **changes):
    name = {"given_name": "Mila", "name_prefix": "", "family_name": "Groen"}
    ask_for_code(course, email="mila@voorbeeld.example", name=name, wish=Wish(**changes), language="en", at=at)


def put_on_list(course, learner, at, **changes):
    return register_interest(course, learner, Wish(**changes), language="en", by=learner, at=at)


def test_who_asks_for_a_date_gets_six_digits_and_the_way_back(course, now):
    ask_for_date(course, now)
    message = the_message()
    request = InterestRequest.objects.get()
    code = re.search(r"^\d{6}$", message.text, re.MULTILINE)[0]
    assert (message.kind, message.recipient, message.language) == ("interest_code", None, "en")
    assert message.subject == f"{code} is your code for Cobots in practice"
    for body in (message.text, message.html):
        assert code in body
        assert address("cms:interest_code", "en", request.token) in body
        assert "Hello Mila" in body


def test_who_is_on_the_list_reads_what_was_noted_for_how_long_and_how_to_stop(course, amal, now):
    interest = put_on_list(course, amal, now, days=("tue",), persons=8, organisation_name="Van Dorp")
    message = the_message()
    assert (message.kind, message.recipient) == ("interest_registered", amal)
    for body in (message.text, message.html):
        assert "Tuesday" in body
        assert "Van Dorp" in body
        assert "8 February 2028" in body
        assert address("cms:interest_withdraw", "en", interest.uuid) in body


def test_who_waits_reads_when_and_where_with_a_link_to_enrol_and_one_to_stop(course, edition, amal, now):
    interest = put_on_list(course, amal, now)
    Message.objects.all().delete()
    other = EditionFactory(course=course)
    assert tell_of_edition(interest, other, at=now)
    message = the_message()
    assert (message.kind, message.recipient, message.language) == ("edition_opened", amal, "en")
    assert message.subject == "Cobots in practice: enrol from now on, starts 4 March 2027"
    for body in (message.text, message.html):
        assert "4 Thursdays" in body
        assert address("enrolments:enrol", "en", other.code) in body
        assert address("cms:interest_withdraw", "en", interest.uuid) in body
    assert not tell_of_edition(interest, other, at=now)
    assert Message.objects.count() == 1


def test_the_digits_are_no_one_else_s_to_read(client, course, officer, now):
    ask_for_date(course, now)
    message = the_message()
    code = re.search(r"^\d{6}$", message.text, re.MULTILINE)[0]
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    for view, args in (("index", []), ("inspect", [message.pk])):
        assert code not in client.get(reverse(f"messages:{view}", args=args)).content.decode()
