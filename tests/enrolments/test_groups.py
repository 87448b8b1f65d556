"""Companies enrol groups: in whole or in part, seats without names, other people, and back within a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Edition
from enrolments.actions import (
    AlreadyEnrolled,
    EnrolmentClosed,
    GroupTooLarge,
    HasBegun,
    KeyTaken,
    NobodyToEnrol,
    RowRefused,
    RowsToMend,
    accept_offer,
    begin_group,
    cancel_edition,
    carry_out_group,
    drop_group,
    enrol,
    forget_groups,
    map_columns,
    mend_row,
    name_seat,
    offer_free_seats,
    release_seats,
    replace_person,
    start_group_enrolment,
    swap_people,
    take_in_group,
    undo_group,
    withdraw,
)
from enrolments.groups.reading import Listed, read_paste
from enrolments.models import Enrolment, GroupEnrolment, GroupRow
from enrolments.tasks import compare_seats, forget_old_groups, go_on_with_groups, group_go_on, keep_groups_to_their_day
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import Employment, User
from tests.enrolments.groups import LATER, fill, people, run, states
from tests.factories import (
    NOW,
    CourseFactory,
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    answers,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return OrganisationFactory(employer=True, name="Metaal bv")


@pytest.fixture
def hr(company):
    return MembershipFactory(organisation=company, role="hr").user


@pytest.fixture
def edition():
    return EditionFactory(capacity=6)


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


# As a whole -----------------------------------------------------------------------------------------------------------


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


# Seats without a name -------------------------------------------------------------------------------------------------


def test_seats_are_reserved_now_and_named_later(company, hr, edition):
    group = run(company, edition, [], hr, seats=4)
    assert (group.seats_held, edition.seats_free) == (4, 2)
    row = name_seat(group, {"given_name": "Jan", "family_name": "Wit", "email": "jan@metaal.example"}, by=hr, at=LATER)
    assert (row.enrolment.state, row.outcome) == ("confirmed", "placed")
    edition.refresh_from_db()
    group.refresh_from_db()
    assert (group.seats_held, edition.seats_free) == (3, 2)
    with pytest.raises(RowRefused):
        name_seat(group, {"given_name": "Jan", "email": "jan"}, by=hr, at=LATER)
    with pytest.raises(AlreadyEnrolled):
        name_seat(group, {"given_name": "Jan", "family_name": "Wit", "email": "jan@metaal.example"}, by=hr, at=LATER)
    assert compare_seats() == []


@pytest.mark.parametrize("wish", ["part", "whole"])
def test_names_that_come_later_take_the_seats_reserved_before(company, hr, edition, wish):
    reserved = run(company, edition, [], hr, seats=4)
    fill(edition, 2)
    group = run(company, edition, people("Jan", "Piet", "Joris"), hr, wish=wish)
    reserved.refresh_from_db()
    assert (states(group), reserved.seats_held, edition.seats_taken) == (["confirmed"] * 3, 1, 6)


def test_only_as_many_seats_are_reserved_as_there_are(company, hr, edition):
    fill(edition, 4)
    assert run(company, edition, people("Jan"), hr, seats=4).seats_held == 1


def test_seats_without_a_name_go_back_on_the_last_day_for_names(company, hr, edition, clock):
    group = run(company, edition, [], hr, seats=6)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    assert group.names_until == edition.starts_at - timedelta(days=3)
    clock.move_to(group.names_until)
    with pytest.raises(TransitionRefused):
        name_seat(group, people("Jan")[0], by=hr, at=group.names_until)
    assert keep_groups_to_their_day() == 1
    assert keep_groups_to_their_day() == 0
    edition.refresh_from_db()
    waiter.refresh_from_db()
    assert (edition.seats_taken, waiter.state) == (1, "offered")
    assert "6 plaatsen" in Message.objects.get(kind="group_news").text
    assert compare_seats() == []


def test_a_company_gives_its_reserved_seats_back_itself(company, hr, edition):
    group = run(company, edition, [], hr, seats=3)
    assert release_seats(group, by=hr, at=LATER) == 3
    assert release_seats(group, by=hr, at=LATER) == 0
    assert compare_seats() == []


# Other people ---------------------------------------------------------------------------------------------------------

PIET = {"given_name": "Piet", "family_name": "Zwart", "email": "piet@metaal.example"}


def test_someone_else_comes_on_the_same_seat(company, hr, edition):
    group = run(company, edition, people("Jan", "Joris"), hr)
    fill(edition, 4)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    newcomer = replace_person(group.enrolments.first(), PIET, by=hr, at=LATER)
    waiter.refresh_from_db()
    assert (newcomer.state, states(group), waiter.state) == (
        "confirmed", ["confirmed", "withdrawn", "confirmed"], "waitlisted",
    )  # fmt: skip
    assert list(group.rows.values_list("outcome", flat=True)) == ["placed", "replaced", "placed"]
    assert compare_seats() == []


def test_in_a_group_that_waits_someone_else_waits_in_the_same_place(company, hr, edition):
    fill(edition, 5)
    group = run(company, edition, people("Jan", "Joris"), hr, wish="whole")
    newcomer = replace_person(group.enrolments.first(), PIET, by=hr, at=LATER)
    group.refresh_from_db()
    assert (group.state, newcomer.waitlisted_at) == ("waiting", group.waitlisted_at)
    assert compare_seats() == []


def test_nobody_leaves_when_the_other_cannot_come(company, hr, edition):
    group = run(company, edition, people("Jan", "Piet"), hr)
    with pytest.raises(AlreadyEnrolled):
        replace_person(group.enrolments.first(), PIET, by=hr, at=LATER)
    with pytest.raises(HasBegun):
        replace_person(group.enrolments.first(), people("Kees")[0], by=hr, at=edition.starts_at)
    with pytest.raises(PermissionDenied):
        replace_person(group.enrolments.first(), people("Kees")[0], by=UserFactory(), at=LATER)
    assert states(group) == ["confirmed", "confirmed"]


def test_two_colleagues_change_editions_and_both_keep_a_seat(company, hr):
    course = CourseFactory()
    march, april = EditionFactory(course=course, capacity=1), EditionFactory(course=course, capacity=1)
    jan = run(company, march, people("Jan"), hr).enrolments.get()
    piet = run(company, april, people("Piet"), hr).enrolments.get()
    for edition in (march, april):
        enrol(edition, UserFactory(), answers(), language="nl", by=None, at=NOW)
    jan_now, piet_now = swap_people(jan, piet, by=hr, at=LATER)
    assert (jan_now.learner, jan_now.edition, jan_now.state) == (jan.learner, april, "confirmed")
    assert (piet_now.learner, piet_now.edition, piet_now.state) == (piet.learner, march, "confirmed")
    assert Enrolment.objects.filter(state="waitlisted").count() == 2
    assert compare_seats() == []


def test_people_of_two_courses_do_not_change_places(company, hr):
    jan = run(company, EditionFactory(), people("Jan"), hr).enrolments.get()
    piet = run(company, EditionFactory(), people("Piet"), hr).enrolments.get()
    with pytest.raises(TransitionRefused):
        swap_people(jan, piet, by=hr, at=LATER)


# Back within a day ----------------------------------------------------------------------------------------------------


def test_a_run_is_undone_within_a_day_and_its_seats_go_to_who_waits(company, hr, edition):
    group = run(company, edition, people("Jan", "Piet"), hr, seats=4)
    waiter = enrol(edition, UserFactory(), answers(), language="nl", by=None, at=LATER)
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    group.refresh_from_db()
    waiter.refresh_from_db()
    assert (group.state, states(group), group.seats_held, waiter.state) == (
        "undone", ["withdrawn", "withdrawn"], 0, "offered",
    )  # fmt: skip
    assert "Metaal bv heeft je afgemeld" in Message.objects.filter(kind="enrolment_withdrawn").first().text
    assert not Employment.objects.filter(organisation=company, ends_on=None).exists()
    assert compare_seats() == []


def test_an_undone_list_may_be_sent_in_again(company, hr, edition):
    group = run(company, edition, people("Jan"), hr)
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    again = run(company, edition, people("Jan"), hr, at=LATER)
    assert again != group
    assert states(again) == ["confirmed"]


def test_only_what_the_run_made_is_undone(company, hr, edition):
    before = run(company, edition, people("Kees"), hr)
    alone = EnrolmentFactory(edition=edition)
    group = run(company, edition, [*people("Jan"), {"name": "Sam Persoon", "email": alone.learner.email}], hr)
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    alone.refresh_from_db()
    assert (states(before), alone.state) == (["confirmed"], "confirmed")


@pytest.mark.parametrize("after", [timedelta(days=1), timedelta(days=24)], ids=["a day later", "once it has begun"])
def test_later_nothing_is_undone(company, hr, edition, after):
    group = run(company, edition, people("Jan"), hr)
    with pytest.raises(TransitionRefused):
        undo_group(group, by=hr, at=NOW + after)
    assert states(group) == ["confirmed"]


def test_a_group_that_waits_is_undone_too(company, hr, edition):
    fill(edition, 5)
    group = run(company, edition, people("Jan", "Piet"), hr, wish="whole")
    undo_group(group, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    edition.refresh_from_db()
    assert (states(group), edition.seats_free) == (["withdrawn"] * 2, 1)


def test_an_offer_to_one_of_a_group_is_answered_like_any(company, hr, edition):
    seated = fill(edition, 6)
    group = run(company, edition, people("Jan"), hr)
    withdraw(seated[0], by=None, at=LATER)
    enrolment = group.enrolments.get()
    accept_offer(enrolment, by=enrolment.learner, at=LATER)
    assert states(group) == ["confirmed"]


def test_what_happened_is_on_record(company, hr, edition):
    group = run(company, edition, people("Jan"), hr)
    assert list(Event.objects.about(group).values_list("verb", flat=True)) == [
        "group.taken_in", "group.begun", "group.done",
    ]  # fmt: skip


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
