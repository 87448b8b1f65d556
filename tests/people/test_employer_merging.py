"""An employer that was typed in twice becomes one, and can be taken apart: nobody sees more, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from enrolments.actions import start_group_enrolment
from enrolments.employers import seen_by
from enrolments.models import Enrolment, Grant, GroupEnrolment
from lms.kernel.merging import links_to
from lms.kernel.models import Event
from lms.kpis.dossier import UNCHANGED, dossier_of
from lms.kpis.models import Fact
from lms.kpis.reconciliation import reconcile
from lms.messages.webhooks.actions import add_webhook
from lms.people import hr_actions
from lms.people.actions import end_role, find_or_create_employer
from lms.people.employer_merging import merge_employers, undo_employer_merge, would_move
from lms.people.merging import MergeRefused
from lms.people.models import EmployerMerge, Employment, Organisation, User
from tests.api.employer import key_of, told
from tests.contracts.houses import state_of_everything
from tests.factories import (
    NOW,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.kpis.conftest import hold

LATER = NOW + timedelta(days=3)
# What a merge adds to and never takes away: the log, the ledger, the merge itself.
APPENDED = {"kernel.Event", "kpis.Fact", "kpis.Evidence", "people.EmployerMerge"}


def everything() -> dict[str, Any]:
    return {label: rows for label, rows in state_of_everything().items() if label not in APPENDED}


@pytest.fixture
def typed(db, clock, amal, edition, vandorp, hr) -> Organisation:
    """Van Dorp as a learner typed it, with something of everything."""
    typed = find_or_create_employer(name="Van Dorp fijnmechaniek BV", kvk_number="", by=None, at=NOW)
    person = UserFactory(given_name="Joke", family_name="Anders")
    shared = EnrolmentFactory(edition=edition, learner=person, employee=True, employer=typed)
    GrantFactory(enrolment=shared)
    # Amal works at both, in a department that both have, and shared with both.
    EmploymentFactory(user=amal, organisation=vandorp, starts_on=NOW.date())
    older = EmploymentFactory(user=amal, organisation=typed, starts_on=date(2020, 1, 1))
    officer = MembershipFactory(organisation=OrganisationFactory(programme_office=True), role="officer").user
    for company in (vandorp, typed):
        hr_actions.add_department(company, "Verspaning", by=officer, at=NOW)
    Employment.objects.filter(pk=older.pk).update(department=typed.departments.get())
    both = EnrolmentFactory(edition=edition, learner=amal, employee=True, employer=typed)
    for company in (vandorp, typed):
        GrantFactory(enrolment=both, organisation=company, scope=Grant.Scope.HOURS)
        rows = [{"name": "Jan Wit", "email": "jan@vandorp.example"}]
        start_group_enrolment(company, edition, rows, wish="part", key="order-7", by=None, at=NOW)
    return typed


def seen(company: Organisation) -> set[str]:
    return set(seen_by(company, LATER).values_list("code", flat=True))


# Making one -----------------------------------------------------------------------------------------------------------


def test_everything_comes_along(typed, vandorp, amal, clock):
    clock.move_to(LATER)
    theirs = seen(typed)
    merge_employers(vandorp, typed, by=None, at=LATER)
    left = {
        (model._meta.label, name): model._base_manager.filter(**{name: typed.pk}).count()
        for model, name in links_to(Organisation)
        if model._base_manager.filter(**{name: typed.pk}).exists()
    }
    # One department is enough, one period of work, and one switch: what stays is over.
    assert left == {
        ("people.Department", "organisation"): 1, ("people.Employment", "organisation"): 1,
        ("enrolments.Grant", "organisation"): 1,
    }  # fmt: skip
    assert not Employment.objects.filter(organisation=typed, ends_on=None).exists()
    assert Grant.objects.get(organisation=typed).revoked_at == LATER
    assert seen(vandorp) == theirs
    assert seen(typed) == set()
    works = Employment.objects.get(user=amal, organisation=vandorp, ends_on=None)
    assert (works.starts_on, GroupEnrolment.objects.filter(employer=vandorp).count()) == (date(2020, 1, 1), 2)


def test_undone_everything_is_as_it_was(typed, vandorp):
    before = everything()
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    assert everything() != before
    undo_employer_merge(merge, by=None, at=LATER)
    assert everything() == before
    merge.refresh_from_db()
    assert merge.undone_at == LATER


def test_merged_undone_and_merged_again_is_as_before(typed, vandorp):
    for _each in range(2):
        before = everything()
        undo_employer_merge(merge_employers(vandorp, typed, by=None, at=LATER), by=None, at=LATER)
        assert everything() == before


def test_a_look_beforehand_says_what_moves_and_moves_nothing(typed, vandorp):
    before = everything()
    lines, reasons = would_move(vandorp, typed, at=LATER)
    assert everything() == before
    assert reasons == []
    numbers = {line.label: line.number for line in lines}
    assert numbers["Inschrijvingen"] == 2
    assert set(numbers) == {"Dienstverbanden", "Inschrijvingen", "Toestemmingen om te delen"} | set(numbers)


def test_the_name_leads_to_the_employer_that_stayed(typed, vandorp):
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    again = find_or_create_employer(name="van dorp Fijnmechaniek BV ", kvk_number="", by=None, at=LATER)
    assert again == vandorp
    third = OrganisationFactory(employer=True, name="Van Dorp Groep", kvk_number="")
    Organisation.objects.filter(pk=vandorp.pk).update(kvk_number="")
    merge_employers(third, _without_hr(vandorp), by=None, at=LATER)
    assert find_or_create_employer(name=typed.name, kvk_number="", by=None, at=LATER) == third
    with pytest.raises(MergeRefused, match="Van Dorp Groep"):
        undo_employer_merge(merge, by=None, at=LATER)


def _without_hr(company: Organisation) -> Organisation:
    for membership in company.memberships.all():
        end_role(membership, by=None, on=(NOW - timedelta(days=1)).date())
    company.refresh_from_db()
    return company


def test_a_number_and_an_address_that_only_the_other_has_come_along_and_go_back(vandorp, typed):
    Organisation.objects.filter(pk=typed.pk).update(kvk_number="87654321", size="small", city="Delft")
    Organisation.objects.filter(pk=vandorp.pk).update(kvk_number="", size="", city="Leiden")
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    vandorp.refresh_from_db()
    assert (vandorp.kvk_number, vandorp.size, vandorp.city) == ("87654321", "small", "Leiden")
    assert find_or_create_employer(name="Anders", kvk_number="87654321", by=None, at=LATER) == vandorp
    undo_employer_merge(merge, by=None, at=LATER)
    vandorp.refresh_from_db()
    typed.refresh_from_db()
    assert (vandorp.kvk_number, vandorp.size, typed.kvk_number) == ("", "", "87654321")


def test_what_came_since_stays_with_the_employer_that_stayed(typed, vandorp):
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    since = EnrolmentFactory(employee=True, employer=vandorp)
    undo_employer_merge(merge, by=None, at=LATER)
    since.refresh_from_db()
    assert since.employer == vandorp


# Who sees what --------------------------------------------------------------------------------------------------------


def test_hr_of_the_one_that_stays_sees_its_people_and_nothing_of_others(typed, vandorp, hr, clock):
    other = OrganisationFactory(employer=True, name="Elders")
    elsewhere = EnrolmentFactory(employee=True, employer=other)
    GrantFactory(enrolment=elsewhere)
    own = EnrolmentFactory(learner=UserFactory(given_name="Zelf"))
    key = key_of(vandorp)
    before = {one["code"] for one in told(key, "/enrolments")["items"]}
    shared = Enrolment.objects.get(learner__given_name="Joke")
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    after = {one["code"] for one in told(key, "/enrolments")["items"]}
    assert after - before == set(Enrolment.objects.filter(employer=vandorp).values_list("code", flat=True)) - before
    assert shared.code in after
    assert not {elsewhere.code, own.code} & after
    undo_employer_merge(merge, by=None, at=LATER)
    assert {one["code"] for one in told(key, "/enrolments")["items"]} == before


def test_a_learner_still_turns_off_what_they_shared(typed, vandorp):
    person = User.objects.get(given_name="Joke")
    merge_employers(vandorp, typed, by=None, at=LATER)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("enrolments:my_sharing")).content.decode()
    assert vandorp.name in page
    client.post(reverse("enrolments:stop_sharing", kwargs={"employer": vandorp.uuid}))
    assert not Grant.objects.filter(learner=person, revoked_at=None).exists()


def _own_hr(typed: Organisation) -> None:
    MembershipFactory(organisation=typed, role="hr")


def _hr_to_be(typed: Organisation) -> None:
    hr_actions.invite_hr(typed, email="nieuw@vandorp.example", language="nl", by=_officer(), at=NOW)


def _key(typed: Organisation) -> None:
    key_of(typed)


def _webhook(typed: Organisation) -> None:
    add_webhook(typed, url="https://hr.example/hook", events=["group.finished"], by=None, at=NOW)


def _officer() -> User:
    return User.objects.get(memberships__role="officer")


@pytest.mark.parametrize("looks", [_own_hr, _hr_to_be, _key, _webhook], ids=lambda look: look.__name__.strip("_"))
def test_who_looks_from_the_one_that_goes_would_see_more_so_it_is_refused(typed, vandorp, looks):
    looks(typed)
    before = everything()
    with pytest.raises(MergeRefused):
        merge_employers(vandorp, typed, by=None, at=NOW)
    assert everything() == before


def test_hr_that_left_long_ago_does_not_come_back_by_it(typed, vandorp, clock):
    _own_hr(typed)
    gone = typed.memberships.get(role="hr")
    end_role(gone, by=None, on=(NOW - timedelta(days=1)).date())
    merge_employers(vandorp, typed, by=None, at=NOW)
    gone.refresh_from_db()
    assert gone.organisation == typed
    assert gone.user.organisations_as("hr") == set()


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["hr", "coordinator", "trainer", "auditor"])
def test_only_the_office_makes_them_one(typed, vandorp, role):
    someone = MembershipFactory(organisation=vandorp, role=role).user
    with pytest.raises(PermissionDenied):
        merge_employers(vandorp, typed, by=someone, at=LATER)
    merge = merge_employers(vandorp, typed, by=_officer(), at=LATER)
    with pytest.raises(PermissionDenied):
        undo_employer_merge(merge, by=someone, at=LATER)


def test_two_numbers_are_two_companies(typed, vandorp):
    Organisation.objects.filter(pk=typed.pk).update(kvk_number="87654321")
    assert vandorp.kvk_number
    with pytest.raises(MergeRefused, match="KvK"):
        merge_employers(vandorp, typed, by=None, at=LATER)


@pytest.mark.parametrize("more", [{"is_provider": True}, {"is_partner": True}, {"is_funder": True}, {"code": "lab"}])
def test_who_is_more_than_an_employer_does_not_go_into_another(typed, vandorp, more):
    Organisation.objects.filter(pk=typed.pk).update(**more)
    with pytest.raises(MergeRefused):
        merge_employers(vandorp, typed, by=None, at=LATER)


def test_nothing_is_merged_twice_or_with_itself(typed, vandorp):
    with pytest.raises(MergeRefused):
        merge_employers(typed, typed, by=None, at=LATER)
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    third = OrganisationFactory(employer=True)
    for kept, gone in ((vandorp, typed), (typed, vandorp), (third, typed), (typed, third)):
        with pytest.raises(MergeRefused):
            merge_employers(kept, gone, by=None, at=LATER)
    undo_employer_merge(merge, by=None, at=LATER)
    with pytest.raises(MergeRefused):
        undo_employer_merge(merge, by=None, at=LATER)


# Figures --------------------------------------------------------------------------------------------------------------


def _verdicts() -> set[str]:
    return {piece.verdict for fact in Fact.objects.standing() for piece in dossier_of(fact)}


def test_figures_count_one_company_with_the_same_evidence_and_two_again(vandorp, clock):
    typed = find_or_create_employer(name="Van Dorp BV", kvk_number="", by=None, at=NOW)
    for company in (vandorp, typed):
        edition = EditionFactory()
        hold(edition.sessions.first(), EnrolmentFactory(edition=edition, employee=True, employer=company))
    assert set(Fact.objects.standing().values_list("employer", flat=True)) == {vandorp.uuid, typed.uuid}
    hours = sum(Fact.objects.values_list("quantity", flat=True))
    merge = merge_employers(vandorp, typed, by=None, at=LATER)
    assert set(Fact.objects.standing().values_list("employer", flat=True)) == {vandorp.uuid}
    assert (sum(Fact.objects.values_list("quantity", flat=True)), reconcile(), _verdicts()) == (hours, [], {UNCHANGED})
    undo_employer_merge(merge, by=None, at=LATER)
    assert set(Fact.objects.standing().values_list("employer", flat=True)) == {vandorp.uuid, typed.uuid}
    assert (sum(Fact.objects.values_list("quantity", flat=True)), reconcile(), _verdicts()) == (hours, [], {UNCHANGED})


def test_what_is_learned_after_it_counts_for_the_employer_that_stayed(vandorp, clock):
    typed = find_or_create_employer(name="Van Dorp BV", kvk_number="", by=None, at=NOW)
    edition = EditionFactory(days=2)
    enrolment = EnrolmentFactory(edition=edition, employee=True, employer=typed)
    first, second = edition.sessions.order_by("starts_at")
    hold(first, enrolment)
    merge_employers(vandorp, typed, by=None, at=first.ends_at)
    hold(second, enrolment)
    assert set(Fact.objects.standing().values_list("employer", flat=True)) == {vandorp.uuid}
    assert _verdicts() == {UNCHANGED}


# The pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(typed) -> Client:
    client = Client()
    client.force_login(_officer(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_office_compares_looks_beforehand_makes_one_and_takes_apart(office, typed, vandorp, clock):
    compare = reverse("merge_employers", args=[typed.pk, vandorp.pk])
    assert compare in office.get(reverse("new_employers")).content.decode()
    page = office.get(compare)
    assert page.context["reasons"] == []
    assert "Inschrijvingen: 2" in page.content.decode()
    assert not EmployerMerge.objects.exists(), "looking changes nothing"
    assert office.post(compare).status_code == 302
    merge = EmployerMerge.objects.get()
    assert (merge.kept, merge.gone, merge.by) == (vandorp, typed, _officer())
    assert typed.name not in office.get(reverse("new_employers")).content.decode().split("<table")[-1]
    ledger = office.get(reverse("employer-merges:index")).content.decode()
    assert typed.name in ledger
    assert office.post(reverse("decide_employermerge_undo", args=[merge.pk])).status_code == 302
    merge.refresh_from_db()
    assert merge.undone_by == _officer()
    assert [event.verb for event in Event.objects.about(typed)][-2:] == [
        "organisation.merged_into", "organisation.reopened",
    ]  # fmt: skip


def test_what_cannot_be_is_said_on_the_page_with_nothing_to_press(office, typed, vandorp):
    _own_hr(typed)
    compare = reverse("merge_employers", args=[typed.pk, vandorp.pk])
    page = office.get(compare)
    assert page.context["reasons"]
    assert "HR" in page.content.decode()
    office.post(compare)
    assert not EmployerMerge.objects.exists()
