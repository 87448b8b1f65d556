"""The pages on which visitors say that they wait for a date: asking, the code, stopping, my page."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.translation import override

from courses.actions import Wish, register_interest
from courses.models import Interest, InterestRequest
from courses.tasks import tell_who_waits
from lms.messages.models import Message
from lms.people.models import User
from tests.cms.conftest import page_of
from tests.factories import FIRST_DAY, NOW, EditionFactory

PERSON = {"who": "me", "given_name": "Mila", "family_name": "Groen", "email": "mila@voorbeeld.example"}


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def address(name, *args):
    with override("en"):
        return reverse(f"cms:{name}", args=args)


def sign_in(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


@pytest.fixture
def form(cobots):
    return address("interest", cobots.code)


def code_mailed_to(email):
    message = Message.objects.filter(kind="interest_code", email=email).latest("pk")
    return re.search(r"^\d{6}$", message.text, re.MULTILINE)[0]


def test_a_visitor_gets_on_the_list_with_six_digits_and_no_password(client, form):
    page = client.post(form, PERSON | {"days": ["tue"], "place": "online"})
    assert not Interest.objects.exists()
    done = client.post(page["Location"], {"code": code_mailed_to(PERSON["email"])}, follow=True)
    assert "You are on the list" in words(done)
    interest = Interest.objects.get()
    assert (interest.user.email, interest.days, interest.place) == (PERSON["email"], ["tue"], "online")
    assert "_auth_user_id" not in client.session  # the code proves an address; it opens no account


def test_a_known_and_an_unknown_address_get_the_same_answers(client, form, amal):
    pages = []
    for email in (amal.email, "nobody@voorbeeld.example"):
        code_page = client.post(form, PERSON | {"email": email})
        asked = client.get(code_page["Location"])
        done = client.post(code_page["Location"], {"code": code_mailed_to(email)}, follow=True)
        pages.append([words(one).replace(email, "…") for one in (asked, done)])
    assert pages[0] == pages[1]


def test_asking_twice_with_one_address_is_one_interest(client, form):
    for _time in range(2):
        page = client.post(form, PERSON)
        client.post(page["Location"], {"code": code_mailed_to(PERSON["email"])})
    assert Interest.objects.count() == 1
    assert Message.objects.filter(kind="interest_registered").count() == 1


def test_the_digits_sent_twice_end_on_the_same_page(client, form):
    page = client.post(form, PERSON)["Location"]
    code = code_mailed_to(PERSON["email"])
    assert [client.post(page, {"code": code}).status_code for _time in range(2)] == [302, 200]
    assert Interest.objects.count() == 1


def test_wrong_digits_are_said_beside_the_field(client, form):
    page = client.post(form, PERSON)["Location"]
    wrong = "000000" if code_mailed_to(PERSON["email"]) != "000000" else "111111"
    assert "You have 4 tries left" in words(client.post(page, {"code": wrong}))
    assert "has six digits" in words(client.post(page, {"code": "12"}))
    assert not Interest.objects.exists()


def test_new_digits_can_be_asked_after_a_minute(client, form, clock):
    page = client.post(form, PERSON)["Location"]
    token = InterestRequest.objects.get().token
    new = address("interest_renew_code", token)
    assert "Wait a minute" in words(client.post(new, follow=True))
    clock.move_to(NOW + timedelta(minutes=2))
    assert "We have mailed you a new code" in words(client.post(new, follow=True))
    assert client.get(new).status_code == 405
    assert client.post(page, {"code": code_mailed_to(PERSON["email"])}).status_code == 302


def test_after_a_day_the_code_page_says_that_nothing_was_kept(client, form, clock):
    page = client.post(form, PERSON)["Location"]
    clock.move_to(NOW + timedelta(hours=25))
    response = client.get(page)
    assert response.status_code == 410
    assert "You are not on the list" in words(response)


def test_many_codes_to_one_address_are_stopped(client, form):
    answers = [client.post(form, PERSON).status_code for _time in range(6)]
    assert answers == [302] * 5 + [429]


def test_who_is_signed_in_is_asked_no_name_and_no_code(client, form, amal):
    sign_in(client, amal)
    assert 'name="email"' not in client.get(form).content.decode()
    response = client.post(form, {"who": "me", "period": "soon"}, follow=True)
    assert "You wait for a date" in words(response)
    assert Interest.objects.get().user == amal
    again = client.get(form).context["form"]
    assert again.initial["period"] == "soon"


def test_a_group_says_its_company_and_how_many(client, form, amal):
    sign_in(client, amal)
    refused = client.post(form, {"who": "group", "persons": "1"})
    assert set(refused.context["form"].errors) == {"organisation_name", "persons"}
    client.post(form, {"who": "group", "persons": "12", "organisation_name": "Van Dorp"})
    interest = Interest.objects.get()
    assert (interest.persons, interest.organisation_name) == (12, "Van Dorp")


def test_what_stands_in_a_group_s_fields_counts_for_a_group_alone(client, form, amal):
    sign_in(client, amal)
    client.post(form, {"who": "me", "persons": "many", "organisation_name": "Van Dorp"})
    interest = Interest.objects.get()
    assert (interest.persons, interest.organisation_name) == (1, "")


def test_errors_keep_what_was_typed_and_are_said_in_a_summary(client, form):
    response = client.post(form, PERSON | {"email": "mila@", "days": ["tue"], "given_name": "www.spam.example"})
    assert "Something is not right" in words(response)
    text = response.content.decode()
    assert 'value="mila@"' in text
    assert re.search(r'value="tue"[^>]*checked', text)
    assert not InterestRequest.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"days": ["tue", "nonsense"]},
        {"place": "Mars"},
        {"persons": "9" * 400, "who": "group", "organisation_name": "x"},
        {"who": "\x00"},
        {"given_name": "a" * 5000},
        {"organisation_name": "111222333", "who": "group", "persons": "3"},
        {"period": "never"},
    ],
    ids=lambda odd: next(iter(odd)),
)
def test_odd_input_is_refused_and_never_breaks(client, form, odd):
    response = client.post(form, PERSON | odd)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not InterestRequest.objects.exists()


def test_a_course_without_a_page_here_has_no_list(client, cobots, course):
    assert client.get(address("interest", "no-such-course")).status_code == 404
    hidden = EditionFactory().course
    assert client.get(address("interest", hidden.code)).status_code == 404
    page_of(cobots, "en").unpublish()
    assert client.get(address("interest", cobots.code)).status_code == 404


def test_the_page_shows_what_is_planned_already(client, form, cobots, edition):
    assert "12 places free" in words(client.get(form))


def test_the_link_in_the_mail_shows_first_and_stops_on_a_click(client, cobots, amal):
    interest = register_interest(cobots, amal, Wish(), language="en", by=amal, at=NOW)
    stop = address("interest_withdraw", interest.uuid)
    shown = client.get(stop)
    assert "No longer interested?" in words(shown)
    assert amal.email not in words(shown)
    assert Interest.objects.get().state == "waiting"
    for _time in range(2):  # a double click
        assert "You are not on the list" in words(client.post(stop, follow=True))
    assert Interest.objects.get().state == "withdrawn"


def test_my_page_lists_what_i_wait_for_and_lets_me_stop(client, cobots, amal, dina):
    interest = register_interest(cobots, amal, Wish(days=("fri",)), language="en", by=amal, at=NOW)
    register_interest(cobots, dina, Wish(), language="en", by=dina, at=NOW)
    sign_in(client, amal)
    with override("en"):
        my = reverse("enrolments:my")
    said = words(client.get(my))
    assert "You wait for a date" in said
    assert "Friday." in said
    stop = address("interest_withdraw", interest.uuid)
    assert f'action="{stop}"' in client.get(my).content.decode()
    after = client.post(stop, follow=True)
    assert after.redirect_chain[-1][0] == my
    assert "You wait for a date" not in words(after)
    assert Interest.objects.live().get().user == dina


def test_nothing_of_it_is_cached(client, form, cobots, amal):
    interest = register_interest(cobots, amal, Wish(), language="en", by=amal, at=NOW)
    code_page = client.post(form, PERSON)["Location"]
    for one in (form, code_page, address("interest_withdraw", interest.uuid)):
        assert "no-store" in client.get(one)["Cache-Control"]


def test_the_whole_way_from_asking_to_enrolling(client, form, cobots, clock):
    """Asked, confirmed, told by mail, led to the enrolment page."""
    page = client.post(form, PERSON)["Location"]
    client.post(page, {"code": code_mailed_to(PERSON["email"])})
    edition = EditionFactory(course=cobots, first_day=FIRST_DAY)
    assert tell_who_waits() == 1
    mail = Message.objects.get(kind="edition_opened")
    assert mail.recipient == User.objects.get(email=PERSON["email"])
    links = re.findall(r"http://testserver(\S+)", mail.text)
    with override("en"):
        assert links[0] == reverse("enrolments:enrol", kwargs={"edition": edition.code})
    assert [client.get(link).status_code for link in links] == [200] * len(links)


def test_a_card_without_a_date_leads_to_the_list(client, cobots, edition, form):
    catalogue = page_of(cobots, "en").get_parent().url
    assert f'href="{form}"' not in client.get(catalogue).content.decode()
    edition.delete()
    assert f'href="{form}"' in client.get(catalogue).content.decode()
