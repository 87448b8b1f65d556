"""Dates, rules, accounts and lists that change while somebody waits, is enrolled, or owes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from courses.actions import PlannedSession, remove_session, save_edition, schedule_sessions
from courses.models import Edition
from enrolments import tasks
from enrolments.actions import (
    accept_offer,
    carry_out_group,
    enrol,
    grant_approval,
    name_seat,
    replace_person,
    start_group_enrolment,
    swap_people,
    take_back_offer,
    undo_group,
    withdraw,
    withdraw_contract,
)
from enrolments.actions.subscriptions import renew_calendar
from enrolments.models import Approval, Order
from enrolments.reasons import OutOfTurn
from lms.kernel.states import TransitionRefused
from lms.people.employer_merging import merge_employers
from lms.people.merging import merge_people
from lms.people.models import Employment, User
from tests.enrolments.groups import LATER, fill, people, run, states
from tests.enrolments.groups import company as company
from tests.factories import (
    NOW,
    CourseFactory,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    MembershipFactory,
    OrganisationFactory,
    PriceFactory,
    UserFactory,
    answers,
)

pytestmark = pytest.mark.django_db
K = {"given_name": "Kees", "family_name": "Zwart", "email": "kees@metaal.example"}


@pytest.fixture
def hr(company):
    return MembershipFactory(organisation=company, role="hr").user


@pytest.fixture
def edition():
    return EditionFactory(capacity=6)


def test_undoing_a_list_leaves_a_job_that_was_there_before(company, hr, edition, officer):
    jan = UserFactory(email="jan@prive.example")
    works = EmploymentFactory(user=jan, organisation=company)
    group = run(company, edition, people("Jan", "Piet"), hr)
    merge_people(jan, User.objects.get(email="jan@metaal.example"), by=officer, at=LATER)
    carry_out_group(undo_group(group, by=hr, at=LATER), at=LATER)
    works.refresh_from_db()
    assert works.ends_on is None


def test_undoing_a_list_leaves_that_job_when_the_employers_were_merged(company, hr, edition, officer):
    jan = UserFactory(email="jan@metaal.example")
    works = EmploymentFactory(user=jan, organisation=company)
    typed = OrganisationFactory(is_employer=True)
    group = run(typed, edition, people("Jan", "Piet"), officer)
    merge_employers(company, typed, by=officer, at=LATER)
    group.refresh_from_db()
    carry_out_group(undo_group(group, by=officer, at=LATER), at=LATER)
    works.refresh_from_db()
    assert works.ends_on is None


def test_who_was_replaced_came_by_the_list_and_leaves_with_it(company, hr, edition):
    group = run(company, edition, people("Jan", "Piet"), hr)
    replace_person(group.enrolments.first(), K, by=hr, at=LATER)
    carry_out_group(undo_group(group, by=hr, at=LATER), at=LATER)
    assert not Employment.objects.filter(organisation=company, ends_on=None).exists()


@pytest.fixture
def swapped(company, hr, edition):
    PriceFactory(course=edition.course)
    april = EditionFactory(course=edition.course, first_day=edition.starts_at + timedelta(days=30))
    groups = []
    for name, where, reference in (("Jan", edition, "PO-1"), ("Piet", april, "PO-2")):
        group = start_group_enrolment(
            company, where, people(name), wish="part", key=name, by=hr, at=NOW, reference=reference
        )
        groups.append(carry_out_group(group, at=NOW))
    swap_people(groups[0].enrolments.get(), groups[1].enrolments.get(), by=hr, at=LATER)
    return groups


def test_who_changed_places_can_be_changed_again(client, clock, hr, swapped):
    client.force_login(hr)
    links = []
    for group in swapped:
        page = client.get(reverse("enrolments:group", args=[group.uuid])).content.decode()
        links += re.findall(r'href="([^"]*wijzigen[^"]*)"', page)
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_an_undone_list_says_so_of_everyone_on_it(hr, swapped):
    one, _other = swapped
    carry_out_group(undo_group(one, by=hr, at=LATER), at=LATER)
    live = one.enrolments.filter(state="confirmed")
    assert not live.exists()
    assert not one.rows.filter(outcome="placed").exists()
    assert not one.rows.filter(enrolment__state="confirmed").exists()


def test_the_purchase_order_goes_along(swapped):
    owed = Order.objects.filter(correction_cents=0, cents__gt=0)
    assert {one.enrolment.learner.given_name: one.reference for one in owed} == {"Jan": "PO-1", "Piet": "PO-2"}


def test_an_approval_that_comes_after_the_group_ended_holds_up_nobody(company, hr, edition):
    seated = fill(edition, 5)
    group = start_group_enrolment(company, edition, people("Jan", "Piet"), wish="whole", key="", by=hr, at=NOW)
    Edition.objects.filter(pk=edition.pk).update(needs_approval=True)  # before the worker comes
    carry_out_group(group, at=LATER)
    seated += fill(edition, 1)
    for one in Approval.objects.open():
        grant_approval(one, by=None, at=LATER)
    assert states(group) == ["waitlisted"] * 2
    withdraw(seated[0], by=None, at=LATER)
    edition.refresh_from_db()
    assert (edition.seats_free, states(group)) == (0, ["offered", "waitlisted"])


def test_the_page_of_a_group_whose_edition_has_no_date(client, clock, company, hr, officer, edition):
    group = run(company, edition, people("Jan"), hr)
    for session in edition.sessions.all():
        remove_session(session, by=officer)
    client.force_login(hr)
    assert client.get(reverse("enrolments:group", args=[group.uuid])).status_code == 200


def test_what_was_taken_back_is_not_owed_again(amal, officer, now):
    edition = EditionFactory(first_day=now + timedelta(days=3))
    PriceFactory(course=edition.course)
    said = answers(category="other", institution="", early_start=True)
    one = enrol(edition, amal, said, language="nl", by=amal, at=now)
    withdraw(one, by=officer, at=now + timedelta(days=1))
    with pytest.raises(TransitionRefused):
        withdraw_contract(Order.objects.get(), by=amal, at=now + timedelta(days=5))
    assert Order.objects.get().owed_cents == 0


def test_a_place_before_a_group_without_names_can_be_offered(client, clock, company, hr, chris, robohouse):
    edition = EditionFactory(capacity=3, course=CourseFactory(provider=robohouse))
    fill(edition, 3)
    run(company, edition, [], hr, wish="whole", seats=2)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    client.force_login(chris)
    said = {"extra": "on", "reason": OutOfTurn.values[0]}
    client.post(reverse("enrolments:cockpit_offer", args=[edition.code, waiter.code]), said)
    waiter.refresh_from_db()
    assert waiter.state == "offered"


def test_a_row_of_who_is_enrolled_alone_says_what_all_say(company, hr, edition):
    jan = UserFactory(email="jan@metaal.example")
    enrol(edition, jan, answers(), language="nl", by=jan, at=NOW)
    seated = fill(edition, 5)
    group = run(company, edition, people("Jan", "Piet"), hr, at=LATER, wish="whole")
    assert set(group.rows.values_list("outcome", flat=True)) == {"waitlisted"}
    withdraw(seated[0], by=None, at=LATER)
    assert set(group.rows.values_list("outcome", flat=True)) == {"placed"}
    carry_out_group(undo_group(type(group).objects.get(), by=hr, at=LATER), at=LATER)
    assert set(group.rows.values_list("outcome", flat=True)) == {"undone"}


def test_a_group_of_an_edition_that_got_its_date_later_waits_until_the_start(clock, company, hr):
    full, other = EditionFactory(days=0, capacity=2), EditionFactory(days=0)
    fill(full, 2)
    waits = run(company, full, people("Jan"), hr, wish="whole")
    holds = run(company, other, [], hr, seats=1)
    for one in (full, other):
        begins = NOW + timedelta(days=5)
        schedule_sessions(one, [PlannedSession("a", "a", begins, begins + timedelta(hours=3))], by=None)
    clock.move_to(NOW + timedelta(days=6))
    tasks.keep_groups_to_their_day()
    waits.refresh_from_db()
    holds.refresh_from_db()
    assert (waits.state, states(waits), holds.seats_held) == ("ended", ["cancelled"], 0)


def test_no_seat_is_named_and_no_offer_taken_after_an_earlier_start(company, hr):
    edition = EditionFactory(capacity=4)
    group = run(company, edition, [], hr, seats=2)
    offer = EnrolmentFactory(edition=edition, offered=True)
    begins, late = NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1)
    schedule_sessions(edition, [PlannedSession("a", "a", begins, begins + timedelta(hours=3))], by=None)
    Edition.objects.update(enrolment_closes_at=begins)
    with pytest.raises(TransitionRefused):
        name_seat(group, K, by=hr, at=late)
    with pytest.raises(TransitionRefused):
        accept_offer(offer, by=offer.learner, at=late)


def test_more_places_in_an_edition_without_a_date_are_offered(clock, chris, robohouse):
    edition = EditionFactory(days=0, capacity=2, course=CourseFactory(provider=robohouse))
    fill(edition, 2)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=NOW)
    edition.refresh_from_db()
    edition.capacity = 3
    save_edition(edition, by=chris)
    tasks.lapse_expired_offers()
    waiter.refresh_from_db()
    assert waiter.state == "offered"


def test_an_edition_that_takes_people_while_it_runs_gives_its_free_places(clock):
    edition = EditionFactory(
        capacity=2, first_day=NOW - timedelta(days=1), enrolment_closes_at=NOW + timedelta(days=10)
    )
    one, _other = fill(edition, 2)
    waiter = EnrolmentFactory(edition=edition, waitlisted=True)
    withdraw(one, by=None, at=NOW)
    waiter.refresh_from_db()
    assert (waiter.state, waiter.offer_expires_at) == ("offered", NOW + timedelta(hours=48))


def test_no_offer_is_made_that_is_over_already(company):
    edition = EditionFactory(
        capacity=2, first_day=NOW - timedelta(days=1), enrolment_closes_at=NOW + timedelta(days=10)
    )
    one, _other = fill(edition, 2)
    waiter = EnrolmentFactory(edition=edition, waitlisted=True)
    withdraw(one, by=None, at=NOW)
    start_group_enrolment(company, edition, people("Jan", "Piet"), wish="whole", key="k", by=None, at=NOW)
    waiter.refresh_from_db()
    assert waiter.state != "offered" or waiter.offer_expires_at > NOW


def test_two_accounts_that_each_have_a_calendar_are_merged(amal, dina, officer, now):
    for one in (amal, dina):
        renew_calendar(one, by=one, at=now)
    merge_people(amal, dina, by=officer, at=now)


def test_a_group_that_no_longer_fits_holds_up_nobody(company, hr, chris, robohouse):
    edition = EditionFactory(capacity=3, course=CourseFactory(provider=robohouse))
    one, _other = fill(edition, 2)
    offered = EnrolmentFactory(edition=edition, offered=True, created_at=NOW - timedelta(days=1))
    group = run(company, edition, people("Jan", "Piet", "Joris"), hr, wish="whole")
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    take_back_offer(offered, by=chris, at=LATER)  # two places are left, three are waited for
    withdraw(offered, by=None, at=LATER)
    withdraw(one, by=None, at=LATER)
    waiter.refresh_from_db()
    group.refresh_from_db()
    assert (group.seats_held, waiter.state) == (0, "offered")
