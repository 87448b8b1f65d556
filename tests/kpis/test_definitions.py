"""The indicators on hand-counted ledgers, and the rule that a figure is the sum of its rows, on any ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates.actions import issue_certificate, revoke_certificate
from certificates.models import Certificate
from courses.models import Course, Edition
from enrolments.models import Enrolment
from lms.kpis.actions import fund_edition, take_back_fact
from lms.kpis.definitions import INDICATORS, by_quarter
from lms.kpis.figures import by_course, figures, learners_by_quarter, of_courses
from lms.kpis.forms import Filters
from lms.kpis.models import Fact, FundingProject
from lms.people.models import Organisation, User
from tests.factories import (
    FIRST_DAY,
    NOW,
    CourseFactory,
    EditionFactory,
    EnrolmentFactory,
    LearningOutcomeFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.kpis.conftest import hold, write_certificate, write_fact

LEARNERS, CERTIFICATES, HOURS = (INDICATORS[code] for code in ("LEARNERS_UNIQUE", "CERTS_ISSUED", "PERSON_HOURS"))


def value(indicator: Any, **filters: str) -> Decimal:
    asked = Filters(**filters)
    first, last = asked.days
    return indicator.value(indicator.facts(asked.facts(), first=first, last=last))


@pytest.fixture
def one_day(course: Course, bo: User) -> Edition:
    return EditionFactory(code="day-a", course=course, trainers=[bo], days=1)


@pytest.fixture
def another_day(course: Course, bo: User) -> Edition:
    return EditionFactory(code="day-b", course=course, trainers=[bo], days=1, first_day=FIRST_DAY + timedelta(days=14))


def completions() -> int:
    return Fact.objects.of_kind(Fact.Kind.COMPLETION).aggregate(total=Sum("quantity"))["total"] or 0


# The test vectors of the programme, by number ------------------------------------------------------------------------


def test_vector_1_two_courses_in_one_project_are_one_learner_and_two_completions(
    amal: User, one_day: Edition, another_day: Edition, project: Callable[[str], FundingProject]
):
    grant = project("a")
    for edition in (one_day, another_day):
        fund_edition(grant, edition, by=None)
        hold(edition.sessions.get(), EnrolmentFactory(edition=edition, learner=amal))
    assert value(LEARNERS, project="a") == 1
    assert completions() == 2


def test_vector_2_two_projects_count_one_learner_each_and_the_programme_counts_one(
    amal: User, one_day: Edition, another_day: Edition, project: Callable[[str], FundingProject]
):
    for code, edition in (("a", one_day), ("b", another_day)):
        fund_edition(project(code), edition, by=None)
        hold(edition.sessions.get(), EnrolmentFactory(edition=edition, learner=amal))
    assert (value(LEARNERS, project="a"), value(LEARNERS, project="b"), value(LEARNERS)) == (1, 1, 1)


def test_vector_3_enrolled_and_never_there_counts_nowhere(enrolled: Enrolment, edition: Edition):
    for session in edition.sessions.all():
        hold(session)
    assert (value(LEARNERS), value(CERTIFICATES), value(HOURS)) == (0, 0, 0)
    assert not Fact.objects.exists()


def test_vector_5_three_quarters_attended_is_a_learner_and_no_completion(enrolled: Enrolment, course: Course, bo: User):
    edition = EditionFactory(code="six", course=course, trainers=[bo], days=6)
    enrolment = EnrolmentFactory(edition=edition, learner=enrolled.learner)
    for session in edition.sessions.all():
        if session.number <= 4:
            hold(session, enrolment)
        elif session.number == 5:
            hold(session, partly={enrolment: 195})
        else:
            hold(session)
    enrolment.refresh_from_db()
    assert (enrolment.attended_minutes, enrolment.planned_minutes) == (1755, 2340)
    assert enrolment.state == Enrolment.State.NOT_COMPLETED
    assert value(LEARNERS) == 1
    assert value(HOURS) == Decimal("29.25")
    assert completions() == 0


def test_vector_8_three_people_of_one_company_are_three_learners(one_day: Edition, vandorp: Organisation):
    people = [EnrolmentFactory(edition=one_day, employee=True, employer=vandorp) for _one in range(3)]
    hold(one_day.sessions.get(), *people)
    assert value(LEARNERS) == 3
    assert set(Fact.objects.values_list("employer_kvk", flat=True)) == {"01234567"}


def test_vector_10_an_employer_that_grows_stays_what_it_was(
    one_day: Edition, another_day: Edition, vandorp: Organisation
):
    vandorp.size = Organisation.Size.MEDIUM
    vandorp.save(update_fields=["size"])
    enrolment = EnrolmentFactory(edition=one_day, employee=True, employer=vandorp)
    hold(one_day.sessions.get(), enrolment)
    Organisation.objects.filter(pk=vandorp.pk).update(size=Organisation.Size.LARGE)
    assert Fact.objects.of_kind(Fact.Kind.ATTENDANCE).get().employer_size == "medium"
    enrolment.refresh_from_db()
    assert enrolment.snapshot["employer_size"] == "medium"


def test_vector_11_hours_that_the_trainer_never_confirmed_do_not_count(enrolled: Enrolment, edition: Edition):
    for session in edition.sessions.all()[:3]:
        hold(session, enrolled, sign=session.number != 3)
    assert value(HOURS) == 13
    assert value(LEARNERS) == 1


def test_vector_12_a_revoked_certificate_is_taken_back_on_the_day_of_the_decision(one_day: Edition, amal: User):
    LearningOutcomeFactory(course=one_day.course)
    hold(one_day.sessions.get(), EnrolmentFactory(edition=one_day, learner=amal))
    certificate = issue_certificate(Certificate.objects.get(), at=one_day.ends_at + timedelta(minutes=5))
    assert value(CERTIFICATES) == 1
    revoke_certificate(
        certificate, public_reason="mistake", inside_reason="Verwisseld.", by=None, at=FIRST_DAY + timedelta(days=120)
    )
    assert value(CERTIFICATES) == 0
    issued, taken_back = Fact.objects.of_kind(Fact.Kind.CERTIFICATE).order_by("pk")
    # The first quarter's fact stands as it was written; the correction counts in the third.
    assert (issued.quantity, issued.counts_on) == (1, date(2027, 3, 4))
    assert (taken_back.quantity, taken_back.counts_on, taken_back.corrects) == (-1, date(2027, 7, 2), issued)


def test_vector_19_minutes_are_summed_before_they_are_rounded(db: None):
    for minutes in (50, 50, 35):
        write_fact(quantity=minutes)
    assert value(HOURS) == Decimal("2.25")


# Rules ----------------------------------------------------------------------------------------------------------------


def test_a_learner_counts_in_the_quarter_of_the_first_session_and_in_no_other(db: None):
    person = UUID(int=7)
    write_fact(person=person, on=date(2027, 2, 1))
    write_fact(person=person, on=date(2027, 5, 1))
    assert [value(LEARNERS, period=period) for period in ("2027-1", "2027-2", "2027", "2026")] == [1, 0, 1, 0]
    assert [value(HOURS, period=period) for period in ("2027-1", "2027-2", "2027")] == [
        Decimal("6.5"),
        Decimal("6.5"),
        13,
    ]


def test_when_the_first_session_is_taken_back_the_second_makes_the_learner(db: None):
    person = UUID(int=7)
    first = write_fact(person=person, on=date(2027, 2, 1))
    write_fact(person=person, on=date(2027, 5, 1))
    take_back_fact(first.key, at=NOW)
    assert [value(LEARNERS, period=period) for period in ("2027-1", "2027-2", "2027")] == [0, 1, 1]


def test_the_first_session_is_the_first_within_what_is_asked(db: None):
    """Who learned at two labs counts in the figure of each, and once in the programme's."""
    person = UUID(int=7)
    write_fact(person=person, on=date(2027, 2, 1), provider_code="robohouse", course_code="p-02")
    write_fact(person=person, on=date(2027, 5, 1), provider_code="ramlab", course_code="p-03")
    assert [value(LEARNERS, lab=lab) for lab in ("robohouse", "ramlab", "")] == [1, 1, 1]
    assert value(LEARNERS, lab="ramlab", period="2027-2") == 1


def test_a_replaced_certificate_counts_once(db: None):
    old = write_certificate(person=UUID(int=7))
    write_certificate(person=UUID(int=7))
    take_back_fact(old.key, at=NOW)
    assert value(CERTIFICATES) == 1


def test_figures_are_kept_until_the_next_fact(db: None, django_assert_num_queries: Any):
    write_fact()
    figures(Filters(), hide_small=False)
    with django_assert_num_queries(6):  # the targets, and five times which fact is the newest
        told = figures(Filters(), hide_small=False)
    assert told[0].value == 1
    write_fact()
    assert figures(Filters(), hide_small=False)[0].value == 2


# The sum of the rows is the figure -----------------------------------------------------------------------------------

FACTS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(
                [Fact.Kind.ATTENDANCE, Fact.Kind.ATTENDANCE, Fact.Kind.CERTIFICATE, *Fact.OF_ORGANISATIONS]
            ),
            "employer": st.integers(1, 4).map(lambda number: UUID(int=number)),
            "person": st.integers(1, 6).map(lambda number: UUID(int=number)),
            "category": st.sampled_from(["employee", "student", "career_switcher", "teacher", "other"]),
            "course_code": st.sampled_from(["p-01", "p-02", "p-03"]),
            "provider_code": st.sampled_from(["robohouse", "ramlab"]),
            "certificate_kind": st.sampled_from(["assessed", "participation"]),
            "quantity": st.integers(1, 480),
            "on": st.dates(date(2026, 1, 1), date(2027, 12, 31)),
            "taken_back": st.booleans(),
        }
    ),
    max_size=16,
)
ASKED = st.builds(
    Filters,
    period=st.sampled_from(["", "2026", "2027", "2027-1", "2027-4"]),
    lab=st.sampled_from(["", "robohouse", "ramlab"]),
    course=st.sampled_from(["", "p-01", "p-02"]),
)


@given(ledger=FACTS, asked=ASKED)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_on_any_ledger_every_figure_is_the_sum_of_its_rows(db: None, ledger: list[dict], asked: Filters):
    cache.clear()  # of what the rolled-back ledger before had under the same keys
    with transaction.atomic():
        for one in ledger:
            said = dict(one)
            taken_back = said.pop("taken_back")
            said["quantity"] = said["quantity"] if said["kind"] == Fact.Kind.ATTENDANCE else 1
            fact = write_fact(**said)
            if taken_back:
                take_back_fact(fact.key, at=NOW)
        first, last = asked.days
        for told in figures(asked, hide_small=False):
            indicator = told.indicator
            facts = indicator.facts(asked.facts(), first=first, last=last)
            rows = [indicator.row(fact) for fact in facts]
            # The figure on the page, the sum in the database, the sum of the listed rows, the parts under it.
            assert told.value == indicator.value(facts) == indicator.value(rows)
            assert told.value == indicator.amount(sum(row.quantity for row in rows))
            parts = by_quarter(facts).order_by().values("year", "quarter").annotate(total=Sum("counted"))
            assert told.value == indicator.amount(sum(part["total"] for part in parts))
            assert len({row.fact.pk for row in rows}) == len(rows)
        quarters = learners_by_quarter(asked, hide_small=False)
        assert sum(quarter.total for quarter in quarters) == value(LEARNERS, **vars(asked))
        assert all(sum(quarter.counts) == quarter.total for quarter in quarters)
        # A course's line is the figure with that course asked for.
        for course in by_course(asked, hide_small=False):
            for indicator, amount in zip(of_courses(), course.amounts, strict=True):
                assert amount.value == value(indicator, **{**vars(asked), "course": course.code})
        transaction.set_rollback(True)


@given(ledger=FACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_on_any_ledger_learners_are_the_persons_with_minutes_left(db: None, ledger: list[dict]):
    """Counted another way: by hand, in Python, with every counter-fact added in."""
    with transaction.atomic():
        for one in ledger:
            said = dict(one)
            taken_back = said.pop("taken_back")
            fact = write_fact(**said)
            if taken_back:
                take_back_fact(fact.key, at=NOW)
        left: dict[str, int] = {}
        person_of: dict[str, UUID] = {}
        for fact in Fact.objects.of_kind(Fact.Kind.ATTENDANCE):
            left[fact.key] = left.get(fact.key, 0) + fact.quantity
            person_of[fact.key] = fact.person
        assert value(LEARNERS) == len({person_of[key] for key, minutes in left.items() if minutes})
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("", None, None),
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-1", date(2027, 1, 1), date(2027, 3, 31)),
        ("2028-1", date(2028, 1, 1), date(2028, 3, 31)),
        ("2027-3", date(2027, 7, 1), date(2027, 9, 30)),
        ("2027-4", date(2027, 10, 1), date(2027, 12, 31)),
    ],
)
def test_a_period_is_from_its_first_day_to_its_last(period: str, first: date | None, last: date | None):
    assert Filters(period=period).days == (first, last)


def test_unused_names_stay_told(db: None):
    """A course that is no longer there still has its line, under its code."""
    write_fact(course_code="weg")
    assert [course.title for course in by_course(Filters(), hide_small=False)] == ["weg"]
    CourseFactory(code="weg", title_nl="Weer terug")
    assert [course.title for course in by_course(Filters(), hide_small=False)] == ["Weer terug"]


def test_the_day_of_a_session_is_the_local_one(one_day: Edition):
    """A session that begins at half past midnight counts on that day here, not on the one before in UTC."""
    session = one_day.sessions.get()
    begins = timezone.make_aware(timezone.datetime(2027, 4, 1, 0, 30))
    one_day.sessions.update(starts_at=begins, ends_at=begins + timedelta(hours=4), break_minutes=0)
    session.refresh_from_db()
    enrolment = EnrolmentFactory(edition=one_day, learner=UserFactory(), employee=True, employer=OrganisationFactory())
    hold(session, enrolment)
    assert Fact.objects.of_kind(Fact.Kind.ATTENDANCE).get().counts_on == date(2027, 4, 1)
    assert value(LEARNERS, period="2027-2") == 1
