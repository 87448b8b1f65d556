"""What HR sees of messages: that they were sent and whether they arrived, and nothing that tells how someone does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolments.actions.staff import enrol_staff
from lms.messages.actions import post_message
from lms.messages.models import Message
from tests.factories import EmploymentFactory, EnrolmentFactory

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]
PAGE = "employer_messages:list"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def made(hr, vandorp, edition, now):
    """HR enrolled Daan, who got a mail about it."""
    daan = EmploymentFactory(organisation=vandorp, user__given_name="Daan", user__family_name="Bos")
    return enrol_staff(daan, edition, by=hr, at=now)


def rows(client: Client) -> list[tuple[str, str]]:
    return [(one["name"], one["message"].kind) for one in client.get(reverse(PAGE)).context["rows"]]


def test_hr_sees_kind_date_and_state_of_what_was_sent(hr, made):
    page = signed_in(hr).get(reverse(PAGE))
    assert rows(signed_in(hr)) == [("Bos, Daan", "enrolment_confirmed")]
    text = page.content.decode()
    assert "Plek bevestigd" in text
    assert made.learner.email not in text
    assert Message.objects.get(recipient=made.learner).subject not in text


def test_what_did_not_arrive_stands_on_the_overview(hr, made):
    Message.objects.filter(recipient=made.learner).update(state=Message.State.FAILED)
    client = signed_in(hr)
    assert "niet aangekomen" in client.get(reverse("enrolments:employer")).content.decode()
    assert "niet aangekomen" in client.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize("kind", ["enrolment_requested", "edition_changed", "session_dropped", "group_news"])
def test_news_about_the_request_the_edition_or_the_group_is_there(hr, made, now, kind):
    post_message(
        kind, email=made.learner.email, language="nl", subject="x", text="x", html="", at=now, recipient=made.learner,
        about=made,
    )  # fmt: skip
    assert ("Bos, Daan", kind) in rows(signed_in(hr))


@pytest.mark.parametrize("kind", ["certificate_ready", "enrolment_withdrawn", "account_code"])
def test_kinds_that_tell_how_someone_does_are_not_there(hr, made, now, kind):
    post_message(
        kind, email=made.learner.email, language="nl", subject="x", text="x", html="", at=now, recipient=made.learner,
        about=made,
    )  # fmt: skip
    assert rows(signed_in(hr)) == [("Bos, Daan", "enrolment_confirmed")]


def test_what_a_learner_did_alone_is_between_us_and_the_learner(hr, vandorp, edition, now):
    alone = EnrolmentFactory(edition=edition, employee=True, employer=vandorp)
    alone.enrolled_by = alone.learner
    alone.save()
    post_message(
        "enrolment_confirmed", email=alone.learner.email, language="nl", subject="x", text="x", html="", at=now,
        recipient=alone.learner, about=alone,
    )  # fmt: skip
    assert rows(signed_in(hr)) == []


def test_hr_of_another_company_and_after_the_last_day_nobody_sees_them(hr, hr_elsewhere, made, now):
    assert rows(signed_in(hr_elsewhere)) == []
    made.learner.employments.update(ends_on=now.date() - timedelta(days=1), starts_on=now.date() - timedelta(days=9))
    assert rows(signed_in(hr)) == []


def test_the_number_of_queries_does_not_grow(hr, vandorp, edition, made, now):
    edition.capacity = 60
    edition.save()
    client = signed_in(hr)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(PAGE)).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for _each in range(20):
        enrol_staff(EmploymentFactory(organisation=vandorp), edition, by=hr, at=now)
    assert queries() == few
