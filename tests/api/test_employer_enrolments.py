"""What an employer's system reads of its people, and above all what it does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Edition
from enrolments.actions import accept_offer, revoke_grant, share, withdraw
from enrolments.models import Enrolment, Grant
from lms.people.actions import end_employment
from lms.people.models import Organisation
from tests.api.employer import ask, key_of, told
from tests.factories import (
    NOW,
    AttendanceFactory,
    EditionFactory,
    EnrolmentFactory,
    GrantFactory,
    OrganisationFactory,
    ResultFactory,
)


@pytest.fixture
def key(vandorp, clock) -> str:
    return key_of(vandorp)


@pytest.fixture
def over(edition: Edition) -> datetime:
    return edition.ends_at + timedelta(hours=1)


@pytest.fixture
def of_vandorp(edition: Edition, vandorp: Organisation) -> Callable[..., Enrolment]:
    def make(**also: Any) -> Enrolment:
        return EnrolmentFactory(**{"edition": edition, "employee": True, "employer": vandorp} | also)

    return make


def codes(said: dict[str, Any]) -> list[str]:
    return [one["code"] for one in said["items"]]


# What it tells --------------------------------------------------------------------------------------------------------


def test_an_enrolment_tells_what_hr_sees(key, enrolled_employee, edition, amal, vandorp):
    said = told(key, f"/enrolments/{enrolled_employee.code}", **{"Accept-Language": "en"})
    assert set(said) == {
        "code", "person", "edition", "state", "enrolled_on", "changed_at", "hours", "sessions_attended",
        "sessions_held", "certificates",
    }  # fmt: skip
    assert said["person"] | {"id": ""} == {
        "id": "", "given_name": "Amal", "name_prefix": None, "family_name": "Haddad",
    }  # fmt: skip
    assert (said["edition"]["code"], said["edition"]["course"]) == ("cobots-27-2", "p-02")
    assert said["edition"]["title"] == "Cobots in practice"
    assert said["state"] == "enrolled"
    assert (said["hours"], said["sessions_attended"], said["sessions_held"], said["certificates"]) == (
        None, None, None, [],
    )  # fmt: skip
    assert told(key, "/enrolments")["items"][0]["code"] == enrolled_employee.code
    assert amal.email not in json.dumps(said)
    assert str(amal.uuid) not in json.dumps(said)


def test_two_employers_know_a_person_under_different_ids(key, edition, amal, vandorp, clock):
    second = OrganisationFactory(employer=True)
    EnrolmentFactory(edition=edition, learner=amal, employee=True, employer=vandorp)
    EnrolmentFactory(edition=EditionFactory(), learner=amal, employee=True, employer=second)
    EnrolmentFactory(edition=EditionFactory(), learner=amal, employee=True, employer=vandorp)
    here = {one["person"]["id"] for one in told(key, "/enrolments")["items"]}
    there = {one["person"]["id"] for one in told(key_of(second), "/enrolments")["items"]}
    assert (len(here), len(there)) == (1, 1)
    assert not here & there


def test_hours_and_sessions_come_with_their_own_grant_and_go_with_it(key, enrolled_employee, clock, over):
    AttendanceFactory(enrolment=enrolled_employee, counting=True)
    clock.move_to(over)
    path = f"/enrolments/{enrolled_employee.code}"
    hours = GrantFactory(enrolment=enrolled_employee, scope=Grant.Scope.HOURS)
    said = told(key, path)
    assert (said["hours"], said["sessions_attended"]) == (6.5, None)
    GrantFactory(enrolment=enrolled_employee, scope=Grant.Scope.ATTENDANCE)
    said = told(key, path)
    assert (said["sessions_attended"], said["sessions_held"]) == (1, 1)
    revoke_grant(hours, by=enrolled_employee.learner, at=over)
    assert told(key, path)["hours"] is None


def test_the_list_is_narrowed_and_paged(key, of_vandorp, vandorp):
    first, second = of_vandorp(), of_vandorp(edition=EditionFactory(code="andere"), waitlisted=True)
    assert codes(told(key, "/enrolments?edition=andere")) == [second.code]
    assert codes(told(key, "/enrolments?state=enrolled")) == [first.code]
    assert codes(told(key, "/enrolments?state=waiting")) == [second.code]
    page = told(key, "/enrolments?page_size=1")
    assert (page["count"], len(page["items"])) == (2, 1)
    assert page["next"].endswith("/api/v1/employer/enrolments?page_size=1&page=2")
    assert set(codes(page) + codes(told(key, "/enrolments?page_size=1&page=2"))) == {first.code, second.code}


@pytest.mark.parametrize("query", ["", "?page_size=100"])
def test_the_list_costs_the_same_for_one_and_for_ten(key, of_vandorp, query):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            told(key, f"/enrolments{query}")
        return len(counted)

    of_vandorp()
    queries()
    one = queries()
    for _each in range(9):
        GrantFactory(enrolment=of_vandorp())
    assert queries() == one
    assert one <= 8


# What it does not tell ------------------------------------------------------------------------------------------------


def test_another_company_does_not_exist(enrolled_employee, clock):
    GrantFactory(enrolment=enrolled_employee)
    elsewhere = key_of(OrganisationFactory(employer=True, name="Elders Metaal"))
    assert told(elsewhere, "/enrolments")["count"] == 0
    assert ask(elsewhere, f"/enrolments/{enrolled_employee.code}").status_code == 404
    never = ask(elsewhere, "/enrolments/0000000000")
    assert ask(elsewhere, f"/enrolments/{enrolled_employee.code}").content == never.content


def test_what_someone_does_for_themselves_or_before_and_after_the_employment_is_not_there(key, of_vandorp, amal):
    of_vandorp(learner=amal)
    own = EnrolmentFactory(learner=amal)
    before = of_vandorp(edition=EditionFactory())
    before.learner.employments.update(starts_on=before.created_on + timedelta(days=1))
    after = of_vandorp(edition=EditionFactory())
    end_employment(after.learner.employments.get(), by=None, on=after.created_on - timedelta(days=1))
    assert told(key, "/enrolments")["count"] == 1
    for hidden in (own, before, after):
        assert ask(key, f"/enrolments/{hidden.code}").status_code == 404


def test_not_finished_failed_left_midway_and_not_shared_are_the_same_to_the_last_character(
    key, of_vandorp, edition, clock, over
):
    unshared = of_vandorp(completed=True)
    failed = of_vandorp(not_completed=True, outcome=Enrolment.Outcome.ATTENDED)
    absent = of_vandorp(not_completed=True)
    undecided = of_vandorp()
    midway = of_vandorp()
    clock.move_to(edition.starts_at + timedelta(days=1))
    withdraw(midway, by=midway.learner, at=edition.starts_at + timedelta(days=1))
    for enrolment in (failed, absent, undecided, midway):
        GrantFactory(enrolment=enrolment, scope=Grant.Scope.CERTIFICATE)
    ResultFactory(enrolment=failed, passed=False)
    clock.move_to(over)
    alike = set()
    for enrolment in (unshared, failed, absent, undecided, midway):
        said = told(key, f"/enrolments/{enrolment.code}")
        assert said["state"] == "not_shared"
        said["code"] = said["person"] = "X"
        alike.add(json.dumps(said))
    assert len(alike) == 1


def test_who_failed_is_not_found_by_asking_what_changed(key, of_vandorp, edition, clock, over):
    """The moment at which someone was failed would tell it as well as the word."""
    failed = of_vandorp(not_completed=True, ended_at=over + timedelta(hours=1))
    unshared = of_vandorp(completed=True, ended_at=over + timedelta(hours=1))
    GrantFactory(enrolment=failed, granted_at=over + timedelta(hours=1))
    clock.move_to(over + timedelta(days=2))
    since = f"{over:%Y-%m-%dT%H:%M:%SZ}"
    assert told(key, f"/enrolments?changed_since={since}")["count"] == 0
    share(unshared, Grant.Scope.CERTIFICATE, by=unshared.learner, at=over + timedelta(days=1))
    assert codes(told(key, f"/enrolments?changed_since={since}")) == [unshared.code]


def test_a_grant_taken_back_takes_everything_back(key, of_vandorp, clock, over):
    enrolment = of_vandorp(completed=True)
    clock.move_to(over + timedelta(days=1))
    path = f"/enrolments/{enrolment.code}"
    before = told(key, path)
    grant = GrantFactory(enrolment=enrolment, granted_at=over + timedelta(hours=1))
    assert told(key, path)["state"] == "shared"
    revoke_grant(grant, by=enrolment.learner, at=over + timedelta(hours=2))
    after = told(key, path)
    assert after["state"] == "not_shared"
    assert after | {"changed_at": ""} == before | {"changed_at": ""}
    assert after["changed_at"] > before["changed_at"], "that it is gone they have seen themselves"


def test_sharing_ends_with_the_employment(key, of_vandorp, clock, over):
    enrolment = of_vandorp(completed=True)
    GrantFactory(enrolment=enrolment)
    clock.move_to(over + timedelta(days=2))
    assert told(key, f"/enrolments/{enrolment.code}")["state"] == "shared"
    end_employment(enrolment.learner.employments.get(), by=None, on=over.date())
    assert told(key, f"/enrolments/{enrolment.code}")["state"] == "not_shared"


# What is new ----------------------------------------------------------------------------------------------------------


def test_a_system_that_asks_what_is_new_misses_nothing(key, of_vandorp, edition, clock):
    """It keeps the newest ``changed_at`` and asks from there: each step of an enrolment comes by."""
    enrolment = of_vandorp(offered=True)
    path = f"/enrolments/{enrolment.code}"

    def next_change(moment: datetime) -> str:
        since = told(key, path)["changed_at"].replace("+", "%2B")
        clock.move_to(moment)
        [found] = told(key, f"/enrolments?changed_since={since}")["items"]
        return found["state"]

    accept_offer(enrolment, by=enrolment.learner, at=NOW)
    assert next_change(NOW + timedelta(hours=1)) == "enrolled"
    assert next_change(edition.starts_at) == "learning"
    assert next_change(edition.ends_at) == "not_shared"
    Enrolment.objects.filter(pk=enrolment.pk).update(
        state="completed", outcome="passed", ended_at=edition.ends_at + timedelta(hours=1)
    )
    share(enrolment, Grant.Scope.CERTIFICATE, by=enrolment.learner, at=edition.ends_at + timedelta(hours=2))
    assert next_change(edition.ends_at + timedelta(hours=3)) == "shared"
    assert told(key, path)["changed_at"].startswith(f"{edition.ends_at + timedelta(hours=2):%Y-%m-%d}")
