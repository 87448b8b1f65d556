"""Terms that run by themselves: previewed, run row by row, told; and the office's register with its month."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from enrolments.models import SeatHold
from lms.kernel.privacy import terms
from lms.messages.models import Message
from lms.people.models import SealedIdentity, User
from lms.privacy import running
from lms.privacy.actions import extend_request, record_request, settle_request
from lms.privacy.models import PrivacyRequest, TermRun
from lms.privacy.running import preview, run_terms
from tests.factories import SeatHoldFactory, UserFactory
from tests.privacy.conftest import FAMILY


def due(name, at):
    return next(one for one in preview(at) if one.term.name == name)


def done(run, name):
    return next(one for one in run.results if one["term"] == name)


def test_the_preview_counts_and_changes_nothing(traces, now):
    later = now + timedelta(days=340)
    assert due("outbox.message", later).now == 0
    assert due("outbox.message", later).within_a_month > 0
    out = StringIO()
    call_command("privacy", "terms", "--preview", stdout=out)
    assert "outbox.message" in out.getvalue()
    assert Message.objects.exists()
    assert not TermRun.objects.exists()


def test_a_run_takes_what_has_had_its_time_tells_it_and_finds_nothing_twice(traces, now):
    later = now + timedelta(days=400)
    first = run_terms(later)
    assert done(first, "outbox.message")["done"] > 0
    assert not Message.objects.filter(created_at__lte=now).exists()
    again = run_terms(later)
    assert (again.done, again.failed) == (0, 0)
    assert TermRun.objects.count() == 2


def test_one_row_that_fails_stops_no_other_and_is_named(db, now, monkeypatch):
    bad = SeatHoldFactory(has_seat=False, created_at=now - timedelta(days=3))
    other = SeatHoldFactory(has_seat=False, created_at=now - timedelta(days=3))
    term = next(one for one in terms() if one.name == "enrolments.seat_hold")

    def act(row, at):
        if row.pk == bad.pk:
            raise ValueError(row.email)
        term.act(row, at)

    broken = type(term)(term.name, term.rule, term.rows, act)
    monkeypatch.setattr(running, "terms", lambda: [broken])
    run = run_terms(now)
    assert run.results == [{"term": term.name, "done": 1, "failed": [{"pk": str(bad.pk), "error": "ValueError"}]}]
    assert list(SeatHold.objects.filter(pk__in=[bad.pk, other.pk])) == [bad]


def test_an_account_without_activity_is_emptied_and_a_busy_one_is_not(traces, bo, now):
    idle = UserFactory(email="stil@voorbeeld.example", date_joined=now - timedelta(days=1000))
    busy = UserFactory(date_joined=now - timedelta(days=1000), last_login=now - timedelta(days=20))
    run_terms(now)
    assert User.objects.get(pk=idle.pk).erased_at is not None
    assert User.objects.get(pk=busy.pk).erased_at is None
    assert User.objects.get(pk=bo.pk).erased_at is None
    assert PrivacyRequest.objects.get(person=idle).way == "term"
    later = now + timedelta(days=1200)
    run_terms(later)
    assert User.objects.get(pk=traces.person.pk).erased_at is not None
    assert User.objects.get(pk=bo.pk).erased_at is None  # has a role
    assert FAMILY in SealedIdentity.objects.get(user=traces.person).full_name  # the project's last day is not known


def test_the_office_enters_extends_and_settles_within_the_month(client, officer, amal, now, clock):
    client.force_login(officer)
    register = reverse("privacy:register")
    given = {"kind": "objection", "way": "phone", "name": "", "email": amal.email, "note": "Niet meer mailen"}
    assert client.post(register, given | {"received_on": "2027-02-01", "name": "111222333"}).status_code == 200
    client.post(register, given | {"received_on": "2027-02-01"})
    request = PrivacyRequest.objects.get()
    assert (request.person, str(request.due_on)) == (amal, "2027-03-01")
    extend_request(request, by=officer, at=now)
    assert str(request.due_on) == "2027-05-01"
    settle_request(request, "Gedaan.", is_refused=False, by=officer, at=now)
    assert PrivacyRequest.objects.get().state == "done"
    assert client.get(reverse("privacy:terms")).status_code == 200
    assert client.get(register).status_code == 200


def test_what_is_too_late_is_found(officer, amal, now):
    record_request(
        kind="access", way="letter", name="Amal", email="", note="", received_at=now - timedelta(days=40), by=officer,
        at=now,
    )  # fmt: skip
    assert PrivacyRequest.objects.overdue(now.date()).count() == 1


@pytest.mark.parametrize("name", ["register", "terms"])
def test_the_register_is_the_offices(client, chris, name):
    client.force_login(chris)
    assert client.get(reverse(f"privacy:{name}")).status_code == 404


def test_the_office_ends_a_role_before_it_erases_who_holds_it(client, officer, bo, now, clock):
    asked = record_request(
        kind="erasure", way="mail", name="", email=bo.email, note="", received_at=now, by=officer, at=now
    )
    client.force_login(officer)
    page = client.post(reverse("privacy:settle", args=[asked.uuid]), {"act": "done", "answer": "Gewist."})
    assert "Beëindig eerst de rol" in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == "received"
    bo.memberships.update(ends_on=now.date() - timedelta(days=1))
    client.post(reverse("privacy:settle", args=[asked.uuid]), {"act": "done", "answer": "Gewist."})
    asked.refresh_from_db()
    assert asked.state == "done"
    assert User.objects.get(pk=bo.pk).erased_at is not None
