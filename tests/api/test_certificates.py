"""Checking a certificate by a program: the page's answer as JSON, and no more."""

from __future__ import annotations

import json

import pytest

from certificates.actions import issue_certificate, request_certificate, revoke_certificate, supersede_certificate
from certificates.keys.keeping import mark_compromised
from certificates.models import Certificate, IssuerKey
from certificates.numbers import grouped, new_number
from certificates.views.public import PER_MINUTE
from tests.certificates.conftest import keys  # noqa: F401  (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def address(number: str) -> str:
    return f"/api/v1/certificates/{number}?language=en"


def ask(client, number: str) -> dict:
    response = client.get(address(number))
    assert response.status_code == 200
    return response.json()


def test_a_valid_one_says_what_its_page_says(client, keys, certificate):  # noqa: F811
    said = ask(client, certificate.number)
    assert said["verdict"] == "valid"
    assert (said["name"], said["title"], said["issued_on"]) == ("Amal Haddad", "Cobots in practice", "2027-02-08")
    assert said["signature_holds"] is True
    assert said["page"].endswith(f"/v/{certificate.grouped_number}")
    for link in ("credential", "status_list"):
        path = said[link].partition("//")[2].partition("/")[2]
        assert client.get(f"/{path}").status_code == 200


def test_it_says_no_more_than_the_page(client, certificate, amal, vandorp):
    text = json.dumps(ask(client, certificate.number))
    for private in (amal.email, vandorp.name, certificate.enrolment.code, certificate.pdf_sha256):
        assert private not in text


def test_revoked_and_replaced(client, certificate, of_dina, officer, now):
    revoke_certificate(of_dina, public_reason="mistake", inside_reason="Ruzie", by=officer, at=now)
    said = ask(client, of_dina.number)
    assert (said["verdict"], said["ended_on"], said["reason"]) == (
        "revoked", "2027-02-08", "It was issued by mistake.",
    )  # fmt: skip
    assert "Ruzie" not in json.dumps(said)
    successor = issue_certificate(supersede_certificate(certificate, by=officer, at=now), at=now)
    said = ask(client, certificate.number)
    assert (said["verdict"], said["replaced_by"]) == ("replaced", successor.grouped_number)


def test_a_number_that_is_not_ours_has_the_same_shape_after_the_same_work(
    client, finished, now, django_assert_num_queries, django_assert_max_num_queries
):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    ask(client, "ABCD")
    with django_assert_max_num_queries(20) as of_a_wrong_one:
        ask(client, "ABCD")
    shapes = set()
    for number in (grouped(new_number()), asked.grouped_number, "7K3M-Q9TX-2B4N-8WRF-0", "%2e%2e", "💥"):
        with django_assert_num_queries(len(of_a_wrong_one)):
            said = ask(client, number)
        assert said["verdict"] == "not_ours"
        assert {value for name, value in said.items() if name not in {"number", "verdict"}} == {None}
        shapes.add(tuple(said))
    assert len(shapes) == 1


def test_a_sloppily_typed_number_is_found(client, certificate):
    for typed in (certificate.grouped_number.lower(), certificate.grouped_number.replace("-", "%20")):
        assert ask(client, typed)["verdict"] == "valid"


def test_it_is_asked_anew_each_time_and_kept_by_nobody(client, certificate, officer, now):
    first = client.get(address(certificate.number))
    assert first["Cache-Control"] == "private, no-cache"
    assert first["X-Robots-Tag"] == "noindex, nofollow"
    assert "Last-Modified" not in first.headers
    assert first.cookies == {}
    same = client.get(address(certificate.number), headers={"if-none-match": first["ETag"]})
    assert same.status_code == 304
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Want", by=officer, at=now)
    changed = client.get(address(certificate.number), headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["verdict"] == "revoked"


def test_a_signature_of_a_key_in_wrong_hands_holds_no_more(client, keys, certificate, now):  # noqa: F811
    assert ask(client, certificate.number)["signature_holds"] is True
    mark_compromised(IssuerKey.objects.get(purpose="credential"), by=None, at=now)
    assert ask(client, certificate.number)["signature_holds"] is False


def test_a_register_that_was_tampered_with_is_found_out(client, keys, certificate):  # noqa: F811
    assert ask(client, certificate.number)["signature_holds"] is True
    Certificate.objects.filter(pk=certificate.pk).update(credential=certificate.credential | {"name": "Iets anders"})
    assert ask(client, certificate.number)["signature_holds"] is False


def test_who_asks_too_often_hears_when_to_come_back(client, certificate):
    for _ in range(PER_MINUTE):
        assert client.get(address(certificate.number)).status_code == 200
    slow_down = client.get(address(certificate.number))
    assert slow_down.status_code == 429
    assert slow_down["Content-Type"] == "application/problem+json"
    assert 0 < int(slow_down["Retry-After"]) <= 60


def test_nothing_can_be_sent(client, certificate):
    assert client.post(address(certificate.number)).status_code == 405
    assert client.get(f"/api/v1/certificates/{certificate.number}?format=xml").status_code == 400
