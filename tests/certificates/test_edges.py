"""Long names and titles, late hours, odd addresses: each has its answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from certificates.actions import bundles as bundle_actions
from certificates.actions import (
    issue_certificate,
    revoke_certificate,
)
from certificates.models import (
    Bundle,
    BundleItem,
    Certificate,
    CourseCertificate,
)
from certificates.panels import beside_participants
from certificates.tasks import tell_of_expiry
from courses.models import Course
from enrolments.models import Enrolment
from lms.messages.models import Message
from lms.people.models import Department, Employment, User
from tests.api.employer import ask, key_of
from tests.certificates.conftest import issued
from tests.certificates.test_formats import signed as signed  # fixtures
from tests.certificates.test_programmes import earn as earn
from tests.certificates.test_programmes import programme as programme
from tests.factories import (
    GrantFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHY = {"public_reason": "mistake", "inside_reason": "x"}


def test_a_long_name_fits_in_a_file(finished, amal, vandorp, hr, now):  # on PostgreSQL: DataError, for ever
    User.objects.filter(pk=amal.pk).update(given_name="i" * 80, name_prefix="l" * 30, family_name="i" * 120)
    issued(Enrolment.objects.get(pk=finished.pk), now)
    GrantFactory(enrolment=finished)
    b = bundle_actions.ask_year_file(vandorp, starts_on=None, ends_on=None, department=None, course=None, by=hr, at=now)
    while bundle_actions.go_on(b, at=now):
        pass
    assert len(BundleItem.objects.get().name) <= 250


def test_a_long_title_stops_no_notice(taught, finished, now):  # on PostgreSQL: DataError, nobody after it is told
    Course.objects.filter(pk=taught.pk).update(title_nl=("Mensgerichte robotisering " * 9)[:200])
    one = issued(Enrolment.objects.get(pk=finished.pk), now)
    Certificate.objects.filter(pk=one.pk).update(expires_on=now.date() + timedelta(days=50))
    tell_of_expiry()
    assert len(Message.objects.get(kind="certificate_expires").subject) <= 250


def test_what_was_revoked_has_no_europass_document(signed, client, officer, now):
    before = client.get(f"/credentials/{signed.uuid}/europass.json").content
    revoke_certificate(signed, **WHY, by=officer, at=now)
    assert client.get(f"/credentials/{signed.uuid}/europass.json").content != before


def test_who_leaves_later_is_in_the_department_s_file(certificate, granted, vandorp, hr, amal, now):
    department = Department.objects.create(organisation=vandorp, name="Frezen")
    Employment.objects.filter(user=amal).update(department=department, ends_on=now.date() + timedelta(days=60))
    assert Certificate.objects.all().shared_with({vandorp.pk}).exists()
    assert Bundle(company=vandorp, department=department, asked_by=hr).contents().exists()


def test_it_ended_on_the_local_day(client, certificate, officer, clock):
    at = datetime(2027, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))
    clock.move_to(at)
    revoke_certificate(certificate, **WHY, by=officer, at=at)
    assert client.get(f"/api/v1/certificates/{certificate.grouped_number}").json()["ended_on"] == "2027-07-01"
    assert "01-07-2027" in client.post("/v/many/", {"numbers": certificate.number, "as": "csv"}).content.decode()


def test_a_code_that_is_none_is_not_there(client, db):
    assert client.get("/credentials/achievements/a%20b/participation").status_code == 404


def test_it_is_told_in_the_language_of_the_enrolment(taught, finished, now):
    CourseCertificate.objects.create(course=taught, language="nl")
    Enrolment.objects.filter(pk=finished.pk).update(language="en")
    issued(Enrolment.objects.get(pk=finished.pk), now)
    assert Message.objects.get(kind="certificate_ready").language == "en"


def test_beside_participants_stands_the_edition_s_own(programme, earn, officer, now, rf):
    last = [earn(n) for n in (1, 2, 3)][-1]
    issue_certificate(Certificate.objects.get(programme=programme), at=now)
    request = rf.get("/")
    request.user = officer
    assert last.grouped_number in beside_participants(request, [last.enrolment])[last.enrolment_id]


def test_one_lost_document_keeps_nobody_from_the_others(client, certificate, granted, of_dina, hr):
    GrantFactory(enrolment=of_dina.enrolment)
    certificate.pdf.storage.delete(certificate.pdf.name)
    client.force_login(hr)
    assert client.post(reverse("certificates:bundle"), {"all": "1"}).status_code == 200


def test_the_holder_reads_which_company_s_system_downloaded(client, certificate, granted, amal, vandorp):
    ask(key_of(vandorp), f"/certificates/{certificate.grouped_number}/pdf")
    client.force_login(amal)
    page = client.get(reverse("enrolments:my_sharing")).content.decode()
    assert "– heeft gedownload" not in page
    assert vandorp.name in page
