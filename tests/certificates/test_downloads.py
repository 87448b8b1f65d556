"""Who gets which document, at this moment: the holder, the office, and HR under a grant."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile

import pytest
from django.test import RequestFactory
from django.urls import reverse

from certificates import panels
from certificates.actions import issue_certificate, request_certificate, revoke_certificate
from certificates.bundles import file_name
from certificates.models import Certificate
from enrolments.actions import revoke_grant
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.people.actions import end_employment
from tests.certificates.conftest import issued
from tests.factories import EditionFactory, EnrolmentFactory, GrantFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def url(name: str, certificate: Certificate | None = None) -> str:
    return reverse(f"certificates:{name}", args=[certificate.grouped_number] if certificate else [])


def body(response) -> bytes:
    return b"".join(response.streaming_content)


# One document ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["amal", "chris", "officer", "auditor", "hr"])
def test_the_document_for_whom_it_is(request, client, certificate, granted, name):
    user = request.getfixturevalue(name)
    client.force_login(user)
    response = client.get(url("pdf", certificate))
    assert hashlib.sha256(body(response)).hexdigest() == certificate.pdf_sha256
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        'attachment; filename="bewijs-van-deelname_p-02_cobots-27-2_haddad-amal.pdf"'
    )
    assert response["Cache-Control"] == "private, no-store"
    event = Event.objects.about(certificate).get(verb="certificate.downloaded")
    assert (event.by, event.data) == (user, {})


@pytest.mark.parametrize("name", ["dina", "bo", "other_coordinator", "hr_elsewhere"])
@pytest.mark.parametrize("page", ["pdf", "detail"])
def test_for_anyone_else_it_does_not_exist(request, client, certificate, granted, name, page):
    client.force_login(request.getfixturevalue(name))
    assert client.get(url(page, certificate)).status_code == 404
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


def test_a_stranger_is_asked_to_log_in(client, certificate):
    response = client.get(url("pdf", certificate))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_hr_downloads_but_does_not_read_the_holders_page(client, certificate, granted, hr):
    client.force_login(hr)
    assert client.get(url("detail", certificate)).status_code == 404


def test_one_that_is_being_made_has_no_document_yet(client, finished, amal, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    client.force_login(amal)
    assert client.get(url("pdf", asked)).status_code == 404
    assert client.get(url("detail", asked)).status_code == 200


def test_the_holder_keeps_the_document_of_one_that_was_revoked(client, certificate, amal, officer, now):
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Want", by=officer, at=now)
    client.force_login(amal)
    assert client.get(url("pdf", certificate)).status_code == 200
    page = client.get(url("detail", certificate)).content.decode()
    assert "Want" not in page


def test_the_page_says_the_same_as_the_document(client, certificate, amal):
    client.force_login(amal)
    page = client.get(url("detail", certificate)).content.decode()
    for fact in ("Amal Haddad", "Cobots in de praktijk", "Je stelt een cobot in.", "Programmadirecteur", "RoboHouse"):
        assert fact in page
    assert page.count("<dt>") == 11  # the elements of the European recommendation


# Its name -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "prefix", "family", "ending"),
    [
        ("Sanne", "de", "Vries", "vries-sanne-de"),
        ("Şükrü", "", "Çelik-Öztürk", "celik-ozturk-sukru"),
        ("Hương", "", "Nguyễn", "nguyen-huong"),
        ("Bjørn", "van 't", "Łoś", "los-bjorn-van-t"),
    ],
)
def test_a_file_has_a_readable_name_without_marks(taught, bo, vandorp, now, given, prefix, family, ending):
    learner = UserFactory(given_name=given, name_prefix=prefix, family_name=family)
    edition = EditionFactory(code="p-02-2026n", course=taught, trainers=[bo])
    certificate = issued(EnrolmentFactory(edition=edition, learner=learner, completed=True), now)
    assert file_name(certificate) == f"bewijs-van-deelname_p-02_2026n_{ending}.pdf"


def test_a_name_in_another_alphabet_gives_way_to_the_number(certificate):
    certificate.snapshot["learner"]["name"] = "Ελένη Παπαδοπούλου"
    assert file_name(certificate).endswith(f"_{certificate.grouped_number}.pdf")


def test_a_file_never_bears_a_name_that_the_document_does_not(certificate, amal):
    certificate.enrolment.learner.family_name = "Nieuw"
    assert "nieuw" not in file_name(certificate)
    assert file_name(certificate).endswith("_amal-haddad.pdf")


def test_an_english_document_has_an_english_name(certificate):
    certificate.snapshot["language"] = "en"
    assert file_name(certificate).startswith("certificate-of-participation_")


# A bundle -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def both(granted, of_dina) -> list[Certificate]:
    """Two colleagues share theirs."""
    GrantFactory(enrolment=of_dina.enrolment)
    return [granted.enrolment.certificates.get(), of_dina]


def unzipped(response) -> tuple[dict[str, bytes], list[dict[str, str]]]:
    archive = zipfile.ZipFile(io.BytesIO(body(response)))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    rows = list(csv.reader(io.StringIO(files.pop("index.csv").decode("utf-8-sig")), delimiter=";"))
    return files, [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_bundle_of_all_that_is_shared_with_an_index(client, both, hr):
    client.force_login(hr)
    response = client.post(url("bundle"), {"all": "1"})
    files, index = unzipped(response)
    assert response["Cache-Control"] == "private, no-store"
    assert {hashlib.sha256(content).hexdigest() for content in files.values()} == {one.pdf_sha256 for one in both}
    assert [set(row.values()) & set(files) for row in index] == [{name} for name in files]
    assert {row["SHA-256"] for row in index} == {one.pdf_sha256 for one in both}
    for one in both:
        assert Event.objects.about(one).get(verb="certificate.downloaded").by == hr


def test_a_bundle_of_what_was_ticked(client, both, hr):
    client.force_login(hr)
    files, index = unzipped(client.post(url("bundle"), {"number": [both[1].grouped_number]}))
    assert list(files) == ["bewijs-van-deelname_p-02_2026n_wit-dina-de.pdf"]
    assert len(index) == 1
    assert not Event.objects.about(both[0]).filter(verb="certificate.downloaded").exists()


def test_two_documents_of_one_name_are_both_in_it(client, granted, taught, bo, vandorp, hr, now):
    namesake = UserFactory(given_name="Amal", family_name="Haddad")
    enrolment = EnrolmentFactory(
        edition=granted.enrolment.edition, learner=namesake, employee=True, employer=vandorp, completed=True
    )
    issued(enrolment, now)
    GrantFactory(enrolment=enrolment)
    client.force_login(hr)
    files, index = unzipped(client.post(url("bundle"), {"all": "1"}))
    assert len(files) == len(index) == 2


def test_nothing_ticked_is_told_and_nothing_is_downloaded(client, both, hr):
    client.force_login(hr)
    response = client.post(url("bundle"))
    assert response.status_code == 302
    assert response["Location"].endswith("#certificates")
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


def test_a_learner_finds_no_bundle(client, both, amal):
    client.force_login(amal)
    assert client.post(url("bundle"), {"all": "1"}).status_code == 404


def test_a_cell_that_looks_like_a_formula_is_text(client, both, hr):
    snapshot = both[0].snapshot | {"learner": {"name": "=HYPERLINK(1)"}}
    Certificate.objects.filter(pk=both[0].pk).update(snapshot=snapshot)
    client.force_login(hr)
    _files, index = unzipped(client.post(url("bundle"), {"all": "1"}))
    assert "'=HYPERLINK(1)" in {cell for row in index for cell in row.values()}


# Nothing leaks --------------------------------------------------------------------------------------------------------


def hears_nothing_of(client, hr, certificate: Certificate) -> bool:
    """By address, by ticking, by asking for all, and on the page."""
    client.force_login(hr)
    by_address = client.get(url("pdf", certificate)).status_code
    ticked = client.post(url("bundle"), {"number": [certificate.number]}).status_code
    everything = client.post(url("bundle"), {"all": "1"}).status_code
    request = RequestFactory().get("/")
    request.user = type(hr).objects.get(pk=hr.pk)
    return (by_address, ticked, everything, panels.in_the_employers_room(request)["total"]) == (404, 302, 302, 0)


def test_not_without_a_grant(client, certificate, hr):
    assert hears_nothing_of(client, hr, certificate)


def test_not_for_hr_of_another_company(client, certificate, granted, hr_elsewhere):
    assert hears_nothing_of(client, hr_elsewhere, certificate)


def test_not_after_sharing_stopped(client, certificate, granted, hr, amal, now):
    assert not hears_nothing_of(client, hr, certificate)
    revoke_grant(granted, by=amal, at=now)
    assert hears_nothing_of(client, hr, certificate)


def test_not_after_the_employment_ended(client, certificate, granted, hr, amal, now, clock):
    end_employment(amal.employments.get(), by=None, on=now.date())
    clock.shift(24 * 3600)
    assert hears_nothing_of(client, hr, certificate)


def test_not_after_the_hr_role_ended(client, certificate, granted, hr, now, clock):
    hr.memberships.update(ends_on=now.date())
    clock.shift(24 * 3600)
    client.force_login(hr)
    assert client.get(url("pdf", certificate)).status_code == 404
    assert client.post(url("bundle"), {"all": "1"}).status_code == 404


def test_not_of_a_course_taken_before_working_there(client, certificate, granted, hr, amal):
    amal.employments.update(starts_on="2027-02-05")
    Enrolment.objects.filter(pk=granted.enrolment_id).update(created_on="2027-02-01")
    assert hears_nothing_of(client, hr, certificate)


def test_a_failed_course_looks_like_one_that_is_not_shared(client, taught, edition, amal, vandorp, hr):
    enrolment = EnrolmentFactory(edition=edition, learner=amal, employee=True, employer=vandorp, not_completed=True)
    GrantFactory(enrolment=enrolment)
    client.force_login(hr)
    assert client.post(url("bundle"), {"all": "1"}).status_code == 302
    request = RequestFactory().get("/")
    request.user = hr
    assert panels.in_the_employers_room(request)["total"] == 0


def test_a_certificate_of_participation_that_tells_of_a_failure_is_not_hrs_to_see(
    client, taught, certificate, granted, hr
):
    """Attended enough, not passed: the same document after an assessed course would say so to the employer."""
    taught.certificate_kind = "assessed"
    taught.save(update_fields=["certificate_kind"])
    Enrolment.objects.filter(pk=certificate.enrolment_id).update(outcome="attended")
    assert hears_nothing_of(client, hr, certificate)


def test_one_of_two_companies_is_on_view(client, both, hr, vandorp):
    request = RequestFactory().get("/", {"company": str(vandorp.uuid)})
    request.user = hr
    assert panels.in_the_employers_room(request)["total"] == 2
    request = RequestFactory().get("/", {"company": "00000000-0000-4000-8000-000000000000"})
    request.user = hr
    assert panels.in_the_employers_room(request)["total"] == 0


# Pages ----------------------------------------------------------------------------------------------------------------


def test_the_list_asks_again_only_while_something_is_being_made(client, finished, amal, now):
    client.force_login(amal)
    assert "hx-trigger" not in client.get(url("mine")).content.decode()
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    assert 'hx-trigger="every 5s"' in client.get(url("mine")).content.decode()
    issue_certificate(asked, at=now)
    page = client.get(url("mine")).content.decode()
    assert "hx-trigger" not in page
    assert url("pdf", asked) in page


def test_the_office_finds_by_number_and_by_name(client, certificate, of_dina, officer):
    client.force_login(officer)
    for asked in ("haddad", "Amal H", certificate.number[:6].lower(), certificate.grouped_number):
        page = client.get(url("office"), {"q": asked}).content.decode()
        assert certificate.grouped_number in page
        assert of_dina.grouped_number not in page


def test_a_coordinator_sees_their_own_house_only(client, certificate, chris, other_coordinator):
    client.force_login(chris)
    assert certificate.grouped_number in client.get(url("office")).content.decode()
    assert client.get(url("office_detail", certificate)).status_code == 200
    client.force_login(other_coordinator)
    assert certificate.grouped_number not in client.get(url("office")).content.decode()
    assert client.get(url("office_detail", certificate)).status_code == 404
    assert client.post(url("revoke", certificate)).status_code == 404


@pytest.mark.parametrize("name", ["amal", "hr", "bo"])
def test_for_others_the_office_has_no_page(request, client, certificate, granted, name):
    client.force_login(request.getfixturevalue(name))
    for page in (url("office"), url("office_detail", certificate)):
        assert client.get(page).status_code == 404


def test_revoking_asks_for_both_reasons_at_their_fields(client, certificate, chris):
    client.force_login(chris)
    page = client.post(url("revoke", certificate), {"public_reason": "", "inside_reason": "  "}).content.decode()
    assert page.count('aria-invalid="true"') == 2
    assert 'href="#id_public_reason"' in page
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.ISSUED
    answer = client.post(url("revoke", certificate), {"public_reason": "mistake", "inside_reason": "Dubbel"})
    assert answer.status_code == 302
    certificate.refresh_from_db()
    assert (certificate.state, certificate.ended_by) == (Certificate.State.REVOKED, chris)
    again = client.post(
        url("revoke", certificate), {"public_reason": "mistake", "inside_reason": "Dubbel"}, follow=True
    )
    assert again.status_code == 200


def test_an_auditor_reads_and_changes_nothing(client, certificate, auditor):
    client.force_login(auditor)
    page = client.get(url("office_detail", certificate)).content.decode()
    assert '<form method="post" action="' + url("revoke", certificate) not in page
    assert url("revoke", certificate) not in page
    assert (
        client.post(url("revoke", certificate), {"public_reason": "mistake", "inside_reason": "x"}).status_code == 403
    )
    assert client.post(url("replace", certificate)).status_code == 403


def test_replacing_leads_to_the_new_one(client, certificate, chris):
    client.force_login(chris)
    answer = client.post(url("replace", certificate))
    successor = Certificate.objects.get(supersedes=certificate)
    assert answer["Location"] == url("office_detail", successor)
    assert url("replace", certificate) not in client.get(url("office_detail", certificate)).content.decode()


def test_lists_ask_the_database_as_much_for_many_as_for_one(
    client, granted, taught, bo, vandorp, officer, hr, amal, now, django_assert_max_num_queries
):
    def queries(user, page: str) -> int:
        client.force_login(user)
        client.get(page)
        with django_assert_max_num_queries(60) as counted:
            client.get(page)
        return len(counted)

    def of_panel() -> int:
        request = RequestFactory().get("/")
        request.user = type(hr).objects.get(pk=hr.pk)
        with django_assert_max_num_queries(60) as counted:
            list(panels.in_the_employers_room(request)["rows"])
        return len(counted)

    before = queries(officer, url("office")), queries(amal, url("mine")), of_panel()
    for _ in range(5):
        enrolment = EnrolmentFactory(
            edition=EditionFactory(course=taught, trainers=[bo]), employee=True, employer=vandorp, completed=True
        )
        issued(enrolment, now)
        GrantFactory(enrolment=enrolment)
        Enrolment.objects.filter(pk=enrolment.pk).update(learner=amal)
    assert (queries(officer, url("office")), queries(amal, url("mine")), of_panel()) == before
