"""Many numbers at once, and how to check without us."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.actions import issue_certificate, revoke_certificate, supersede_certificate
from certificates.many import MOST, TooMany, numbers_in
from certificates.models import Certificate
from certificates.numbers import grouped, new_number
from certificates.views.public.many import LISTS_PER_MINUTE
from lms.kernel.models import Event
from tests.certificates.test_verification import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

URL = "/v/many/?taal=en"


def listed(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/csv")


def test_every_number_gets_its_verdict_in_the_order_asked(client, certificate, of_dina, officer, now):
    revoke_certificate(of_dina, public_reason="mistake", inside_reason="Want", by=officer, at=now)
    strange = grouped(new_number())
    asked = f"{of_dina.grouped_number.lower()}\n{strange}\n{certificate.number}\n"
    said = words(client.post(URL, {"numbers": asked}))
    assert "1 of 3 are valid" in said
    places = [said.index(one) for one in (of_dina.grouped_number, strange, certificate.grouped_number)]
    assert places == sorted(places)
    for fact in ("revoked", "not ours", "valid", "Amal Haddad", "Dina"):
        assert fact in said


def test_a_replaced_one_names_its_successor(client, certificate, officer, now):
    successor = issue_certificate(supersede_certificate(certificate, by=officer, at=now), at=now)
    said = words(client.post(URL, {"numbers": certificate.number}))
    assert "replaced" in said
    assert successor.grouped_number in said


def test_a_file_of_any_make_is_read(client, certificate):
    number = certificate.grouped_number
    for content in (
        f"Nummer;Naam\r\n{number};Amal\r\n".encode("utf-8-sig"),
        f'"Naam","Certificaatnummer"\n"René","{number}"\n'.encode("cp1252"),
        f"naam\tnummer\nx\t{number.replace('-', ' ')}".encode(),
        number.encode(),
    ):
        said = words(client.post(URL, {"document": listed("lijst.csv", content)}))
        assert "1 of 1 are valid" in said


def test_the_answer_is_a_file_that_runs_nothing(client, certificate):
    snapshot = certificate.snapshot | {"learner": {"name": "=HYPERLINK(1)"}}
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=snapshot)
    response = client.post(URL, {"numbers": f"{certificate.number}\n=1+1", "as": "csv"})
    text = response.content.decode("utf-8-sig")
    assert response["Content-Disposition"].startswith('attachment; filename="verdicts_2027-')
    assert f'"{certificate.grouped_number}";"valid";"\'=HYPERLINK(1)";"Cobots in practice";"08-02-2027"' in text
    assert '"\'=1+1";"not ours"' in text


def test_too_many_none_and_too_large_are_told_at_the_field(client):
    many = "\n".join(grouped(new_number()) for _ in range(MOST + 1))
    assert "more than 500 numbers" in words(client.post(URL, {"numbers": many}))
    assert "Paste at least one number" in words(client.post(URL, {"numbers": "  "}))
    assert "Paste at least one number" in words(client.post(URL, {"document": listed("leeg.csv", b"")}))
    large = client.post(URL, {"document": listed("groot.csv", b"x" * 400_000)})
    assert "This list is too long" in words(large)
    assert large.status_code == 200


def test_a_number_that_looks_like_a_bsn_is_a_number_all_the_same(client):
    for path, sent in (("post", {"numbers": "1112-2233-3000-0000-0"}), ("get", {"number": "1112-2233-3000-0000-0"})):
        said = words(getattr(client, path)(URL if path == "post" else "/v/?taal=en", sent))
        assert "BSN" not in said


def test_what_was_pasted_stays(client):
    response = client.post(URL, {"numbers": "\n".join(["ABCD"] * 2 + [str(one) for one in range(600)])})
    assert "599" in response.content.decode()


def test_five_hundred_cost_as_many_queries_as_one(client, certificate, django_assert_num_queries):
    client.post(URL, {"numbers": certificate.number})
    with CaptureQueriesContext(connection) as of_one:
        client.post(URL, {"numbers": certificate.number})
    with django_assert_num_queries(len(of_one)):
        client.post(URL, {"numbers": "\n".join([certificate.number, *(new_number() for _ in range(MOST - 1))])})


def test_one_that_is_still_being_made_is_not_ours(client, certificate):
    Certificate.objects.filter(pk=certificate.pk).update(state="requested", issued_at=None, pdf_sha256="")
    assert "not ours" in words(client.post(URL, {"numbers": certificate.number}))


def test_nothing_is_kept_of_a_list(client, certificate):
    before = Event.objects.count()
    response = client.post(URL, {"numbers": certificate.number})
    assert Event.objects.count() == before
    assert response["Cache-Control"] == "private, no-store"
    assert response.cookies == {}


def test_who_checks_many_lists_waits(client, certificate):
    for _ in range(LISTS_PER_MINUTE):
        assert "are valid" in words(client.post(URL, {"numbers": certificate.number}))
    assert "Try again in a minute" in words(client.post(URL, {"numbers": certificate.number}))


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("\n\n;;\n", []),
        ("7K3M-Q9TX", ["7K3M-Q9TX"]),
        ("a;b\na;c\n", ["a"]),
        ("Certificate number\nABC", ["ABC"]),
        ("\x00ABC\x00", ["ABC"]),
        ('"ABC"', ["ABC"]),
    ],
)
def test_numbers_are_found_in_lines(text, found):
    assert numbers_in(text) == found


@pytest.mark.once
def test_no_more_than_the_most_are_read():
    with pytest.raises(TooMany):
        numbers_in("\n".join(str(one) for one in range(MOST + 1)))


def test_anyone_reads_how_to_check_without_us(client, keys, certificate):
    response = client.get("/v/without-us/?taal=en")
    said = words(response)
    for fact in ("did:web:", "/.well-known/did.json", "/credentials/status/1", "pdfsig", "eddsa-rdfc-2022"):
        assert fact in said
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert client.post("/v/without-us/").status_code == 405
    assert 'href="/v/without-us/?taal=en"' in client.get("/v/?taal=en").content.decode()
