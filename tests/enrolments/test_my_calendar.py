"""One's own sessions in one's own calendar: a private address, the names of the invitations, nothing for others."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from courses.calendar import uid_of
from enrolments.actions import withdraw
from enrolments.actions.subscriptions import end_calendar, renew_calendar
from enrolments.models import CalendarSubscription
from tests.factories import FIRST_DAY, EditionFactory, EnrolmentFactory

pytestmark = pytest.mark.usefixtures("clock")


def address_of(learner):
    return reverse("own_sessions", args=[CalendarSubscription.objects.get(learner=learner).token])


def entries(response):
    return {str(one["uid"]): one for one in Calendar.from_ical(response.content).walk("VEVENT")}


def test_the_page_gives_an_address_that_a_calendar_can_read_without_signing_in(client, amal, enrolled):
    client.force_login(amal)
    page = reverse("enrolments:my_calendar")
    assert client.post(page, {"address": "new"}, follow=True).context["address"].endswith(address_of(amal))
    assert f"webcal://testserver{address_of(amal)}" in client.get(page).content.decode()
    client.logout()
    response = client.get(address_of(amal))
    assert response["Content-Type"].startswith("text/calendar")
    assert set(entries(response)) == {uid_of(one) for one in enrolled.edition.sessions.all()}
    assert {str(one["status"]) for one in entries(response).values()} == {"CONFIRMED"}


def test_a_new_address_ends_the_old_one_and_the_last_can_be_taken_away(client, amal, enrolled, now):
    renew_calendar(amal, by=amal, at=now)
    old = address_of(amal)
    renew_calendar(amal, by=amal, at=now)
    assert client.get(old).status_code == 404
    assert client.get(address_of(amal)).status_code == 200
    last = address_of(amal)
    end_calendar(amal, by=amal, at=now)
    assert client.get(last).status_code == 404


def test_nobody_makes_an_address_for_somebody_else(amal, officer, now):
    with pytest.raises(PermissionDenied):
        renew_calendar(amal, by=officer, at=now)
    with pytest.raises(PermissionDenied):
        end_calendar(amal, by=officer, at=now)


def test_the_table_alone_opens_no_calendar(client, amal, now):
    subscription = renew_calendar(amal, by=amal, at=now)
    for stored in (subscription.salt, subscription.token_hash):
        assert client.get(reverse("own_sessions", args=[stored])).status_code == 404


def test_a_place_given_up_is_marked_as_cancelled(client, amal, enrolled, now):
    renew_calendar(amal, by=amal, at=now)
    before = entries(client.get(address_of(amal)))
    withdraw(enrolled, by=amal, at=now)
    after = entries(client.get(address_of(amal)))
    assert set(after) == set(before)
    for uid, entry in after.items():
        assert str(entry["status"]) == "CANCELLED"
        assert entry["sequence"] > before[uid]["sequence"]


def test_who_has_it_already_gets_nothing_and_no_other_cache_keeps_it(client, amal, enrolled, now):
    renew_calendar(amal, by=amal, at=now)
    first = client.get(address_of(amal))
    assert first["Cache-Control"].startswith("private")
    assert first["Referrer-Policy"] == "no-referrer"
    assert first.content == client.get(address_of(amal)).content
    assert client.get(address_of(amal), headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_somebody_elses_sessions_are_not_in_it(client, amal, dina, enrolled, now):
    renew_calendar(dina, by=dina, at=now)
    assert entries(client.get(address_of(dina))) == {}


def test_more_courses_take_no_more_queries(client, amal, enrolled, now):
    renew_calendar(amal, by=amal, at=now)
    address = address_of(amal)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(3):
        edition = EditionFactory(first_day=FIRST_DAY + timedelta(days=20 * (number + 1)))
        EnrolmentFactory(edition=edition, learner=amal)
    with CaptureQueriesContext(connection) as more:
        response = client.get(address)
    assert len(more) == len(one)
    assert len(entries(response)) > enrolled.edition.sessions.count()
