"""Certificates that reach an employer's system: those shared at this moment, each download on record."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.actions import record_deliveries, revoke_certificate
from certificates.models import Certificate
from courses.models import Course
from enrolments.actions import revoke_grant
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.people.actions import end_employment
from lms.people.models import ApiToken
from tests.api.employer import ask, key_of, told
from tests.certificates.conftest import issued
from tests.factories import EditionFactory, EnrolmentFactory, GrantFactory, OrganisationFactory


@pytest.fixture
def key(vandorp, clock) -> str:
    return key_of(vandorp)


def everywhere(secret: str, one: Certificate) -> list[int]:
    """Whether a system finds a certificate: in the list, by itself, as a document, and by its enrolment."""
    number = one.grouped_number
    listed = told(secret, "/certificates")["items"]
    by_enrolment = [number for found in told(secret, "/enrolments")["items"] for number in found["certificates"]]
    return [
        sum(found["number"] == number for found in listed),
        ask(secret, f"/certificates/{number}").status_code,
        ask(secret, f"/certificates/{number}/pdf").status_code,
        by_enrolment.count(number),
    ]


THERE, NOWHERE = [1, 200, 200, 1], [0, 404, 404, 0]


def test_a_shared_certificate_tells_what_is_on_it(key, certificate, granted, now):
    said = told(key, f"/certificates/{certificate.grouped_number}", **{"Accept-Language": "en"})
    assert said | {"person": "", "pdf_url": ""} == {
        "number": certificate.grouped_number,
        "kind": "participation",
        "title": "Cobots in practice",
        "name": "Amal Haddad",
        "person": "",
        "enrolment": certificate.enrolment.code,
        "edition": "cobots-27-2",
        "status": "valid",
        "issued_on": str(now.date()),
        "expires_on": None,
        "verify_url": f"http://testserver/v/{certificate.grouped_number}",
        "pdf_url": "",
    }
    assert everywhere(key, certificate) == THERE
    document = ask(key, said["pdf_url"].partition("/employer")[2])
    assert hashlib.sha256(b"".join(document.streaming_content)).hexdigest() == certificate.pdf_sha256


def test_each_download_is_on_record_with_the_key(key, certificate, granted, vandorp):
    path = f"/certificates/{certificate.grouped_number}/pdf"
    answer = ask(key, path)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert "haddad-amal.pdf" in answer["Content-Disposition"]
    ask(key, path, **{"If-None-Match": "*"})
    events = Event.objects.about(certificate).filter(verb="certificate.downloaded")
    assert [event.data for event in events] == [{"organisation": vandorp.pk, "token": ApiToken.objects.get().pk}] * 2
    assert {event.by for event in events} == {None}


def test_asking_for_the_head_of_a_document_is_not_refused(key, certificate, granted):
    answer = ask(key, f"/certificates/{certificate.grouped_number}/pdf", method="HEAD")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")


# Nothing leaks --------------------------------------------------------------------------------------------------------


def test_not_shared_is_nowhere(key, certificate):
    assert everywhere(key, certificate) == NOWHERE


def test_another_company_finds_nothing(certificate, granted, clock):
    other = key_of(OrganisationFactory(employer=True))
    assert everywhere(other, certificate) == NOWHERE
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


def test_a_grant_taken_back_ends_it_at_once(key, certificate, granted, now):
    assert everywhere(key, certificate) == THERE
    revoke_grant(granted, by=granted.learner, at=now)
    assert everywhere(key, certificate) == NOWHERE


def test_the_end_of_the_employment_ends_it(key, certificate, granted, now, clock):
    end_employment(granted.learner.employments.get(), by=None, on=now.date())
    assert everywhere(key, certificate) == THERE, "the last day still counts"
    clock.move_to(now + timedelta(days=1))
    assert everywhere(key, certificate) == NOWHERE


def test_a_participation_certificate_of_an_assessed_course_tells_a_failure_so_it_stays_away(
    key,
    certificate,
    granted,
    course,
):
    Course.objects.filter(pk=course.pk).update(certificate_kind="assessed")
    Enrolment.objects.filter(pk=certificate.enrolment_id).update(outcome="attended")
    assert everywhere(key, certificate) == NOWHERE


def test_a_revoked_certificate_is_gone(key, certificate, granted, now):
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Verkeerd.", by=None, at=now)
    assert everywhere(key, certificate) == NOWHERE


def test_a_colleague_who_shares_shares_only_their_own(key, certificate, granted, of_dina):
    assert everywhere(key, certificate) == THERE
    assert everywhere(key, of_dina) == NOWHERE


def test_a_delivery_that_was_no_longer_allowed_is_not_noted(certificate, granted, vandorp, now):
    revoke_grant(granted, by=granted.learner, at=now)
    with pytest.raises(PermissionDenied):
        record_deliveries([certificate], to=vandorp, token=1, at=now)
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


# Lists ----------------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed(key, certificate, granted, of_dina, now):
    GrantFactory(enrolment=of_dina.enrolment)
    assert told(key, "/certificates")["count"] == 2
    [found] = told(key, "/certificates?edition=p-02-2026n")["items"]
    assert found["number"] == of_dina.grouped_number
    assert told(key, f"/certificates?issued_since={now:%Y-%m-%d}")["count"] == 2
    assert told(key, f"/certificates?issued_since={now + timedelta(days=1):%Y-%m-%d}")["count"] == 0


def test_an_expired_certificate_says_so(key, certificate, granted, now):
    Certificate.objects.filter(pk=certificate.pk).update(expires_on=now.date() - timedelta(days=1))
    assert told(key, "/certificates")["items"][0]["status"] == "expired"


def test_the_list_costs_the_same_for_one_and_for_many(key, certificate, granted, taught, vandorp, now):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            told(key, "/certificates")
        return len(counted)

    queries()
    one = queries()
    for _each in range(2):
        edition = EditionFactory(course=taught)
        enrolment = EnrolmentFactory(edition=edition, employee=True, employer=vandorp, completed=True)
        issued(enrolment, now)
        GrantFactory(enrolment=enrolment)
    assert told(key, "/certificates")["count"] == 3
    assert queries() == one
