"""The certificate of a programme: asked for once all its parts are certified, and never twice."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, close_old_connections, transaction

from certificates.actions import (
    issue_certificate,
    request_certificate,
    request_programme_certificates,
    revoke_certificate,
    supersede_certificate,
)
from certificates.models import Certificate
from certificates.tasks import request_missing_certificates, tell_of_expiry
from courses.models import Course, Part
from lms.kpis.models import Fact
from lms.messages.models import Message
from tests.certificates.test_drawing import text_of
from tests.certificates.test_issuing import stored
from tests.factories import CourseFactory, EditionFactory, EnrolmentFactory, LearningOutcomeFactory

pytestmark = pytest.mark.django_db

State = Certificate.State


@pytest.fixture
def programme(robohouse) -> Course:
    """Three parts, each with a certificate of participation, make one programme."""
    found = CourseFactory(
        kind="programme", provider=robohouse, code="IOTA-P1", title_nl="De verbonden fabriek", title_en="The factory"
    )
    LearningOutcomeFactory(course=found, text_nl="Je verbindt een fabriek.", text_en="You connect a factory.")
    for number in (1, 2, 3):
        part = CourseFactory(provider=robohouse, code=f"IOTA-C{number}")
        LearningOutcomeFactory(course=part)
        Part.objects.create(programme=found, course=part, order=number)
    return found


@pytest.fixture
def earn(programme, amal, vandorp, now):
    """Amal earns the certificate of part 1, 2 or 3."""

    def earned(number: int, learner=None) -> Certificate:
        edition = EditionFactory(course=Course.objects.get(code=f"IOTA-C{number}"))
        enrolment = EnrolmentFactory(
            edition=edition, learner=learner or amal, employee=True, employer=vandorp, completed=True
        )
        return issue_certificate(request_certificate(enrolment, kind="participation", by=None, at=now), at=now)

    return earned


def of_the_programme() -> Certificate:
    return Certificate.objects.get(programme__code="IOTA-P1")


def test_the_last_part_brings_the_certificate_of_the_whole(earn, amal, now):
    earn(2)
    earn(1)
    assert not Certificate.objects.exclude(programme=None).exists()
    last = earn(3)

    certificate = issue_certificate(of_the_programme(), at=now)
    snapshot = certificate.snapshot
    assert (certificate.state, certificate.programme_holder, certificate.enrolment) == (
        State.ISSUED, amal, last.enrolment,
    )  # fmt: skip
    assert snapshot["title"]["nl"] == "De verbonden fabriek"
    assert [part["code"] for part in snapshot["parts"]] == ["IOTA-C1", "IOTA-C2", "IOTA-C3"], "in the programme's order"
    assert "onderdelen: IOTA-C1, IOTA-C2, IOTA-C3" in text_of(stored(certificate))
    earliest = min(one.snapshot["period"]["start"] for one in Certificate.objects.filter(programme=None))
    assert snapshot["period"]["start"] == earliest


def test_somebody_elses_parts_do_not_help(earn, dina):
    earn(1)
    earn(2)
    earn(3, learner=dina)
    assert not Certificate.objects.exclude(programme=None).exists()


def test_taking_part_in_an_assessed_part_is_not_passing_it(earn):
    Course.objects.filter(code="IOTA-C2").update(certificate_kind="assessed")
    for number in (1, 2, 3):
        earn(number)
    assert not Certificate.objects.exclude(programme=None).exists()


def test_a_part_that_was_revoked_does_not_count(earn, officer, now):
    revoke_certificate(earn(1), public_reason="mistake", inside_reason="Wrong person", by=officer, at=now)
    earn(2)
    earn(3)
    assert not Certificate.objects.exclude(programme=None).exists()


def test_asking_again_gives_no_second_and_brings_nothing_back(earn, officer, now):
    for number in (1, 2):
        earn(number)
    last = earn(3)
    assert request_programme_certificates(last, by=None, at=now) == []
    earn(3)  # taken once more
    certificate = issue_certificate(of_the_programme(), at=now)

    revoke_certificate(certificate, public_reason="mistake", inside_reason="Wrong", by=officer, at=now)
    assert request_programme_certificates(last, by=None, at=now) == []
    assert of_the_programme().state == State.REVOKED


def test_the_database_refuses_a_second_live_one(earn, now):
    for number in (1, 2, 3):
        earn(number)
    first = of_the_programme()
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            enrolment=first.enrolment,
            programme=first.programme,
            programme_holder=first.programme_holder,
            kind=first.kind,
            snapshot=first.snapshot,
            requested_at=now,
        )


@pytest.mark.django_db(transaction=True)
def test_the_last_two_parts_at_once_bring_one(programme, earn, amal, now):
    earn(1)
    asked = []
    for number in (2, 3):
        edition = EditionFactory(course=Course.objects.get(code=f"IOTA-C{number}"))
        enrolment = EnrolmentFactory(edition=edition, learner=amal, completed=True)
        asked.append(request_certificate(enrolment, kind="participation", by=None, at=now))
    barrier, trouble = threading.Barrier(2), []

    def work(pk: int) -> None:
        mine = Certificate.objects.get(pk=pk)
        barrier.wait()
        try:
            issue_certificate(mine, at=now)
        except Exception as error:  # noqa: BLE001  (told by the main thread)
            trouble.append(error)
        finally:
            close_old_connections()

    workers = [threading.Thread(target=work, args=[one.pk]) for one in asked]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert trouble == []
    request_missing_certificates()
    assert Certificate.objects.filter(programme=programme).count() == 1


def test_what_was_held_back_is_asked_for_again(earn, programme, now):
    said = programme.outcomes.get()
    said.delete()
    for number in (1, 2, 3):
        earn(number)
    assert not Certificate.objects.exclude(programme=None).exists(), "a certificate names what was learned"
    LearningOutcomeFactory(course=programme)
    request_missing_certificates()
    assert of_the_programme().state == State.REQUESTED


def test_a_corrected_name_replaces_it_with_the_same_parts(earn, amal, officer, now):
    for number in (1, 2, 3):
        earn(number)
    old = issue_certificate(of_the_programme(), at=now)
    amal.family_name = "Jansen"
    amal.save(update_fields=["family_name"])

    new = issue_certificate(supersede_certificate(old, by=officer, at=now), at=now + timedelta(minutes=1))

    assert new.snapshot["learner"]["name"] == "Amal Jansen"
    assert new.snapshot["parts"] == old.snapshot["parts"]
    old.refresh_from_db()
    assert (old.state, new.state, new.programme) == (State.SUPERSEDED, State.ISSUED, old.programme)


def test_it_counts_as_a_certificate_of_the_programme(earn, now):
    for number in (1, 2, 3):
        earn(number)
    certificate = issue_certificate(of_the_programme(), at=now)
    fact = Fact.objects.get(key=f"certificate:{certificate.number}")
    assert (fact.course_code, fact.course_kind) == ("IOTA-P1", "programme")


@pytest.mark.usefixtures("clock")
def test_one_that_runs_out_is_given_anew_once_every_part_was_taken_anew(programme, earn, now, clock):
    Course.objects.filter(pk=programme.pk).update(certificate_months=12)
    for number in (1, 2, 3):
        earn(number)
    first = issue_certificate(of_the_programme(), at=now)
    clock.move_to(now + timedelta(days=330))
    tell_of_expiry()
    assert Message.objects.filter(kind="certificate_expires").exists()  # "see when you can take it again"
    earn(1)
    earn(3)
    request_missing_certificates()
    assert of_the_programme() == first
    earn(2)
    earn(2)
    request_missing_certificates()
    assert Certificate.objects.exclude(pk=first.pk).get(programme=programme).renews == first
