"""Whoever sees what is others' needs a second step: led to it, and not left without."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.urls import reverse

from lms.people.models import STAFF, Role, User
from tests.people.conftest import ASKED, NOT_ASKED, client_of, staff, with_app

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ROOM = {
    "coordinator": "front_page",
    "hr": "enrolments:employer",
    "officer": "kpis:office",
    "auditor": "kpis:office",
    "editor": "front_page",
    "superuser": "front_page",
}


def with_passkey(user: User) -> Authenticator:
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Laptop", "credential": {}})


def remember_who_it_is(client, user):
    """As if they had just shown that it is them."""
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.save()


@pytest.mark.parametrize("kind", ASKED)
def test_without_a_second_step_a_staff_page_leads_to_one(asked, kind):
    answer = client_of(staff(kind)).get(reverse(ROOM[kind]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


@pytest.mark.parametrize("kind", ASKED)
def test_the_roles_sleep_so_that_no_other_address_opens_either(asked, kind):
    user = staff(kind)
    assert user.lacks_second_step
    assert not user.holds(*STAFF)
    assert user.organisations_as(*STAFF) == set()


@pytest.mark.parametrize("step", [with_app, with_passkey], ids=["app", "passkey"])
@pytest.mark.parametrize("kind", ["coordinator", "hr", "officer", "auditor", "superuser"])
def test_with_a_second_step_the_page_opens(asked, kind, step):
    user = staff(kind)
    step(user)
    user = User.objects.get(pk=user.pk)
    assert not user.lacks_second_step
    assert client_of(user).get(reverse(ROOM[kind])).status_code == 200


@pytest.mark.parametrize("kind", NOT_ASKED)
def test_learners_and_trainers_are_not_asked(asked, kind):
    assert not staff(kind).lacks_second_step


@pytest.mark.parametrize("kind", [*ASKED, *NOT_ASKED])
def test_where_it_is_off_nobody_is_asked(settings, kind):
    settings.LMS_STAFF_NEEDS_SECOND_STEP = False
    assert not staff(kind).lacks_second_step


def test_recovery_codes_alone_are_no_second_step(asked):
    user = staff("officer")
    with_app(user)
    Authenticator.objects.filter(user=user, type="totp").delete()
    assert User.objects.get(pk=user.pk).lacks_second_step


def test_ones_own_pages_stay_open(asked):
    client = client_of(staff("officer"))
    for name in ("enrolments:my", "mfa_index", "account_email"):
        assert client.get(reverse(name)).status_code == 200, name


def test_a_coordinator_who_teaches_keeps_the_register(asked, robohouse):
    user = staff("trainer")
    house = user.memberships.get().organisation
    user.memberships.create(organisation=house, role=Role.COORDINATOR, starts_on=user.memberships.get().starts_on)
    user = User.objects.get(pk=user.pk)
    assert user.lacks_second_step
    assert user.organisations_as(Role.TRAINER, Role.COORDINATOR) == {house.pk}
    assert user.organisations_as(Role.COORDINATOR) == set()


def test_a_role_that_ended_asks_for_nothing(asked):
    user = staff("officer")
    user.memberships.update(starts_on="2020-01-01", ends_on="2020-02-01")
    assert not User.objects.get(pk=user.pk).lacks_second_step


def test_signing_in_leads_staff_to_the_second_step(asked, client):
    user = staff("officer")
    user.set_password("een lange zin als wachtwoord")
    user.save()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": "een lange zin als wachtwoord"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


def test_the_page_says_why(asked):
    page = client_of(staff("officer")).get(reverse("kpis:office"), follow=True)
    assert "Je rol vraagt om een tweede stap" in page.content.decode()


def test_the_last_app_cannot_be_turned_off(asked):
    user = staff("officer")
    with_app(user)
    client = client_of(user)
    remember_who_it_is(client, user)
    page = client.get(reverse("mfa_deactivate_totp"))
    assert "je enige tweede stap" in page.content.decode()
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_the_last_passkey_cannot_be_removed_and_one_of_two_can(asked):
    user = staff("officer")
    passkey = with_passkey(user)
    client = client_of(user)
    remember_who_it_is(client, user)
    answer = client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert [str(message) for message in get_messages(answer.wsgi_request)]
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
    with_passkey(user)
    client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()


def test_a_learner_may_remove_the_only_passkey(asked):
    user = staff("nobody")
    passkey = with_passkey(user)
    client = client_of(user)
    remember_who_it_is(client, user)
    client.post(reverse("mfa_remove_webauthn", args=[passkey.pk]))
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()


def test_nobody_removes_the_passkey_of_another(asked, amal):
    passkey = with_passkey(staff("officer"))
    client = client_of(amal)
    assert client.post(reverse("mfa_remove_webauthn", args=[passkey.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_a_visitor_who_finds_nothing_is_led_nowhere(asked, client):
    assert client.get("/nl/bestaat-niet/").status_code == 404


def test_a_question_that_changes_something_is_refused_not_redirected(asked):
    client = client_of(staff("hr"))
    assert client.post(reverse("certificates:bundle")).status_code == 404


def test_a_stranger_stays_a_stranger(asked, amal):
    assert client_of(amal).get(reverse("kpis:office")).status_code == 404
