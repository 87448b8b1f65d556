"""Whom no letter reaches stands out in the coordinator's list of participants, and nowhere else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolments.models import Enrolment
from lms.messages.actions import post_message
from lms.messages.models import BouncedAddress, Message
from tests.factories import NOW, EnrolmentFactory

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]


@pytest.fixture
def asked(client: Client, chris) -> Client:
    client.force_login(chris)
    return client


def letter(enrolment: Enrolment, state: str) -> Message:
    person = enrolment.learner
    made = post_message(
        "enrolment_confirmed", email=person.email, language="nl", subject="x", text="x", html="", at=NOW,
        recipient=person, about=enrolment,
    )  # fmt: skip
    moments = {"sent_at": NOW} if state in {"sent", "bounced"} else {}
    Message.objects.filter(pk=made.pk).update(state=state, **moments)
    return made


def page_of(asked: Client, edition) -> str:
    return asked.get(reverse("enrolments:cockpit", args=[edition.code])).content.decode()


@pytest.mark.parametrize(
    ("state", "words"), [("bounced", "Kwam terug"), ("held", "Vastgehouden"), ("failed", "Mislukt")]
)
def test_a_letter_that_did_not_arrive_is_shown_with_its_person(asked, edition, state, words):
    letter(EnrolmentFactory(edition=edition), state)
    letter(EnrolmentFactory(edition=edition), "sent")
    page = page_of(asked, edition)
    assert page.count(words) == 1


def test_an_address_that_does_not_work_is_shown_whatever_was_sent(asked, edition):
    enrolment = EnrolmentFactory(edition=edition)
    BouncedAddress.objects.create(email=enrolment.learner.email, status="5.1.1", at=NOW)
    assert "Het adres werkt niet" in page_of(asked, edition)


def test_with_nothing_wrong_there_is_no_such_column(asked, edition):
    letter(EnrolmentFactory(edition=edition), "sent")
    before = letter(EnrolmentFactory(edition=edition), "bounced")
    newer = letter(Enrolment.objects.get(pk=before.about.partition(":")[2]), "sent")
    assert newer.pk > before.pk
    assert "Kwam terug" not in page_of(asked, edition)


def test_the_column_costs_the_same_for_one_and_for_many(asked, edition):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            page_of(asked, edition)
        return len(counted)

    letter(EnrolmentFactory(edition=edition), "bounced")
    queries()
    one = queries()
    for _each in range(5):
        letter(EnrolmentFactory(edition=edition), "bounced")
    assert queries() == one
