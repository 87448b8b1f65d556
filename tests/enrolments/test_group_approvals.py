"""A company sends a list to an edition where people are approved one by one: by the provider, by a talk, by itself."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from courses.models import Edition
from enrolments.actions import grant_approval, plan_talk, refuse_approval
from enrolments.models import Approval, Enrolment, GroupEnrolment
from enrolments.tasks import compare_seats
from lms.messages.models import Message
from lms.people.models import Employment, User
from tests.factories import EditionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("clock")]

LIST = "Naam;E-mail\nJan Wit;jan@vandorp.example\nPiet Bos;piet@vandorp.example\nEls Rood;els@vandorp.example\n"
Kind, State = Approval.Kind, Enrolment.State


class Sender:
    """Someone who sends lists, and looks at what became of them."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def sends(self, edition: Edition, rows: str = LIST, **said: str) -> GroupEnrolment:
        answer = self.client.post(reverse("enrolments:group_new", args=[edition.code]), {"rows": rows, **said})
        assert answer.status_code == 302, answer.context["form"].errors
        return GroupEnrolment.objects.get(uuid=answer["Location"].rstrip("/").rsplit("/", 1)[1])

    def sees(self, group: GroupEnrolment, name: str = "group", *args: Any) -> str:
        return self.client.get(reverse(f"enrolments:{name}", args=[group.uuid, *args])).content.decode()

    def does(self, group: GroupEnrolment, what: str, *args: Any, **said: str) -> str:
        address = reverse(f"enrolments:group_{what}", args=[group.uuid, *args])
        return self.client.post(address, said, follow=True).content.decode()

    def enrols(self, edition: Edition, **said: str) -> GroupEnrolment:
        group = self.sends(edition, **said)
        self.does(group, "run", wish="part")
        assert compare_seats() == []
        return group


@pytest.fixture
def company(hr: User) -> Sender:
    return Sender(hr)


@pytest.fixture
def asking(course: Any) -> Callable[..., Edition]:
    return lambda **asks: EditionFactory(code="cobots-asks", course=course, capacity=2, **asks)


def states(group: GroupEnrolment) -> list[str]:
    return [row.enrolment.state for row in group.rows.select_related("enrolment")]


def outcomes(group: GroupEnrolment) -> list[str]:
    return list(group.rows.values_list("outcome", flat=True))


def requests(group: GroupEnrolment, kind: str) -> list[Approval]:
    return list(Approval.objects.filter(enrolment__group=group, kind=kind).order_by("enrolment__group_rows__number"))


def row_of(asked: Approval) -> int:
    return asked.enrolment.group_rows.get().number


def told(kind: str) -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("email", flat=True))


# By the provider ------------------------------------------------------------------------------------------------------


def test_where_the_provider_approves_every_row_becomes_a_request_and_hr_is_told_before(company, chris, asking):
    edition = asking(needs_approval=True)
    group = company.sends(edition)
    check = company.sees(group)
    assert "RoboHouse bekijkt elke aanvraag" in check
    assert "Vraag plekken aan voor 3 mensen" in check
    assert "Allemaal of niemand" not in check
    report = company.does(group, "run", wish="part")
    assert "3 wachten op goedkeuring" in report
    assert "Wie op goedkeuring wacht, heeft nog geen plek" in report
    assert (states(group), outcomes(group)) == ([State.REQUESTED] * 3, ["requested"] * 3)
    edition.refresh_from_db()
    assert edition.seats_taken == 0
    assert len(told("enrolment_requested")) == 3
    assert told("approval_asked") == ["chris@robohouse.example"] * 3


def test_what_was_answered_since_stands_beside_each_row(company, chris, asking, now):
    group = company.enrols(asking(needs_approval=True))
    jan, _piet, els = requests(group, Kind.PROVIDER)
    grant_approval(jan, by=chris, at=now)
    refuse_approval(els, "Volg eerst de basis.", by=chris, at=now)
    assert states(group) == [State.CONFIRMED, State.REQUESTED, State.DECLINED]
    report = company.sees(group)
    assert report.count("Eerst: wacht op goedkeuring") == 2
    assert '<span class="status status--ok">Ingeschreven</span>' in report
    assert '<span class="status">Niet doorgegaan</span>' in report
    assert "Volg eerst de basis." not in report, "why is the learner's to know"
    assert report.count("Stuur iemand anders") == 1, "only who has a place has one to hand over"


def test_approved_requests_get_the_places_there_are_in_the_order_of_the_list(company, chris, asking, now):
    group = company.enrols(asking(needs_approval=True))
    for one in requests(group, Kind.PROVIDER):
        grant_approval(one, by=chris, at=now)
    assert states(group) == [State.CONFIRMED, State.CONFIRMED, State.WAITLISTED]
    assert compare_seats() == []


@pytest.mark.parametrize("said", [{"wish": "whole"}, {"wish": "part", "seats": "1"}], ids=["whole", "without names"])
def test_nothing_is_held_for_people_who_may_not_be_approved(company, chris, asking, said):
    wish = said.pop("wish")
    group = company.sends(asking(needs_approval=True), **said)
    answer = company.does(group, "run", wish=wish)
    assert "Voor deze editie worden mensen een voor een goedgekeurd" in answer
    group.refresh_from_db()
    assert (group.state, Enrolment.objects.count()) == ("checking", 0)


def test_nobody_takes_over_a_place_that_was_approved_for_someone_else(company, chris, asking, now):
    group = company.enrols(asking(needs_approval=True))
    jan, _piet, els = requests(group, Kind.PROVIDER)
    grant_approval(jan, by=chris, at=now)
    other = {"given_name": "Kees", "family_name": "Vos", "email": "kees@vandorp.example"}
    refused = company.does(group, "change", row_of(jan), **other)
    assert "dus niemand neemt een plek over" in refused
    assert "Kees" in refused, "what was typed stays"
    asked = reverse("enrolments:group_change", args=[group.uuid, row_of(els)])
    assert company.client.get(asked).status_code == 404, "a request has no place to take over"
    assert states(group) == [State.CONFIRMED, State.REQUESTED, State.REQUESTED]
    coordinator = Sender(chris)
    coordinator.does(group, "change", row_of(jan), **other)
    assert sorted(outcomes(group)) == ["placed", "replaced", "requested", "requested"]
    assert (group.enrolments.get(state=State.CONFIRMED).learner.given_name, compare_seats()) == ("Kees", [])


def test_undoing_withdraws_requests_and_places_alike_and_leaves_nothing_to_answer(company, chris, asking, now):
    edition = asking(needs_approval=True)
    group = company.enrols(edition)
    grant_approval(requests(group, Kind.PROVIDER)[0], by=chris, at=now)
    assert "Dit is teruggedraaid" in company.does(group, "undo")
    assert (states(group), outcomes(group)) == ([State.WITHDRAWN] * 3, ["undone"] * 3)
    assert not Approval.objects.open().exists()
    edition.refresh_from_db()
    assert (edition.seats_taken, compare_seats()) == (0, [])
    assert len(told("enrolment_withdrawn")) == 3
    assert not Employment.objects.filter(organisation=group.employer, ends_on=None).exists()
    assert states(company.enrols(edition)) == [State.REQUESTED] * 3, "it may be sent in again"


# After a talk ---------------------------------------------------------------------------------------------------------


def test_where_an_intake_comes_first_everyone_is_invited_to_a_talk_of_their_own(company, chris, asking, now):
    edition = asking(needs_intake=True)
    group = company.sends(edition)
    assert "RoboHouse praat eerst met iedereen" in company.sees(group)
    company.does(group, "run", wish="part")
    assert outcomes(group) == ["requested"] * 3
    jan, piet, _els = requests(group, Kind.INTAKE)
    plan_talk(jan, talk_at=edition.enrolment_closes_at, place="Zaal 2", by=chris, at=now)
    assert told("talk_planned") == ["jan@vandorp.example"]
    grant_approval(jan, by=chris, at=now)
    company.does(group, "undo")
    assert states(group) == [State.WITHDRAWN] * 3
    piet.refresh_from_db()
    assert piet.state == Approval.State.DROPPED


def test_approval_and_a_talk_are_both_waited_for(company, chris, asking, now):
    group = company.enrols(asking(needs_approval=True, needs_intake=True))
    grant_approval(requests(group, Kind.PROVIDER)[0], by=chris, at=now)
    assert states(group)[0] == State.REQUESTED
    grant_approval(requests(group, Kind.INTAKE)[0], by=chris, at=now)
    assert states(group)[0] == State.CONFIRMED


# By the employer ------------------------------------------------------------------------------------------------------


@pytest.fixture
def strict(vandorp: Any) -> Any:
    """Van Dorp has its HR approve enrolments."""
    vandorp.approves_enrolments = True
    vandorp.save()
    return vandorp


def test_hr_that_sends_its_own_people_has_approved_them(company, strict, asking):
    group = company.sends(asking())
    assert "Vraag plekken aan" not in company.sees(group)
    company.does(group, "run", wish="part")
    assert outcomes(group) == ["placed", "placed", "waitlisted"]
    assert not Approval.objects.exists()


def test_who_enters_people_for_a_company_that_approves_leaves_the_answer_to_its_hr(company, strict, chris, hr, asking):
    house = Sender(chris)
    group = house.sends(asking(), company_name=strict.name, company_kvk=strict.kvk_number)
    assert "HR van Van Dorp Fijnmechaniek keurt de eigen mensen goed" in house.sees(group)
    house.does(group, "run", wish="part")
    assert outcomes(group) == ["requested"] * 3
    assert told("approval_asked") == [hr.email] * 3
    jan, piet, els = requests(group, Kind.EMPLOYER)
    page = reverse("enrolments:employer_approvals")
    company.client.post(page, {"chosen": [jan.uuid, piet.uuid], "answer": "grant"})
    company.client.post(page, {"chosen": [els.uuid], "answer": "refuse", "reason": "Dit jaar niet."})
    assert states(group) == [State.CONFIRMED, State.CONFIRMED, State.DECLINED]
    assert ">Ingeschreven</span>" in house.sees(group)
    other = {"given_name": "Kees", "family_name": "Vos", "email": "kees@vandorp.example"}
    assert "dus niemand neemt een plek over" in house.does(group, "change", row_of(jan), **other)
    company.does(group, "change", row_of(jan), **other)
    assert group.rows.get(outcome="replaced").given_name == "Jan"
    company.does(group, "undo")
    assert set(states(group)) == {State.WITHDRAWN, State.DECLINED}
    assert compare_seats() == []


# As a file ------------------------------------------------------------------------------------------------------------


def test_the_report_to_download_says_what_each_row_waits_for_and_how_it_stands(company, chris, asking, now):
    group = company.enrols(asking(needs_approval=True))
    grant_approval(requests(group, Kind.PROVIDER)[0], by=chris, at=now)
    content = company.client.get(reverse("enrolments:group_report", args=[group.uuid, "xlsx"])).content
    lines = [[cell.value for cell in line] for line in load_workbook(BytesIO(content)).active.iter_rows()]
    assert [line[7] for line in lines] == ["Uitslag", *["wacht op goedkeuring"] * 3]
    assert [line[8] for line in lines] == ["Nu", "ingeschreven", None, None]
