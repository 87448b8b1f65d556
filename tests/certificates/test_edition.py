"""The certificates of a whole edition: issued, made anew and downloaded, with what came of each person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from certificates.actions import issue_certificate, request_earned_certificate, revoke_certificate
from certificates.actions import rounds as round_actions
from certificates.models import Bundle, Certificate, Round
from certificates.tasks import look_after_rounds, make_round
from courses.models import Course, Edition
from enrolments.models import Enrolment
from lms.kernel.models import Event
from tests.certificates.conftest import issued
from tests.factories import EnrolmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

State = Certificate.State


def url(name: str, edition: Edition) -> str:
    return reverse(f"certificates:{name}", args=[edition.code])


@pytest.fixture
def held_back(course: Course, edition: Edition, now) -> list[Enrolment]:
    """Three who finished while the course had no outcomes yet: their certificates were held back."""
    people = [EnrolmentFactory(edition=edition, completed=True) for _ in range(3)]
    for one in people:
        request_earned_certificate(one, by=None, at=now - timedelta(days=1))
    assert not Certificate.objects.exists()
    return people


def finish(certificates, now) -> None:
    for one in certificates:
        issue_certificate(one, at=now)


def test_the_page_says_who_has_what_and_why_not(client, held_back, finished_not, edition, chris):
    client.force_login(chris)
    page = client.get(url("edition", edition)).content.decode()
    assert page.count("Ontbreekt: leeruitkomsten van de opleiding") == 3
    assert "te weinig aanwezig" in page
    assert "hx-trigger" not in page


@pytest.fixture
def finished_not(edition: Edition) -> Enrolment:
    return EnrolmentFactory(edition=edition, not_completed=True)


def test_all_that_was_earned_is_issued_at_once(client, held_back, taught, edition, chris, now):
    client.force_login(chris)
    assert client.post(url("edition_issue", edition))["Location"] == url("edition", edition)
    round_ = Round.objects.get()
    assert (round_.total, round_.asked_by) == (3, chris)
    make_round(round_.pk)
    page = client.get(url("edition", edition)).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "0 van 3" in page
    finish(Certificate.objects.all(), now)
    page = client.get(url("edition", edition)).content.decode()
    assert "hx-trigger" not in page
    assert "3 van 3" in page
    assert Certificate.objects.filter(state=State.ISSUED).count() == 3
    for one in Certificate.objects.all():
        assert Event.objects.about(one).get(verb="certificate.requested").by == chris


def test_a_round_that_was_broken_off_goes_on_and_gives_nobody_two(held_back, taught, edition, chris, now, monkeypatch):
    monkeypatch.setattr(round_actions, "AT_A_TIME", 1)
    round_ = round_actions.start_round(edition, what="issue", reason="", by=chris, at=now)
    assert round_actions.go_on(round_, at=now)  # one person, and the worker is killed
    assert Certificate.objects.count() == 1
    Round.objects.update(reached=0)  # at its worst: before it noted how far it was
    rung = []
    monkeypatch.setattr(make_round, "delay", rung.append)
    Round.objects.update(moved_at=now - timedelta(minutes=2))
    assert look_after_rounds() == 1
    make_round(*rung)
    make_round(*rung)
    assert Certificate.objects.count() == 3
    round_.refresh_from_db()
    assert round_.state == Round.State.DONE
    assert Event.objects.filter(verb="round.ended").count() == 1


def test_everything_anew_replaces_each_with_a_reason(client, finished, of_dina, chris, now):
    first = issued(finished, now - timedelta(days=1))
    edition = finished.edition
    client.force_login(chris)
    page = client.post(url("edition_reissue", edition), {"reason": " "}).content.decode()
    assert 'href="#id_reason"' in page
    client.post(url("edition_reissue", edition), {"reason": "Verkeerde uren op het certificaat"})
    make_round(Round.objects.get().pk)
    successor = Certificate.objects.get(supersedes=first)
    first.refresh_from_db()
    assert first.state == State.ISSUED  # valid until the new one is ready
    issue_certificate(successor, at=now)
    first.refresh_from_db()
    assert (first.state, first.inside_reason) == (State.SUPERSEDED, "Verkeerde uren op het certificaat")
    assert not Certificate.objects.filter(supersedes=of_dina).exists()  # of another edition
    make_round(Round.objects.get().pk)
    assert Certificate.objects.filter(enrolment=finished).count() == 2


def test_the_reason_is_for_inside(client, finished, amal, chris, now):
    first = issued(finished, now - timedelta(days=1))
    round_ = round_actions.start_round(finished.edition, what="reissue", reason="Binnenskamers", by=chris, at=now)
    make_round(round_.pk)
    issue_certificate(Certificate.objects.get(supersedes=first), at=now)
    client.force_login(amal)
    assert (
        "Binnenskamers" not in client.get(reverse("certificates:detail", args=[first.grouped_number])).content.decode()
    )
    assert "Binnenskamers" not in client.get(reverse("verify", args=[first.grouped_number])).content.decode()
    client.force_login(chris)
    assert (
        "Binnenskamers"
        in client.get(reverse("certificates:office_detail", args=[first.grouped_number])).content.decode()
    )


def test_what_was_revoked_is_not_brought_back(finished, officer, chris, now):
    certificate = issued(finished, now - timedelta(days=1))
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Dubbel", by=officer, at=now)
    for what in ("issue", "reissue"):
        with pytest.raises(round_actions.NothingToDo):
            round_actions.start_round(finished.edition, what=what, reason="Toch", by=chris, at=now)


def test_two_who_press_the_button_start_one_round(held_back, taught, edition, chris, officer, now):
    first = round_actions.start_round(edition, what="issue", reason="", by=chris, at=now)
    assert round_actions.start_round(edition, what="issue", reason="", by=officer, at=now) == first


def test_who_may_not_any_more_stops_it(held_back, taught, edition, finished, chris, now):
    issued(finished, now - timedelta(days=1))
    round_ = round_actions.start_round(edition, what="reissue", reason="Uren", by=chris, at=now)
    chris.memberships.all().delete()
    make_round(round_.pk)
    round_.refresh_from_db()
    assert round_.state == Round.State.DONE
    assert not Certificate.objects.exclude(supersedes=None).exists()


def test_other_houses_find_no_page_and_auditors_only_read(client, certificate, other_coordinator, bo, auditor, now):
    edition = certificate.enrolment.edition
    for user in (other_coordinator, bo):
        client.force_login(user)
        assert client.get(url("edition", edition)).status_code == 404
        assert client.post(url("edition_reissue", edition), {"reason": "x"}).status_code == 404
    client.force_login(auditor)
    page = client.get(url("edition", edition)).content.decode()
    assert url("edition_reissue", edition) not in page
    assert client.post(url("edition_reissue", edition), {"reason": "x"}).status_code == 403
    with pytest.raises(PermissionDenied):
        round_actions.start_round(edition, what="reissue", reason="x", by=other_coordinator, at=now)


def test_all_of_an_edition_in_one_file(client, certificate, of_dina, chris):
    edition = certificate.enrolment.edition
    client.force_login(chris)
    answer = client.post(url("edition_download", edition))
    bundle = Bundle.objects.get()
    assert (bundle.total, bundle.edition) == (1, edition)  # without the colleague's, of another edition
    assert answer["Location"] == reverse("certificates:file", args=[bundle.uuid])
    assert client.get(answer["Location"]).status_code == 200


def test_the_page_asks_the_database_as_much_for_many_as_for_one(
    client, certificate, chris, now, django_assert_max_num_queries
):
    def queries() -> int:
        client.force_login(chris)
        with django_assert_max_num_queries(60) as counted:
            client.get(url("edition", certificate.enrolment.edition))
        return len(counted)

    queries()  # what is asked once per process
    once = queries()
    for _ in range(3):
        issued(EnrolmentFactory(edition=certificate.enrolment.edition, completed=True), now)
        EnrolmentFactory(edition=certificate.enrolment.edition, completed=True)
    assert queries() == once


def test_the_cockpit_leads_to_it(client, certificate, chris):
    client.force_login(chris)
    page = client.get(reverse("enrolments:cockpit", args=[certificate.enrolment.edition.code])).content.decode()
    assert url("edition", certificate.enrolment.edition) in page
