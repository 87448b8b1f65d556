"""What is left of a certificate when its holder was erased, or its term has run out."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certificates.actions import (
    issue_certificate,
    request_certificate,
    request_earned_certificate,
    revoke_certificate,
    supersede_certificate,
)
from certificates.actions import rounds as round_actions
from certificates.actions.sharing import make_share
from certificates.drawing import draw_certificate
from certificates.erasing import strip
from certificates.keys import forget_keys
from certificates.models import (
    Certificate,
    CourseCertificate,
    HeldCertificate,
)
from certificates.tasks import issue_certificate as bell
from certificates.tasks import request_missing_certificates
from courses.models import Course, Part
from lms.people.models import User
from lms.privacy.actions import ask_erasure, erase_person
from lms.privacy.running import run_terms
from tests.api.employer import ask, key_of, told
from tests.certificates.test_programmes import earn as earn  # fixtures
from tests.certificates.test_programmes import programme as programme
from tests.factories import (
    EditionFactory,
    EnrolmentFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHY = {"public_reason": "mistake", "inside_reason": "x"}


def erase(person: User, now: datetime, certificates: str = "number") -> None:
    erase_person(ask_erasure(person, certificates=certificates, at_once=True, by=person, at=now), at=now)


def test_a_name_that_was_erased_is_not_told_to_who_uploads_a_file(client, certificate, now):
    strip(certificate, ends_check=False, keeps_document=True, at=now)  # a running project keeps the document
    certificate.refresh_from_db()
    said = copy.deepcopy(certificate.snapshot)
    said["learner"]["name"] = "Mallory"
    page = client.post(
        f"/v/{certificate.grouped_number}", {"document": SimpleUploadedFile("x.pdf", draw_certificate(said))}
    )
    assert "Haddad" not in page.content.decode()


def test_what_erasing_makes_has_no_name_either(programme, earn, amal, now):
    earn(1)
    earn(2)
    last = EnrolmentFactory(
        edition=EditionFactory(course=Course.objects.get(code="IOTA-C3")), learner=amal, completed=True
    )
    request_certificate(last, kind="participation", by=None, at=now)  # waits for a worker
    erase(amal, now)
    for one in Certificate.objects.waiting():
        issue_certificate(one, at=now)
    assert not Certificate.objects.exclude(snapshot__learner__name="").exists()


def test_after_the_term_hr_takes_what_is_left(client, certificate, granted, amal, hr, now, clock):
    later = now + relativedelta(years=10, days=2)
    User.objects.filter(pk__in=[amal.pk, hr.pk]).update(last_login=later - timedelta(days=30))  # both still active
    clock.move_to(later)
    run_terms(later)
    client.force_login(hr)
    assert client.post(reverse("certificates:bundle"), {"all": "1"}).status_code == 302


def test_after_the_term_an_employer_s_system_finds_nothing(certificate, granted, vandorp, now):
    secret = key_of(vandorp)
    strip(certificate, ends_check=False, keeps_document=False, at=now)
    assert told(secret, "/certificates")["items"] == []
    assert ask(secret, f"/certificates/{certificate.grouped_number}/pdf").status_code == 404


def test_after_the_term_no_link_works(client, certificate, amal, now):
    share = make_share(certificate, shows=["name"], days=None, by=amal, at=now)
    strip(certificate, ends_check=False, keeps_document=False, at=now)
    client.force_login(amal)
    works = client.get(f"/s/{share.token}").status_code == 200
    back = client.post(reverse("certificates:share_revoke", args=[certificate.grouped_number, share.pk])).status_code
    assert not works or back == 302


def test_a_successor_that_was_never_made_bars_no_revoking(certificate, keys, amal, officer, now, settings, tmp_path):
    supersede_certificate(certificate, by=officer, at=now)
    settings.LMS_KEYS = tmp_path / "away"
    forget_keys()
    erase(amal, now)
    certificate.refresh_from_db()
    revoke_certificate(certificate, **WHY, by=officer, at=now)


def test_a_late_bell_issues_nothing_without_a_name(certificate, keys, amal, officer, now, settings, tmp_path):
    successor, here = supersede_certificate(certificate, by=officer, at=now), settings.LMS_KEYS
    settings.LMS_KEYS = tmp_path / "away"
    forget_keys()
    erase(amal, now)
    settings.LMS_KEYS = here
    forget_keys()
    bell(successor.pk)
    successor.refresh_from_db()
    assert (successor.state, bool(successor.credential)) == ("requested", False)


def test_nothing_waits_for_approval_of_who_was_erased(finished, taught, amal, now):
    CourseCertificate.objects.create(course=taught, needs_approval=True)
    request_earned_certificate(finished, by=None, at=now)
    erase(amal, now)
    assert not HeldCertificate.objects.waiting().exists()


def test_no_programme_is_held_for_who_was_erased(programme, earn, amal, now):
    CourseCertificate.objects.create(course=programme, needs_approval=True)
    earn(1)
    earn(2)
    erase(amal, now)
    Part.objects.filter(programme=programme, order=3).delete()  # two parts are enough from now on
    request_missing_certificates()
    assert not HeldCertificate.objects.waiting().exists()


def test_nobody_who_was_erased_is_counted_as_earned(finished, taught, edition, amal, now):
    taught.outcomes.all().delete()
    request_earned_certificate(finished, by=None, at=now)
    erase(amal, now)
    assert not round_actions.earned_without(edition).exists()
