"""A worker killed between claiming a mail and hearing that it went, a broker and a mail server that are away: nothing
is lost, and nothing arrives as two different mails. Real worker, real broker, real line.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from lms.celery import app
from lms.messages.models import Message
from lms.messages.tasks import send_message, send_waiting_messages
from tests import servers
from tests.certificates.test_crashes import ring as ring  # a fixture
from tests.certificates.test_crashes import worker
from tests.messages.conftest import MailServer, listening
from tests.messages.test_delivery import post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs("valkey")]

MANY = 8


def written(at: datetime) -> list[Message]:
    return [post(at, email=f"p{number}@voorbeeld.example") for number in range(MANY)]


def mailing_to(port: int) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "tests.messages.over_smtp", "TEST_MAIL_PORT": str(port)}


def port_of(server: MailServer) -> int:
    return int(server.server_address[1])


def sent() -> int:
    return Message.objects.filter(state=Message.State.SENT).count()


def a_minute_later() -> None:
    """What was claimed may be tried again."""
    Message.objects.filter(state=Message.State.WAITING).update(try_at=timezone.now() - timedelta(seconds=1))


def arrived(server: MailServer) -> Counter[Any]:
    return Counter(str(mail["Message-ID"]) for mail in server.taken)


def test_a_worker_killed_before_it_hears_that_a_mail_went_loses_none(
    ring: Callable[..., object], broker: str, tmp_path: Path
) -> None:
    messages = written(timezone.now())
    with listening() as server:
        server.answers.clear()
        for message in messages:
            ring(send_message, message.pk)
        with worker(broker, tmp_path, "mail,default", **mailing_to(port_of(server))) as first:
            servers.wait_until(lambda: len(server.taken) == 2, 60, "a mail in each of the two hands")
            os.killpg(first.pid, signal.SIGKILL)
        assert sent() == 0, "nobody heard that they went"
        in_hand = arrived(server)
        server.answers.set()
        a_minute_later()
        with worker(broker, tmp_path, "mail,default", **mailing_to(port_of(server))):
            ring(send_waiting_messages)  # what beat does each minute
            servers.wait_until(lambda: sent() == MANY, 60, "all mails")
        assert arrived(server) == Counter({one.message_id: 1 for one in messages}) + in_hand


def test_with_neither_broker_nor_mail_server_everything_goes_once_afterwards(tmp_path: Path) -> None:
    messages = written(timezone.now())  # the bell of each rang in vain
    port = servers.free_port()
    with servers.valkey() as broker, app.connection_for_write(url=broker) as to_broker:
        with worker(broker, tmp_path, "mail,default", **mailing_to(port)):
            send_waiting_messages.apply_async(connection=to_broker)
            tried = Message.objects.filter(tries=1).exclude(error="")
            servers.wait_until(lambda: tried.count() == MANY, 60, "a try of each")
            assert sent() == 0
            with listening(port) as server:
                a_minute_later()
                send_waiting_messages.apply_async(connection=to_broker)
                servers.wait_until(lambda: sent() == MANY, 60, "all mails")
                assert arrived(server) == Counter({one.message_id: 1 for one in messages})
