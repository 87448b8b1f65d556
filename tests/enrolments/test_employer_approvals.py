"""HR answers the requests of its own people, one or several at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolments.actions import enrol
from enrolments.actions.asking import ask_approvals
from enrolments.models import Approval, Enrolment
from lms.kernel.models import Event
from lms.people import hr_actions
from lms.people.models import Organisation, User
from tests.factories import EnrolmentFactory, answers

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]
PAGE = "enrolments:employer_approvals"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def ask(edition, vandorp, now):
    def ask(kind: str = Approval.Kind.EMPLOYER, company: Organisation = vandorp) -> Approval:
        enrolment = EnrolmentFactory(edition=edition, employee=True, employer=company, requested=True)
        ask_approvals(enrolment, [kind], by=None, at=now)
        return enrolment.approvals.get()

    return ask


def state_of(approval: Approval) -> str:
    return Enrolment.objects.get(pk=approval.enrolment_id).state


def test_several_are_approved_at_once_and_get_their_place(hr, ask):
    first, second, third = ask(), ask(), ask()
    client = signed_in(hr)
    assert "Wacht op je goedkeuring" in client.get(reverse("enrolments:employer")).content.decode()
    client.post(reverse(PAGE), {"chosen": [first.uuid, second.uuid], "answer": "grant"})
    assert [state_of(one) for one in (first, second, third)] == ["confirmed", "confirmed", "requested"]


def test_refusing_wants_a_reason_and_keeps_what_was_ticked(hr, ask):
    first = ask()
    client = signed_in(hr)
    page = client.post(reverse(PAGE), {"chosen": [first.uuid], "answer": "refuse", "reason": " "}).content.decode()
    assert "checked" in page
    assert state_of(first) == "requested"
    client.post(reverse(PAGE), {"chosen": [first.uuid], "answer": "refuse", "reason": "Dit jaar geen budget."})
    first.refresh_from_db()
    assert (first.state, first.reason) == (Approval.State.REFUSED, "Dit jaar geen budget.")
    assert state_of(first) == "declined"


@pytest.mark.parametrize("chosen", [[], ["kaas"]])
def test_nothing_ticked_changes_nothing_and_says_so(hr, ask, chosen):
    first = ask()
    page = signed_in(hr).post(reverse(PAGE), {"chosen": chosen, "answer": "grant"})
    assert "Vink de aanvragen aan" in page.content.decode()
    assert state_of(first) == "requested"


def test_what_was_answered_meanwhile_does_not_hold_up_the_rest(hr, ask, now):
    first, second = ask(), ask()
    Enrolment.objects.filter(pk=first.enrolment_id).update(state="withdrawn")
    signed_in(hr).post(reverse(PAGE), {"chosen": [first.uuid, second.uuid], "answer": "refuse", "reason": "Nee."})
    assert [state_of(one) for one in (first, second)] == ["withdrawn", "declined"]


def test_requests_of_others_and_of_other_kinds_are_not_there(hr, hr_elsewhere, ask, now):
    provider, ours = ask(Approval.Kind.PROVIDER), ask()
    assert [one["approval"] for one in signed_in(hr).get(reverse(PAGE)).context["rows"]] == [ours]
    assert signed_in(hr_elsewhere).get(reverse(PAGE)).context["rows"] == []
    for user, approval in ((hr_elsewhere, ours), (hr, provider)):
        signed_in(user).post(reverse(PAGE), {"chosen": [approval.uuid], "answer": "grant"})
        assert state_of(approval) == "requested"


def test_a_request_from_before_or_after_the_employment_is_not_there(hr, ask, now):
    ours = ask()
    ours.enrolment.learner.employments.update(
        starts_on=now.date() - timedelta(days=90), ends_on=now.date() - timedelta(days=60)
    )
    assert signed_in(hr).get(reverse(PAGE)).context["rows"] == []
    signed_in(hr).post(reverse(PAGE), {"chosen": [ours.uuid], "answer": "grant"})
    assert state_of(ours) == "requested"


def test_the_number_of_queries_does_not_grow(hr, ask):
    client = signed_in(hr)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(PAGE)).status_code == 200
        return len(captured)

    ask()
    queries()
    few = queries()
    for _each in range(8):
        ask()
    assert queries() == few


# The rule -------------------------------------------------------------------------------------------------------------


def test_hr_switches_for_its_own_company_whether_it_is_asked_first(hr, vandorp, edition, amal, now):
    client = signed_in(hr)
    assert "Vraag voortaan eerst HR" in client.get(reverse(PAGE)).content.decode()
    client.post(reverse(PAGE), {"rule": "on"})
    page = client.get(reverse(PAGE)).content.decode()
    assert "Laat mensen zich inschrijven zonder te vragen" in page
    assert str(hr) in page
    said = answers(category="employee", employer_name=vandorp.name, employer_kvk=vandorp.kvk_number)
    assert enrol(edition, amal, said, language="nl", by=amal, at=now).state == "requested"
    client.post(reverse(PAGE), {"rule": "off"})
    client.post(reverse(PAGE), {"rule": "off"})
    assert [event.verb for event in Event.objects.about(vandorp)] == [
        "organisation.asks_hr_first", "organisation.asks_nobody",
    ]  # fmt: skip
    assert Approval.objects.open().count() == 1, "what waits goes on waiting"


@pytest.mark.parametrize("rule", ["", "maybe", "ON"])
def test_whatever_else_is_sent_switches_nothing(hr, vandorp, rule):
    assert signed_in(hr).post(reverse(PAGE), {"rule": rule}).status_code == 200
    vandorp.refresh_from_db()
    assert (vandorp.approves_enrolments, Event.objects.about(vandorp).count()) == (False, 0)


def test_nobody_switches_it_for_another_company(hr_elsewhere, robohouse, chris, vandorp, now):
    for someone in (hr_elsewhere, chris):
        with pytest.raises(PermissionDenied):
            hr_actions.ask_hr_first(vandorp, True, by=someone, at=now)
    signed_in(hr_elsewhere).post(f"{reverse(PAGE)}?company={vandorp.uuid}", {"rule": "on"})
    vandorp.refresh_from_db()
    assert not vandorp.approves_enrolments
