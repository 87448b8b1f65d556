"""What browsers are told they may load and run, and who may enter the back office."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import RequestFactory

from lms.csp import PolicyMiddleware

pytestmark = pytest.mark.django_db


def directives(response) -> dict[str, list[str]]:
    header = response.headers["Content-Security-Policy"]
    return {words[0]: words[1:] for words in (part.split() for part in header.split(";"))}


def policy_of(path: str, *, nonce: bool = False) -> dict[str, list[str]]:
    def view(request):
        if nonce:
            str(request.csp_nonce)
        return HttpResponse()

    return directives(PolicyMiddleware(view)(RequestFactory().get(path)))


def test_a_public_page_runs_only_our_files_and_scripts_with_this_response_s_nonce():
    policy = policy_of("/nl/", nonce=True)
    own, nonce = policy["script-src"]
    assert own == "'self'"
    assert nonce.startswith("'nonce-")
    assert policy["style-src"] == ["'self'"]
    assert (
        policy["default-src"] == policy["object-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    )


def test_no_two_responses_share_a_nonce():
    assert policy_of("/nl/", nonce=True)["script-src"] != policy_of("/nl/", nonce=True)["script-src"]


@pytest.mark.parametrize("path", ["/nl/", "/accounts/login/", "/v/ABC", "/beheerder/", "/nl/beheer/", "/dev/mail/"])
def test_inline_code_is_refused_everywhere_but_in_the_back_office(path):
    policy = policy_of(path)
    assert "'unsafe-inline'" not in policy["script-src"] + policy["style-src"]
    assert "'unsafe-eval'" not in policy["script-src"]


def test_the_back_office_may_run_wagtail_s_own_inline_code_and_frame_its_previews():
    policy = policy_of("/beheer/pages/2/edit/")
    assert "'unsafe-inline'" in policy["script-src"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert not any("http" in source for sources in policy.values() for source in sources)


def test_signing_in_may_end_at_another_organisation_s_provider():
    assert policy_of("/accounts/login/")["form-action"] == ["'self'", "https:"]
    assert policy_of("/nl/")["form-action"] == ["'self'"]


@pytest.fixture
def account():
    return get_user_model().objects.create_user(email="someone@example.org")


def test_a_stranger_at_the_back_office_is_sent_to_sign_in(client):
    answer = client.get("/beheer/")
    assert answer.headers["Location"] == "/accounts/login/?next=/beheer/"


def test_the_back_office_has_no_sign_in_of_its_own(client):
    answer = client.get("/beheer/login/?next=/beheer/pages/")
    assert answer.headers["Location"] == "/accounts/login/?next=/beheer/pages/"


@pytest.mark.parametrize("path", ["/beheer/", "/beheer/login/", "/beheer/pages/"])
def test_someone_signed_in_without_access_gets_an_answer_and_no_loop(client, account, path):
    client.force_login(account)
    assert client.get(path).status_code == 403


def test_an_editor_enters(client, account):
    account.groups.add(Group.objects.get(name="Editors"))
    client.force_login(account)
    assert client.get("/beheer/").status_code == 200


def test_metrics_are_there_only_with_the_token(client, settings):
    settings.LMS_METRICS_TOKEN = "swordfish"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer guess"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer swordfish"})
    assert answer.status_code == 200
    assert b"django_http_requests" in answer.content


@pytest.mark.parametrize(("accepted", "language"), [("en-GB,en", "en"), ("nl", "nl"), ("fr", "nl"), ("", "nl")])
def test_the_bare_address_leads_to_the_visitor_s_language(client, accepted, language):
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert answer.headers["Location"] == f"/{language}/"


def test_a_language_chosen_before_goes_before_the_browser_s(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get("/", headers={"Accept-Language": "nl"}).headers["Location"] == "/en/"


def test_an_unknown_page_without_a_language_is_looked_for_in_the_visitor_s(client):
    assert client.get("/opleidingen/").headers["Location"] == "/nl/opleidingen/"
