"""A group that wants everyone or nobody: it waits in one place, gathers its seats, and is never split."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Edition
from enrolments.actions import (
    GroupTooLarge,
    RowsToMend,
    begin_group,
    cancel_edition,
    enrol,
    offer_free_seats,
    start_group_enrolment,
    withdraw,
)
from enrolments.models import Enrolment, GroupEnrolment, Order
from enrolments.tasks import compare_seats, keep_groups_to_their_day
from lms.messages.models import Message
from tests.enrolments.groups import LATER, fill, people, run, states
from tests.enrolments.groups import company as company  # fixtures
from tests.enrolments.groups import edition as edition
from tests.enrolments.groups import hr as hr
from tests.factories import (
    NOW,
    PriceFactory,
    UserFactory,
    answers,
)

pytestmark = pytest.mark.django_db


def test_a_whole_group_that_fits_is_placed_as_a_whole(company, hr, edition):
    fill(edition, 3)
    assert states(run(company, edition, people("Jan", "Piet", "Joris"), hr, wish="whole")) == ["confirmed"] * 3


def test_a_whole_group_waits_in_one_place_and_gathers_seats_until_it_fits(company, hr, edition):
    seated = fill(edition, 4)
    group = run(company, edition, people("Jan", "Piet", "Joris"), hr, wish="whole")
    assert (group.state, states(group), group.seats_held) == ("waiting", ["waitlisted"] * 3, 2)
    assert edition.seats_free == 0, "what it gathered is nobody else's"
    late = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    assert late.state == "waitlisted"
    withdraw(seated[0], by=None, at=LATER)
    group.refresh_from_db()
    late.refresh_from_db()
    assert (group.state, states(group), group.seats_held) == ("done", ["confirmed"] * 3, 0)
    assert late.state == "waitlisted"
    assert Message.objects.filter(kind="group_news").count() == 1
    assert compare_seats() == []


def test_who_came_before_a_whole_group_goes_before_it(company, hr, edition):
    seated = fill(edition, 6)
    early = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=NOW)
    group = run(company, edition, people("Jan", "Piet"), hr, wish="whole", at=LATER)
    withdraw(seated[0], by=None, at=LATER)
    early.refresh_from_db()
    assert early.state == "offered"
    withdraw(seated[1], by=None, at=LATER)
    withdraw(seated[2], by=None, at=LATER)
    assert states(group) == ["confirmed"] * 2


def test_what_a_whole_group_costs_is_owed_once_it_fits(company, hr, edition):
    PriceFactory(course=edition.course)
    seated = fill(edition, 5)
    run(company, edition, people("Jan", "Piet"), hr, wish="whole")
    assert not Order.objects.to_invoice(edition).exists()
    withdraw(seated[0], by=None, at=LATER)
    lines = Order.objects.to_invoice(edition)
    assert [(one.employer, one.owed_cents, one.concluded_at) for one in lines] == [(company, 125_000, LATER)] * 2


def test_a_larger_capacity_reaches_a_whole_group_and_then_who_came_later(company, hr, edition):
    fill(edition, 5)
    group = run(company, edition, people("Jan", "Piet", "Joris"), hr, wish="whole")
    late = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    Edition.objects.filter(pk=edition.pk).update(capacity=9)
    offer_free_seats(edition, at=LATER)
    late.refresh_from_db()
    assert (states(group), late.state) == (["confirmed"] * 3, "offered")
    assert compare_seats() == []


def test_a_group_with_one_fewer_may_fit_and_its_spare_seats_go_on(company, hr, edition):
    fill(edition, 4)
    group = run(company, edition, people("Jan", "Piet", "Joris"), hr, wish="whole")
    withdraw(group.enrolments.first(), by=None, at=LATER)
    group.refresh_from_db()
    assert (group.state, sorted(states(group))) == ("done", ["confirmed", "confirmed", "withdrawn"])
    assert compare_seats() == []


def test_a_group_of_which_everyone_withdrew_ends_and_gives_back_what_it_gathered(company, hr, edition):
    fill(edition, 5)
    group = run(company, edition, people("Jan", "Piet"), hr, wish="whole")
    late = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    Edition.objects.filter(pk=edition.pk).update(capacity=6)
    for enrolment in group.enrolments.all()[:1]:
        withdraw(enrolment, by=None, at=LATER)
    group.refresh_from_db()
    assert group.state == "done"
    withdraw(group.enrolments.get(state="confirmed"), by=None, at=LATER)
    late.refresh_from_db()
    assert late.state == "offered"
    assert compare_seats() == []


def test_a_whole_group_that_never_fitted_ends_on_its_day_and_the_next_gets_its_seats(company, hr, edition, clock):
    fill(edition, 5)
    group = run(company, edition, people("Jan", "Piet"), hr, wish="whole")
    late = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    assert group.waits_until == edition.starts_at - timedelta(days=3)
    clock.move_to(group.waits_until)
    assert keep_groups_to_their_day() == 1
    late.refresh_from_db()
    group.refresh_from_db()
    assert (group.state, states(group), late.state) == ("ended", ["cancelled"] * 2, "offered")
    assert Message.objects.filter(kind="group_news").count() == 3
    assert compare_seats() == []


def test_a_whole_group_larger_than_the_edition_or_with_errors_is_refused_at_once(company, hr, edition):
    with pytest.raises(GroupTooLarge):
        run(company, edition, people(*"abcdefg"), hr, wish="whole")
    assert not GroupEnrolment.objects.exists()
    group = run(company, edition, [*people("Jan"), {"name": "Piet", "email": ""}], hr, wish="whole")
    assert group.state == "checking"
    with pytest.raises(RowsToMend):
        begin_group(group, wish="whole", by=hr, at=NOW)


def test_a_cancelled_edition_ends_its_groups(company, hr, edition):
    fill(edition, 4)
    run(company, edition, [], hr, seats=1)
    group = run(company, edition, people("Jan", "Piet", "Joris"), hr, wish="whole")
    cancel_edition(edition, by=None, at=LATER)
    group.refresh_from_db()
    edition.refresh_from_db()
    assert (group.state, states(group), edition.seats_taken) == ("ended", ["cancelled"] * 3, 0)


def test_the_seats_a_whole_group_waits_for_without_a_name_count_in_ones_place(company, hr, edition, client, clock):
    """One of the group in line and four seats to be named: who comes after it is number six, also in the letter."""
    fill(edition, 6)
    early = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=NOW - timedelta(minutes=1))
    group = run(company, edition, people("Jan"), hr, wish="whole", seats=4)
    late = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    places = {one.pk: one.place for one in Enrolment.objects.filter(state="waitlisted").with_place()}
    assert places == {early.pk: 1, group.enrolments.get().pk: 2, late.pk: 7}
    assert "7" in Message.objects.get(kind="enrolment_waitlisted", recipient=late.learner).text

    shown = " ".join(client.get(reverse("enrolments:enrol", args=[edition.code])).content.decode().split())
    assert "Er staan 7 mensen" in shown
    client.force_login(late.learner, backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as few:
        assert "nummer 7" in client.get(reverse("enrolments:enrolment", args=[late.code])).content.decode()
    run(company, edition, people("Piet"), hr, wish="whole", seats=2, at=NOW)
    with CaptureQueriesContext(connection) as more:
        assert "nummer 10" in client.get(reverse("enrolments:enrolment", args=[late.code])).content.decode()
    assert len(more) <= len(few)


def test_a_group_of_seats_without_any_name_is_in_line_too(company, hr, edition):
    fill(edition, 6)
    run(company, edition, [], hr, wish="whole", seats=4)
    late = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    assert Enrolment.objects.with_place().get(pk=late.pk).place == 5


def test_who_is_still_being_enrolled_counts_as_well(company, hr, edition):
    fill(edition, 6)
    start_group_enrolment(company, edition, people("Jan", "Piet"), wish="whole", key="", by=hr, at=NOW)
    late = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    assert Enrolment.objects.with_place().get(pk=late.pk).place == 3
