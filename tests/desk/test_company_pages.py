"""What a company sees: the form, its own page behind a link, and that looking changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from lms.desk import actions
from lms.desk.models import Entry, Request, Step, Topic
from lms.kernel.models import Event
from lms.people.models import Organisation, User
from tests.desk.conftest import ask as asked_by_hand
from tests.desk.conftest import mails, sign
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("clock")

FORM = {
    "text": "Kan een cobot onze frees beladen?",
    "company_name": "Van Dorp Fijnmechaniek",
    "company_kvk": "0123 4567",
    "contact_name": "Kees",
    "contact_email": "Kees@vandorp.example",
}


def url(name: str, *args: Any) -> str:
    with translation.override("en"):
        return reverse(f"desk:{name}", args=args)


def page(client: Client, found: Request) -> str:
    response = client.get(url("track", found.token))
    assert response.status_code == 200
    return response.content.decode()


def counted() -> tuple[int, int, int]:
    return Request.objects.count(), Entry.objects.count(), Event.objects.count()


# The form -------------------------------------------------------------------------------------------------------------


def test_a_question_is_taken_in_at_once_and_its_number_is_said(client: Client, robots: Topic):
    response = client.post(url("ask"), FORM | {"topic": robots.pk}, follow=True)
    found = Request.objects.get()
    assert (found.state, found.company_kvk, found.contact_email) == ("routed", "01234567", "kees@vandorp.example")
    assert found.language == "en"
    assert found.grouped_code in response.content.decode()
    assert response.redirect_chain == [(f"{url('track', found.token)}?received=1", 302)]


def test_who_leaves_no_address_is_shown_the_link_to_keep(client: Client, db: None):
    response = client.post(url("ask"), FORM | {"contact_email": ""}, follow=True)
    assert f"http://testserver{url('track', Request.objects.get().token)}" in response.content.decode()


def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(client: Client, db: None):
    wrong = {"text": "", "company_kvk": "123", "contact_phone": "bel maar", "contact_email": "kees@"}
    response = client.post(url("ask"), FORM | wrong)
    assert set(response.context["form"].errors) == set(wrong)
    content = response.content.decode()
    assert 'role="alert"' in content
    assert 'value="Van Dorp Fijnmechaniek"' in content
    assert 'value="bel maar"' in content
    assert Request.objects.count() == 0


def test_a_citizen_service_number_is_refused(client: Client, db: None):
    response = client.post(url("ask"), FORM | {"text": "Mijn nummer is 123456782."})
    assert "text" in response.context["form"].errors


@pytest.mark.parametrize(
    "odd",
    [
        {"topic": "999999"},
        {"topic": "x\0y"},
        {"text": "x\0y"},
        {"company_name": "x" * 5000},
        {"company_kvk": "٣٣٣٣٣٣٣٣"},
        {"contact_email": "x" * 500 + "@y.example"},
    ],
)
def test_odd_input_is_answered_with_the_form(client: Client, db: None, odd: dict[str, str]):
    response = client.post(url("ask"), FORM | odd)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert Request.objects.count() == 0


@pytest.mark.parametrize("odd", [{"lab": "weg"}, {"lab": "x\0y"}, {"course": "weg"}, {"form_key": "x"}])
def test_an_old_link_is_no_mistake_of_who_asks(client: Client, db: None, odd: dict[str, str]):
    assert client.post(url("ask"), FORM | odd).status_code == 302
    assert Request.objects.get().routed_to is None


@pytest.mark.parametrize("query", ["?lab=weg", "?lab=%FF", "?topic=x&topic=y", "?course=" + "x" * 3000, "?lab[]=1"])
def test_odd_addresses_show_the_form(client: Client, db: None, query: str):
    assert client.get(url("ask") + query).status_code == 200


def test_from_the_page_of_a_lab_the_question_goes_there(client: Client, robohouse: Organisation):
    shown = client.get(url("ask") + "?lab=robohouse")
    assert "Your question goes to RoboHouse" in shown.content.decode()
    client.post(url("ask"), FORM | {"lab": shown.context["form"]["lab"].value()})
    assert Request.objects.get().routed_to == robohouse


def test_a_double_click_is_one_question(client: Client, db: None):
    key = client.get(url("ask")).context["form"]["form_key"].value()
    first = client.post(url("ask"), FORM | {"form_key": str(key)})
    second = client.post(url("ask"), FORM | {"form_key": str(key)})
    assert first["Location"] == second["Location"]
    assert Request.objects.count() == 1


def test_a_machine_that_fills_in_everything_is_thanked_and_kept_apart(client: Client, officer: User):
    response = client.post(url("ask"), FORM | {"website": "https://spam.example"}, follow=True)
    assert response.status_code == 200
    assert "spam" not in response.content.decode().lower()
    assert Request.objects.get().state == "spam"
    assert mails("desk_for_you") == []


def test_nobody_sees_the_trap(client: Client, db: None):
    content = client.get(url("ask")).content.decode()
    trap = content[content.index('class="trap"') :][:600]
    assert 'aria-hidden="true"' in trap
    assert 'tabindex="-1"' in trap


def test_one_address_asks_so_many_times_an_hour(client: Client, db: None):
    answers = [client.post(url("ask"), FORM | {"form_key": str(uuid4())}).status_code for _time in range(8)]
    assert answers == [302] * 6 + [429] * 2
    assert Request.objects.count() == 6


def test_the_form_asks_for_a_token_of_ours(db: None):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url("ask"), FORM).status_code == 403


# Behind the link ------------------------------------------------------------------------------------------------------


def test_the_page_needs_no_cookie_and_is_kept_by_nobody(client: Client, asked: Request):
    response = client.get(url("track", asked.token))
    assert response.cookies == {}
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_another_token_opens_nothing(client: Client, asked: Request):
    assert client.get(url("track", uuid4())).status_code == 404
    assert client.post(url("reply", uuid4()), {"text": "x"}).status_code == 404


def test_the_number_opens_nothing_for_strangers(client: Client, asked: Request):
    assert client.get(url("request", asked.code)).status_code == 302
    assert "/accounts/login/" in client.get(url("request", asked.code))["Location"]


def test_looking_changes_nothing_whatever_address_is_opened(client: Client, step: Step):
    before, token = counted(), step.request.token
    for address in (
        url("track", token),
        url("reply", token),
        url("withdraw", token),
        url("sign", token, step.uuid),
        url("meetings_calendar", token),
    ):
        client.get(address)
        client.head(address)
    step.refresh_from_db()
    assert (counted(), step.state) == (before, "described")


def test_the_company_reads_the_answer_and_no_notes(client: Client, answered: Request, chris: User):
    actions.add_note(answered, "Belde boos op.", by=chris, at=NOW)
    shown = page(client, answered)
    assert "Ja. Kom langs." in shown
    assert "Belde boos op." not in shown
    assert "Chris" not in shown


def test_the_company_answers_without_signing_in(answered: Request):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url("reply", answered.token), {"text": "Wanneer?"}).status_code == 302
    answered.refresh_from_db()
    assert answered.state == "routed"
    assert "Wanneer?" in page(strict, answered)


def test_an_empty_reply_is_asked_for_again(client: Client, answered: Request):
    response = client.post(url("reply", answered.token), {"text": " "})
    assert response.status_code == 200
    assert "Write down what you want to tell us." in response.content.decode()


def test_withdrawing_twice_is_withdrawing_once(client: Client, asked: Request):
    for _time in range(2):
        assert client.post(url("withdraw", asked.token)).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert client.post(url("reply", asked.token), {"text": "Toch."}).status_code == 302
    assert asked.entries.count() == 1


STATEMENT = {"statement": "Het werkt.", "signer_name": "Kees", "signer_role": "directeur", "agrees": "on"}


def test_the_company_confirms_a_step_in_its_own_words(client: Client, step: Step):
    assert client.post(url("sign", step.request.token, step.uuid), STATEMENT).status_code == 302
    step.refresh_from_db()
    assert (step.state, step.statement, step.signed_way) == ("signed", "Het werkt.", "link")
    assert "Het werkt." in page(client, step.request)


def test_without_the_tick_nothing_is_signed(client: Client, step: Step):
    response = client.post(url("sign", step.request.token, step.uuid), STATEMENT | {"agrees": ""})
    assert response.status_code == 200
    assert "Het werkt." in response.content.decode()
    step.refresh_from_db()
    assert step.state == "described"


def test_a_step_is_signed_behind_its_own_link_alone(client: Client, step: Step, robots: Topic):
    other = asked_by_hand(topic=robots)
    assert client.post(url("sign", other.token, step.uuid), STATEMENT).status_code == 404


def test_signing_twice_keeps_the_first(client: Client, step: Step):
    sign(step)
    client.post(url("sign", step.request.token, step.uuid), STATEMENT)
    step.refresh_from_db()
    assert step.statement == "We draaien nu een nachtploeg zonder mensen."


def test_what_a_company_writes_is_never_html(client: Client, robots: Topic):
    found = asked_by_hand(topic=robots, text="<script>alert(1)</script>", company_name="<b>X</b>", company_kvk="")
    shown = page(client, found)
    assert "<script>alert" not in shown
    assert "<b>X</b>" not in shown


def test_the_old_link_is_gone_once_the_contact_person_is_forgotten(client: Client, answered: Request, chris: User):
    token = answered.token
    actions.close(answered, "advice", by=chris, at=NOW)
    actions.forget_contact(answered, at=NOW + timedelta(days=800))
    assert client.get(url("track", token)).status_code == 404


def test_the_page_costs_the_same_for_one_word_and_for_many(
    client: Client, answered: Request, chris: User, django_assert_num_queries: Any
):
    page(client, answered)
    with django_assert_num_queries(6) as few:
        page(client, answered)
    for number in range(6):
        actions.answer(answered, f"Nog iets: {number}", by=chris, at=NOW + timedelta(hours=number))
    with django_assert_num_queries(len(few)):
        page(client, answered)
