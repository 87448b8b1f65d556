"""Webhooks, with a real receiver: what is sent, signed how, tried how often, and what never leaves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from certificates.actions import revoke_certificate
from courses.models import Course
from enrolments.actions import enrol, revoke_grant, share, withdraw
from enrolments.models import Enrolment, Grant
from lms.kernel.privacy import REGISTER
from lms.messages.models import Message
from lms.messages.webhooks import signing, wire
from lms.messages.webhooks.actions import (
    BACK_OFF,
    ListensAlready,
    add_webhook,
    deliver,
    pause_webhook,
    redeliver,
    resume_webhook,
    send_test,
)
from lms.messages.webhooks.models import KEPT, Delivery, Webhook
from lms.people.actions import end_employment
from tests.certificates.conftest import certificate, finished, granted, taught  # noqa: F401  (fixtures)
from tests.factories import NOW, EnrolmentFactory, OrganisationFactory, answers

ALL = Webhook.Event.values


class Receiver:
    """A small server: keeps what it was sent and answers with the status of the moment."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status, self.waits = 204, threading.Event()
        self.waits.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                outer.waits.wait(5)
                self.send_response(outer.status)
                if 300 <= outer.status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quietly."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=lms"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.heard]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def webhook(vandorp, receiver, clock) -> Webhook:
    return add_webhook(vandorp, url=receiver.url, events=ALL, by=None, at=NOW)[0]


def send_all(at=NOW) -> None:
    for delivery in list(Delivery.objects.due(at)):
        deliver(delivery, at=at)


def events() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("event", flat=True))


# The signature --------------------------------------------------------------------------------------------------------


def test_a_message_is_signed_as_standard_webhooks_says(webhook, receiver):
    delivery = send_test(webhook, by=None, at=NOW)
    send_all()
    [(headers, body)] = receiver.heard
    assert json.loads(body) == {"type": "test", "timestamp": "2027-02-08T09:00:00+00:00", "data": {}}
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == str(delivery.uuid)
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    key = base64.b64decode(signing.unseal(webhook.sealed_secret).removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_the_example_of_the_docs_is_right(settings):
    """As written in docs/api.md, with openssl, where that is there."""
    docs = (settings.BASE_DIR / "docs/api.md").read_text()
    example = docs.split("<!-- signature -->")[1].split("```sh\n")[1].split("```")[0]
    said = subprocess.run(["bash", "-ec", example], capture_output=True, text=True, check=True).stdout.strip()
    secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    assert said == signing.signature(secret, "msg_1", 1802077200, b'{"type":"test"}')
    assert said in docs


def test_the_secret_lies_encrypted_and_still_opens_after_the_key_was_changed(vandorp, webhook, settings, now):
    made, secret = add_webhook(vandorp, url="https://hr.example/hook", events=ALL, by=None, at=now)
    assert secret.startswith("whsec_")
    assert secret not in made.sealed_secret
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-of-the-site-that-is-long-enough-for-everyone-to-like"
    assert signing.unseal(made.sealed_secret) == secret


# What is told ---------------------------------------------------------------------------------------------------------


def test_an_enrolment_is_told_with_its_code_and_address_alone(webhook, receiver, edition, amal, vandorp, now):
    said = answers(category="employee", employer_name=vandorp.name, employer_kvk=vandorp.kvk_number)
    enrolment = enrol(edition, amal, said, language="nl", by=amal, at=now)
    send_all()
    [told] = receiver.said
    assert told["type"] == "enrolment.confirmed"
    url = f"http://testserver/api/v1/employer/enrolments/{enrolment.code}"
    assert told["data"] == {"enrolment": enrolment.code, "url": url}
    assert "Haddad" not in str(receiver.heard)
    withdraw(enrolment, by=amal, at=now)
    send_all()
    assert [one["type"] for one in receiver.said] == ["enrolment.confirmed", "enrolment.withdrawn"]


def test_another_employer_hears_nothing(webhook, edition, amal, now):
    other = OrganisationFactory(employer=True, kvk_number="23456789")
    said = answers(category="employee", employer_name=other.name, employer_kvk=other.kvk_number)
    enrol(edition, amal, said, language="nl", by=amal, at=now)
    enrol(edition, EnrolmentFactory().learner, answers(), language="nl", by=None, at=now)
    assert events() == []


def test_a_webhook_hears_what_it_asked_for_alone(webhook, edition, amal, vandorp, now):
    Webhook.objects.update(events=["certificate.shared"])
    said = answers(category="employee", employer_name=vandorp.name, employer_kvk=vandorp.kvk_number)
    enrol(edition, amal, said, language="nl", by=amal, at=now)
    assert events() == []


def test_who_stops_half_way_is_not_told(webhook, enrolled_employee, edition, clock):
    moment = edition.starts_at + timedelta(hours=1)
    clock.move_to(moment)
    withdraw(enrolled_employee, by=enrolled_employee.learner, at=moment)
    assert events() == []


def test_a_certificate_is_told_when_it_is_shared_and_when_it_no_longer_is(
    webhook,
    receiver,
    certificate,  # noqa: F811
    now,
):
    learner, enrolment = certificate.enrolment.learner, certificate.enrolment
    assert events() == [], "issued, and shared with nobody"
    grant = share(enrolment, Grant.Scope.CERTIFICATE, by=learner, at=now)
    send_all()
    revoke_grant(grant, by=learner, at=now)
    send_all()
    assert [one["type"] for one in receiver.said] == ["certificate.shared", "sharing.withdrawn"]
    assert receiver.said[0]["data"]["certificate"] == certificate.grouped_number


def test_a_revoked_certificate_is_told_to_who_saw_it(webhook, receiver, certificate, granted, now):  # noqa: F811
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Verkeerd.", by=None, at=now)
    send_all()
    assert [one["type"] for one in receiver.said] == ["certificate.revoked"]
    assert "Verkeerd" not in str(receiver.heard)


def test_of_a_failure_nothing_is_told_neither_shared_nor_taken_back_nor_revoked(
    webhook,
    certificate,  # noqa: F811
    course,
    now,
):
    Course.objects.filter(pk=course.pk).update(certificate_kind="assessed")
    Enrolment.objects.filter(pk=certificate.enrolment_id).update(outcome="attended")
    learner = certificate.enrolment.learner
    grant = share(certificate.enrolment, Grant.Scope.CERTIFICATE, by=learner, at=now)
    revoke_grant(grant, by=learner, at=now)
    share(certificate.enrolment, Grant.Scope.CERTIFICATE, by=learner, at=now)
    revoke_certificate(certificate, public_reason="mistake", inside_reason="x", by=None, at=now)
    assert events() == []


def test_what_may_no_longer_be_told_when_it_is_sent_is_thrown_away(webhook, receiver, certificate, now):  # noqa: F811
    learner = certificate.enrolment.learner
    grant = share(certificate.enrolment, Grant.Scope.CERTIFICATE, by=learner, at=now)
    waiting = Delivery.objects.get()
    Grant.objects.filter(pk=grant.pk).update(revoked_at=now)
    send_all()
    assert receiver.heard == []
    assert not Delivery.objects.filter(pk=waiting.pk).exists()


def test_the_end_of_the_employment_stops_what_waits(webhook, receiver, certificate, now, clock):  # noqa: F811
    share(certificate.enrolment, Grant.Scope.CERTIFICATE, by=certificate.enrolment.learner, at=now)
    end_employment(certificate.enrolment.learner.employments.get(), by=None, on=now.date())
    clock.move_to(now + timedelta(days=1))
    send_all(now + timedelta(days=1))
    assert receiver.heard == []


# Trying again ---------------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_over_a_day_and_then_the_webhook_pauses_with_a_letter(webhook, receiver, hr):
    receiver.status = 500
    delivery = send_test(webhook, by=None, at=NOW)
    moment = NOW
    for wait in BACK_OFF:
        send_all(moment)
        send_all(moment + wait - timedelta(seconds=1))
        moment += wait
        delivery.refresh_from_db()
        assert (delivery.state, delivery.status) == ("waiting", 500)
    assert len(receiver.heard) == len(BACK_OFF), "each once, none before its time"
    send_all(moment)
    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert (delivery.state, delivery.tries, webhook.state) == ("failed", len(BACK_OFF) + 1, "paused")
    assert timedelta(hours=20) < moment - NOW < timedelta(days=1)
    assert [message.email for message in Message.objects.filter(kind="webhook_paused")] == [hr.email]
    assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1


def test_a_paused_webhook_is_left_alone_and_goes_on_with_what_waited(webhook, receiver):
    send_test(webhook, by=None, at=NOW)
    pause_webhook(webhook, by=None, at=NOW)
    send_all()
    assert receiver.heard == []
    resume_webhook(webhook, by=None, at=NOW)
    send_all()
    assert len(receiver.heard) == 1


def test_a_redirect_is_not_followed(webhook, receiver):
    receiver.status = 302
    delivery = send_test(webhook, by=None, at=NOW)
    send_all()
    delivery.refresh_from_db()
    assert (len(receiver.heard), delivery.state, delivery.status) == (1, "waiting", 302)


def test_nobody_there_is_a_failure_too(vandorp, clock):
    webhook, _secret = add_webhook(vandorp, url="http://127.0.0.1:1/", events=ALL, by=None, at=NOW)
    delivery = send_test(webhook, by=None, at=NOW)
    send_all()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.tries) == ("waiting", None, 1)
    assert "NotDelivered" in delivery.error


def test_one_that_answers_too_slowly_is_cut_off(webhook, receiver, monkeypatch):
    monkeypatch.setattr(wire, "SECONDS", 0.2)
    receiver.waits.clear()
    delivery = send_test(webhook, by=None, at=NOW)
    send_all()
    receiver.waits.set()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("waiting", None)


def test_sent_is_sent_once_and_again_only_by_hand(webhook, receiver):
    delivery = send_test(webhook, by=None, at=NOW)
    deliver(delivery, at=NOW)
    deliver(Delivery.objects.get(), at=NOW)
    assert len(receiver.heard) == 1
    redeliver(Delivery.objects.get(), by=None, at=NOW)
    send_all()
    assert len(receiver.heard) == 2


def test_a_worker_killed_between_claim_and_sending_costs_a_minute(webhook, receiver):
    delivery = send_test(webhook, by=None, at=NOW)
    Delivery.objects.update(tries=1, try_at=NOW + BACK_OFF[0])  # what the claim leaves behind
    send_all(NOW + BACK_OFF[0])
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("sent", 2)


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_one_sends(receiver):
    company = OrganisationFactory(employer=True)
    webhook, _secret = add_webhook(company, url=receiver.url, events=ALL, by=None, at=NOW)
    Delivery.objects.create(webhook=webhook, event="test", happened_at=NOW, try_at=NOW)
    start = threading.Barrier(8)

    def work() -> None:
        found = Delivery.objects.select_related("webhook__organisation").get()
        start.wait()
        try:
            deliver(found, at=NOW)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _each in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(receiver.heard) == 1
    assert Delivery.objects.get().state == "sent"


def test_the_log_reaches_back_a_month(webhook):
    old, new = send_test(webhook, by=None, at=NOW - KEPT), send_test(webhook, by=None, at=NOW)
    Delivery.objects.update(state="failed")
    [term] = REGISTER[Delivery].terms
    assert list(term.rows(NOW)) == [old]
    term.act(old, NOW)
    assert list(Delivery.objects.all()) == [new]


# Where it may go ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["http://hr.example/", "ftp://hr.example/", "https://", "https://user:pw@hr.example/", "hook", "https://x:99999/",
     "https://[::1", "http://localhost:80/"],
)  # fmt: skip
def test_what_is_no_outward_address_is_refused_when_it_is_entered(vandorp, settings, url):
    settings.LMS_WEBHOOKS_MAY_BE_LOCAL = False
    with pytest.raises(wire.NotOutward):
        add_webhook(vandorp, url=url, events=ALL, by=None, at=NOW)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.8", "172.16.1.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::"],
)  # fmt: skip
def test_what_lies_inside_is_never_sent_to(vandorp, settings, monkeypatch, clock, address):
    """Whatever the name: it is looked at when we connect, and the connection goes to what was looked at."""
    settings.LMS_WEBHOOKS_MAY_BE_LOCAL = False
    asked: list[str] = []

    def lookup(host: str, *args: Any, **kwargs: Any) -> list[tuple]:
        asked.append(host)
        return [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))]

    monkeypatch.setattr(wire.socket, "getaddrinfo", lookup)
    monkeypatch.setattr(wire.socket, "create_connection", lambda *args, **kwargs: pytest.fail("connected"))
    webhook, _secret = add_webhook(vandorp, url="https://hr.example/", events=ALL, by=None, at=NOW)
    delivery = send_test(webhook, by=None, at=NOW)
    send_all()
    delivery.refresh_from_db()
    assert asked == ["hr.example"]
    assert delivery.error.startswith("NotOutward")
    assert wire.is_outward("93.184.215.14")
    assert wire.is_outward("2606:2800:220:1::1")


def test_the_connection_goes_to_the_address_that_was_looked_at(settings, monkeypatch):
    settings.LMS_WEBHOOKS_MAY_BE_LOCAL = False
    gone: list[Any] = []

    def connect(address: tuple[str, int], **kwargs: Any) -> None:
        gone.append(address)
        raise OSError

    monkeypatch.setattr(wire.socket, "getaddrinfo", lambda *a, **k: [(0, 0, 0, "", ("93.184.215.14", 443))])
    monkeypatch.setattr(wire.socket, "create_connection", connect)
    with pytest.raises(wire.NotDelivered):
        wire.send("https://hr.example/hook", b"{}", {})
    assert gone == [("93.184.215.14", 443)]


# The pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(hr, clock) -> Client:
    client = Client()
    client.force_login(hr)
    return client


def test_hr_adds_a_webhook_and_sees_its_secret_once(page, vandorp, clock):
    data = {"url": "https://hr.vandorp.example/hook", "events": ["certificate.shared"]}
    answer = page.post(reverse("connections:add_webhook"), data)
    secret = answer.context["secret"]
    webhook = Webhook.objects.get()
    assert secret in answer.content.decode()
    assert signing.unseal(webhook.sealed_secret) == secret
    for address in (reverse("connections:list"), reverse("connections:webhook", args=[webhook.uuid])):
        shown = page.get(address).content.decode()
        assert "hr.vandorp.example" in shown
        assert secret not in shown
    again = page.post(reverse("connections:add_webhook"), data)
    assert again.context["form"].errors.keys() == {"url"}
    with pytest.raises(ListensAlready):
        add_webhook(vandorp, **data, by=None, at=NOW)


def test_an_address_inside_is_refused_beside_the_field(page, settings, clock):
    settings.LMS_WEBHOOKS_MAY_BE_LOCAL = False
    answer = page.post(reverse("connections:add_webhook"), {"url": "http://localhost/x", "events": ALL})
    assert answer.context["form"].errors.keys() == {"url"}
    assert 'value="http://localhost/x"' in answer.content.decode()


def test_the_buttons_of_the_page_do_what_they_say(page, webhook, receiver):
    address = reverse("connections:webhook", args=[webhook.uuid])
    page.post(address, {"act": "test"})
    send_all()
    delivery = Delivery.objects.get()
    assert delivery.state == "sent"
    assert "204" in page.get(address).content.decode()
    page.post(address, {"act": str(delivery.uuid)})
    assert Delivery.objects.get().state == "waiting"
    page.post(address, {"act": "pause"})
    page.post(address, {"act": "pause"})
    assert Webhook.objects.get().state == "paused"
    page.post(address, {"act": "resume"})
    assert Webhook.objects.get().state == "active"
    page.post(address, {"act": "whatever"})
    assert page.post(address, {"act": "remove"})["Location"] == reverse("connections:list")
    assert not Webhook.objects.exists()


def test_the_log_costs_the_same_for_one_and_for_twenty(page, webhook, django_assert_max_num_queries):
    address = reverse("connections:webhook", args=[webhook.uuid])
    send_test(webhook, by=None, at=NOW)
    page.get(address)
    for _each in range(20):
        send_test(webhook, by=None, at=NOW)
    with django_assert_max_num_queries(9):
        assert page.get(address).status_code == 200
