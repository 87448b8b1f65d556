"""Cancelling an edition with somewhere to go: whose place is kept where, and who hears what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from courses.models import Course, Edition
from enrolments.actions import accept_offer, call_off, decline_offer, enrol, lapse_offer, revoke_grant
from enrolments.models import Enrolment, Order
from enrolments.tasks import compare_seats
from enrolments.terms import withdrawal_until
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import Organisation, User
from tests.factories import FIRST_DAY, CourseFactory, EditionFactory, EnrolmentFactory, answers

State = Enrolment.State


@pytest.fixture
def seated(edition: Edition, now: datetime) -> list[Enrolment]:
    """Three with a place, first come first."""
    return [EnrolmentFactory(edition=edition, created_at=now - timedelta(days=9 - number)) for number in range(3)]


@pytest.fixture
def later(course: Course) -> Edition:
    """The same course a month later, with two places."""
    return EditionFactory(code="cobots-27-9", course=course, capacity=2, first_day=FIRST_DAY + timedelta(weeks=5))


def kinds_to(enrolment: Enrolment) -> list[str]:
    return sorted(Message.objects.filter(recipient=enrolment.learner).values_list("kind", flat=True))


def test_places_are_kept_first_come_first_as_far_as_there_is_room(
    edition: Edition, later: Edition, seated: list[Enrolment], chris: User, now: datetime
):
    kept = call_off(edition, alternative=later, by=chris, at=now)
    assert [one.learner for one in kept] == [one.learner for one in seated[:2]]
    assert {one.state for one in kept} == {State.OFFERED}
    assert {one.offer_expires_at for one in kept} == {now + timedelta(days=7)}
    assert kinds_to(seated[0]) == ["enrolment_cancelled", "place_kept"]
    assert kinds_to(seated[2]) == ["enrolment_cancelled"]
    assert "cobots-27-9" in Message.objects.get(recipient=seated[2].learner).text, "the other date is named"
    assert compare_seats() == []


def test_a_kept_place_is_taken_with_one_click_or_goes_to_others(
    edition: Edition, later: Edition, seated: list[Enrolment], chris: User, now: datetime
):
    first, second = call_off(edition, alternative=later, by=chris, at=now)
    accept_offer(first, by=first.learner, at=now)
    assert first.state == State.CONFIRMED
    lapse_offer(second, at=now + timedelta(days=8))
    later.refresh_from_db()
    assert later.seats_taken == 1


def test_the_price_goes_along_and_is_owed_once_the_kept_place_is_taken(
    edition: Edition, later: Edition, amal: User, chris: User, now: datetime
):
    said = answers(category="other", institution="", early_start=True)
    lost = enrol(edition, amal, said, language="nl", by=amal, at=now)
    edition.course.prices.update(cents=199_900)
    (kept,) = call_off(edition, alternative=later, by=chris, at=now + timedelta(days=1))
    lost.order.refresh_from_db()
    offered = Order.objects.get(enrolment=kept)
    assert (lost.order.owed_cents, offered.cents, offered.payer) == (0, 125_000, "self")
    assert (offered.concluded_at, offered.withdrawal_until, offered.corrected_at) == (None, None, None)
    assert offered.early_start_asked_at is None, "that was asked of other days"
    taken_at = now + timedelta(days=5)
    accept_offer(kept, by=amal, at=taken_at)
    offered.refresh_from_db()
    assert (offered.owed_cents, offered.concluded_at) == (125_000, taken_at)
    assert offered.withdrawal_until == withdrawal_until(taken_at)


def test_a_kept_place_that_is_left_costs_nothing(
    edition: Edition, later: Edition, amal: User, chris: User, now: datetime
):
    enrol(edition, amal, answers(category="other", institution=""), language="nl", by=amal, at=now)
    (kept,) = call_off(edition, alternative=later, by=chris, at=now)
    decline_offer(kept, by=amal, at=now)
    assert not Order.objects.to_invoice(later).exists()


def test_the_page_of_a_kept_place_names_its_price(
    client: Client, clock: object, edition: Edition, later: Edition, amal: User, chris: User, now: datetime
):
    enrol(edition, amal, answers(category="other", institution=""), language="nl", by=amal, at=now)
    (kept,) = call_off(edition, alternative=later, by=chris, at=now)
    client.force_login(amal)
    page = client.get(reverse("enrolments:enrolment", args=[kept.code])).text.replace("\xa0", " ")
    assert "betalingsverplichting (€ 1.250)" in page


def test_what_the_employer_pays_and_may_see_goes_along(
    edition: Edition, later: Edition, amal: User, vandorp: Organisation, chris: User, now: datetime
):
    said = answers(
        category="employee",
        institution="",
        employer_name=vandorp.name,
        employer_kvk=vandorp.kvk_number,
        purchase_order="PO-7",
        shares=("certificate", "hours"),
    )
    lost = enrol(edition, amal, said, language="nl", by=amal, at=now)
    for grant in lost.grants.filter(scope="hours"):
        revoke_grant(grant, by=amal, at=now)
    (kept,) = call_off(edition, alternative=later, by=chris, at=now)
    accept_offer(kept, by=amal, at=now)
    order = Order.objects.get(enrolment=kept)
    assert (order.payer, order.employer, order.reference, order.owed_cents) == ("employer", vandorp, "PO-7", 62_500)
    assert [(one.scope, one.organisation) for one in kept.grants.active()] == [("certificate", vandorp)]


def test_no_place_is_kept_before_who_waits_there(
    edition: Edition, later: Edition, seated: list[Enrolment], chris: User, now: datetime
):
    EnrolmentFactory(edition=later, waitlisted=True)
    assert call_off(edition, alternative=later, by=chris, at=now) == []


def test_whoever_is_in_the_other_edition_already_keeps_that(
    edition: Edition, later: Edition, seated: list[Enrolment], chris: User, now: datetime
):
    EnrolmentFactory(edition=later, learner=seated[0].learner)
    kept = call_off(edition, alternative=later, by=chris, at=now)
    assert [one.learner for one in kept] == [seated[1].learner]


def test_no_place_is_kept_in_another_course(edition: Edition, seated: list[Enrolment], chris: User, now: datetime):
    other = EditionFactory(course=CourseFactory(provider=edition.provider))
    assert call_off(edition, alternative=other, by=chris, at=now) == []
    edition.refresh_from_db()
    assert edition.state == Edition.State.CANCELLED


def test_another_house_cancels_nothing_and_lends_no_places(
    edition: Edition, later: Edition, seated: list[Enrolment], other_coordinator: User, chris: User, now: datetime
):
    with pytest.raises(PermissionDenied):
        call_off(edition, alternative=None, by=other_coordinator, at=now)
    theirs = EditionFactory(course=edition.course, provider=other_coordinator.memberships.get().organisation)
    with pytest.raises(PermissionDenied):
        call_off(edition, alternative=theirs, by=chris, at=now)
    edition.refresh_from_db()
    assert edition.state == Edition.State.PUBLISHED


def test_twice_is_once(edition: Edition, later: Edition, seated: list[Enrolment], chris: User, now: datetime):
    call_off(edition, alternative=later, by=chris, at=now)
    with pytest.raises(TransitionRefused):
        call_off(edition, alternative=later, by=chris, at=now)
    assert later.enrolments.count() == 2


def test_the_page_says_first_who_is_told_what(
    client: Client, clock: object, edition: Edition, later: Edition, seated: list[Enrolment], chris: User
):
    client.force_login(chris)
    address = reverse("enrolments:cockpit_cancel", args=[edition.code])
    page = client.get(address).content.decode()
    assert "3 mensen" in page
    assert "houd een plek vast voor 2 van 3 mensen" in page
    unsure = client.post(address, {"alternative": later.code})
    assert "Kruis dit aan als je de editie wilt annuleren." in unsure.content.decode()
    edition.refresh_from_db()
    assert edition.state == Edition.State.PUBLISHED
    done = client.post(address, {"alternative": later.code, "sure": "on"}, follow=True)
    assert "Voor 2 mensen houden we een plek vast in cobots-27-9." in done.content.decode()
    again = client.post(address, {"alternative": later.code, "sure": "on"}, follow=True)
    assert "Deze editie is geannuleerd." in again.content.decode()
