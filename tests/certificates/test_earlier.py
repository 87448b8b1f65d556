"""Certificates of before the platform: looked at, taken over with their source, undone as one batch."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certificates.actions.earlier import TakenOverBefore, check_earlier, take_over, undo_take_over
from certificates.imports import DIFFERS, ERROR, KNOWN, NEW, SAME
from certificates.models import EarlierBatch, EarlierCertificate
from courses.imports import FileRefused
from lms.kernel.spreadsheets import xlsx_file
from lms.kernel.states import TransitionRefused
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

HEADINGS = "Naam;E-mail;Opleiding;Afgegeven op;Soort;Uren;Geldig tot\r\n"
AMAL = "Amal Haddad;amal@voorbeeld.example;Lassen niveau 1;31-12-2024;certificaat;40,5;31-12-2027\r\n"
NEWCOMER = "Noor Nieuw;Noor@Nieuw.example;Lassen niveau 1;2024-12-31;;;\r\n"
OTHER_NAME = "D. Wit;dina@voorbeeld.example;Lassen niveau 2;01/02/2023;bewijs van deelname;8;\r\n"
SOURCE = "Deelnemersadministratie RoboHouse, 2019-2024"


def listed(*rows: str) -> bytes:
    return (HEADINGS + "".join(rows)).encode("cp1252")


@pytest.fixture
def checked(robohouse, chris, amal, dina, now):
    def check(*rows: str, content: bytes | None = None) -> EarlierBatch:
        return check_earlier(
            robohouse, source=SOURCE, content=content or listed(*rows), file_name="oud.csv", by=chris, at=now
        )

    return check


@pytest.fixture
def taken(checked, chris, now) -> EarlierBatch:
    return take_over(checked(AMAL, NEWCOMER), also=(), by=chris, at=now)


def verify(client, certificate: EarlierCertificate) -> str:
    answer = client.get(reverse("verify", args=[certificate.grouped_number]))
    assert answer.status_code == 200
    return answer.content.decode()


# Reading --------------------------------------------------------------------------------------------------------------


def test_each_row_says_what_it_is_and_nothing_is_taken_over_yet(checked):
    batch = checked(AMAL, NEWCOMER, OTHER_NAME, AMAL)
    assert [row["verdict"] for row in batch.rows] == [KNOWN, NEW, DIFFERS, SAME]
    assert batch.rows[0]["minutes"] == 40.5 * 60
    assert (batch.rows[0]["issued_on"], batch.rows[0]["expires_on"]) == ("2024-12-31", "2027-12-31")
    assert (batch.rows[0]["kind"], batch.rows[1]["kind"]) == ("assessed", "participation")
    assert batch.rows[1]["email"] == "noor@nieuw.example"
    assert not EarlierCertificate.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        ";amal@voorbeeld.example;Lassen;31-12-2024;;;\r\n",
        "Amal;amal;Lassen;31-12-2024;;;\r\n",
        "Amal;a@b.example;;31-12-2024;;;\r\n",
        "Amal;a@b.example;Lassen;gisteren;;;\r\n",
        "Amal;a@b.example;Lassen;31-12-2099;;;\r\n",
        "Amal;a@b.example;Lassen;31-12-2024;diploma;;\r\n",
        "Amal;a@b.example;Lassen;31-12-2024;;veel;\r\n",
        "Amal;a@b.example;Lassen;31-12-2024;;;30-12-2024\r\n",
    ],
)
def test_what_is_wrong_is_said_beside_the_row(checked, row):
    [found] = checked(row).rows
    assert found["verdict"] == ERROR
    assert len(found["errors"]) == 1


def test_a_citizen_service_number_is_refused_and_not_kept(checked):
    batch = checked("Amal 111222333;a@b.example;Lassen;31-12-2024;;;\r\n")
    assert batch.rows[0]["verdict"] == ERROR
    assert "111222333" not in str(batch.rows)


def test_a_workbook_reads_the_same(checked):
    content = xlsx_file(
        ["Name", "E-mail", "Course", "Issued on"],
        [("Amal Haddad", "amal@voorbeeld.example", "Lassen niveau 1", date(2024, 12, 31))],
        title="Oud",
    )
    [row] = checked(content=content).rows
    assert (row["verdict"], row["issued_on"]) == (KNOWN, "2024-12-31")


@pytest.mark.parametrize("content", [b"Naam;E-mail\r\nAmal;a@b.example\r\n", b"%PDF-1.7", b"   "])
def test_what_is_no_such_list_is_refused(checked, content):
    with pytest.raises(FileRefused):
        checked(content=content)


# Taking over ----------------------------------------------------------------------------------------------------------


def test_each_gets_a_number_and_goes_to_who_it_is_of(client, taken, amal):
    certificate = EarlierCertificate.objects.get(holder=amal)
    assert len(certificate.number) == 17
    page = verify(client, certificate)
    for said in ("Overgenomen uit", SOURCE, "Lassen niveau 1", "Amal Haddad", "RoboHouse"):
        assert said in page
    for claim in ("digitale handtekening van de uitgever klopt", "PDF", "verzegeld is"):
        assert claim not in page
    taken.refresh_from_db()
    assert taken.rows == []  # what was taken over stands in its own rows now
    client.force_login(amal)
    assert certificate.grouped_number in client.get(reverse("enrolments:my")).content.decode()


def test_a_list_of_numbers_and_programs_hear_that_it_was_taken_over(client, taken, amal, chris, now):
    number = EarlierCertificate.objects.get(holder=amal).grouped_number
    listed_page = client.post("/v/many/?taal=en", {"numbers": number}).content.decode()
    assert "taken over from earlier records" in listed_page
    assert "Lassen niveau 1" in listed_page
    said = client.get(f"/api/v1/certificates/{number}").json()
    assert (said["verdict"], said["name"], said["issuer"], said["signature_holds"]) == (
        "taken_over", "Amal Haddad", None, None,
    )  # fmt: skip
    undo_take_over(taken, by=chris, at=now)
    assert client.get(f"/api/v1/certificates/{number}").json()["verdict"] == "not_ours"
    assert "Lassen niveau 1" not in client.post("/v/many/?taal=en", {"numbers": number}).content.decode()


def test_it_waits_for_who_proves_the_address(taken):
    noor = UserFactory(email="noor@nieuw.example", given_name="Noor", family_name="Nieuw")
    assert EarlierCertificate.objects.of(noor).get().title == "Lassen niveau 1"


def test_another_name_is_taken_over_only_when_somebody_says_it_is_the_same_person(checked, chris, dina, now):
    batch = checked(OTHER_NAME, AMAL)
    number = batch.rows[0]["number"]
    take_over(batch, also=(), by=chris, at=now)
    assert EarlierCertificate.objects.count() == 1
    again = checked(OTHER_NAME)
    take_over(again, also=[number], by=chris, at=now)
    assert EarlierCertificate.objects.get(holder=dina).name == "D. Wit"


def test_the_same_list_twice_is_refused_and_the_same_row_left_out(checked, taken, chris, now):
    with pytest.raises(TakenOverBefore):
        checked(AMAL, NEWCOMER)
    batch = checked(AMAL)
    assert [row["verdict"] for row in batch.rows] == [SAME]
    take_over(batch, also=(), by=chris, at=now)
    assert EarlierCertificate.objects.count() == 2
    with pytest.raises(TransitionRefused):
        take_over(batch, also=(), by=chris, at=now)


def test_a_list_read_twice_is_taken_over_once_and_the_second_says_so(client, checked, chris):
    first, second = checked(AMAL), checked(AMAL)
    client.force_login(chris)
    for batch in (first, second):
        page = client.post(reverse("certificates:earlier_take", args=[batch.uuid]), follow=True)
        assert page.status_code == 200
    assert "Deze lijst is al eens overgenomen. Maak dat eerst ongedaan" in page.content.decode()
    assert EarlierCertificate.objects.count() == 1


def test_the_house_is_chosen_from_words_and_not_from_dashes(client, officer, robohouse, ramlab):
    client.force_login(officer)
    page = client.get(reverse("certificates:earlier")).content.decode()
    assert '<option value="" selected>Kies een aanbieder</option>' in page


def test_one_that_ran_out_says_so(client, checked, chris, now, clock):
    take_over(checked(AMAL), also=(), by=chris, at=now)
    clock.shift(timedelta(days=400))
    assert "verlopen" in verify(client, EarlierCertificate.objects.get())


# Undoing --------------------------------------------------------------------------------------------------------------


def test_a_batch_is_undone_as_one_and_its_numbers_say_so(client, taken, chris, amal, now):
    undo_take_over(taken, by=chris, at=now)
    assert not EarlierCertificate.objects.standing().exists()
    assert not EarlierCertificate.objects.of(amal).exists()
    assert "teruggenomen" in verify(client, EarlierCertificate.objects.get(name="Amal Haddad"))
    with pytest.raises(TransitionRefused):
        undo_take_over(taken, by=chris, at=now)


def test_after_undoing_the_list_can_be_taken_over_again(checked, taken, chris, now):
    undo_take_over(taken, by=chris, at=now)
    again = take_over(checked(AMAL, NEWCOMER), also=(), by=chris, at=now)
    assert again.certificates.count() == 2


# Who, and on pages ----------------------------------------------------------------------------------------------------


def test_another_house_and_auditors_change_nothing(client, robohouse, taken, other_coordinator, auditor, hr, now):
    with pytest.raises(PermissionDenied):
        check_earlier(robohouse, source="x", content=listed(AMAL), file_name="x.csv", by=other_coordinator, at=now)
    for user in (other_coordinator, auditor):
        with pytest.raises(PermissionDenied):
            undo_take_over(taken, by=user, at=now)
    address = reverse("certificates:earlier_batch", args=[taken.uuid])
    for user, status in ((other_coordinator, 404), (hr, 404), (auditor, 200)):
        client.force_login(user)
        assert client.get(address).status_code == status


def test_a_list_is_looked_at_and_taken_over_on_the_page(client, chris, amal, dina):
    client.force_login(chris)
    address = reverse("certificates:earlier")
    pdf = SimpleUploadedFile("x.csv", b"%PDF-1.7")
    wrong = client.post(address, {"source": SOURCE, "document": pdf})
    assert 'href="#id_document"' in wrong.content.decode()
    assert SOURCE in wrong.content.decode()
    document = SimpleUploadedFile("oud.csv", listed(AMAL, NEWCOMER, OTHER_NAME))
    answer = client.post(address, {"source": SOURCE, "document": document})
    batch = EarlierBatch.objects.get()
    assert answer["Location"] == reverse("certificates:earlier_batch", args=[batch.uuid])
    page = client.get(answer["Location"]).content.decode()
    assert "2 regels kunnen worden overgenomen" in page
    assert 'name="also"' in page
    also = [batch.rows[2]["number"], "9" * 5000]  # the second is no row of any list
    client.post(reverse("certificates:earlier_take", args=[batch.uuid]), {"also": also})
    assert EarlierCertificate.objects.count() == 3
    assert "Lassen niveau 2" in client.get(answer["Location"]).content.decode()
    client.post(reverse("certificates:earlier_undo", args=[batch.uuid]))
    assert not EarlierCertificate.objects.standing().exists()
