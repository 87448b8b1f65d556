"""What the forms of enrolling accept, and what they keep."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from courses.models import Price
from enrolments.forms import EnrolForm
from enrolments.models import LearnerCategory
from enrolments.pricing import quote
from lms.kernel.forms import refuse_bsn
from lms.people.forms import CodeForm
from tests.factories import PriceFactory

BSN = "111222333"
PERSON = {"given_name": "Amal", "family_name": "Haddad", "email": "amal@voorbeeld.example"}


def filled(**said):
    return EnrolForm(PERSON | said)


def test_a_student_needs_only_the_institution():
    form = filled(category="student", institution="mboRijnland")
    assert form.is_valid()
    assert form.answers.institution == "mboRijnland"


@pytest.mark.parametrize(
    ("category", "missing"),
    [
        ("employee", {"employer_name"}),
        ("career_switcher", {"sector_left", "sector_sought"}),
        ("student", {"institution"}),
        ("self_employed", set()),
        ("job_seeker", set()),
        ("teacher", set()),
        ("other", set()),
    ],
)
def test_each_category_asks_its_own_fields(category, missing):
    assert set(filled(category=category).errors) == missing


def test_every_category_can_be_chosen_once():
    form = EnrolForm()
    offered = [one.value for one in [*form.situations(), *form.other_situations()]]
    assert offered == LearnerCategory.values


def test_the_category_must_be_chosen():
    assert set(filled().errors) == {"category"}


def test_fields_of_another_category_are_neither_checked_nor_kept():
    form = filled(category="student", institution="mboRijnland", employer_name=BSN, employer_kvk="x", shares="hours")
    assert form.is_valid()
    assert (form.answers.employer_name, form.answers.employer_kvk, form.answers.shares) == ("", "", ())


def test_a_known_kvk_number_is_enough_to_name_an_employer(vandorp):
    form = filled(category="employee", employer_kvk="0123 4567")
    assert form.is_valid()
    assert form.answers.employer_kvk == vandorp.kvk_number


def test_an_unknown_kvk_number_needs_the_name_as_well(db):
    assert set(filled(category="employee", employer_kvk="76543210").errors) == {"employer_name"}


def test_a_kvk_number_has_eight_digits():
    assert set(filled(category="employee", employer_name="Van Dorp", employer_kvk="1234567").errors) == {"employer_kvk"}


def test_an_employee_shares_nothing_unless_ticked():
    form = filled(category="employee", employer_name="Van Dorp")
    assert form.is_valid()
    assert form.answers.shares == ()


def test_an_employee_shares_what_is_ticked():
    form = filled(category="employee", employer_name="Van Dorp", shares=["certificate", "hours"])
    assert form.is_valid()
    assert form.answers.shares == ("certificate", "hours")


def test_attendance_day_by_day_cannot_be_shared_from_here():
    assert set(filled(category="employee", employer_name="Van Dorp", shares=["attendance"]).errors) == {"shares"}


@pytest.mark.parametrize("name", ["given_name", "name_prefix", "family_name", "institution"])
def test_no_text_field_takes_a_citizen_service_number(name):
    form = filled(**{"category": "student", "institution": "mboRijnland", name: f"A {BSN}"})
    assert form.has_error(name, "bsn")


@pytest.mark.parametrize("text", ["111222333", "1112.22.333", "111 222 333", "111-222-333", "BSN: 111222333."])
def test_a_citizen_service_number_is_seen_however_it_is_written(text):
    with pytest.raises(ValidationError):
        refuse_bsn(text)


@pytest.mark.parametrize("text", ["01234567", "111222334", "0612345678", "1112223330", "Fabriek 4", "2027-03-04"])
def test_other_numbers_are_left_alone(text):
    refuse_bsn(text)


def ending_right(start: int) -> str:
    """Eight digits, and the ninth that makes them pass the eleven test."""
    weighed = sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), str(start), strict=True))
    return f"{start}{weighed % 11}"


@given(st.integers(min_value=10**7, max_value=10**8 - 1).map(ending_right).filter(bsn.is_valid))
def test_every_citizen_service_number_is_refused(number):
    with pytest.raises(ValidationError):
        refuse_bsn(number)


@pytest.mark.parametrize("name", ["Kijk op www.voorbeeld.example", "http://voorbeeld.example", "a@b.example"])
def test_a_name_holds_no_address_of_a_website_or_mailbox(name):
    form = filled(category="other", given_name=name)
    assert form.has_error("given_name", "address")


@pytest.mark.parametrize("name", ["Ådne-Marie", "O'Neill", "Şule", "李", "J.P.", "van 't Hof"])
def test_names_are_taken_as_people_write_them(name):
    assert filled(category="other", given_name=name).is_valid()


def test_who_is_signed_in_is_asked_neither_address_nor_name(amal):
    form = EnrolForm({"category": "other"}, user=amal)
    assert form.is_valid()
    assert (form.answers.given_name, form.answers.family_name) == ("Amal", "Haddad")
    assert form.personal_fields() == []


def test_who_is_signed_in_without_a_name_is_asked_for_it(amal):
    amal.given_name = amal.family_name = ""
    assert set(EnrolForm({"category": "other"}, user=amal).errors) == {"given_name", "family_name"}


# The digits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456 ", "Code: 123456"])
def test_digits_may_be_pasted_with_what_stands_around_them(typed):
    form = CodeForm({"code": typed})
    assert form.is_valid()
    assert form.cleaned_data["code"] == "123456"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_anything_but_six_digits_is_refused_before_it_counts_as_a_try(typed):
    assert not CodeForm({"code": typed}).is_valid()


# Prices --------------------------------------------------------------------------------------------------------------


def test_an_employee_sees_the_standard_price_and_what_a_small_company_pays(course):
    price = quote(course.prices.all(), "employee")
    assert (price.cents, price.sme_cents) == (125_000, 62_500)


@pytest.mark.parametrize(
    ("category", "cents"), [("career_switcher", 25_000), ("student", 0), ("self_employed", 125_000), ("other", 125_000)]
)
def test_each_category_has_its_price(course, category, cents):
    price = quote(course.prices.all(), category)
    assert (price.cents, price.sme_cents) == (cents, None)


def test_a_category_without_a_price_of_its_own_pays_the_standard_price():
    assert quote([PriceFactory.build(course=None)], "student").cents == 125_000


def test_a_course_without_prices_names_none():
    assert quote([], "student") is None


def test_a_price_that_is_the_same_for_small_companies_is_said_once():
    prices = [PriceFactory.build(course=None), PriceFactory.build(course=None, audience=Price.Audience.SME)]
    assert quote(prices, "employee").sme_cents is None
