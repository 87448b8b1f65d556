"""What an enrolment costs: who pays, the order button, going back on it within fourteen days, the lines to invoice."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from courses.models import Course, Edition, Price
from enrolments.actions import (
    accept_offer,
    cancel_edition,
    confirm_hold,
    enrol,
    hold_seat,
    release_hold,
    withdraw,
    withdraw_contract,
)
from enrolments.models import Enrolment, Order, SeatHold
from enrolments.offers import token_for
from enrolments.tasks import compare_seats
from enrolments.terms import starts_within_the_term, vat_part, withdrawal_until
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import Organisation
from tests.factories import EditionFactory, EnrolmentFactory, answers

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OTHER = {"category": "other", "institution": ""}


def staff(company: Organisation, **changes: str):
    return answers(
        category="employee", institution="", employer_name=company.name, employer_kvk=company.kvk_number, **changes
    )


# The terms ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("concluded", "last_day"),
    [
        ("2027-02-08 10:00", "2027-02-22 23:59:59"),  # a Monday
        ("2027-02-06 10:00", "2027-02-22 23:59:59"),  # the fourteenth day is a Saturday
        ("2027-02-07 10:00", "2027-02-22 23:59:59"),  # a Sunday
        ("2027-03-12 10:00", "2027-03-30 23:59:59"),  # Good Friday, the weekend, Easter Monday
        ("2027-04-13 10:00", "2027-04-28 23:59:59"),  # King's Day
        ("2026-12-18 10:00", "2027-01-04 23:59:59"),  # New Year's Day is a Friday
        ("2027-02-08 23:59", "2027-02-22 23:59:59"),  # late in the evening is that day still
    ],
)
def test_the_term_ends_on_a_working_day_at_midnight(concluded: str, last_day: str):
    begun = datetime.fromisoformat(concluded).replace(tzinfo=AMSTERDAM)
    assert withdrawal_until(begun) == datetime.fromisoformat(last_day).replace(tzinfo=AMSTERDAM)


@pytest.mark.once
def test_the_day_is_counted_on_the_clock_here():
    """Half past eleven in London in summer is the next day here."""
    assert withdrawal_until(datetime(2027, 6, 1, 22, 30, tzinfo=ZoneInfo("UTC"))).day == 16


@pytest.mark.once
def test_vat_is_in_the_amount():
    assert vat_part(12_100, Course.VatRegime.STANDARD_21) == 2_100
    assert vat_part(12_100, Course.VatRegime.EXEMPT_CRKBO) == 0


# Who pays what --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "payer", "cents", "is_consumer"),
    [
        ({"category": "student"}, "funded", 0, False),
        ({**OTHER}, "self", 125_000, True),
        ({"category": "career_switcher", "sector_left": "horeca", "sector_sought": "techniek"}, "self", 25_000, True),
        ({"category": "self_employed"}, "self", 125_000, False),
    ],
)
def test_category_and_price_decide_who_pays(edition, amal, now, said, payer, cents, is_consumer):
    order = enrol(edition, amal, answers(**said), language="nl", by=amal, at=now).order
    assert (order.payer, order.cents, order.is_consumer) == (payer, cents, is_consumer)
    assert order.concluded_at == now
    assert order.withdrawal_until == (withdrawal_until(now) if is_consumer else None)


@pytest.mark.django_db
def test_an_employer_of_known_size_pays_its_own_contribution_with_its_reference(edition, amal, vandorp, now):
    order = enrol(edition, amal, staff(vandorp, purchase_order="PO-7"), language="nl", by=amal, at=now).order
    assert (order.payer, order.employer, order.audience) == ("employer", vandorp, "sme")
    assert (order.cents, order.reference, order.withdrawal_until) == (62_500, "PO-7", None)


@pytest.mark.django_db
def test_the_price_stays_what_it_was(edition, amal, now):
    mine = enrol(edition, amal, answers(**OTHER), language="nl", by=amal, at=now)
    Price.objects.filter(course=edition.course).update(cents=1)
    Course.objects.filter(pk=edition.course_id).update(vat_regime=Course.VatRegime.STANDARD_21)
    mine.order.refresh_from_db()
    assert (mine.order.cents, mine.order.vat_regime) == (125_000, "exempt_crkbo")


@pytest.mark.django_db
def test_who_waits_owes_nothing_until_the_place_is_taken(full_edition, amal, now):
    mine = enrol(full_edition, amal, answers(**OTHER), language="nl", by=amal, at=now)
    assert mine.order.concluded_at is None
    withdraw(full_edition.enrolments.get(state="confirmed"), by=None, at=now)
    mine.refresh_from_db()
    later = now + timedelta(days=1)
    accept_offer(mine, by=amal, at=later)
    mine.order.refresh_from_db()
    assert (mine.order.concluded_at, mine.order.withdrawal_until) == (later, withdrawal_until(later))


@pytest.mark.django_db
def test_what_ends_before_the_start_is_not_owed(edition, amal, chris, now):
    mine = enrol(edition, amal, answers(**OTHER), language="nl", by=amal, at=now)
    cancel_edition(edition, by=chris, at=now)
    mine.order.refresh_from_db()
    assert mine.order.owed_cents == 0


# Going back on it -----------------------------------------------------------------------------------------------------


@pytest.fixture
def bought(edition: Edition, amal, now) -> Enrolment:
    return enrol(edition, amal, answers(**OTHER), language="nl", by=amal, at=now)


@pytest.mark.django_db
def test_a_private_learner_withdraws_with_a_receipt_and_the_place_goes_on(course, amal, now):
    edition = EditionFactory(course=course, capacity=1)
    mine = enrol(edition, amal, answers(**OTHER), language="nl", by=amal, at=now)
    waiter = EnrolmentFactory(edition=edition, waitlisted=True)
    moment = now + timedelta(days=3, minutes=7)
    withdraw_contract(mine.order, by=amal, at=moment)
    mine.refresh_from_db()
    waiter.refresh_from_db()
    assert (mine.state, waiter.state, mine.order.owed_cents) == ("withdrawn", "offered", 0)
    receipt = Message.objects.get(kind="contract_withdrawn")
    assert receipt.email == amal.email
    for fact in ("11 februari 2027 om 10.07", mine.code, "Amal Haddad", "25 februari 2027"):
        assert fact in receipt.text
    assert compare_seats() == []


@pytest.mark.django_db
def test_the_last_second_counts_and_the_next_does_not(bought, amal):
    order = bought.order
    with pytest.raises(TransitionRefused):
        withdraw_contract(order, by=amal, at=order.withdrawal_until + timedelta(seconds=1))
    withdraw_contract(order, by=amal, at=order.withdrawal_until)
    with pytest.raises(TransitionRefused):
        withdraw_contract(order, by=amal, at=order.withdrawal_until)


@pytest.mark.django_db
@pytest.mark.parametrize(("early_start", "owed"), [(True, 31_250), (False, 0)])
def test_what_was_held_is_owed_only_after_an_express_request(course, amal, now, early_start, owed):
    """One of four sessions was held: a quarter of the price."""
    edition = EditionFactory(course=course, first_day=now + timedelta(days=3))
    said = answers(**OTHER, early_start=early_start)
    mine = enrol(edition, amal, said, language="nl", by=amal, at=now)
    withdraw_contract(mine.order, by=amal, at=now + timedelta(days=5))
    mine.order.refresh_from_db()
    assert mine.order.owed_cents == owed


@pytest.mark.django_db
def test_nobody_withdraws_another_ones_contract(bought, dina, now):
    with pytest.raises(PermissionDenied):
        withdraw_contract(bought.order, by=dina, at=now)


@pytest.mark.django_db
def test_the_button_asks_first_and_then_withdraws(client: Client, bought, amal, clock):
    client.force_login(amal)
    page = reverse("enrolments:withdraw_contract", args=[bought.code])
    assert page in client.get(reverse("enrolments:enrolment", args=[bought.code])).text
    assert "€ 1.250" in client.get(page).text.replace("\xa0", " ")
    assert client.get(reverse("enrolments:withdraw", args=[bought.code])).headers["Location"] == page
    bought.refresh_from_db()
    assert bought.state == "confirmed"
    assert "herroepen" in client.post(page, follow=True).text
    bought.refresh_from_db()
    assert bought.state == "withdrawn"


# The order button -----------------------------------------------------------------------------------------------------


def page_of(edition: Edition) -> str:
    return reverse("enrolments:enrol", args=[edition.code])


@pytest.mark.django_db
def test_who_pays_must_press_the_button_that_says_so(client: Client, edition, amal, clock):
    client.force_login(amal)
    shown = client.get(page_of(edition)).text
    assert "Inschrijving met betalingsverplichting" in shown
    assert "vrij van btw" in shown
    assert client.post(page_of(edition), {"category": "other"}).status_code == 200
    assert not Enrolment.objects.exists()
    assert client.post(page_of(edition), {"category": "other", "order": "yes"}).status_code == 302
    assert Order.objects.get().cents == 125_000


@pytest.mark.django_db
def test_who_pays_nothing_needs_no_order(client: Client, edition, amal, clock):
    client.force_login(amal)
    assert client.post(page_of(edition), {"category": "student", "institution": "mboRijnland"}).status_code == 302


@pytest.mark.django_db
def test_an_early_start_is_asked_for_expressly(client: Client, course, amal, now, clock):
    edition = EditionFactory(course=course, first_day=now + timedelta(days=3))
    assert starts_within_the_term(edition.starts_at, now)
    client.force_login(amal)
    sent = {"category": "other", "order": "yes"}
    refused = client.post(page_of(edition), sent)
    assert refused.status_code == 200
    assert "field--err" in refused.text
    client.post(page_of(edition), sent | {"early_start": "on"})
    assert Order.objects.get().early_start_asked_at == now


@pytest.mark.django_db
def test_the_waiting_list_binds_nobody_and_the_offered_place_does(client: Client, full_edition, amal, now, clock):
    client.force_login(amal)
    assert client.post(page_of(full_edition), {"category": "other"}).status_code == 302
    withdraw(full_edition.enrolments.get(state="confirmed"), by=None, at=now)
    mine = Enrolment.objects.get(learner=amal)
    assert "betalingsverplichting" in client.get(reverse("enrolments:enrolment", args=[mine.code])).text


def wait_as_visitor(client: Client, edition: Edition, **said: str) -> str:
    """Asks for the waiting list of a full edition; answers where the mailed digits go."""
    filled = {"given_name": "Amal", "family_name": "Haddad", "email": "amal@voorbeeld.example", **said}
    assert client.post(page_of(edition), filled).status_code == 302
    hold = SeatHold.objects.get()
    assert not hold.was_promised_a_seat
    return reverse("enrolments:code", args=[hold.token])


@pytest.mark.django_db
def test_who_asked_for_the_waiting_list_is_not_bound_by_a_place_that_came_free(
    client: Client, full_edition, amal, now, clock, sent_codes
):
    code_page = wait_as_visitor(client, full_edition, category="other")
    withdraw(full_edition.enrolments.get(state="confirmed"), by=None, at=now)
    told = client.post(code_page, {"code": sent_codes["amal@voorbeeld.example"]}, follow=True)
    mine = Enrolment.objects.get(learner=amal)
    assert (mine.state, mine.order.concluded_at) == ("offered", None)
    assert mine.offer_expires_at == now + timedelta(hours=48)
    assert "Er is intussen een plek vrijgekomen." in told.text
    assert "betalingsverplichting (€ 1.250)" in told.text.replace("\xa0", " ")
    assert compare_seats() == []
    answer = reverse("enrolments:answer_offer", args=[mine.code])
    client.post(answer, {"answer": "accept"})
    mine.refresh_from_db()
    mine.order.refresh_from_db()
    assert (mine.state, mine.order.concluded_at) == ("confirmed", now)
    assert compare_seats() == []


@pytest.mark.django_db
def test_who_pays_nothing_gets_the_place_that_came_free(client: Client, full_edition, amal, now, clock, sent_codes):
    code_page = wait_as_visitor(client, full_edition, category="student", institution="mboRijnland")
    withdraw(full_edition.enrolments.get(state="confirmed"), by=None, at=now)
    client.post(code_page, {"code": sent_codes["amal@voorbeeld.example"]})
    assert Enrolment.objects.get(learner=amal).state == "confirmed"


@pytest.mark.django_db
def test_whose_held_place_ran_out_and_chose_the_waiting_list_is_asked_as_well(edition, amal, now, sent_codes):
    """A place is free after all when "put me on the waiting list" arrives."""
    held = hold_seat(edition, email=amal.email, answers=answers(**OTHER), language="nl", at=now)
    release_hold(held, at=now + timedelta(minutes=20))
    later = now + timedelta(hours=1)
    mine = confirm_hold(held, sent_codes[amal.email], at=later, accept_waiting_list=True)
    assert (mine.state, mine.order.concluded_at) == ("offered", None)


@pytest.mark.django_db
def test_a_seat_of_an_earlier_attempt_does_not_turn_the_waiting_list_into_an_order(
    edition_with_one_seat, amal, now, clock, client, sent_codes
):
    """Their own held seat makes the edition look full: the second time no order button was pressed."""
    hold_seat(edition_with_one_seat, email=amal.email, answers=answers(**OTHER), language="nl", at=now)
    filled = {"given_name": "Amal", "family_name": "Haddad", "email": amal.email, "category": "other"}
    client.post(page_of(edition_with_one_seat), filled)
    second = SeatHold.objects.get(has_seat=True)
    mine = confirm_hold(second, sent_codes[amal.email], at=now)
    assert (mine.state, mine.order.concluded_at) == ("offered", None)
    assert compare_seats() == []


# An early start, asked with an offer ----------------------------------------------------------------------------------

EARLY = 'name="early_start"'


@pytest.fixture
def offered_soon(course, amal, now, clock) -> Enrolment:
    """Amal pays herself, and is offered a place in what begins in three days."""
    edition = EditionFactory(course=course, capacity=1, first_day=now + timedelta(days=3))
    seated = EnrolmentFactory(edition=edition)
    mine = enrol(edition, amal, answers(**OTHER), language="nl", by=amal, at=now)
    withdraw(seated, by=None, at=now)
    mine.refresh_from_db()
    assert (mine.state, mine.order.early_start_asked_at) == ("offered", None)
    return mine


def owed_after_the_first_session(mine: Enrolment, now: datetime) -> int:
    order = Order.objects.get(enrolment=mine)
    withdraw_contract(order, by=mine.learner, at=now + timedelta(days=5))
    order.refresh_from_db()
    return order.owed_cents


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "owed"), [({"early_start": "on"}, 31_250), ({}, 0)])
def test_on_the_page_of_the_mail_an_early_start_may_be_asked_for(client: Client, offered_soon, now, sent, owed):
    address = reverse("enrolments:offer", args=[token_for(offered_soon, "accept")])
    assert EARLY in client.get(address).text
    assert EARLY not in client.get(reverse("enrolments:offer", args=[token_for(offered_soon, "decline")])).text
    client.post(address, sent)
    asked_at = Order.objects.get(enrolment=offered_soon).early_start_asked_at
    assert asked_at == (now if sent else None)
    assert owed_after_the_first_session(offered_soon, now) == owed


@pytest.mark.django_db
@pytest.mark.parametrize(("sent", "owed"), [({"early_start": "on"}, 31_250), ({}, 0)])
def test_on_the_own_pages_an_early_start_may_be_asked_for(client: Client, offered_soon, amal, now, sent, owed):
    client.force_login(amal)
    for page in (reverse("enrolments:my"), reverse("enrolments:enrolment", args=[offered_soon.code])):
        shown = client.get(page).text
        assert shown.count(EARLY) == 1
        assert "Ik wil binnen de 14 dagen beginnen." in shown
    client.post(reverse("enrolments:answer_offer", args=[offered_soon.code]), {"answer": "accept", **sent})
    assert owed_after_the_first_session(offered_soon, now) == owed


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["it begins later", "the employer pays", "self-employed"])
def test_where_nobody_may_go_back_on_it_meanwhile_no_early_start_is_asked(
    client: Client, course, amal, vandorp, now, clock, why
):
    days = 30 if why == "it begins later" else 3
    edition = EditionFactory(course=course, capacity=1, first_day=now + timedelta(days=days))
    seated = EnrolmentFactory(edition=edition)
    said = {"it begins later": answers(**OTHER), "self-employed": answers(category="self_employed", institution="")}
    mine = enrol(edition, amal, said.get(why) or staff(vandorp), language="nl", by=amal, at=now)
    withdraw(seated, by=None, at=now)
    mine.refresh_from_db()
    client.force_login(amal)
    assert EARLY not in client.get(reverse("enrolments:my")).text
    address = reverse("enrolments:offer", args=[token_for(mine, "accept")])
    assert EARLY not in client.get(address).text
    client.post(address, {"early_start": "on"})
    order = Order.objects.get(enrolment=mine)
    assert (order.concluded_at, order.early_start_asked_at) == (now, None)


@pytest.mark.django_db
@pytest.mark.parametrize("begins_as", ["confirmed", "waitlisted"])
@pytest.mark.parametrize(("sent", "owed"), [({"early_start": "on"}, 31_250), ({}, 0)])
def test_a_move_to_what_begins_soon_asks_for_it_too(client: Client, course, amal, now, clock, begins_as, sent, owed):
    first = EditionFactory(course=course, capacity=1)
    if begins_as == "waitlisted":
        EnrolmentFactory(edition=first)
    mine = enrol(first, amal, answers(**OTHER), language="nl", by=amal, at=now)
    assert mine.state == begins_as
    soon = EditionFactory(course=course, first_day=now + timedelta(days=3))
    client.force_login(amal)
    page = reverse("enrolments:move", args=[mine.code])
    assert EARLY in client.get(page).text
    client.post(page, {"edition": soon.code, "order": "yes", **sent})
    assert owed_after_the_first_session(Enrolment.objects.get(edition=soon), now) == owed


# Invoice lines --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_lines_hold_what_an_invoice_needs_and_what_was_taken_back(
    client: Client, edition, amal, dina, vandorp, chris, now, clock
):
    Course.objects.filter(pk=edition.course_id).update(vat_regime=Course.VatRegime.STANDARD_21)
    edition.course.refresh_from_db()
    Organisation.objects.filter(pk=edition.provider_id).update(vat_number="NL000000012B01")
    enrol(edition, amal, staff(vandorp, purchase_order="=1+1"), language="nl", by=amal, at=now)
    second = enrol(edition, dina, answers(**OTHER), language="nl", by=dina, at=now)
    withdraw_contract(second.order, by=dina, at=now)
    client.force_login(chris)
    answer = client.get(reverse("enrolments:invoice_lines", args=[edition.code, "xlsx"]))
    sheet = load_workbook(BytesIO(answer.content)).active
    heads, *rows = sheet.values
    lines = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [line["Bedrag"] for line in lines] == [625, 1250, -1250]
    first = lines[0]
    assert (first["Klant"], first["KvK-nummer klant"]) == ("Van Dorp Fijnmechaniek", "01234567")
    assert first["Btw-id leverancier"] == "NL000000012B01"
    assert first["Inkoopnummer"] == "'=1+1"
    assert (first["Btw (%)"], first["Btw"], first["Bedrag zonder btw"]) == (21, 108.47, 516.53)
    assert lines[2]["Klant"] == "Dina de Wit"
    text = client.get(reverse("enrolments:invoice_lines", args=[edition.code, "csv"])).content.decode("utf-8-sig")
    assert '"\'=1+1"' in text
    assert "-1250,00" in text


@pytest.mark.django_db
def test_an_exemption_is_explained_and_what_is_free_or_waits_is_no_line(
    client, edition, full_edition, amal, dina, chris, now
):
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)  # a student pays nothing
    enrol(full_edition, dina, answers(**OTHER), language="nl", by=dina, at=now)  # waits
    client.force_login(chris)
    for one in (edition, full_edition):
        answer = client.get(reverse("enrolments:invoice_lines", args=[one.code, "csv"]))
        assert len(answer.content.decode("utf-8-sig").splitlines()) == 1
    enrol(edition, dina, answers(**OTHER), language="nl", by=dina, at=now)
    text = client.get(reverse("enrolments:invoice_lines", args=[edition.code, "csv"])).content.decode("utf-8-sig")
    assert "artikel 11, eerste lid, onder o" in text
