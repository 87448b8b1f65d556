"""What anyone learns who scans the code, types the number or has the file."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.actions import issue_certificate, request_certificate, revoke_certificate, supersede_certificate
from certificates.models import Certificate
from certificates.numbers import grouped, new_number
from certificates.uploads import LARGEST
from certificates.verification import Verdict, answer_to
from certificates.views.public import PER_MINUTE
from lms.kernel.models import Event
from lms.people.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def page(client, number: str, **query: str):
    return client.get(f"/v/{number}", {"taal": "en", **query})


def words(response) -> str:
    """What a reader reads: the main part without tags."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def as_file(content: bytes, name: str = "bewijs.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def document(certificate: Certificate) -> bytes:
    with certificate.pdf.open("rb") as file:
        return file.read()


# Verdicts -------------------------------------------------------------------------------------------------------------


def test_a_valid_one_says_so_first_and_shows_what_was_frozen(client, certificate):
    response = page(client, certificate.grouped_number)
    said = words(response)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", response.content.decode()).group(1)
    assert (response.status_code, heading) == (200, "This certificate of participation is valid")
    for fact in ("Amal Haddad", "Cobots in practice", "You set up a cobot.", "8 February 2027", "4 to 25 March 2027"):
        assert fact in said
    assert "10:00" in said  # when it was checked


def test_it_speaks_the_language_asked_for_or_that_of_the_browser(client, certificate):
    number = certificate.grouped_number
    assert "Cobots in de praktijk" in words(client.get(f"/v/{number}?taal=nl"))
    assert "Cobots in practice" in words(client.get(f"/v/{number}", headers={"accept-language": "en-GB,en;q=0.9"}))
    dutch = client.get(f"/v/{number}", headers={"accept-language": "nl"})
    assert "Cobots in de praktijk" in words(dutch)
    assert f'href="/v/{number}?taal=en"' in dutch.content.decode()
    assert dutch["Content-Language"] == "nl"


def test_an_expired_one(client, certificate, clock):
    Certificate.objects.filter(pk=certificate.pk).update(
        expires_on="2027-03-31", snapshot=certificate.snapshot | {"expires_on": "2027-03-31"}
    )
    clock.shift(timedelta(days=51))  # its last day
    assert "is valid" in words(page(client, certificate.grouped_number))
    clock.shift(timedelta(days=1))
    said = words(page(client, certificate.grouped_number))
    assert "has expired" in said
    assert "31 March 2027" in said


def test_a_revoked_one_says_when_and_why_in_neutral_words_and_no_more(client, certificate, officer, now):
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Ruzie met Amal", by=officer, at=now)
    said = words(page(client, certificate.grouped_number))
    assert "has been revoked" in said
    assert "8 February 2027" in said
    assert "It was issued by mistake." in said
    assert "Ruzie" not in said
    assert "You set up a cobot." not in said


def test_every_verdict_says_when_it_was_given(client, certificate, officer, now, clock):
    when = "Checked on 8 February 2027 at"
    assert words(page(client, certificate.grouped_number)).count(when) == 1
    revoke_certificate(certificate, public_reason="mistake", inside_reason="x", by=officer, at=now)
    assert words(page(client, certificate.grouped_number)).count(when) == 1


def test_a_replaced_one_leads_to_the_new_number(client, certificate, officer, now):
    successor = supersede_certificate(certificate, by=officer, at=now)
    assert "is valid" in words(page(client, certificate.grouped_number))  # until the new one is there
    issue_certificate(successor, at=now)
    response = page(client, certificate.grouped_number)
    assert "has been replaced" in words(response)
    assert f'href="/v/{successor.grouped_number}?taal=en"' in response.content.decode()
    assert "is valid" in words(page(client, successor.grouped_number))


def test_one_that_is_revoked_and_expired_is_revoked(certificate, officer, now):
    Certificate.objects.filter(pk=certificate.pk).update(expires_on="2027-01-01")
    certificate.refresh_from_db()
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Want", by=officer, at=now)
    assert answer_to(certificate.number, on=now.date()).verdict == Verdict.REVOKED


def test_one_that_is_still_being_made_is_not_ours_yet(client, finished, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    unknown = page(client, grouped(new_number()))
    response = page(client, asked.grouped_number)
    assert response.status_code == unknown.status_code == 404
    assert "not ours" in words(response)
    assert "Haddad" not in response.content.decode()


def test_a_number_that_is_not_ours_gets_advice_after_the_same_work(
    client, finished, now, django_assert_num_queries, django_assert_max_num_queries
):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    page(client, "ABCD")  # warms what is read once
    with django_assert_max_num_queries(20) as of_a_wrong_one:
        page(client, "ABCD")
    for number in (grouped(new_number()), asked.grouped_number, "7K3M-Q9TX-2B4N-8WRF-0"):
        with django_assert_num_queries(len(of_a_wrong_one)):
            response = page(client, number)
        assert response.status_code == 404
        assert "17 characters" in words(response)


def test_only_the_snapshot_speaks(client, certificate, taught, amal, robohouse):
    User.objects.filter(pk=amal.pk).update(family_name="Anders")
    taught.title_en = "Renamed"
    taught.save(update_fields=["title_en"])
    robohouse.name = "Renamed house"
    robohouse.save(update_fields=["name"])
    said = words(page(client, certificate.grouped_number))
    assert "Amal Haddad" in said
    for live in ("Anders", "Renamed"):
        assert live not in said


def test_it_says_no_more_about_the_person_than_the_certificate(client, certificate, amal, vandorp):
    content = page(client, certificate.grouped_number).content.decode()
    for private in (
        amal.email,
        vandorp.name,
        certificate.enrolment.code,
        str(certificate.uuid),
        certificate.pdf_sha256,
    ):
        assert private not in content


def test_a_name_is_shown_and_never_run(client, certificate):
    snapshot = certificate.snapshot | {"learner": {"name": "<script>alert(1)</script>"}}
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=snapshot)
    assert "<script>alert" not in page(client, certificate.grouped_number).content.decode()


# Numbers as people type them ------------------------------------------------------------------------------------------


def sloppy(number: str) -> list[str]:
    return [
        number,
        number.lower(),
        grouped(number).replace("-", " "),
        f" {grouped(number)} ",
        number.replace("0", "O").replace("1", "I"),
        number.replace("0", "o").replace("1", "l"),
        "–".join(number[at : at + 4] for at in range(0, 17, 4)),
    ]


@pytest.mark.parametrize("way", range(7))
def test_a_sloppily_typed_number_leads_to_the_one_address(client, certificate, way):
    Certificate.objects.filter(pk=certificate.pk).update(number="7K3M09TX1B4N8WRF" + check_of("7K3M09TX1B4N8WRF"))
    number = Certificate.objects.get().number
    typed = sloppy(number)[way]
    assert_leads_to(client.get("/v/", {"number": typed, "taal": "en"}), f"/v/{grouped(number)}?taal=en")
    assert_leads_to(page(client, typed), f"/v/{grouped(number)}?taal=en")
    assert "is valid" in words(page(client, grouped(number)))


def check_of(body: str) -> str:
    from stdnum import luhn

    from lms.kernel.codes import CROCKFORD

    return luhn.calc_check_digit(body, CROCKFORD)


def assert_leads_to(response, url: str) -> None:
    assert (response.status_code, response["Location"]) == (302, url)


def test_a_slip_of_the_finger_is_told_at_the_field(client, certificate):
    number = certificate.number
    slip = number[:5] + ("A" if number[5] != "A" else "B") + number[6:]
    response = client.get("/v/", {"number": slip, "taal": "en"})
    assert response.status_code == 200
    content = response.content.decode()
    assert 'aria-invalid="true"' in content
    assert 'href="#id_number"' in content  # in the summary
    assert slip in content  # what was typed stays


def test_an_empty_number_asks_for_one(client):
    assert "Fill in the number" in words(client.get("/v/", {"number": "", "taal": "en"}))


def test_anything_may_stand_in_the_address(client):
    for odd in ("%00", "'%20OR%201=1--", "a" * 3000, "💥", "..%2F..", "<script>"):
        response = client.get(f"/v/{odd}")
        assert response.status_code in (302, 400, 404)
        assert b"<script>alert" not in response.content


# Files ----------------------------------------------------------------------------------------------------------------


def test_the_very_file_is_recognised(client, certificate):
    response = client.post(f"/v/{certificate.grouped_number}?taal=en", {"document": as_file(document(certificate))})
    assert response.status_code == 200
    assert "is the document that we issued" in words(response)


def test_one_changed_byte_is_seen(client, certificate):
    changed = bytearray(document(certificate))
    changed[len(changed) // 2] ^= 1
    response = client.post(f"/v/{certificate.grouped_number}?taal=en", {"document": as_file(bytes(changed))})
    assert "is not the document that we issued" in words(response)


def test_the_file_of_another_certificate_is_told_apart(client, certificate, of_dina):
    response = client.post(f"/v/{certificate.grouped_number}?taal=en", {"document": as_file(document(of_dina))})
    assert "belongs to another certificate of ours" in words(response)
    assert of_dina.grouped_number not in words(response)


def test_a_file_alone_finds_its_certificate(client, certificate):
    response = client.post("/v/?taal=en", {"document": as_file(document(certificate))})
    assert "is valid" in words(response)
    assert certificate.grouped_number in words(response)


def test_a_strange_file_is_not_ours(client, certificate):
    for url in ("/v/?taal=en", f"/v/{grouped(new_number())}?taal=en"):
        assert "We did not issue this file" in words(client.post(url, {"document": as_file(b"%PDF-1.4 of somebody")}))


def test_a_file_that_is_too_large_is_refused_and_not_read(client, certificate):
    response = client.post(
        f"/v/{certificate.grouped_number}?taal=en", {"document": as_file(b"x" * (LARGEST + 100_000))}
    )
    assert "larger than 5 MB" in words(response)
    slightly = client.post(f"/v/{certificate.grouped_number}?taal=en", {"document": as_file(b"x" * (LARGEST + 1))})
    assert "larger than 5 MB" in words(slightly)


def test_no_file_and_an_empty_file_are_told_at_the_field(client, certificate):
    url = f"/v/{certificate.grouped_number}?taal=en"
    assert "Choose the file" in words(client.post(url))
    assert "This file is empty" in words(client.post(url, {"document": as_file(b"")}))


def test_nothing_is_kept_of_a_file(client, certificate, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # Django's own handler would write this to disk
    tmp_path.chmod(0o500)
    before = Event.objects.count()
    response = client.post(f"/v/{certificate.grouped_number}?taal=en", {"document": as_file(document(certificate))})
    assert "is the document that we issued" in words(response)
    assert list(tmp_path.iterdir()) == []
    assert Event.objects.count() == before


# Around it ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v/", "/v/{number}", "/v/ABCD", "/v/many/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_indexed_kept_or_passed_on(client, certificate, path, method):
    response = getattr(client, method)(path.format(number=certificate.grouped_number))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert response.cookies == {}
    assert b'<meta name="robots" content="noindex' in response.content


def test_comparing_needs_no_token(certificate):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    response = strict.post(f"/v/{certificate.grouped_number}?taal=en", {"document": as_file(document(certificate))})
    assert response.status_code == 200


def test_who_asks_too_often_waits_a_minute(client, certificate, clock):
    for _ in range(PER_MINUTE):
        assert page(client, certificate.grouped_number).status_code == 200
    slow_down = page(client, certificate.grouped_number)
    assert (slow_down.status_code, slow_down["Retry-After"]) == (429, "60")
    assert slow_down["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get("/v/", REMOTE_ADDR="192.0.2.7").status_code == 200
    clock.shift(timedelta(minutes=1))
    assert page(client, certificate.grouped_number).status_code == 200
