"""From a finished course to a document that is stored, and to its end. The drawing is the real one."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import close_old_connections, connection

from certificates.actions import (
    issue_certificate,
    issuing,
    request_certificate,
    revoke_certificate,
    supersede_certificate,
)
from certificates.making import make
from certificates.models import Certificate
from certificates.snapshots import SnapshotIncomplete
from enrolments.actions import close_session, record_attendance, record_result
from enrolments.models import Enrolment
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from tests.certificates.conftest import issued
from tests.factories import AssessmentFactory, EditionFactory, EnrolmentFactory, LearningOutcomeFactory

pytestmark = pytest.mark.django_db

State = Certificate.State


def verbs_of(certificate: Certificate) -> list[str]:
    return list(Event.objects.about(certificate).values_list("verb", flat=True))


def files_of(certificate: Certificate) -> list[str]:
    folder = f"certificates/{certificate.number[:2]}"
    return [name for name in certificate.pdf.storage.listdir(folder)[1] if name.startswith(certificate.number)]


def stored(certificate: Certificate) -> bytes:
    with certificate.pdf.open("rb") as file:
        return file.read()


# Issuing --------------------------------------------------------------------------------------------------------------


def test_a_certificate_is_stored_with_the_digest_of_its_very_bytes(finished, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    assert (asked.state, asked.pdf_sha256, bool(asked.pdf)) == (State.REQUESTED, "", False)
    certificate = issue_certificate(asked, at=now + timedelta(minutes=1))
    document = stored(certificate)
    assert (certificate.state, certificate.issued_at) == (State.ISSUED, now + timedelta(minutes=1))
    assert document.startswith(b"%PDF-")
    assert hashlib.sha256(document).hexdigest() == certificate.pdf_sha256
    assert verbs_of(certificate) == ["certificate.requested", "certificate.issued"]


def test_the_document_lies_where_its_name_says_nothing_about_the_person(certificate):
    name = f"{certificate.number}-{certificate.pdf_sha256[:16]}.pdf"
    assert certificate.pdf.name == f"certificates/{certificate.number[:2]}/{name}"
    assert "haddad" not in certificate.pdf.name.lower()


def test_asking_or_issuing_twice_gives_one(finished, now):
    first = request_certificate(finished, kind="participation", by=None, at=now)
    again = request_certificate(finished, kind="participation", by=None, at=now)
    assert first == again
    issue_certificate(first, at=now)
    digest = first.pdf_sha256
    issue_certificate(Certificate.objects.get(), at=now + timedelta(days=1))
    issue_certificate(again, at=now + timedelta(days=1))  # still holds the row as it was before
    certificate = Certificate.objects.get()
    assert (certificate.pdf_sha256, certificate.issued_at) == (digest, now)
    assert verbs_of(certificate).count("certificate.issued") == 1


def test_a_crash_between_storing_and_marking_is_repaired_by_doing_it_again(finished, now, monkeypatch):
    asked = request_certificate(finished, kind="participation", by=None, at=now)

    def killed(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as crash:
        crash.setattr(issuing, "move", killed)
        with pytest.raises(SystemExit):
            issue_certificate(asked, at=now)
    asked = Certificate.objects.get()
    assert asked.state == State.REQUESTED
    assert len(files_of(asked)) == 1

    certificate = issue_certificate(asked, at=now)
    assert certificate.state == State.ISSUED
    assert files_of(asked) == [certificate.pdf.name.rpartition("/")[2]], "and the file that was left over is gone"
    assert hashlib.sha256(stored(certificate)).hexdigest() == certificate.pdf_sha256


def test_half_a_file_of_a_killed_worker_is_replaced(finished, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    digest = hashlib.sha256(make(asked).pdf).hexdigest()
    path = f"certificates/{asked.number[:2]}/{asked.number}-{digest[:16]}.pdf"
    asked.pdf.storage.save(path, ContentFile(b"%PDF-1.7 half of"))
    certificate = issue_certificate(asked, at=now)
    assert certificate.pdf.name == path
    assert hashlib.sha256(stored(certificate)).hexdigest() == certificate.pdf_sha256


@pytest.mark.django_db(transaction=True)
def test_four_workers_with_the_same_certificate_issue_it_once(finished, now):
    asked = request_certificate(finished, kind="participation", by=None, at=now)
    barrier, trouble = threading.Barrier(4), []

    def work() -> None:
        mine = Certificate.objects.get(pk=asked.pk)
        barrier.wait()
        try:
            issue_certificate(mine, at=now)
        except Exception as error:  # noqa: BLE001  (told by the main thread)
            trouble.append(error)
        finally:
            close_old_connections()
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    certificate = Certificate.objects.get()
    assert trouble == []
    assert verbs_of(certificate).count("certificate.issued") == 1
    assert hashlib.sha256(stored(certificate)).hexdigest() == certificate.pdf_sha256


def test_what_a_certificate_must_state_and_lacks_is_named(edition, amal, now):
    enrolment = EnrolmentFactory(edition=edition, learner=amal, completed=True)
    with pytest.raises(SnapshotIncomplete) as refused:
        request_certificate(enrolment, kind="participation", by=None, at=now)
    assert refused.value.lacking == ["outcomes"]
    assert not Certificate.objects.exists()


def test_a_name_changed_afterwards_does_not_change_what_was_issued(certificate, amal):
    before = stored(certificate)
    amal.family_name = "Jansen"
    amal.save(update_fields=["family_name"])
    certificate.refresh_from_db()
    assert certificate.snapshot["learner"]["name"] == "Amal Haddad"
    assert make(certificate).pdf == before == stored(certificate)


# Earned ---------------------------------------------------------------------------------------------------------------


def attend(enrolment: Enrolment, status: str, at) -> None:
    for session in enrolment.edition.sessions.all():
        record_attendance(session, enrolment, status, by=None, at=session.ends_at)
        close_session(session, by=None, at=session.ends_at)


def test_signing_off_the_last_session_asks_for_the_certificate(taught, edition, amal, now):
    enrolment = EnrolmentFactory(edition=edition, learner=amal)
    attend(enrolment, "present", now)
    asked = Certificate.objects.get()
    assert (asked.enrolment, asked.kind, asked.state) == (enrolment, "participation", State.REQUESTED)
    assert asked.snapshot["attended_minutes"] == 4 * 390


def test_who_was_absent_gets_nothing(taught, edition, amal, now):
    attend(EnrolmentFactory(edition=edition, learner=amal), "absent", now)
    assert not Certificate.objects.exists()


@pytest.fixture
def assessed(taught, bo, amal) -> Enrolment:
    """Amal attended all of a course with an assessment; the result is not in yet."""
    taught.certificate_kind = "assessed"
    taught.assessment_nl, taught.assessment_en, taught.assessment_type = "Praktijkopdracht", "Assignment", "practical"
    taught.save()
    AssessmentFactory(course=taught)
    enrolment = EnrolmentFactory(edition=EditionFactory(course=taught, trainers=[bo]), learner=amal)
    attend(enrolment, "present", None)
    return enrolment


def test_a_resit_passed_gives_a_certificate_that_takes_the_place_of_the_one_of_participation(assessed, now):
    assessment = assessed.edition.course.assessments.get()
    record_result(assessed, assessment, passed=False, by=None, at=now)
    participation = issue_certificate(Certificate.objects.get(), at=now)
    record_result(assessed, assessment, passed=True, by=None, at=now + timedelta(days=20))
    certificate = Certificate.objects.get(kind="assessed")
    participation.refresh_from_db()
    assert (certificate.supersedes, participation.state) == (participation, State.ISSUED)

    issue_certificate(certificate, at=now + timedelta(days=20))
    participation.refresh_from_db()
    assert participation.state == State.SUPERSEDED
    assert certificate.snapshot["assessment"]["text"]["nl"] == "Praktijkopdracht"


def test_a_successor_that_is_drawn_sooner_still_takes_the_others_place(assessed, now):
    assessment = assessed.edition.course.assessments.get()
    record_result(assessed, assessment, passed=False, by=None, at=now)
    record_result(assessed, assessment, passed=True, by=None, at=now)
    participation, certificate = Certificate.objects.order_by("pk")
    issue_certificate(certificate, at=now)
    issue_certificate(participation, at=now)
    participation.refresh_from_db()
    certificate.refresh_from_db()
    assert (participation.state, certificate.state) == (State.SUPERSEDED, State.ISSUED)


# Ending ---------------------------------------------------------------------------------------------------------------


def revoked(certificate: Certificate, now) -> Certificate:
    return revoke_certificate(certificate, public_reason="mistake", inside_reason="Verkeerde persoon.", by=None, at=now)


def test_revoked_stays_revoked_when_the_course_is_evaluated_again(certificate, now):
    revoked(certificate, now)
    again = request_certificate(certificate.enrolment, kind="participation", by=None, at=now + timedelta(days=1))
    issue_certificate(again, at=now + timedelta(days=1))
    certificate = Certificate.objects.get()
    assert (again, certificate.state) == (certificate, State.REVOKED)


def test_what_was_revoked_is_kept_with_its_document_and_reasons(certificate, now):
    before = stored(certificate)
    revoked(certificate, now)
    certificate.refresh_from_db()
    assert (certificate.public_reason, certificate.inside_reason) == ("mistake", "Verkeerde persoon.")
    assert certificate.ended_at == now
    assert stored(certificate) == before
    revocation = Event.objects.about(certificate).get(verb="certificate.revoked")
    assert "Verkeerde" not in str(revocation.data)


def test_revoking_twice_is_refused(certificate, now):
    revoked(certificate, now)
    with pytest.raises(TransitionRefused):
        revoked(certificate, now)


@pytest.mark.parametrize(("public", "inside"), [("", "Want"), ("mistake", "  "), ("gossip", "Want")])
def test_a_revocation_without_both_reasons_is_refused(certificate, now, public, inside):
    with pytest.raises(ValueError, match="reason"):
        revoke_certificate(certificate, public_reason=public, inside_reason=inside, by=None, at=now)


def test_a_correction_says_the_new_name_and_the_old_one_holds_until_it_is_there(certificate, amal, officer, now):
    amal.family_name = "Haddad-Smit"
    amal.save(update_fields=["family_name"])
    successor = supersede_certificate(certificate, by=officer, at=now)
    certificate.refresh_from_db()
    assert (certificate.state, successor.state) == (State.ISSUED, State.REQUESTED)
    assert successor.snapshot["learner"]["name"] == "Amal Haddad-Smit"

    issue_certificate(successor, at=now + timedelta(minutes=1))
    certificate.refresh_from_db()
    assert (certificate.state, certificate.ended_at) == (State.SUPERSEDED, now + timedelta(minutes=1))
    assert certificate.snapshot["learner"]["name"] == "Amal Haddad"
    assert successor.number != certificate.number


def test_asking_twice_for_a_correction_makes_one(certificate, officer, now):
    assert supersede_certificate(certificate, by=officer, at=now) == supersede_certificate(
        certificate, by=officer, at=now
    )
    assert Certificate.objects.count() == 2


def test_a_correction_of_a_correction_is_possible(certificate, officer, now):
    second = issue_certificate(supersede_certificate(certificate, by=officer, at=now), at=now)
    third = issue_certificate(supersede_certificate(second, by=officer, at=now), at=now)
    second.refresh_from_db()
    assert (second.state, third.state) == (State.SUPERSEDED, State.ISSUED)


def test_a_certificate_that_expires_says_so_and_holds_on_its_last_day(taught, finished, now):
    taught.certificate_months = 12
    taught.save(update_fields=["certificate_months"])
    finished.refresh_from_db()
    certificate = issued(finished, now)
    last = certificate.expires_on
    assert (last.isoformat(), certificate.snapshot["expires_on"]) == ("2028-02-08", "2028-02-08")
    assert not certificate.is_expired(last)
    assert certificate.is_expired(last + timedelta(days=1))


def test_outcomes_added_later_do_not_appear_on_what_was_issued(certificate, taught):
    LearningOutcomeFactory(course=taught, text_nl="Later bedacht.")
    certificate.refresh_from_db()
    assert len(certificate.snapshot["outcomes"]) == 1
