"""Departments of an employer, and the last day of who leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enrolments.employers import seen_by
from enrolments.models import Grant
from lms.kernel.models import Event
from lms.people import hr_actions
from lms.people.models import Department, Organisation, User
from tests.factories import EmploymentFactory, EnrolmentFactory, GrantFactory, OrganisationFactory

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]


@pytest.fixture
def client(hr: User) -> Client:
    client = Client()
    client.force_login(hr, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def assembly(vandorp: Organisation) -> Department:
    return Department.objects.create(organisation=vandorp, name="Assemblage")


def test_hr_makes_renames_and_removes_a_department(client, vandorp, clock):
    client.post(reverse("enrolments:departments"), {"name": "  Verspaning "})
    made = vandorp.departments.get(name="Verspaning")
    client.post(reverse("enrolments:department", args=[made.pk]), {"name": "Draaierij"})
    employment = EmploymentFactory(organisation=vandorp, department=made)
    assert "Draaierij" in client.get(reverse("enrolments:departments")).content.decode()
    client.post(reverse("enrolments:department", args=[made.pk]), {"remove": "1"})
    employment.refresh_from_db()
    assert employment.department is None
    assert not vandorp.departments.exists()
    verbs = set(Event.objects.filter(verb__startswith="department.").values_list("verb", flat=True))
    assert verbs == {"department.created", "department.renamed", "department.removed"}


def test_a_name_is_there_once_per_employer(client, vandorp, assembly, clock):
    again = client.post(reverse("enrolments:departments"), {"name": "assemblage"}).content.decode()
    assert "Er is al een afdeling met deze naam" in again
    assert 'value="assemblage"' in again
    other = vandorp.departments.create(name="Magazijn")
    renamed = client.post(reverse("enrolments:department", args=[other.pk]), {"name": "ASSEMBLAGE"}).content.decode()
    assert "Er is al een afdeling met deze naam" in renamed
    OrganisationFactory(employer=True).departments.create(name="Assemblage")


def test_hr_puts_someone_in_a_department_of_its_own(client, hr, vandorp, assembly, clock, now):
    employment = EmploymentFactory(organisation=vandorp)
    address = reverse("enrolments:staff_member", args=[employment.pk])
    client.post(address, {"department": assembly.pk, "ends_on": ""})
    employment.refresh_from_db()
    assert employment.department == assembly
    elsewhere = OrganisationFactory(employer=True).departments.create(name="Kantoor")
    assert client.post(address, {"department": elsewhere.pk, "ends_on": ""}).status_code == 200  # no such choice
    with pytest.raises(hr_actions.AnotherEmployer):
        hr_actions.put_in_department(employment, elsewhere, by=hr, at=now)
    employment.refresh_from_db()
    assert employment.department == assembly


def test_people_of_others_do_not_exist(hr_elsewhere, vandorp, assembly, clock, now):
    employment = EmploymentFactory(organisation=vandorp, user__family_name="Geheim")
    client = Client()
    client.force_login(hr_elsewhere, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("enrolments:staff_member", args=[employment.pk])).status_code == 404
    assert client.post(reverse("enrolments:department", args=[assembly.pk]), {"remove": "1"}).status_code == 404
    assert "Geheim" not in client.get(reverse("enrolments:staff")).content.decode()
    for refused in (
        lambda: hr_actions.put_in_department(employment, None, by=hr_elsewhere, at=now),
        lambda: hr_actions.let_go(employment, on=now.date(), by=hr_elsewhere),
        lambda: hr_actions.rename_department(assembly, "X", by=hr_elsewhere, at=now),
        lambda: hr_actions.add_department(vandorp, "X", by=hr_elsewhere, at=now),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_after_the_last_day_nothing_new_is_seen_and_nothing_is_shared(client, vandorp, edition, clock, now):
    enrolment = EnrolmentFactory(edition=edition, employee=True, employer=vandorp)
    GrantFactory(enrolment=enrolment, scope=Grant.Scope.HOURS)
    employment = enrolment.learner.employments.get()
    yesterday = now.date() - timedelta(days=1)
    client.post(
        reverse("enrolments:staff_member", args=[employment.pk]), {"department": "", "ends_on": yesterday.isoformat()}
    )
    employment.refresh_from_db()
    assert employment.ends_on == yesterday
    assert client.get(reverse("enrolments:staff_member", args=[employment.pk])).status_code == 404
    assert enrolment.learner.family_name not in client.get(reverse("enrolments:staff")).content.decode()
    later = EnrolmentFactory(
        learner=enrolment.learner, category="employee", state="confirmed", created_at=now, institution="",
        employer=OrganisationFactory(employer=True),
    )  # fmt: skip
    type(later).objects.filter(pk=later.pk).update(employer=vandorp)
    seen = seen_by(vandorp, now).get()
    assert seen == enrolment
    assert seen.shared_minutes is None


def test_a_last_day_is_not_pushed_later_nor_before_the_first(client, vandorp, clock, now):
    employment = EmploymentFactory(organisation=vandorp, ends_on=now.date() + timedelta(days=3))
    address = reverse("enrolments:staff_member", args=[employment.pk])
    later = (now.date() + timedelta(days=30)).isoformat()
    assert "eerdere laatste werkdag" in client.post(address, {"ends_on": later}).content.decode()
    before = (employment.starts_on - timedelta(days=1)).isoformat()
    assert "vóór de eerste dag" in client.post(address, {"ends_on": before}).content.decode()
    assert client.post(address, {"ends_on": "31-31-2027"}).status_code == 200
    employment.refresh_from_db()
    assert employment.ends_on == now.date() + timedelta(days=3)


def test_the_list_of_people_takes_the_same_queries_for_one_and_for_fifty(client, vandorp, assembly, clock):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for name in ("staff", "departments", "colleagues"):
                assert client.get(reverse(f"enrolments:{name}")).status_code == 200
        return len(captured)

    EmploymentFactory(organisation=vandorp, department=assembly)
    queries()
    few = queries()
    EmploymentFactory.create_batch(49, organisation=vandorp, department=assembly)
    assert queries() == few


def test_people_are_found_by_name_and_department(client, vandorp, assembly, clock):
    EmploymentFactory(organisation=vandorp, department=assembly, user__given_name="Sanne", user__family_name="Vries")
    EmploymentFactory(organisation=vandorp, user__given_name="Daan", user__family_name="Vermeulen")

    def found(**asked: str) -> list[str]:
        return [line["name"] for line in client.get(reverse("enrolments:staff"), asked).context["lines"]]

    assert found() == ["Vermeulen, Daan", "Vries, Sanne"]
    assert found(q="sanne vries") == ["Vries, Sanne"]
    assert found(department=str(assembly.pk)) == ["Vries, Sanne"]
    assert found(department="none") == ["Vermeulen, Daan"]
    assert found(department="kaas") == ["Vermeulen, Daan", "Vries, Sanne"]
