"""A company's system says itself where it wants to be told, and is told of its groups."""

from __future__ import annotations

from typing import Any

import pytest

from enrolments.actions import carry_out_group, start_group_enrolment, undo_group, withdraw
from lms.kernel.models import Event
from lms.messages.webhooks import signing
from lms.messages.webhooks.actions import add_webhook
from lms.messages.webhooks.models import Delivery, Webhook
from lms.messages.webhooks.telling import content_of
from tests.api.employer import ask, key_of, send, told
from tests.factories import NOW, EditionFactory, EnrolmentFactory, OrganisationFactory

SAID = {"url": "https://hr.vandorp.example/hook", "events": ["group.finished", "certificate.shared"]}


@pytest.fixture
def key(vandorp, clock) -> str:
    return key_of(vandorp)


def test_a_webhook_is_made_and_its_secret_told_once(key, vandorp):
    answer = send(key, "/webhooks", SAID)
    made = answer.json()
    assert (answer.status_code, made["url"], made["state"]) == (201, SAID["url"], "active")
    assert set(made["events"]) == set(SAID["events"])
    assert signing.unseal(Webhook.objects.get().sealed_secret) == made["secret"]
    path = answer["Location"].partition("/employer")[2]
    for said in (told(key, path), told(key, "/webhooks")["items"][0]):
        assert said == {name: made[name] for name in made if name != "secret"}
    [event] = Event.objects.filter(verb="webhook.made")
    assert event.data["token"] == vandorp.tokens.get().pk


def test_a_webhook_is_removed(key):
    made = send(key, "/webhooks", SAID).json()
    answer = ask(key, f"/webhooks/{made['id']}", method="DELETE")
    assert (answer.status_code, answer.content) == (204, b"")
    assert not Webhook.objects.exists()
    assert ask(key, f"/webhooks/{made['id']}", method="DELETE").status_code == 404


def test_one_address_has_one_webhook(key):
    send(key, "/webhooks", SAID)
    again = send(key, "/webhooks", SAID)
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"url": "http://hr.example/hook"}, "url"),
        ({"url": "ftp://hr.example/hook"}, "url"),
        ({"url": "https://a:b@hr.example/hook"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["exam.failed"]}, "events.0"),
        ({"secret": "whsec_x"}, "secret"),
    ],
)
def test_what_cannot_be_is_said_by_its_place(key, said, place):
    refused = send(key, "/webhooks", SAID | said)
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert refused.json()["errors"][0]["parameter"] == place
    assert not Webhook.objects.exists()


def test_another_companys_webhook_does_not_exist(key, clock):
    theirs = add_webhook(OrganisationFactory(employer=True), **SAID, by=None, at=NOW)[0]
    assert told(key, "/webhooks") == {"items": []}
    for method in ("GET", "DELETE"):
        assert ask(key, f"/webhooks/{theirs.uuid}", method=method).status_code == 404
    assert Webhook.objects.count() == 1


@pytest.mark.parametrize("scope", ["enrolments:read", "certificates:read", "groups:write"])
def test_another_scope_keeps_no_webhooks(vandorp, clock, scope):
    made = add_webhook(vandorp, **SAID, by=None, at=NOW)[0]
    narrow = key_of(vandorp, [scope])
    refused = [
        send(narrow, "/webhooks", SAID), ask(narrow, "/webhooks"), ask(narrow, f"/webhooks/{made.uuid}"),
        ask(narrow, f"/webhooks/{made.uuid}", method="DELETE"),
    ]  # fmt: skip
    assert {answer.status_code for answer in refused} == {403}
    assert Webhook.objects.count() == 1


# What is told of a group ----------------------------------------------------------------------------------------------


def group(company: Any, edition: Any, **more: Any) -> Any:
    rows = [{"name": f"{name} Wit", "email": f"{name}@vandorp.example"} for name in ("jan", "piet")]
    return start_group_enrolment(company, edition, rows, **{"wish": "part", "key": "k", "by": None, "at": NOW} | more)


def deliveries() -> list[Delivery]:
    return list(Delivery.objects.filter(event="group.finished"))


def test_a_group_that_is_done_is_told_once(vandorp, edition, clock):
    add_webhook(vandorp, **SAID, by=None, at=NOW)
    made = group(vandorp, edition)
    assert deliveries() == []
    for _twice in range(2):
        carry_out_group(made, at=NOW)
    [delivery] = deliveries()
    said = content_of(delivery, NOW)
    assert said is not None
    url = f"http://testserver/api/v1/employer/groups/{made.uuid}"
    assert said["data"] == {"group": str(made.uuid), "url": url}
    made.refresh_from_db()
    carry_out_group(undo_group(made, by=None, at=NOW), at=NOW)
    assert len(deliveries()) == 1


def test_a_group_that_waits_is_told_when_every_row_has_its_result_and_not_again(vandorp, clock):
    edition = EditionFactory(capacity=2)
    seated = EnrolmentFactory(edition=edition)
    add_webhook(vandorp, **SAID, by=None, at=NOW)
    made = carry_out_group(group(vandorp, edition, wish="whole"), at=NOW)
    assert (made.state, len(deliveries())) == ("waiting", 1)
    withdraw(seated, by=None, at=NOW)
    made.refresh_from_db()
    assert (made.state, len(deliveries())) == ("done", 1)


def test_another_company_hears_nothing_of_it(vandorp, edition, clock):
    add_webhook(OrganisationFactory(employer=True), **SAID, by=None, at=NOW)
    carry_out_group(group(vandorp, edition), at=NOW)
    assert deliveries() == []
