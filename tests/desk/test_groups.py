"""Peer groups: joining, meetings, which companies came, and what visitors may read of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from lms.desk import actions
from lms.desk.models import Meeting, Member, PeerGroup, Presence, Request
from lms.kernel.states import TransitionRefused
from lms.kpis.definitions import INDICATORS
from lms.kpis.models import Fact
from lms.kpis.reconciliation import reconcile
from lms.people.models import Organisation, User
from tests.desk.conftest import ask, facts, mails
from tests.factories import NOW


@pytest.fixture
def joining(group: PeerGroup, vandorp: Organisation) -> Request:
    return ask(group=group, text="We willen van anderen leren.")


@pytest.fixture
def member(joining: Request, chris: User) -> Member:
    return actions.admit(joining, "Welkom.", by=chris, at=NOW + timedelta(days=1))


# Joining --------------------------------------------------------------------------------------------------------------


def test_a_company_that_wants_to_join_is_told_to_the_host(joining: Request, robohouse: Organisation):
    assert (joining.kind, joining.state, joining.routed_to) == ("join", "routed", robohouse)


def test_who_is_let_in_is_answered_is_a_member_and_counts_as_reached(member: Member, joining: Request):
    joining.refresh_from_db()
    assert (joining.state, joining.outcome) == ("closed", "group")
    assert member.organisation.name == "Van Dorp Fijnmechaniek"
    assert "Welkom." in mails("desk_answered")[0].text
    assert facts("org_contact") == [(f"request:{joining.pk}", 1)]


def test_a_company_is_once_in_a_group(member: Member, group: PeerGroup, chris: User):
    again = ask(group=group)
    with pytest.raises(actions.AlreadyMember):
        actions.admit(again, "Nog eens welkom.", by=chris, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(group=group, organisation=member.organisation, joined_on=NOW.date())


def test_another_house_lets_nobody_in(joining: Request, other_coordinator: User):
    with pytest.raises(PermissionDenied):
        actions.admit(joining, "Welkom.", by=other_coordinator, at=NOW)


def test_a_convener_of_another_house_leads_the_own_group(group: PeerGroup, joining: Request, other_coordinator: User):
    group.convener = other_coordinator
    group.save(update_fields=["convener"])
    assert list(Request.objects.visible_to(other_coordinator)) == [joining]
    assert actions.admit(joining, "Welkom.", by=other_coordinator, at=NOW).group == group


def test_leaving_forgets_the_contact_person(member: Member, chris: User):
    actions.leave_group(member, by=chris, on=NOW.date() + timedelta(days=9))
    member.refresh_from_db()
    assert (member.contact_name, member.contact_email) == ("", "")
    assert not Member.objects.current().exists()


# Meetings -------------------------------------------------------------------------------------------------------------


def test_a_company_that_comes_is_reached_once_on_the_day_of_its_first_contact(
    member: Member, meet: Callable[..., Meeting], chris: User
):
    for days in (-20, -10):
        actions.record_presence(meet(days), [member.organisation], by=chris, at=NOW)
    reached = INDICATORS["ORG_REACHED"]
    assert [row.counts_on for row in reached.rows(Fact.objects.all())] == [date(2027, 1, 19)]
    assert reconcile() == []


def test_the_same_list_twice_changes_nothing_and_who_is_taken_off_is_taken_back(
    member: Member, meet: Callable[..., Meeting], chris: User
):
    meeting, before = meet(-3), facts("org_contact")
    for _time in range(2):
        actions.record_presence(meeting, [member.organisation], by=chris, at=NOW)
    key = f"presence:{Presence.objects.get().pk}"
    assert facts("org_contact") == [*before, (key, 1)]
    actions.record_presence(meeting, [], by=chris, at=NOW)
    assert facts("org_contact") == [*before, (key, 1), (key, -1)]
    assert reconcile() == []


def test_nobody_came_to_a_meeting_that_is_to_come_or_was_cancelled(
    member: Member, meet: Callable[..., Meeting], chris: User
):
    for meeting in (meet(3), meet(-3, state="cancelled")):
        with pytest.raises(TransitionRefused):
            actions.record_presence(meeting, [member.organisation], by=chris, at=NOW)


def test_members_are_told_when_a_meeting_is_off(member: Member, meet: Callable[..., Meeting], chris: User):
    actions.cancel_meeting(meet(3), by=chris, at=NOW)
    (mail,) = mails("desk_meeting_off")
    assert mail.email == "kees@vandorp.example"
    assert mail.language == "en"


def test_a_member_reads_the_calendar_and_a_change_raises_its_number(
    client: Client, member: Member, joining: Request, meet: Callable[..., Meeting], chris: User, clock: object
):
    url = reverse("desk:meetings_calendar", args=[joining.token])
    meeting = meet(3, online_url="https://online.example/groep")

    def entry() -> object:
        return Calendar.from_ical(client.get(url).content).walk("VEVENT")[0]

    assert entry()["SEQUENCE"] == 0  # type: ignore[index]
    actions.save_meeting(meeting, by=chris)
    assert entry()["SEQUENCE"] == 1  # type: ignore[index]
    actions.cancel_meeting(meeting, by=chris, at=NOW)
    assert entry()["STATUS"] == "CANCELLED"  # type: ignore[index]


def test_who_left_or_was_never_let_in_has_no_calendar(client: Client, joining: Request, chris: User, clock: object):
    url = reverse("desk:meetings_calendar", args=[joining.token])
    assert client.get(url).status_code == 404
    member = actions.admit(joining, "Welkom.", by=chris, at=NOW)
    assert client.get(url).status_code == 200
    actions.leave_group(member, by=chris, on=NOW.date())
    assert client.get(url).status_code == 404


# For everyone ---------------------------------------------------------------------------------------------------------


def groups_page(client: Client) -> str:
    response = client.get(_in_english("desk:groups"))
    assert response.status_code == 200
    assert response.cookies == {}
    return response.content.decode()


def _in_english(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(name, args=args)


def test_visitors_read_the_theme_the_next_meeting_and_how_many(
    client: Client, member: Member, meet: Callable[..., Meeting], clock: object
):
    meet(12, online_url="https://online.example/geheim")
    page = groups_page(client)
    for said in ("Sharing cobots", "Robotics", "Grippers", "1 company"):
        assert said in page


def test_visitors_read_no_names_but_of_companies_that_agreed(client: Client, member: Member, clock: object):
    page = groups_page(client)
    assert "Kees" not in page
    assert "Van Dorp" not in page
    Member.objects.update(agrees_to_be_named=True)
    page = groups_page(client)
    assert "Van Dorp" in page
    assert "Kees" not in page


def test_a_group_that_ended_is_not_on_show(client: Client, group: PeerGroup, chris: User):
    actions.end_group(group, by=chris, at=NOW)
    assert "Sharing cobots" not in groups_page(client)
    assert client.get(_in_english("desk:join", group.code)).status_code == 404


def test_the_list_of_groups_costs_the_same_for_one_and_for_many(
    client: Client, member: Member, group: PeerGroup, clock: object
):
    groups_page(client)
    with CaptureQueriesContext(connection) as few:
        groups_page(client)
    for number in range(8):
        PeerGroup.objects.create(
            code=f"g-{number}", theme=group.theme, host=group.host, name_nl="x", name_en="x", description_nl="x",
            description_en="x",
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        groups_page(client)
    assert len(many) == len(few)
