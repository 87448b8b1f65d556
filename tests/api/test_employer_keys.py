"""Who comes in with which key, and how everyone else is turned away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from lms.people.models import ApiToken
from lms.people.tokens import find_token, make_token, revoke_token
from tests.api.employer import BASE, ask, key_of
from tests.factories import NOW

PATHS = ["/enrolments", "/enrolments/0QW8RT2YZ4", "/certificates", "/certificates/7K3M-Q9TX-2B4N-8WRF-D"]
PDF = "/certificates/7K3M-Q9TX-2B4N-8WRF-D/pdf"


@pytest.fixture
def key(vandorp, clock) -> str:
    return key_of(vandorp)


@pytest.mark.parametrize("path", [*PATHS, PDF])
def test_without_a_key_nothing_opens(db, clock, path):
    answer = ask(None, path)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Bearer ")
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", PATHS)
def test_signing_in_as_hr_is_no_key(hr, clock, path):
    client = Client()
    client.force_login(hr)
    assert client.get(BASE + path).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer lms_x", "Basic bG1zXw==", "lms_x", "Bearer é", "Bearer a b c"]
)
def test_whatever_else_is_sent_is_no_key(db, clock, header):
    assert Client().get(f"{BASE}/enrolments", headers={"Authorization": header}).status_code == 401


def test_the_same_answer_for_a_key_that_never_was_is_over_or_was_revoked(vandorp, clock):
    expired = make_token(vandorp, name="x", scopes=["enrolments:read"], days=1, by=None, at=NOW - timedelta(days=2))[1]
    revoked = key_of(vandorp)
    revoke_token(find_token(revoked), by=None, at=NOW)
    answers = [ask(secret, "/enrolments") for secret in ("lms_nooit", expired, revoked)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_a_revoked_key_stops_at_once(vandorp, key, clock):
    assert ask(key, "/enrolments").status_code == 200
    revoke_token(find_token(key), by=None, at=NOW)
    assert ask(key, "/enrolments").status_code == 401


def test_a_key_stops_on_its_day(key, clock):
    clock.move_to(NOW + timedelta(days=336))
    assert ask(key, "/enrolments").status_code == 401


@pytest.mark.parametrize(
    ("scope", "path"), [("certificates:read", "/enrolments"), ("enrolments:read", "/certificates"),
                        ("enrolments:read", PDF)]
)  # fmt: skip
def test_a_key_opens_what_its_scopes_say_and_no_more(vandorp, clock, scope, path):
    answer = ask(key_of(vandorp, [scope]), path)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


def test_wrong_keys_are_slowed_down_and_right_ones_of_that_address_with_them(vandorp, key, clock):
    answers = [ask("lms_raden", "/enrolments").status_code for _each in range(25)]
    assert answers == [401] * 20 + [429] * 5
    refused = ask(key, "/enrolments")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    clock.move_to(NOW + timedelta(minutes=1))
    assert ask(key, "/enrolments").status_code == 200


def test_each_key_has_its_own_pace(vandorp, key, clock, settings):
    settings.LMS_API_KEY_RATE = 3
    assert [ask(key, "/enrolments").status_code for _each in range(4)] == [200, 200, 200, 429]
    assert ask(key_of(vandorp), "/enrolments").status_code == 200


def test_a_use_is_seen_on_the_key(key, clock):
    ask(key, "/enrolments")
    assert ApiToken.objects.get().used_at == NOW


def test_answers_are_kept_nowhere_and_no_other_sites_script_reads_them(key, clock):
    answer = ask(key, "/enrolments")
    assert answer["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer["Vary"]
    assert "Access-Control-Allow-Origin" not in answer
    asked = ask(key, "/enrolments", method="OPTIONS")
    assert (asked.status_code, asked["Allow"]) == (204, "GET, HEAD, OPTIONS")
    assert "Access-Control-Allow-Methods" not in asked


def test_what_has_not_changed_costs_no_body(key, clock):
    first = ask(key, "/enrolments")
    second = ask(key, "/enrolments", **{"If-None-Match": first["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert second["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_can_only_be_read_says_so(key, clock, method):
    answer = ask(key, "/enrolments", method=method)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/enrolments?stat=shared", 400),
        ("/enrolments?state=failed", 400),
        ("/enrolments?changed_since=2027-02-01", 400),
        ("/enrolments?changed_since=2027-02-01T00:00:00", 400),
        ("/enrolments?page_size=101", 400),
        ("/certificates?issued_since=gisteren", 400),
        ("/nothing", 404),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_the_reason(key, clock, path, status):
    answer = ask(key, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_an_enrolment_is_not_given_as_a_picture(key, clock):
    assert ask(key, "/enrolments", Accept="image/png").status_code == 406
