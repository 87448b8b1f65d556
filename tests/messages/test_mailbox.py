"""The demo's mailbox, and the learner's own list."""

from datetime import timedelta

import pytest
from django.test import RequestFactory

import lms.urls  # noqa: F401  (read now, while this is the demo: a test below says it is not)
from lms.kernel.models import Event
from lms.messages.actions import post_message
from lms.messages.models import Message
from lms.messages.panels import MESSAGES
from lms.messages.urls import urlpatterns

pytestmark = pytest.mark.django_db

HOSTILE = "<html><head></head><body><script>alert(1)</script><a href='https://elders.example/'>weg</a></body></html>"


def post(now, kind="enrolment_confirmed", **changes) -> Message:
    said = {"email": "amal@voorbeeld.example", "language": "nl", "subject": "Feit", "text": "Tekst", "html": HOSTILE}
    return post_message(kind, at=now, **said | changes)


def test_anyone_reads_the_mailbox_in_the_demo(client, now):
    message = post(now, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", calendar_method="REQUEST")
    assert "Feit" in client.get("/dev/mail/").content.decode()
    assert "Tekst" in client.get(f"/dev/mail/{message.pk}/").content.decode()
    calendar = client.get(f"/dev/mail/{message.pk}/calendar.ics")
    assert calendar["Content-Type"].startswith("text/calendar")
    assert calendar.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("path", [str(one.pattern) for one in urlpatterns])
def test_outside_the_demo_there_is_no_mailbox_for_anyone(client, now, settings, officer, path):
    settings.LMS_DEMO = False
    message = post(now, calendar="x")
    client.force_login(officer)
    assert client.get(f"/{path}".replace("<int:pk>", str(message.pk))).status_code == 404


def test_what_a_mail_contains_can_do_nothing_on_our_pages(client, now):
    message = post(now)
    page = client.get(f"/dev/mail/{message.pk}/")
    assert b"alert(1)" not in page.content
    assert b"allow-scripts" not in page.content
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    framed = client.get(f"/dev/mail/{message.pk}/html/")
    policy = framed["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert framed["X-Frame-Options"] == "SAMEORIGIN"


def test_the_mailbox_finds_by_address(client, now):
    post(now)
    post(now, email="bo@voorbeeld.example", subject="Voor Bo")
    page = client.get("/dev/mail/", {"to": "BO@"}).content.decode()
    assert "Voor Bo" in page
    assert "Feit" not in page


def test_the_mailbox_finds_by_kind_and_state_and_minds_nothing_else(client, now):
    post(now)
    came_back = post(now, kind="reminder_week", subject="Kwam terug")
    Message.objects.filter(pk=came_back.pk).update(state=Message.State.BOUNCED, sent_at=now)
    for asked in ({"kind": "reminder_week"}, {"state": "bounced"}, {"kind": "reminder_week", "state": "bounced"}):
        page = client.get("/dev/mail/", asked).content.decode()
        assert "Kwam terug" in page, asked
        assert "Feit" not in page, asked
    assert "Feit" not in client.get("/dev/mail/", {"to": "amal", "state": "held"}).content.decode()
    assert "Feit" in client.get("/dev/mail/", {"kind": "<b>", "state": "nonsense", "page": "x"}).content.decode()


def test_the_mailbox_asks_the_database_as_much_for_many_mails_as_for_one(client, now, django_assert_num_queries):
    post(now)
    client.get("/dev/mail/")
    with django_assert_num_queries(2):
        client.get("/dev/mail/")
    for number in range(20):
        post(now, subject=f"Feit {number}")
    with django_assert_num_queries(2):
        client.get("/dev/mail/")


# My page --------------------------------------------------------------------------------------------------------------


def listed(user) -> list[Message]:
    request = RequestFactory().get("/")
    request.user = user
    context = MESSAGES.context(request)
    return context["messages_sent"] if context else []


def test_a_learner_sees_the_last_ten_messages_and_nobody_elses(now, amal, dina):
    for number in range(12):
        post(now + timedelta(minutes=number), subject=f"Feit {number}", recipient=amal)
    post(now, recipient=dina)
    assert [message.subject for message in listed(amal)] == [f"Feit {number}" for number in range(11, 1, -1)]


def test_codes_are_not_kept_in_sight(now, amal):
    post(now, kind="account_login_code", subject="123456", recipient=amal)
    post(now, kind="enrolment_code", subject="654321", recipient=amal)
    assert listed(amal) == []


def test_a_message_in_the_outbox_leaves_no_personal_data_in_the_events(now, amal):
    message = post(now, recipient=amal)
    assert not Event.objects.about(message).filter(data__icontains="amal").exists()
