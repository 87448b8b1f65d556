"""What somebody sends to break a page: answered in words, never with an error of ours."""

from __future__ import annotations

import copy
import json

import pikepdf
import pytest
from django.urls import reverse

from tests.certificates.test_examining import changed, sealed  # noqa: F401  (a fixture)
from tests.certificates.test_verification import as_file, document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOUGHT = "%00"


@pytest.mark.parametrize(
    "typed",
    [NOUGHT, f"7K3M{NOUGHT}Q9TX", "%ED%A0%80", "%F0%9F%98%80", "A" * 5000],
    ids=["nought", "nought inside", "half", "face", "long"],
)
def test_whatever_is_typed_as_a_number_is_not_ours(client, certificate, typed):
    for address in (f"/v/{typed}", f"/v/?number={typed}", f"/s/{typed}", f"/api/v1/certificates/{typed}"):
        assert client.get(address).status_code in {200, 302, 400, 404}, address
    assert client.post("/v/many/", {"numbers": typed.replace(NOUGHT, "\0")}).status_code == 200


def test_a_list_of_noughts_and_odd_bytes_is_a_list_without_numbers(client):
    for content in (b"\0" * 1000, b"\xff\xfe\x00\xd8\n", b"7K3M-\0-Q9TX\r\n", "＝1+1\u2028".encode()):
        assert client.post("/v/many/", {"document": as_file(content, "lijst.csv")}).status_code == 200


def test_the_offices_search_takes_any_text(client, certificate, officer):
    client.force_login(officer)
    for typed in ("\0", "a\0b", "\U0001f600", "%' OR 1=1 --", '{"a":', "x" * 5000):
        assert client.get(reverse("certificates:office"), {"q": typed, "page": "9" * 30}).status_code in {200, 400}


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_past_all_rows_is_not_there(client, certificate, amal, number):
    client.force_login(amal)
    address = reverse("certificates:share_revoke", args=[certificate.grouped_number, number])
    assert client.post(address).status_code == 404
    assert client.get(f"/credentials/status/{number}").status_code == 404


ODD = {"half": "\ud800", "nought": "\0", "half below": {"a": ["\udfff"]}, "empty": [[[]]], "huge": 1e308, "none": None}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_a_credential_with_odd_values_is_altered_and_said_so(client, sealed, value):  # noqa: F811
    forged = copy.deepcopy(sealed.credential) | {"name": value}
    answer = client.post(
        f"/v/{sealed.grouped_number}?taal=en", {"document": as_file(json.dumps(forged).encode(), "x.json")}
    )
    assert answer.status_code == 200
    assert "it was altered" in answer.content.decode()


@pytest.mark.parametrize(
    "identifier",
    ["urn:uuid:\ud800", "urn:uuid:" + "9" * 5000, 7, ["urn:uuid:x"], None],
    ids=["half", "long", "number", "list", "none"],
)
def test_a_credential_with_an_odd_name_is_nobodys(client, certificate, identifier):
    content = json.dumps({"id": identifier, "proof": "x"}).encode()
    assert client.post("/v/", {"document": as_file(content, "x.json")}).status_code == 200


def test_a_document_whose_letters_are_halves_is_read_all_the_same(client, sealed):  # noqa: F811
    def halve(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            for font in page.Resources.Font.values():
                font.ToUnicode = pdf.make_stream(
                    b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <D7FF> endbfrange"
                )

    content = changed(document(sealed), halve)
    answer = client.post(f"/v/{sealed.grouped_number}", {"document": as_file(content)})
    assert answer.status_code == 200
