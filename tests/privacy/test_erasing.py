"""Erasing a person: nothing personal left in any table, every figure as it was, and what stays is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection, models

from certificates.verification import Verdict, answer_to
from enrolments.models import Enrolment
from lms.kernel.privacy import Subject, holds_on
from lms.kpis.dossier import ERASED, UNCHANGED, dossier_of
from lms.kpis.models import Fact, FundingProject
from lms.kpis.reconciliation import reconcile
from lms.messages.tasks import send_waiting_messages
from lms.people.erasing import addresses_of
from lms.people.models import SealedIdentity, User
from lms.privacy.actions import HoldsARole, ask_erasure, cancel_request, erase_person, subject_of
from lms.privacy.models import PrivacyRequest
from lms.privacy.own_data import kept_about
from lms.privacy.running import run_soon, run_terms
from lms.privacy.tasks import do_what_waits
from tests.factories import UserFactory
from tests.privacy.conftest import EMAIL, FAMILY, NAME, OTHER_EMAIL

WORDS = (NAME, FAMILY, EMAIL, OTHER_EMAIL, "zwaantje", "quispelaar")


def places_with(words: tuple[str, ...]) -> list[str]:
    """Every text and JSON column of every table that has one of these words in it, whatever its capitals."""
    found = []
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if not isinstance(field, models.CharField | models.TextField | models.JSONField | models.FileField):
                continue
            table, column = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(field.column)
            for word in words:
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"SELECT count(*) FROM {table} WHERE lower(CAST({column} AS text)) LIKE %s",  # noqa: S608
                        [f"%{word.lower()}%"],
                    )
                    if cursor.fetchone()[0]:
                        found.append(f"{model._meta.label}.{field.name}: {word}")
    return sorted(set(found))


def erase(person: User, now, certificates: str = "number") -> PrivacyRequest:
    request = ask_erasure(person, certificates=certificates, at_once=True, by=person, at=now)
    return erase_person(request, at=now)


def test_the_traces_are_really_there_before(traces):
    tables = {one.partition(".")[0] for one in places_with(WORDS)}
    assert {"people", "account", "outbox", "courses", "desk", "enrolments", "certificates"} <= tables


def test_nothing_personal_is_left_anywhere_without_a_running_project(traces, now):
    FundingProject.objects.update(evidence_keep_until=date(2026, 12, 31))
    erase(traces.person, now)
    send_waiting_messages()
    run_soon(now)
    assert places_with(WORDS) == []


def test_with_a_running_project_only_the_sealed_name_is_left(traces, now):
    erase(traces.person, now)
    send_waiting_messages()
    run_soon(now)
    assert {one.partition(":")[0] for one in places_with(WORDS)} == {
        "people.SealedIdentity.full_name",
        "people.SealedIdentity.list_name",
    }


def test_a_certificate_kept_by_choice_is_all_that_is_left(traces, now):
    FundingProject.objects.update(evidence_keep_until=date(2026, 12, 31))
    erase(traces.person, now, certificates="keep")
    send_waiting_messages()
    run_soon(now)
    assert {one.partition(".")[0] for one in places_with(WORDS)} == {"certificates"}
    assert answer_to(traces.certificate.number, on=now.date()).verdict == Verdict.VALID


def test_every_figure_and_the_reconciliation_are_as_before(traces, now):
    before, persons = reconcile(), Fact.objects.values("person").distinct().count()
    totals = list(Fact.objects.order_by("pk").values_list("key", "quantity", "category", "employer", "project"))
    FundingProject.objects.update(evidence_keep_until=date(2026, 12, 31))
    erase(traces.person, now, certificates="end")
    assert reconcile() == before
    assert Fact.objects.values("person").distinct().count() == persons
    assert list(Fact.objects.order_by("pk").values_list("key", "quantity", "category", "employer", "project")) == totals


def test_ones_own_data_is_empty_afterwards_but_for_counted_rows(traces, now):
    FundingProject.objects.update(evidence_keep_until=date(2026, 12, 31))
    before = subject_of(traces.person)
    erase(traces.person, now)
    send_waiting_messages()
    run_soon(now)
    after = kept_about(Subject(User.objects.get(pk=traces.person.pk), before.emails))
    gone = {"outbox.Message", "courses.Interest", "enrolments.Grant", "people.Employment", "account.EmailAddress"}
    assert gone.isdisjoint({one.label for one in after})
    said = " ".join(str(one.rows) for one in after).lower()
    assert all(word.lower() not in said for word in WORDS)


def test_a_running_project_is_told_of_and_waits_for_its_date(traces, now):
    person = traces.person
    FundingProject.objects.update(evidence_keep_until=date(2027, 6, 30))
    assert [hold.code for hold in holds_on(person, now.date())] == ["efro-9"]
    number = person.uuid
    done = erase(person, now)
    assert [one["code"] for one in done.kept_projects] == ["efro-9"]
    assert done.kept_projects[0]["until"] == date(2027, 6, 30)
    assert Fact.objects.filter(person=number).exists()
    piece = next(one for one in dossier_of(Fact.objects.get(kind="completion")) if one.code == "EV-REG")
    assert piece.verdict == UNCHANGED  # the evidence is what it was
    assert piece.thing.learner.evidence_name == f"{NAME} {FAMILY}"
    assert NAME not in str(piece.thing.learner)  # and nowhere else

    run_terms(now + timedelta(days=100))  # 30 June is still to come
    assert SealedIdentity.objects.exists()
    run_terms(now + timedelta(days=200))
    assert not SealedIdentity.objects.exists()
    assert not Fact.objects.filter(person=number).exists()
    assert Fact.objects.values("person").distinct().count() == 1
    piece = next(one for one in dossier_of(Fact.objects.get(kind="completion")) if one.code == "EV-REG")
    assert piece.verdict == ERASED
    traces.certificate.refresh_from_db()
    assert not traces.certificate.pdf
    assert traces.certificate.pdf_sha256


def test_a_project_without_a_last_day_keeps_its_evidence(traces, now):
    erase(traces.person, now)
    run_terms(now + timedelta(days=3000))
    assert SealedIdentity.objects.get().keep_until is None


@pytest.mark.parametrize(("learnt", "stays"), [(date(2028, 1, 1), True), (None, True), (date(2027, 1, 1), False)])
def test_a_name_stays_as_long_as_the_project_now_says(traces, now, learnt, stays):
    FundingProject.objects.update(evidence_keep_until=date(2027, 6, 30))
    erase(traces.person, now)
    FundingProject.objects.update(evidence_keep_until=learnt)
    run_terms(now + timedelta(days=200 if stays else 1))
    assert SealedIdentity.objects.exists() is stays


def test_the_last_letter_says_what_stays_and_is_then_forgotten(traces, now):
    FundingProject.objects.update(evidence_keep_until=date(2027, 6, 30))
    erase(traces.person, now)
    send_waiting_messages()
    letter = next(one for one in mail.outbox if one.to == [EMAIL] and "gewist" in one.subject.lower())
    assert "Subsidie negen" in letter.body
    assert "30 juni 2027" in letter.body
    run_soon(now)
    assert places_with((EMAIL,)) == []


def test_a_place_still_to_come_goes_to_others(traces, now):
    taken = traces.coming.edition.seats_taken
    erase(traces.person, now)
    traces.coming.refresh_from_db()
    traces.coming.edition.refresh_from_db()
    assert traces.coming.state == Enrolment.State.WITHDRAWN
    assert traces.coming.edition.seats_taken < taken
    assert traces.coming.sector_left == ""


def test_ending_the_check_says_so_and_is_no_revocation(client, traces, now):
    erase(traces.person, now, certificates="end")
    answer = answer_to(traces.certificate.number, on=now.date())
    assert answer.verdict == Verdict.WITHDRAWN
    page = client.get(f"/v/{traces.certificate.grouped_number}").content.decode()
    assert "houder" in page
    assert FAMILY not in page
    traces.certificate.refresh_from_db()
    assert traces.certificate.state == "issued"  # it counts as before


def test_without_the_name_the_number_still_answers(client, traces, now):
    erase(traces.person, now, certificates="number")
    page = client.get(f"/v/{traces.certificate.grouped_number}").content.decode()
    assert FAMILY not in page
    assert answer_to(traces.certificate.number, on=now.date()).verdict == Verdict.VALID


def test_erasing_twice_is_once_and_one_that_broke_off_is_done_again(traces, now, monkeypatch):
    request = ask_erasure(traces.person, certificates="number", at_once=True, by=traces.person, at=now)

    def break_off(*args: object, **kwargs: object) -> None:
        raise OSError("the worker was killed")

    with monkeypatch.context() as broken:
        broken.setattr("lms.people.privacy.empty_account", break_off)
        with pytest.raises(OSError, match="killed"):
            erase_person(request, at=now)
    request.refresh_from_db()
    assert request.state == "running"
    assert User.objects.get(pk=traces.person.pk).given_name == NAME  # everything or nothing
    assert do_what_waits() >= 1
    request.refresh_from_db()
    assert request.state == "done"
    assert erase_person(request, at=now).state == "done"
    assert User.objects.get(pk=traces.person.pk).given_name == ""


def test_there_is_a_week_to_think(traces, now, clock):
    person = traces.person
    request = ask_erasure(person, certificates="keep", at_once=False, by=person, at=now)
    assert ask_erasure(person, certificates="keep", at_once=False, by=person, at=now) == request
    do_what_waits()
    request.refresh_from_db()
    assert request.state == "received"
    clock.move_to(now + timedelta(days=6))
    cancel_request(request, by=person, at=now + timedelta(days=6))
    clock.move_to(now + timedelta(days=8))
    do_what_waits()
    assert User.objects.get(pk=person.pk).erased_at is None
    again = ask_erasure(person, certificates="keep", at_once=False, by=person, at=now)
    do_what_waits()
    again.refresh_from_db()
    assert again.state == "done"


def test_who_has_a_role_asks_the_office_first(bo, now):
    with pytest.raises(HoldsARole):
        ask_erasure(bo, certificates="keep", at_once=True, by=bo, at=now)


def test_nobody_erases_somebody_else(traces, dina, now):
    with pytest.raises(PermissionDenied):
        ask_erasure(traces.person, certificates="keep", at_once=True, by=dina, at=now)


def test_other_people_keep_everything(traces, amal, now):
    other = UserFactory(email="zwaan@voorbeeld.example", given_name="Zwaan", family_name="Ander")
    erase(traces.person, now)
    other.refresh_from_db()
    assert (other.email, other.given_name) == ("zwaan@voorbeeld.example", "Zwaan")
    assert addresses_of(amal) == {amal.email}
