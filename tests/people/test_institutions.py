"""Signing in through an institution or employer, end to end with a real provider: who one is, never what one may do."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.test import Client
from django.urls import reverse

from lms.messages.models import Message
from lms.people.institutions import what_was_said
from lms.people.models import InstitutionSignIn, Membership, User
from tests.factories import MembershipFactory, UserFactory
from tests.people.conftest import client_of, proved
from tests.people.provider import PASSWORD
from tests.servers import die_with_parent, free_port, wait_until

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """allauth's own provider in a process of its own; its address."""
    port = free_port()
    database = tmp_path_factory.mktemp("provider") / "db.sqlite3"
    process = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("provider.py"), str(port), database],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return requests.get(f"{url}/.well-known/openid-configuration", timeout=2).ok
        except requests.RequestException:
            return False

    try:
        wait_until(answers, 60, "the provider to start")
        yield url
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture
def campus(provider: str) -> SocialApp:
    """The row by which the programme office lets people in through it."""
    return SocialApp.objects.create(
        provider="openid_connect", provider_id="campus", name="Campus", client_id="lms", secret="geheim",
        settings={"server_url": f"{provider}/.well-known/openid-configuration"},
    )  # fmt: skip


def come_from(campus: SocialApp, client: Client, who: str, process: str = "login"):
    """Through the button on our page, the provider's own login page, and back; answers where that leads here."""
    start = client.post(reverse("openid_connect_login", args=["campus"]) + f"?process={process}")
    there = requests.Session()
    page = there.get(start["Location"], timeout=20)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    form = {"login": f"{who}@campus.example", "password": PASSWORD}
    if token:
        form["csrfmiddlewaretoken"] = token[1]
    answer = there.post(page.url, data=form, allow_redirects=False, timeout=20)
    while not answer.headers["Location"].startswith("http://testserver"):
        answer = there.get(
            requests.compat.urljoin(answer.url, answer.headers["Location"]), allow_redirects=False, timeout=20
        )
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def digits(email: str) -> str:
    mail = Message.objects.filter(email=email, kind="address_code").order_by("-pk")[0]
    return re.search(r"\b\d{6}\b", mail.text)[0]


def confirm(client: Client, email: str):
    asked = client.post(reverse("institution"), {"email": email})
    return client.post(asked["Location"], {"code": digits(email)})


def who_is_in(client: Client) -> User | None:
    found = client.session.get("_auth_user_id")
    return User.objects.get(pk=found) if found else None


def test_the_login_page_lists_who_is_configured(campus, client):
    assert "Inloggen met Campus" in client.get(reverse("account_login")).content.decode()


def test_a_newcomer_confirms_the_address_once_and_then_walks_in(campus, client):
    answer = come_from(campus, client, "nova")
    assert answer["Location"] == reverse("institution")
    assert not User.objects.filter(email="nova@campus.example").exists()
    assert 'value="nova@campus.example"' in client.get(reverse("institution")).content.decode()
    assert confirm(client, "nova@campus.example")["Location"] == reverse("enrolments:my")
    nova = who_is_in(client)
    assert (nova.email, nova.full_name) == ("nova@campus.example", "Nova Campus")
    assert EmailAddress.objects.get(user=nova).verified
    # Known by the provider's number from now on.
    again = Client()
    assert come_from(campus, again, "nova")["Location"] == reverse("enrolments:my")
    assert who_is_in(again) == nova


def test_an_existing_account_is_not_taken_over_by_an_address(campus, client):
    amal = proved(UserFactory(email="amal@campus.example"))
    come_from(campus, client, "amal")
    assert who_is_in(client) is None
    assert not SocialAccount.objects.exists()
    # With the digits that were mailed to it, and the provider's word for the same address, it is linked.
    confirm(client, "amal@campus.example")
    assert who_is_in(client) == amal
    assert SocialAccount.objects.get().user == amal


def test_an_address_that_the_provider_does_not_vouch_for_lets_in_but_does_not_link(campus, client):
    known = proved(UserFactory(email="onbevestigd@campus.example"))
    come_from(campus, client, "onbevestigd")
    confirm(client, "onbevestigd@campus.example")
    assert who_is_in(client) == known
    assert not SocialAccount.objects.exists()


def test_another_address_than_the_providers_is_theirs_to_choose(campus, client):
    thuis = proved(UserFactory(email="nova@thuis.example"))
    come_from(campus, client, "nova")
    confirm(client, "nova@thuis.example")
    assert who_is_in(client) == thuis
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("guard", ["role", "password"])
def test_who_has_more_than_a_code_signs_in_the_way_it_was_set_up(campus, client, robohouse, guard):
    chris = proved(UserFactory(email="chris@campus.example"))
    if guard == "role":
        MembershipFactory(user=chris, organisation=robohouse, role="coordinator")
    else:
        chris.set_password("een lange zin als wachtwoord")
        chris.save()
    come_from(campus, client, "chris")
    assert confirm(client, "chris@campus.example")["Location"] == reverse("account_login")
    assert who_is_in(client) is None
    assert not SocialAccount.objects.exists()


def test_whoever_is_signed_in_connects_it_themselves(campus, dina):
    client = client_of(proved(dina))
    come_from(campus, client, "nova", process="connect")
    assert SocialAccount.objects.get().user == dina
    assert come_from(campus, Client(), "nova")["Location"] == reverse("enrolments:my")


def test_it_never_gives_a_role(campus, client):
    come_from(campus, client, "nova")
    confirm(client, "nova@campus.example")
    assert not Membership.objects.exists()
    assert not who_is_in(client).groups.exists()


def test_the_code_works_only_in_the_browser_that_came_from_the_provider(campus, client):
    come_from(campus, client, "nova")
    asked = client.post(reverse("institution"), {"email": "nova@campus.example"})
    assert Client().get(asked["Location"])["Location"] == reverse("account_login")


def test_digits_work_once(campus, client):
    come_from(campus, client, "nova")
    confirm(client, "nova@campus.example")
    proof = InstitutionSignIn.objects.get()
    assert Client().get(reverse("institution_code", args=[proof.token])).status_code == 404


def test_without_coming_from_a_provider_there_is_nothing_to_fill_in(client):
    assert client.get(reverse("institution"))["Location"] == reverse("account_login")


def test_the_names_of_claims_are_a_setting(settings):
    settings.LMS_SIGN_IN_CLAIMS = {"email": ["mail", "email"], "given_name": ["gn"], "family_name": ["sn"]}
    account = SocialAccount(
        provider="surf",
        uid="abc",
        extra_data={"userinfo": {"mail": ["A@hs.example"], "gn": "An", "email_verified": True}},
    )

    class Login:
        pass

    login = Login()
    login.account = account
    said = what_was_said(login)
    assert (said["email"], said["vouched"]) == ("a@hs.example", ["a@hs.example"])
    assert said["name"] == {"given_name": "An", "family_name": ""}
