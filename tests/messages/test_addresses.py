"""Addresses that do not work, and readers who want less mail."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from enrolments.actions import enrol
from lms.kernel.models import Event
from lms.messages.actions import forgive_address, post_message, retry_message, send_message, stop_topic
from lms.messages.models import BouncedAddress, Message, OptOut
from lms.messages.stopping import token_of
from tests.factories import answers

pytestmark = pytest.mark.django_db

State = Message.State
AMAL = "amal@voorbeeld.example"


def post(at, kind="enrolment_confirmed", email=AMAL, **more) -> Message:
    return post_message(kind, email=email, language="nl", subject="Feit", text="Tekst", html="", at=at, **more)


def report(message: Message, *, to: str = AMAL, action: str = "failed", status: str = "5.1.1") -> str:
    """What a mail server sends back (RFC 3464), as Postfix writes it."""
    return f"""From: MAILER-DAEMON@mx.example
To: noreply@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 8 Feb 2027 10:00:00 +0100

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such
    user here

--grens
Content-Type: text/rfc822-headers

From: noreply@localhost
Message-ID: {message.message_id}
Subject: Feit

--grens--
"""


def read(tmp_path, *reports: str) -> str:
    box = tmp_path / "teruggekomen.mbox"
    box.write_text("".join(f"From MAILER-DAEMON Mon Feb  8 10:00:00 2027\n{one}\n" for one in reports))
    said = StringIO()
    call_command("read_bounces", str(box), stdout=said)
    return said.getvalue()


# Mail that comes back -------------------------------------------------------------------------------------------------


def test_a_mail_that_comes_back_marks_its_message_and_its_address_once(tmp_path, now, clock):
    message = send_message(post(now), at=now)
    assert "came back: 1" in read(tmp_path, report(message))
    assert "came back: 0" in read(tmp_path, report(message))
    message.refresh_from_db()
    assert (message.state, message.error) == (State.BOUNCED, "5.1.1 550 5.1.1 No such user here")
    assert BouncedAddress.objects.get().email == AMAL
    assert Event.objects.filter(verb="message.bounced").count() == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"to": "ander@voorbeeld.example"}, "of someone else"),
        ({"action": "delayed", "status": "4.4.1"}, "still trying"),
        ({"action": "delivered", "status": "2.0.0"}, "arrived"),
        ({"status": "4.2.2"}, "a full mailbox"),
        ({"status": ""}, "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_final_failure_of_ours_marks_nothing(tmp_path, now, changes, why):
    message = send_message(post(now), at=now)
    read(tmp_path, report(message, **changes))
    assert not BouncedAddress.objects.exists()


def test_a_mail_that_is_no_report_is_passed_over(tmp_path, now):
    message = send_message(post(now), at=now)
    chat = f"From: x@y.example\nMessage-ID: {message.message_id}\nContent-Type: text/plain\n\nDank, tot dan.\n"
    assert "Mails read: 2. Messages that came back: 0." in read(tmp_path, chat, "geen mail")


def test_further_mail_to_such_an_address_is_held_in_sight_and_goes_when_it_works_again(tmp_path, now, clock, officer):
    read(tmp_path, report(send_message(post(now), at=now)))
    mail.outbox.clear()
    held = [send_message(post(now), at=now) for _ in range(2)]
    assert {one.state for one in held} == {State.HELD}
    assert mail.outbox == []
    assert forgive_address(AMAL, by=officer, at=now + timedelta(hours=1)) == 2
    for one in Message.objects.due(now + timedelta(hours=1)):
        assert send_message(one, at=one.try_at).state == State.SENT
    assert len(mail.outbox) == 2


def test_trying_again_by_hand_says_that_the_address_works(tmp_path, now, clock, officer):
    message = send_message(post(now), at=now)
    read(tmp_path, report(message))
    waiting = send_message(post(now), at=now)
    message.refresh_from_db()
    assert retry_message(message, by=officer, at=now).state == State.WAITING
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING
    assert not BouncedAddress.objects.exists()


def test_a_code_goes_also_to_a_marked_address(now):
    BouncedAddress.objects.create(email=AMAL, status="5.1.1", at=now)
    assert send_message(post(now, kind="account_login_code"), at=now).state == State.SENT


def test_a_server_that_knows_no_such_address_is_believed_at_once(now, mail_server):
    mail_server.refuses = "550 5.1.1 No such user"
    message = send_message(post(now), at=now)
    assert message.state == State.FAILED
    assert BouncedAddress.objects.get().status == "550 5.1.1 No such user"


def test_a_server_that_has_no_time_is_tried_again(now, mail_server):
    mail_server.refuses = "450 4.7.1 Greylisted"
    message = send_message(post(now), at=now)
    assert (message.state, message.tries) == (State.WAITING, 1)
    mail_server.refuses = ""
    assert send_message(message, at=message.try_at).state == State.SENT
    assert len(mail_server.taken) == 1


def test_the_office_has_a_mail_to_a_dead_address_sent_again(client, now, officer, clock):
    BouncedAddress.objects.create(email=AMAL, status="5.1.1", at=now)
    message = send_message(post(now), at=now)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    client.post(reverse("decide_bouncedaddress_works", args=[BouncedAddress.objects.get().pk]))
    message.refresh_from_db()
    assert message.state == State.WAITING


# Less mail ------------------------------------------------------------------------------------------------------------


def stop_address(language="nl", email=AMAL, topic="reminders") -> str:
    with translation.override(language):
        return reverse("mail_stop", args=[token_of(email, topic)])


def test_one_click_stops_a_topic_without_signing_in(client, now):
    answer = client.post(stop_address(), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert OptOut.objects.get().email == AMAL
    client.post(stop_address(), {"List-Unsubscribe": "One-Click"})
    assert OptOut.objects.count() == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_looking_at_the_link_changes_nothing_and_the_buttons_do(client, now, language):
    page = client.get(stop_address(language))
    assert AMAL in page.content.decode()
    assert not OptOut.objects.exists()
    client.post(stop_address(language))
    assert OptOut.objects.exists()
    client.post(stop_address(language), {"again": "1"})
    assert not OptOut.objects.exists()


def test_a_mail_program_needs_no_form_token(now):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(stop_address(), {"List-Unsubscribe": "One-Click"}).status_code == 200


@pytest.mark.parametrize("token", ["x", token_of(AMAL, "no-such-topic"), token_of(AMAL, "reminders") + "x"])
def test_a_link_that_we_did_not_give_stops_nothing(client, db, token):
    with translation.override("nl"):
        address = reverse("mail_stop", args=[token])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def test_what_is_stopped_is_written_and_not_sent(now):
    stop_topic("AMAL@voorbeeld.example", "reminders", at=now)
    message = post(now, kind="reminder_week")
    assert message.state == State.SUPPRESSED
    send_message(message, at=now)
    assert mail.outbox == []


def test_what_was_written_before_it_was_stopped_is_not_sent_either(now):
    message = post(now, kind="reminder_week")
    stop_topic(AMAL, "reminders", at=now)
    assert send_message(message, at=now).state == State.SUPPRESSED
    assert mail.outbox == []


def test_stopping_one_topic_stops_no_other_and_nothing_that_is_needed(now):
    stop_topic(AMAL, "reminders", at=now)
    for kind in ("edition_opened", "enrolment_cancelled", "enrolment_confirmed"):
        assert send_message(post(now, kind=kind), at=now).state == State.SENT
    assert send_message(post(now, kind="reminder_day", email="bo@voorbeeld.example"), at=now).state == State.SENT


def test_only_what_is_not_needed_says_how_to_stop_it(edition, amal, now):
    send_message(post(now, kind="reminder_week"), at=now)
    enrol(edition, amal, answers(), language="nl", by=amal, at=now)
    send_message(Message.objects.get(kind="enrolment_confirmed", recipient=amal), at=now)
    reminder, confirmation = (one.message() for one in mail.outbox)
    assert reminder["List-Unsubscribe"] == f"<http://testserver{stop_address()}>"
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert confirmation["List-Unsubscribe"] is None


def test_ones_own_page_has_a_tick_for_each_topic(client, amal, now):
    client.force_login(amal, backend="django.contrib.auth.backends.ModelBackend")
    with translation.override("nl"):
        address = reverse("mail_wanted")
    assert client.get(address).content.decode().count("checked") == 3
    client.post(address, {"new_dates": "on"})
    assert set(OptOut.objects.values_list("topic", flat=True)) == {"reminders", "peer_groups"}
    client.post(address, {"new_dates": "on", "reminders": "on", "peer_groups": "on"})
    assert not OptOut.objects.exists()
