"""A company's list: taken in, judged and mended, run, and kept no longer than needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrolments.actions import (
    EnrolmentClosed,
    KeyTaken,
    NobodyToEnrol,
    begin_group,
    carry_out_group,
    drop_group,
    forget_groups,
    map_columns,
    mend_row,
    start_group_enrolment,
    take_in_group,
)
from enrolments.groups.reading import Listed, read_paste
from enrolments.models import Enrolment, GroupEnrolment, GroupRow
from enrolments.tasks import compare_seats, forget_old_groups, go_on_with_groups, group_go_on
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import Employment, User
from tests.enrolments.groups import LATER, fill, people, run, states
from tests.enrolments.groups import company as company  # fixtures
from tests.enrolments.groups import edition as edition
from tests.enrolments.groups import hr as hr
from tests.factories import (
    NOW,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


# Taking in and checking -----------------------------------------------------------------------------------------------


def test_every_row_gets_its_verdict(company, hr, edition):
    known = EmploymentFactory(organisation=company).user
    inside = EnrolmentFactory(edition=edition, employee=True, employer=company).learner
    waiting = EnrolmentFactory(edition=edition, employee=True, employer=company, waitlisted=True).learner
    text = "\n".join(
        [
            "Naam;E-mail",
            "Nieuw Iemand;nieuw@metaal.example",
            f"Sam Bekend;{known.email}",
            f"Sam Binnen;{inside.email.upper()}",
            f"Sam Wacht;{waiting.email}",
            "Geen Adres;",
            "Nieuw Iemand;nieuw@metaal.example",
            "Ander Mens;nieuw@metaal.example",
        ]
    )
    group = take_in_group(company, edition, read_paste(text), source="paste", by=hr, at=NOW)
    rows = {row.number: (row.verdict, row.problem, row.other_row) for row in group.rows.all()}
    assert rows == {
        2: ("new", "", None),
        3: ("known", "", None),
        4: ("enrolled", "", None),
        5: ("waiting", "", None),
        6: ("error", "email_missing", None),
        7: ("twice", "", 2),
        8: ("error", "email_shared", 2),
    }
    assert group.rows.totals()["good"] == 2
    assert User.objects.filter(email="nieuw@metaal.example").exists() is False


def test_a_list_never_tells_whether_a_stranger_has_an_account_or_an_enrolment(company, hr, edition):
    stranger = EnrolmentFactory(edition=edition).learner
    rows = [{"name": "Een Vreemde", "email": stranger.email}, *people("Jan")]
    group = take_in_group(
        company, edition, Listed(["name", "email"], [(n, list(row.values())) for n, row in enumerate(rows, 1)]),
        source="paste", by=hr, at=NOW,
    )  # fmt: skip
    assert {row.verdict for row in group.rows.all()} == {"new"}
    carry_out_group(begin_group(group, wish="part", by=hr, at=NOW), at=NOW)
    assert set(group.rows.values_list("outcome", flat=True)) == {"placed"}
    assert not Employment.objects.filter(user=stranger, organisation=company).exists()
    assert group.enrolments.count() == 1
    assert compare_seats() == []


def test_the_same_list_twice_is_one_group(company, hr, edition):
    listed = read_paste("Naam;E-mail\nJan Wit;jan@metaal.example")
    first = take_in_group(company, edition, listed, source="paste", by=hr, at=NOW)
    assert take_in_group(company, edition, listed, source="file", by=hr, at=LATER) == first
    carry_out_group(begin_group(first, wish="part", by=hr, at=NOW), at=NOW)
    assert take_in_group(company, edition, listed, source="file", by=hr, at=LATER) == first
    assert Enrolment.objects.count() == 1


def test_a_key_of_another_system_stands_for_one_list(company, hr, edition):
    first = run(company, edition, people("Jan"), hr, key="order-1")
    assert run(company, edition, people("Jan"), hr, key="order-1") == first
    with pytest.raises(KeyTaken):
        run(company, edition, people("Piet"), hr, key="order-1")
    assert Enrolment.objects.count() == 1


def test_another_mapping_judges_every_row_anew(company, hr, edition):
    listed = read_paste("Wie;Wat;Mail\nVries;Sanne;s@metaal.example")
    group = take_in_group(company, edition, listed, source="paste", by=hr, at=NOW)
    assert group.rows.get().problem == "name_missing"
    map_columns(group, ["family_name", "given_name", "email"], by=hr, at=NOW)
    row = group.rows.get()
    assert (row.full_name, row.verdict) == ("Sanne Vries", "new")


def test_a_row_is_mended_in_place_and_what_it_shared_with_others_too(company, hr, edition):
    listed = read_paste("Naam;E-mail\nJan Wit;jan@metaal.example\nPiet Wit;jan@metaal.example")
    group = take_in_group(company, edition, listed, source="paste", by=hr, at=NOW)
    row = group.rows.get(number=3)
    assert row.problem == "email_shared"
    mended = mend_row(row, {"given_name": "Piet", "family_name": "Wit", "email": "piet@metaal.example"}, by=hr, at=NOW)
    assert mended.verdict == "new"
    mend_row(mended, {}, by=hr, at=NOW, leave_out=True)
    assert group.rows.totals()["good"] == 1


def test_a_row_with_a_bsn_goes_ahead_once_it_was_looked_at(company, hr, edition):
    listed = read_paste("Naam;E-mail;Nr\nJan Wit;jan@metaal.example;111222333")
    group = take_in_group(company, edition, listed, source="paste", by=hr, at=NOW)
    row = group.rows.get()
    assert (row.verdict, row.problem) == ("error", "bsn")
    mended = mend_row(row, {"given_name": "Jan", "family_name": "Wit", "email": row.email}, by=hr, at=NOW)
    assert mended.verdict == "new"


def test_another_company_hr_sends_nothing_in_and_nothing_is_kept(edition, company):
    other = MembershipFactory(organisation=OrganisationFactory(employer=True), role="hr").user
    with pytest.raises(PermissionDenied):
        run(company, edition, people("Jan"), other)
    assert not GroupEnrolment.objects.exists()


def test_a_coordinator_of_the_house_enrols_for_a_company(edition, company):
    coordinator = MembershipFactory(organisation=edition.provider).user
    assert states(run(company, edition, people("Jan"), coordinator)) == ["confirmed"]
    stranger = MembershipFactory(organisation=OrganisationFactory(provider=True)).user
    assert not GroupEnrolment.objects.visible_to(stranger).exists()
    assert GroupEnrolment.objects.visible_to(coordinator).of_edition(edition).count() == 1


def test_a_closed_edition_and_an_empty_list_are_refused(company, hr):
    with pytest.raises(EnrolmentClosed):
        run(company, EditionFactory(draft=True), people("Jan"), hr)
    with pytest.raises(NobodyToEnrol):
        run(company, EditionFactory(), [], hr)


def test_a_list_is_thrown_away_or_forgotten_after_a_week(company, hr, edition):
    group = take_in_group(company, edition, read_paste("a@metaal.example"), source="paste", by=hr, at=NOW)
    drop_group(group, by=hr)
    take_in_group(company, edition, read_paste("a@metaal.example"), source="paste", by=hr, at=NOW)
    assert forget_groups(at=NOW + timedelta(days=6)) == 0
    assert forget_groups(at=NOW + timedelta(days=7)) > 0
    assert not GroupRow.objects.exists()


def test_what_was_typed_is_forgotten_a_month_after_the_run(company, hr, edition, clock):
    group = run(company, edition, people("Jan"), hr)
    clock.move_to(NOW + timedelta(days=31))
    forget_old_groups()
    row = group.rows.get()
    assert (row.cells, row.full_name) == ([], "Jan de Vries")


# Running --------------------------------------------------------------------------------------------------------------


def test_a_group_takes_what_there_is_and_the_rest_waits_in_order(company, hr, edition):
    fill(edition, 4)
    group = run(company, edition, people("Jan", "Piet", "Joris", "Korneel"), hr)
    assert states(group) == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert group.state == "done"
    assert {name: count for name, count in group.rows.outcomes().items() if count} == {"placed": 2, "waitlisted": 2}


def test_everyone_is_told_by_whom_they_were_enrolled_in_their_own_language(company, hr, edition):
    UserFactory(email="piet@metaal.example", language="en")
    run(company, edition, people("Jan", "Piet"), hr)
    letters = {message.email: message for message in Message.objects.all()}
    assert "Metaal bv heeft je ingeschreven" in letters["jan@metaal.example"].text
    assert "Metaal bv enrolled you" in letters["piet@metaal.example"].text
    assert letters["piet@metaal.example"].language == "en"


def test_running_twice_changes_nothing(company, hr, edition):
    group = run(company, edition, people("Jan", "Piet"), hr)
    carry_out_group(group, at=LATER)
    with pytest.raises(TransitionRefused):
        begin_group(group, wish="part", by=hr, at=LATER)
    assert group_go_on(group.pk) == "done"
    assert Message.objects.count() == Enrolment.objects.count() == 2


def test_the_sweep_goes_on_with_what_nobody_does(company, hr, edition, clock):
    group = start_group_enrolment(company, edition, people("Jan"), wish="part", key="", by=hr, at=NOW)
    clock.move_to(NOW + timedelta(minutes=1))
    assert go_on_with_groups() == 0
    clock.move_to(NOW + timedelta(minutes=3))
    assert go_on_with_groups() == 1
    assert group_go_on(group.pk) == "done"
    assert go_on_with_groups() == 0


def test_a_row_costs_the_same_few_questions_however_long_the_list(company, hr):
    """Account, employment, seat, order, calendar and letter of a newcomer: written one by one, looked up together."""
    edition = EditionFactory(capacity=60)

    def questions(number: int) -> int:
        rows = [{"name": "Sam Wit", "email": f"p{number}x{n}@metaal.example"} for n in range(number)]
        group = start_group_enrolment(company, edition, rows, wish="part", key="", by=hr, at=NOW)
        with CaptureQueriesContext(connection) as captured:
            carry_out_group(group, at=NOW)
        return len(captured)

    questions(1)  # what is asked once per process
    few, many = questions(5), questions(25)
    assert many - few <= 20 * 41


# Departments ----------------------------------------------------------------------------------------------------------


def in_departments(company) -> dict[str, str | None]:
    works = Employment.objects.filter(organisation=company, ends_on=None)
    return {one.user.given_name: one.department and one.department.name for one in works.select_related("department")}


def listed(company, edition, hr, lines: str) -> GroupEnrolment:
    text = "Naam;E-mail;Afdeling\n" + lines
    group = take_in_group(company, edition, read_paste(text), source="paste", by=hr, at=NOW)
    return carry_out_group(begin_group(group, wish="part", by=hr, at=NOW), at=NOW)


def test_who_is_enrolled_comes_in_the_department_that_the_list_says(company, hr, edition):
    assembly = company.departments.create(name="Assemblage")
    known = EmploymentFactory(organisation=company, user=UserFactory(given_name="Kim", email="kim@metaal.example"))
    lines = "Jan Wit;jan@metaal.example;assemblage\nPiet Wit;piet@metaal.example;  Nieuwe   Hal \n"
    group = listed(company, edition, hr, lines + "Kim Wit;kim@metaal.example;Nieuwe hal\nAn Wit;an@metaal.example;")
    assert [row.department for row in group.rows.all()] == ["assemblage", "Nieuwe Hal", "Nieuwe hal", ""]
    assert in_departments(company) == {"Jan": "Assemblage", "Piet": "Nieuwe Hal", "Kim": "Nieuwe Hal", "An": None}
    assert company.departments.count() == 2
    known.refresh_from_db()
    assert known.department != assembly


def test_a_department_is_the_companys_own_and_no_other_companys_of_that_name(company, hr, edition):
    other = OrganisationFactory(employer=True)
    theirs = other.departments.create(name="Assemblage")
    works_there = EmploymentFactory(organisation=other, user=UserFactory(email="jan@metaal.example", given_name="Jan"))
    listed(company, edition, hr, "Jan Wit;jan@metaal.example;Assemblage")
    works_there.refresh_from_db()
    assert works_there.department is None
    assert company.departments.get().pk != theirs.pk
    assert in_departments(company) == {"Jan": "Assemblage"}


def test_who_enrolled_alone_is_put_nowhere(company, hr, edition):
    own = EnrolmentFactory(edition=edition, learner=UserFactory(email="jan@metaal.example"))
    listed(company, edition, hr, "Jan Wit;jan@metaal.example;Assemblage")
    assert not Employment.objects.filter(user=own.learner).exists()
    assert not company.departments.exists()


def test_who_enters_people_for_a_company_does_not_arrange_them(company, edition):
    coordinator = MembershipFactory(organisation=edition.provider, role="coordinator").user
    listed(company, edition, coordinator, "Jan Wit;jan@metaal.example;Assemblage")
    assert in_departments(company) == {"Jan": None}
    assert not company.departments.exists()
