"""Answering an offered place from the mail: safe from scanners, for one offer and one answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from enrolments.actions import call_off, change_capacity, extend_offer, lapse_offer, take_back_offer, withdraw
from enrolments.models import Enrolment
from enrolments.offers import token_for
from enrolments.tasks import compare_seats
from lms.messages.models import Message
from tests.factories import EditionFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(course, amal, now, clock) -> Enrolment:
    """Amal waited, a place came free, and the mail about it went out."""
    edition = EditionFactory(course=course, capacity=1)
    seated = EnrolmentFactory(edition=edition)
    waiter = EnrolmentFactory(edition=edition, learner=amal, waitlisted=True)
    withdraw(seated, by=None, at=now)
    waiter.refresh_from_db()
    assert waiter.state == "offered"
    return waiter


def links(kind: str = "seat_offered") -> list[str]:
    """The addresses in the mail: take it, leave it."""
    text = Message.objects.filter(kind=kind).earliest("pk").text
    return re.findall(r"http://testserver(/nl/\S+/aanbod/\S+)", text)


def test_following_the_links_changes_nothing(client: Client, offered):
    take, leave = links()
    for address in (take, leave):
        page = client.get(address)
        assert page.status_code == 200
        assert "10 februari 2027" in page.text
        assert client.head(address).status_code == 200
    offered.refresh_from_db()
    assert offered.state == "offered"


def test_the_page_names_nobody(client: Client, offered):
    assert "Haddad" not in client.get(links()[0]).text


def test_one_click_takes_the_place(client: Client, offered):
    answer = client.post(links()[0], follow=True)
    assert "De plek is van jou" in answer.text
    offered.refresh_from_db()
    assert offered.state == "confirmed"
    assert compare_seats() == []
    assert "_auth_user_id" not in client.session  # the link is no key to the account


def test_one_click_leaves_it_to_the_next(client: Client, offered):
    second = EnrolmentFactory(edition=offered.edition, waitlisted=True)
    client.post(links()[1])
    offered.refresh_from_db()
    second.refresh_from_db()
    assert (offered.state, second.state) == ("declined", "offered")


def test_a_link_has_one_purpose(client: Client, offered):
    """What is sent along does not turn a link to take into one to leave."""
    client.post(links()[0], {"answer": "decline"})
    offered.refresh_from_db()
    assert offered.state == "confirmed"


def test_a_used_link_tells_so_and_does_nothing_more(client: Client, offered):
    take, leave = links()
    client.post(take)
    answer = client.post(leave)
    assert answer.status_code == 410
    assert "De plek is van jou" in answer.text
    offered.refresh_from_db()
    assert offered.state == "confirmed"


def test_a_lapsed_link_explains_itself_and_shows_other_dates(client: Client, offered, course, clock):
    other = EditionFactory(course=course, code="later-editie")
    clock.move_to(offered.offer_expires_at)
    lapse_offer(offered, at=offered.offer_expires_at or offered.created_at)
    answer = client.post(links()[0])
    assert answer.status_code == 410
    assert "niet meer open" in answer.text
    assert reverse("enrolments:enrol", args=[other.code]) in answer.text


def test_the_link_of_an_earlier_offer_does_not_answer_a_later_one(client: Client, offered, officer, now):
    earlier = links()[0]
    change_capacity(offered.edition, 2, by=officer, at=now)
    EnrolmentFactory(edition=offered.edition)
    take_back_offer(offered, by=officer, at=now)
    answer = client.post(earlier)
    assert answer.status_code == 410
    assert "Je staat op de wachtlijst" in answer.text
    change_capacity(offered.edition, 3, by=officer, at=now)  # the same deadline as before, and still another offer
    offered.refresh_from_db()
    assert offered.state == "offered"
    answer = client.post(earlier)
    assert answer.status_code == 410
    assert "nieuwste mail" in answer.text
    assert "naar de volgende" not in answer.text
    offered.refresh_from_db()
    assert offered.state == "offered"


def test_the_links_of_the_first_mail_answer_an_extended_offer(client: Client, offered, officer, now, clock):
    first, until = links()[0], offered.offer_expires_at
    extend_offer(offered, until + timedelta(days=2), by=officer, at=now)
    clock.move_to(until + timedelta(hours=1))
    page = client.get(first)
    assert page.status_code == 200
    assert "12 februari 2027" in page.text
    client.post(first)
    offered.refresh_from_db()
    assert offered.state == "confirmed"


def test_the_mail_about_more_time_can_be_answered_without_signing_in(client: Client, offered, officer, now):
    extend_offer(offered, offered.offer_expires_at + timedelta(days=2), by=officer, at=now)
    _take, leave = links("offer_extended")
    assert "Laat de plek" in client.get(leave).text
    client.post(leave)
    offered.refresh_from_db()
    assert offered.state == "declined"


def test_a_kept_place_is_taken_from_its_mail_without_signing_in(client: Client, course, amal, officer, now, clock):
    cancelled, other = EditionFactory(course=course), EditionFactory(course=course)
    EnrolmentFactory(edition=cancelled, learner=amal)
    [kept] = call_off(cancelled, alternative=other, by=officer, at=now)
    client.post(links("place_kept")[0])
    kept.refresh_from_db()
    assert kept.state == "confirmed"


def test_nobody_makes_a_link_up(client: Client, offered):
    token = token_for(offered, "accept")
    for forged in (token[:-2], f"{token}x", "niets", token_for(offered, "delete")):
        assert client.post(reverse("enrolments:offer", args=[forged])).status_code == 404


def test_the_button_needs_its_token(offered):
    """A page elsewhere cannot press it: the form carries a token of ours."""
    assert Client(enforce_csrf_checks=True).post(links()[0]).status_code == 403
