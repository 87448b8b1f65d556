"""A finished course and what came of it, for the tests of certificates."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from certificates.actions import issue_certificate, request_certificate
from certificates.keys import forget_keys
from certificates.keys.keeping import make_demo_keys
from certificates.models import Certificate, IssuerKey
from courses.models import Course, Edition
from enrolments.models import Enrolment, Grant
from lms.people.models import Organisation, User
from tests.factories import EditionFactory, EnrolmentFactory, GrantFactory, LearningOutcomeFactory


@pytest.fixture
def taught(course: Course) -> Course:
    """The cast's course with something to learn, as a certificate needs."""
    LearningOutcomeFactory(course=course, text_nl="Je stelt een cobot in.", text_en="You set up a cobot.")
    return course


@pytest.fixture
def finished(taught: Course, edition: Edition, amal: User, vandorp: Organisation) -> Enrolment:
    """Amal, employee of Van Dorp, has completed the cast's edition."""
    return EnrolmentFactory(edition=edition, learner=amal, employee=True, employer=vandorp, completed=True)


@pytest.fixture
def certificate(finished: Enrolment, now) -> Certificate:
    """Her certificate, issued, drawn for real, shared with nobody."""
    return issued(finished, now)


@pytest.fixture
def granted(certificate: Certificate) -> Grant:
    """She lets Van Dorp see it."""
    return GrantFactory(enrolment=certificate.enrolment)


@pytest.fixture
def of_dina(taught: Course, dina: User, vandorp: Organisation, bo: User, now) -> Certificate:
    """A colleague's, of another edition."""
    edition = EditionFactory(code="p-02-2026n", course=taught, trainers=[bo])
    return issued(EnrolmentFactory(edition=edition, learner=dina, employee=True, employer=vandorp, completed=True), now)


@pytest.fixture
def keys(settings, tmp_path, db, now) -> Iterator[list[IssuerKey]]:
    """The issuer has both keys of a demo, in files of this test alone."""
    settings.LMS_KEYS = tmp_path / "keys"
    forget_keys()
    yield make_demo_keys(at=now)
    forget_keys()


def issued(enrolment: Enrolment, now, kind: str = "participation") -> Certificate:
    return issue_certificate(request_certificate(enrolment, kind=kind, by=None, at=now), at=now)


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads that take turns a thousand times as often."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)
