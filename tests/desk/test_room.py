"""The room of the desk: whose questions one sees, and that no address reaches another house's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from lms.desk import actions
from lms.desk.models import Meeting, PeerGroup, Request, Step, Topic
from lms.kernel.models import Event
from lms.people.models import Organisation, User
from tests.desk.conftest import ask, describe, facts, sign
from tests.factories import NOW

pytestmark = pytest.mark.usefixtures("clock")


def url(name: str, *args: Any) -> str:
    with translation.override("en"):
        return reverse(f"desk:{name}", args=args)


def listed(client: Client, user: User, **query: str) -> list[str]:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return [one.code for one in client.get(url("requests"), query).context["page"]]


@pytest.fixture
def elsewhere(ramlab: Organisation) -> Request:
    """A question that lies with the other house."""
    return ask(lab=ramlab, company_name="Zeearend Metaal", company_kvk="")


def test_a_house_sees_its_own_and_the_office_all(
    client: Client, asked: Request, elsewhere: Request, chris: User, other_coordinator: User, officer: User
):
    assert listed(client, chris) == [asked.code]
    assert listed(client, other_coordinator) == [elsewhere.code]
    assert set(listed(client, officer)) == {asked.code, elsewhere.code}
    assert listed(client, officer, house="ramlab") == [elsewhere.code]


def test_filters_find_by_state_number_and_company_and_survive_nonsense(
    client: Client, asked: Request, answered: Request, robots: Topic, officer: User
):
    late = ask(topic=robots, at=NOW - timedelta(days=30), company_name="Late Hout", company_kvk="")
    assert listed(client, officer) == [late.code]
    assert listed(client, officer, state="answered") == [answered.code]
    assert listed(client, officer, state="overdue") == [late.code]
    assert set(listed(client, officer, state="all")) == {answered.code, late.code}
    assert listed(client, officer, q="late ho") == [late.code]
    assert listed(client, officer, q=late.grouped_code) == [late.code]
    assert listed(client, officer, state="niets", page="-9", house="x", q="ZZZ") == []


def test_every_address_of_another_house_is_not_there(
    client: Client, elsewhere: Request, chris: User, ramlab: Organisation
):
    actions.answer(elsewhere, "Ja.", by=None, at=NOW)
    step = describe(elsewhere, by=None)
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url("request", elsewhere.code)).status_code == 404
    before = Event.objects.count()
    for name in ("answer", "admit", "note", "route", "act", "close", "describe"):
        assert client.post(url(name, elsewhere.code), {"text": "x", "act": "take_on"}).status_code == 404, name
    for name in ("document", "verify", "drop"):
        assert client.post(url(name, step.uuid), {"reason": "x"}).status_code == 404, name
    assert client.get(url("statement_file", step.uuid)).status_code == 404
    assert Event.objects.count() == before


def test_another_house_s_group_is_not_there(client: Client, group: PeerGroup, meet: Any, other_coordinator: User):
    meeting: Meeting = meet(-2)
    client.force_login(other_coordinator, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url("group", group.code)).status_code == 404
    assert client.post(url("presence", meeting.uuid)).status_code == 404


def test_the_room_is_there_for_nobody_else(
    client: Client, asked: Request, amal: User, bo: User, hr: User, auditor: User
):
    for user in (amal, bo, hr, auditor):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(url("requests")).status_code == 404
        assert client.get(url("request", asked.code)).status_code == 404


def test_an_answer_from_the_page_reaches_the_company(client: Client, asked: Request, chris: User):
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(url("answer", asked.code), {"text": "Kom langs."}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.assignee) == ("answered", chris)


def test_an_empty_answer_is_shown_beside_its_field(client: Client, asked: Request, chris: User):
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    with translation.override("en"):
        response = client.post(url("answer", asked.code), {"text": "", "labs": ["999", "x\0"]})
    assert response.status_code == 200
    assert set(response.context["answer_form"].errors) == {"text", "labs"}
    asked.refresh_from_db()
    assert asked.state == "routed"


def test_who_hands_back_does_not_see_it_any_more(client: Client, asked: Request, chris: User):
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(url("act", asked.code), {"act": "hand_back"})
    assert response["Location"] == url("requests")
    assert client.get(url("request", asked.code)).status_code == 404


def test_a_signed_document_is_a_pdf_by_its_bytes(client: Client, step: Step, chris: User):
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    said = {"signer_name": "Kees", "signer_role": "directeur"}
    wrong = SimpleUploadedFile("stap.pdf", b"<html>", content_type="application/pdf")
    client.post(url("document", step.uuid), said | {"document": wrong})
    step.refresh_from_db()
    assert step.state == "described"
    right = SimpleUploadedFile("C:\\Kees van Dorp.PDF", b"%PDF-1.7 x", content_type="text/html")
    client.post(url("document", step.uuid), said | {"document": right})
    step.refresh_from_db()
    assert (step.state, step.document.name) == ("signed", f"desk/{step.uuid}.pdf")
    response = client.get(url("statement_file", step.uuid))
    assert b"".join(response.streaming_content) == b"%PDF-1.7 x"
    assert response["Content-Type"] == "application/pdf"


def test_an_auditor_reads_the_document_and_that_is_on_record(client: Client, step: Step, auditor: User, chris: User):
    document = SimpleUploadedFile("stap.pdf", b"%PDF-1.7 x")
    actions.sign_by_document(step, document, signer_name="K", signer_role="d", by=chris, at=NOW)
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url("statement_file", step.uuid)).status_code == 200
    assert Event.objects.about(step).filter(verb="step.document_read", by=auditor).exists()


def test_the_office_verifies_from_the_page_and_the_row_opens_into_its_evidence(
    client: Client, step: Step, officer: User
):
    sign(step)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    client.post(url("verify", step.uuid))
    assert facts("org_step") == [(f"step:{step.pk}", 1)]
    with translation.override("en"):
        rows = client.get(reverse("kpis:figure", args=["ORG_STEP"]))
        row = rows.context["rows"][0]
        evidence = client.get(reverse("kpis:fact", args=[row["fact"].pk])).content.decode()
    assert [present for _label, present in row["lights"]] == [True, True]
    assert "nachtploeg" in evidence
    assert "Van Dorp" not in rows.content.decode()


def test_presence_is_kept_of_companies_in_the_group_alone(
    client: Client, group: PeerGroup, meet: Any, vandorp: Organisation, ramlab: Organisation, chris: User
):
    actions.admit(ask(group=group), "Welkom.", by=chris, at=NOW)
    meeting = meet(-2)
    client.force_login(chris, backend="django.contrib.auth.backends.ModelBackend")
    client.post(url("presence", meeting.uuid), {"present": [vandorp.pk, ramlab.pk, "x", "9" * 40, "-1"]})
    assert [one.organisation for one in meeting.presences.all()] == [vandorp]


def test_the_list_costs_the_same_for_few_and_for_many(client: Client, asked: Request, robots: Topic, officer: User):
    listed(client, officer)
    with CaptureQueriesContext(connection) as few:
        listed(client, officer)
    for number in range(12):
        ask(topic=robots, company_name=f"Bedrijf {number}", company_kvk="")
    with CaptureQueriesContext(connection) as many:
        listed(client, officer)
    assert len(many) == len(few)
