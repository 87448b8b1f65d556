"""The enrolment page and the page of the mailed digits, as a browser sees them."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions import announce_funding
from courses.models import Edition
from enrolments.actions import cancel_edition, hold_seat, release_hold
from enrolments.models import Enrolment, SeatHold
from lms.people.models import User
from tests.factories import EditionFactory, EnrolmentFactory, answers

pytestmark = pytest.mark.usefixtures("clock")
State = Enrolment.State
EMAIL = "amal@voorbeeld.example"
FILLED = {
    "category": "student",
    "institution": "mboRijnland",
    "given_name": "Amal",
    "family_name": "Haddad",
    "email": EMAIL,
}


def page_of(edition):
    return reverse("enrolments:enrol", args=[edition.code])


def code_page_of(hold):
    return reverse("enrolments:code", args=[hold.token])


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def hold(edition, now, sent_codes):
    return hold_seat(edition, email=EMAIL, answers=answers(), language="nl", at=now)


@pytest.fixture
def code(hold, sent_codes):
    return sent_codes[EMAIL]


# The page, by how the edition stands ---------------------------------------------------------------------------------


def test_the_page_asks_what_suits_you_and_shows_the_edition(client, edition):
    shown = text(client.get(page_of(edition)))
    assert 'name="category"' in shown
    assert "Cobots in de praktijk" in shown
    assert "RoboHouse" in shown


def test_the_page_names_the_price_of_each_category(client, edition):
    response = client.get(page_of(edition))
    assert [one.price.cents for one in response.context["form"].situations()] == [125_000, 25_000, 0]
    assert "€\xa01.250" in response.content.decode()


@pytest.mark.parametrize(
    ("regime", "said"),
    [
        ("standard_21", "€ 1.250, inclusief 21% btw."),
        ("exempt_crkbo", "€ 1.250, vrij van btw."),
        ("out_of_scope_subsidised", "€ 1.250, zonder btw."),
    ],
)
def test_the_price_of_each_category_says_what_it_holds_of_vat(client, edition, regime, said):
    edition.course.vat_regime = regime
    edition.course.save()
    shown = text(client.get(page_of(edition))).replace("\xa0", " ")
    assert said in shown
    assert "Gratis, " not in shown


def test_each_question_says_why_it_is_asked_and_who_sees_the_answer(client, edition):
    shown = text(client.get(page_of(edition)))
    assert "Zo weten we zeker om welk bedrijf het gaat" in shown
    assert "Of de sector waar je het laatst werkte." in shown
    assert "Een werkgever ziet ze niet." in shown
    assert "en een controleur zien dit, een werkgever niet." in shown


def test_an_edition_that_was_never_published_is_not_there(client, db):
    assert client.get(page_of(EditionFactory(draft=True))).status_code == 404


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-100, "Enrolment is not open yet"),
        (23, "Enrolment is closed"),
        (30, "This edition is under way"),
        (90, "This edition is over"),
    ],
)
def test_outside_the_window_the_page_says_why_and_offers_no_form(client, edition, clock, now, days, said):
    clock.move_to(now + timedelta(days=days))
    shown = text(client.get(page_of(edition)))
    assert _(said) in shown
    assert 'name="category"' not in shown


def test_a_cancelled_edition_says_so(client, db):
    assert _("This edition is cancelled") in text(client.get(page_of(EditionFactory(cancelled=True))))


def test_a_form_sent_outside_the_window_holds_nothing(client, edition, clock, now):
    clock.move_to(now + timedelta(days=23))
    assert _("Enrolment is closed") in text(client.post(page_of(edition), FILLED))
    assert not SeatHold.objects.exists()


def test_a_full_edition_offers_the_waiting_list_on_the_same_page(client, full_edition):
    shown = text(client.get(page_of(full_edition)))
    assert _("Put me on the waiting list") in shown
    assert 'name="category"' in shown


def test_what_the_funder_is_told_is_said_only_when_there_is_one(client, edition):
    note = "Medegefinancierd door de Europese Unie"
    assert note not in text(client.get(page_of(edition)))
    announce_funding(edition, notice_nl=note, notice_en="Co-funded by the European Union", emblem="eu", by=None)
    assert note in text(client.get(page_of(edition)))


# Filling it in -------------------------------------------------------------------------------------------------------


def test_a_visitor_is_sent_to_the_page_of_the_digits_with_a_seat_held(client, edition):
    response = client.post(page_of(edition), FILLED)
    held = SeatHold.objects.get()
    assert response.url == code_page_of(held)
    assert held.has_seat
    assert held.email == EMAIL


def test_what_was_typed_is_kept_when_something_is_wrong(client, edition):
    shown = text(client.post(page_of(edition), FILLED | {"family_name": "", "given_name": "Ámal"}))
    assert 'value="Ámal"' in shown
    assert 'value="mboRijnland"' in shown
    assert _("Fill in your family name.") in shown
    assert "errsum" in shown
    assert not SeatHold.objects.exists()


def test_an_error_is_joined_to_its_field(client, edition):
    shown = text(client.post(page_of(edition), FILLED | {"family_name": ""}))
    assert 'aria-describedby="id_family_name_error"' in shown
    assert 'href="#id_family_name"' in shown
    assert '<p class="err" id="id_family_name_error">' in shown


def test_who_is_signed_in_is_enrolled_at_once(client, edition, amal):
    client.force_login(amal)
    response = client.post(page_of(edition), {"category": "student", "institution": "mboRijnland"})
    enrolment = Enrolment.objects.get()
    assert response.url == reverse("enrolments:enrolment", args=[enrolment.code])
    assert (enrolment.learner, enrolment.state) == (amal, State.CONFIRMED)
    assert not SeatHold.objects.exists()


def test_who_is_signed_in_finds_what_they_said_the_last_time(client, edition, amal, vandorp):
    EnrolmentFactory(learner=amal, employee=True, employer=vandorp)
    client.force_login(amal)
    shown = text(client.get(page_of(edition)))
    assert 'value="Van Dorp Fijnmechaniek"' in shown
    assert 'value="01234567"' in shown


def test_who_is_enrolled_already_gets_the_way_to_their_enrolment(client, enrolled, edition, amal):
    client.force_login(amal)
    shown = text(client.get(page_of(edition)))
    assert reverse("enrolments:enrolment", args=[enrolled.code]) in shown
    assert 'name="category"' not in shown


def test_sending_the_form_twice_while_enrolled_changes_nothing(client, enrolled, edition, amal):
    client.force_login(amal)
    client.post(page_of(edition), {"category": "other"})
    assert Enrolment.objects.get().category == enrolled.category


def test_a_class_of_thirty_behind_one_address_is_not_stopped(client, edition):
    Edition.objects.filter(pk=edition.pk).update(capacity=40)
    for number in range(30):
        answer = client.post(page_of(edition), FILLED | {"email": f"leerling{number}@school.example"})
        assert answer.status_code == 302


def test_one_address_is_not_mailed_without_end(client, edition):
    answers = [client.post(page_of(edition), FILLED).status_code for _turn in range(6)]
    assert answers == [302] * 5 + [429]


def test_at_too_many_tries_what_was_typed_is_kept(client, edition):
    for _turn in range(5):
        client.post(page_of(edition), FILLED)
    refused = client.post(page_of(edition), FILLED | {"institution": "Hogeschool Delfland"})
    assert refused.status_code == 429
    shown = text(refused)
    assert "Hogeschool Delfland" in shown
    assert EMAIL in shown
    assert shown.index('class="errsum"') < shown.index("te vaak verstuurd") < shown.index('name="category"')
    assert SeatHold.objects.count() == 5


# The digits ----------------------------------------------------------------------------------------------------------


def test_the_page_says_on_the_clock_until_when_the_seat_is_held(client, hold):
    shown = client.get(code_page_of(hold)).content.decode()
    assert "10.20\xa0uur" in shown
    assert EMAIL in shown


def test_the_page_can_be_opened_again_in_another_browser(client, hold):
    assert client.get(code_page_of(hold)).status_code == 200


def test_the_digits_are_asked_such_that_a_phone_helps(client, hold):
    shown = text(client.get(code_page_of(hold)))
    assert 'inputmode="numeric"' in shown
    assert 'autocomplete="one-time-code"' in shown


def test_the_right_digits_sign_in_and_show_the_enrolment(client, hold, code):
    response = client.post(code_page_of(hold), {"code": code}, follow=True)
    enrolment = Enrolment.objects.get()
    assert response.redirect_chain[-1][0] == reverse("enrolments:enrolment", args=[enrolment.code])
    assert response.context["user"] == enrolment.learner
    assert _("You are enrolled") in text(response)


def test_the_right_digits_prove_the_address(client, hold, code):
    client.post(code_page_of(hold), {"code": code})
    assert EmailAddress.objects.get(email=EMAIL).verified


def test_wrong_digits_say_how_many_tries_are_left(client, hold, code):
    shown = text(client.post(code_page_of(hold), {"code": f"{(int(code) + 1) % 10**6:06d}"}))
    assert "errsum" in shown
    assert "4" in shown.split("errsum")[1][:400]
    assert not User.objects.filter(email=EMAIL).exists()


def test_after_five_wrong_tries_only_a_new_code_helps(client, hold, code):
    SeatHold.objects.update(attempts=SeatHold.ATTEMPTS)
    assert _("That went wrong %(number)s times. Ask for a new code.") % {"number": 5} in text(
        client.post(code_page_of(hold), {"code": code})
    )
    assert not Enrolment.objects.exists()


def test_a_typing_error_is_no_try(client, hold):
    client.post(code_page_of(hold), {"code": "123"})
    hold.refresh_from_db()
    assert hold.attempts == 0


def test_a_new_code_can_be_asked_for_after_a_minute(client, hold, code, sent_codes, clock, now):
    again = reverse("enrolments:renew_code", args=[hold.token])
    before = hold.code_hash
    client.post(again)
    hold.refresh_from_db()
    assert hold.code_hash == before
    clock.move_to(now + timedelta(minutes=1))
    client.post(again)
    hold.refresh_from_db()
    assert hold.code_hash != before


@pytest.mark.parametrize("action", ["look", "type the code", "ask for another"])
def test_of_a_cancelled_edition_the_code_page_leads_to_what_says_so(client, hold, code, edition, chris, now, action):
    cancel_edition(edition, by=chris, at=now)
    if action == "look":
        response = client.get(code_page_of(hold), follow=True)
    elif action == "type the code":
        response = client.post(code_page_of(hold), {"code": code}, follow=True)
    else:
        response = client.post(reverse("enrolments:renew_code", args=[hold.token]), follow=True)
    assert _("This edition is cancelled") in text(response)
    assert not Enrolment.objects.exists()


def test_asking_for_a_code_takes_a_post(client, hold):
    assert client.get(reverse("enrolments:renew_code", args=[hold.token])).status_code == 405


def test_changing_what_was_filled_in_starts_from_what_was_said(client, hold, edition):
    shown = text(client.get(f"{page_of(edition)}?hold={hold.token}"))
    for value in ("Amal", "Haddad", "mboRijnland", EMAIL):
        assert f'value="{value}"' in shown


def test_a_corrected_address_takes_the_held_seat_along(client, edition_with_one_seat, now):
    wrong = hold_seat(edition_with_one_seat, email="fout@voorbeeld.example", answers=answers(), language="nl", at=now)
    client.post(page_of(edition_with_one_seat), FILLED | {"hold": str(wrong.token)})
    assert SeatHold.objects.get(email=EMAIL).has_seat


def test_a_token_of_another_edition_is_ignored(client, hold, full_edition):
    shown = text(client.get(f"{page_of(full_edition)}?hold={hold.token}"))
    assert EMAIL not in shown


def test_when_the_seat_is_gone_the_waiting_list_is_offered_and_taken_by_a_button(
    client, edition_with_one_seat, now, sent_codes
):
    held = hold_seat(edition_with_one_seat, email=EMAIL, answers=answers(), language="nl", at=now)
    release_hold(held, at=now)
    EnrolmentFactory(edition=edition_with_one_seat)
    digits = {"code": sent_codes[EMAIL]}
    assert _("Your place is gone") in text(client.post(code_page_of(held), digits))
    assert not Enrolment.objects.filter(learner__email=EMAIL).exists()
    client.post(code_page_of(held), digits | {"accept_waiting_list": "yes"})
    assert Enrolment.objects.get(learner__email=EMAIL).state == State.WAITLISTED


def test_who_comes_for_the_waiting_list_is_not_asked_twice(client, full_edition, now, sent_codes):
    held = hold_seat(full_edition, email=EMAIL, answers=answers(), language="nl", at=now)
    response = client.post(code_page_of(held), {"code": sent_codes[EMAIL]}, follow=True)
    assert _("You are number %(place)s on the waiting list") % {"place": 1} in text(response)


def test_after_a_day_the_link_no_longer_works(client, hold, code, clock, now):
    clock.move_to(now + timedelta(days=1))
    assert client.get(code_page_of(hold)).status_code == 410
    assert client.post(code_page_of(hold), {"code": code}).status_code == 410
    assert not Enrolment.objects.exists()


def test_digits_used_before_sign_nobody_in(client, hold, code):
    client.post(code_page_of(hold), {"code": code})
    client.logout()
    client.post(code_page_of(hold), {"code": code})
    assert "_auth_user_id" not in client.session


def test_the_page_of_used_digits_tells_no_name(client, hold, code):
    client.post(code_page_of(hold), {"code": code})
    client.logout()
    shown = text(client.get(code_page_of(hold)))
    assert "Haddad" not in shown
    assert EMAIL not in shown


def test_an_unknown_token_is_not_there(client, db):
    assert client.get(reverse("enrolments:code", args=["00000000-0000-0000-0000-000000000000"])).status_code == 404


# Who is let in -------------------------------------------------------------------------------------------------------


def _confirm_as(client, user, edition, now, sent_codes):
    held = hold_seat(edition, email=user.email, answers=answers(), language="nl", at=now)
    response = client.post(code_page_of(held), {"code": sent_codes[user.email]})
    assert Enrolment.objects.get(learner=user).state == State.CONFIRMED
    return response, held


def test_a_learner_with_an_account_is_let_in(client, amal, edition, now, sent_codes):
    _confirm_as(client, amal, edition, now, sent_codes)
    assert client.session["_auth_user_id"] == str(amal.pk)


@pytest.mark.parametrize("role", ["bo", "chris", "officer", "auditor", "hr"])
def test_who_has_a_role_is_enrolled_but_not_signed_in_by_six_digits(client, request, role, edition, now, sent_codes):
    response, held = _confirm_as(client, request.getfixturevalue(role), edition, now, sent_codes)
    assert "_auth_user_id" not in client.session
    assert response.url == code_page_of(held)
    assert _("You are enrolled") in text(client.get(response.url))


def test_who_has_a_password_signs_in_with_it(client, amal, edition, now, sent_codes):
    amal.set_password("een lang wachtwoord")
    amal.save()
    _confirm_as(client, amal, edition, now, sent_codes)
    assert "_auth_user_id" not in client.session


def test_who_has_a_second_step_is_not_let_in_without_it(client, amal, edition, now, sent_codes):
    Authenticator.objects.create(user=amal, type=Authenticator.Type.TOTP, data={"secret": "x"})
    _confirm_as(client, amal, edition, now, sent_codes)
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_not_let_in(client, amal, edition, now, sent_codes):
    amal.is_active = False
    amal.save()
    _confirm_as(client, amal, edition, now, sent_codes)
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_as_someone_else_stays_so(client, amal, dina, edition, now, sent_codes):
    client.force_login(dina)
    _confirm_as(client, amal, edition, now, sent_codes)
    assert client.session["_auth_user_id"] == str(dina.pk)


# What it costs -------------------------------------------------------------------------------------------------------


def test_the_page_asks_the_database_the_same_however_many_are_there(client, edition, amal):
    client.force_login(amal)
    client.get(page_of(edition))  # what is asked once per process
    counts = []
    for more in (1, 49):
        for _one in range(more):
            EnrolmentFactory(edition=edition, waitlisted=True)
            EnrolmentFactory(learner=amal)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page_of(edition)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
