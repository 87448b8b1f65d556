"""An employer found while typing: what anyone may know, and nothing more."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from enrolments.forms import EnrolForm
from lms.people.models import Organisation
from tests.factories import NOW, OrganisationFactory

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]


def company(name: str, kvk_number: str = "", **also: object) -> Organisation:
    return OrganisationFactory(
        name=name, kvk_number=kvk_number, **{"is_employer": True, "reviewed_at": NOW, **also}
    )  # fmt: skip


def found(question: str) -> list[list[str]]:
    answer = Client().get(reverse("employer_lookup"), {"q": question})
    assert answer.status_code == 200
    return [one["values"] for one in answer.json()["suggestions"]]


def test_by_words_of_the_name_what_begins_so_first(db):
    company("Metaal Van Dorp", "10000001")
    company("Van Dorp Fijnmechaniek", "10000002")
    company("Dorpstraat BV", "10000003")
    assert found("van dorp") == [["Van Dorp Fijnmechaniek", "10000002"], ["Metaal Van Dorp", "10000001"]]
    assert found("fijnmechaniek DORP") == [["Van Dorp Fijnmechaniek", "10000002"]]


def test_by_the_first_digits_however_typed(db):
    company("Van Dorp", "01234567")
    assert found("01.23") == [["Van Dorp", "01234567"]]
    assert found("0123 4567") == [["Van Dorp", "01234567"]]
    assert found("9999") == []


def test_who_was_not_reviewed_or_is_no_employer_is_not_told(db):
    company("Geheim Metaal", "10000001", reviewed_at=None)
    company("Geheim Lab", "", is_employer=False)
    assert found("geheim") == []


@pytest.mark.parametrize("question", ["", "x", " ", "%", "é" * 500, "'; --"])
def test_what_makes_no_sense_finds_nothing(db, question):
    assert found(question) == []


def test_at_most_eight_and_one_query(db, django_assert_num_queries):
    for number in range(12):
        company(f"Bedrijf {number}")
    with django_assert_num_queries(1):
        assert len(found("bedrijf")) == 8


def test_the_fields_stay_plain_and_keep_what_was_typed(db):
    form = EnrolForm({"category": "employee", "employer_name": "Nieuw <b>", "employer_kvk": "12"})
    html = str(form["employer_name"])
    assert 'value="Nieuw &lt;b&gt;"' in html
    assert 'data-fills="employer_name employer_kvk"' in html
    assert 'autocomplete="organization"' in html
