"""A message is lost with no mail server, and sent twice by no two workers."""

import socket
import threading
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import close_old_connections, connection
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from enrolments.actions import enrol
from lms.kernel.models import Event
from lms.messages import tasks
from lms.messages.actions import BACK_OFF, post_message, retry_message, send_message
from lms.messages.models import Message
from lms.people.actions import verify_address
from tests.factories import answers

State = Message.State


def post(at: datetime, **changes: str) -> Message:
    said = {
        "email": "amal@voorbeeld.example",
        "language": "nl",
        "subject": "Feit",
        "text": "Tekst\n",
        "html": "<p>Tekst</p>",
    }
    return post_message("kind", at=at, **said | changes)


@pytest.fixture
def no_mail_server(settings) -> None:
    """A real SMTP backend, and nobody who listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


# One mail -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_mail_has_text_html_and_the_invitation(edition, amal, now):
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    message = send_message(Message.objects.get(), at=now)
    (sent,) = mail.outbox
    parts = {part.get_content_type(): part for part in sent.message().walk()}
    assert (message.state, message.sent_at) == (State.SENT, now)
    assert (sent.to, sent.subject) == ([amal.email], message.subject)
    assert {"text/plain", "text/html", "text/calendar"} <= set(parts)
    invitation = parts["text/calendar"]
    assert invitation.get_param("method") == "REQUEST"
    assert len(Calendar.from_ical(invitation.get_payload(decode=True)).walk("VEVENT")) == 4
    assert Event.objects.about(message).get().verb == "message.sent"


@pytest.mark.django_db
def test_a_mail_without_html_has_no_empty_part(now):
    send_message(post(now, html=""), at=now)
    assert mail.outbox[0].message().get_content_type() == "text/plain"


# Failing --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_without_a_mail_server_a_message_waits_and_goes_later(now, no_mail_server, settings):
    message = send_message(post(now), at=now)
    assert (message.state, message.tries, message.try_at) == (State.WAITING, 1, now + BACK_OFF[0])
    message.refresh_from_db()
    assert "ConnectionRefusedError" in message.error
    assert not Message.objects.due(now).exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    (due,) = Message.objects.due(now + BACK_OFF[0])
    message = send_message(due, at=now + BACK_OFF[0])
    assert (message.state, message.error) == (State.SENT, "")
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_after_the_last_try_a_message_has_failed_and_can_be_tried_by_hand(now, no_mail_server, settings, officer):
    message, at = post(now), now
    for _ in range(len(BACK_OFF)):
        message = send_message(message, at=at)
        assert message.state == State.WAITING
        at = message.try_at
    message = send_message(message, at=at)
    assert message.state == State.FAILED
    assert at - now == sum(BACK_OFF, timedelta())
    assert not Message.objects.due(now + timedelta(days=400)).exists()

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    message = send_message(retry_message(message, by=officer, at=at), at=at)
    assert message.state == State.SENT


@pytest.mark.django_db
def test_the_sweep_sends_what_a_lost_ring_left_behind(now, clock):
    post(now)
    post(now, email="bo@voorbeeld.example")
    assert tasks.send_waiting_messages() == 2
    assert tasks.send_waiting_messages() == 0
    assert {to for sent in mail.outbox for to in sent.to} == {"amal@voorbeeld.example", "bo@voorbeeld.example"}


# Once -----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_message_is_sent_once_however_often_the_bell_rings(now):
    message = post(now)
    as_another_worker_has_it = Message.objects.get(pk=message.pk)
    send_message(message, at=now)
    send_message(as_another_worker_has_it, at=now)
    send_message(Message.objects.get(), at=now)
    assert len(mail.outbox) == 1
    assert Event.objects.filter(verb="message.sent").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_message_send_it_once(now):
    message = post(now)
    barrier, trouble = threading.Barrier(4), []

    def work() -> None:
        mine = Message.objects.get(pk=message.pk)
        barrier.wait()
        try:
            send_message(mine, at=now)
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
    assert trouble == []
    assert len(mail.outbox) == 1
    assert Message.objects.get().tries == 1


@pytest.mark.django_db
def test_a_message_whose_owner_was_erased_is_no_error():
    tasks.send_message(123456)
    assert mail.outbox == []


# Signing in -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_code_to_log_in_goes_through_the_outbox(client, amal, now):
    verify_address(amal, at=now)
    with translation.override("nl"):
        client.post(reverse("account_request_login_code"), {"email": amal.email})
    message = Message.objects.get()
    assert (message.kind, message.recipient, message.state) == ("account_login_code", amal, State.WAITING)
    assert mail.outbox == []
    code = next(word for word in message.text.split() if word.isdigit() and len(word) == 6)
    assert code in message.html
    send_message(message, at=message.try_at)
    assert code in mail.outbox[0].body
    confirmed = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert confirmed.status_code == 302
    assert client.session["_auth_user_id"] == str(amal.pk)
