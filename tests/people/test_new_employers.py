"""Employers that people typed in: beside those that they look like, and approved by the programme office."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.kernel.models import Event
from lms.people.actions import find_or_create_employer
from lms.people.models import Organisation, User
from lms.people.new_employers import approve_employer, likely_doubles, normalised_name
from tests.factories import NOW, OrganisationFactory

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]


@pytest.fixture
def client(officer: User) -> Client:
    client = Client()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize(
    "name",
    [
        "Lasbedrijf Smit B.V.",
        "LASBEDRIJF SMIT BV",
        "lasbedrijf  Smit, b.v.",
        "Lasbedrijf Smit (fictief)",
        "Lasbedrijf Smît N.V.",
    ],
)
def test_spelling_and_legal_form_make_no_difference(name):
    assert normalised_name(name) == "lasbedrijf smit"


@pytest.mark.parametrize("name", ["Lasbedrijf Smits", "Smit", "Lasbedrijf Smit Rotterdam"])
def test_another_name_is_another_name(name):
    assert normalised_name(name) != "lasbedrijf smit"


def test_a_name_of_legal_forms_alone_stays_a_name():
    assert normalised_name("Groep B.V.") == "groep bv"


def test_a_new_employer_stands_beside_those_that_it_looks_like(client, vandorp, now):
    vandorp.reviewed_at = now
    vandorp.save()
    typed = find_or_create_employer(name="van dorp fijnmechaniek bv", kvk_number="", by=None, at=now)
    other = OrganisationFactory(is_employer=True, name="Van Dorp Fijnmechaniek N.V.")
    assert likely_doubles([typed]) == {typed.pk: [vandorp, other]}
    page = client.get(reverse("new_employers")).content.decode()
    assert "van dorp fijnmechaniek bv" in page
    assert vandorp.kvk_number in page


def test_an_approved_employer_is_found_while_typing(client, officer, now):
    typed = find_or_create_employer(name="Nieuw Staal", kvk_number="", by=None, at=now)

    def found() -> list:
        return Client().get(reverse("employer_lookup"), {"q": "nieuw staal"}).json()["suggestions"]

    assert found() == []
    for _twice in range(2):
        client.post(reverse("approve_employer", args=[typed.pk]))
    assert [one["label"] for one in found()] == ["Nieuw Staal"]
    assert Event.objects.about(typed).filter(verb="organisation.reviewed", by=officer).count() == 1
    assert (
        "Nieuw Staal"
        not in client.get(reverse("new_employers")).content.decode().partition("<main")[2].partition("<table")[2]
    )


@pytest.mark.parametrize("who", ["hr", "chris", "auditor"])
def test_only_the_programme_office_approves(request, who, now):
    typed = OrganisationFactory(is_employer=True)
    with pytest.raises(PermissionDenied):
        approve_employer(typed, by=request.getfixturevalue(who), at=now)
    assert Organisation.objects.get(pk=typed.pk).reviewed_at is None


def test_the_list_takes_the_same_queries_for_one_and_for_many(client):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("new_employers")).status_code == 200
        return len(captured)

    OrganisationFactory(is_employer=True, name="Smit BV")
    queries()
    few = queries()
    for number in range(30):
        OrganisationFactory(is_employer=True, name=f"Smit {number % 3}", reviewed_at=NOW if number % 2 else None)
    assert queries() == few
