"""The matrix of people and courses: departments, periods, cells that lead somewhere, and enrolling from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from enrolments.actions.staff import AnotherEmployer, enrol_staff
from enrolments.models import Enrolment, Grant
from lms.messages.models import Message
from lms.people.models import Organisation, User
from tests.factories import (
    EditionFactory,
    EmploymentFactory,
    EnrolmentFactory,
    GrantFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]
ROOM = "enrolments:employer"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def client(hr: User) -> Client:
    return signed_in(hr)


@pytest.fixture
def sanne(edition, vandorp) -> Enrolment:
    person = UserFactory(given_name="Sanne", name_prefix="de", family_name="Vries")
    return EnrolmentFactory(edition=edition, learner=person, employee=True, employer=vandorp)


def names(client: Client, **asked: str) -> list[str]:
    return [line["name"] for line in client.get(reverse(ROOM), asked).context["lines"]]


def test_departments_and_periods_filter_the_matrix_and_its_export(client, vandorp, sanne, now):
    assembly = vandorp.departments.create(name="Assemblage")
    sanne.learner.employments.update(department=assembly)
    last_year = EditionFactory(first_day=now - timedelta(days=300))
    EnrolmentFactory(
        edition=last_year, learner=UserFactory(given_name="Daan", family_name="Vermeulen"), employee=True,
        employer=vandorp,
    )  # fmt: skip
    assert names(client) == ["Vermeulen, Daan", "Vries, Sanne de"]
    assert names(client, department=str(assembly.pk)) == ["Vries, Sanne de"]
    assert names(client, department="none") == ["Vermeulen, Daan"]
    assert names(client, period="2026") == ["Vermeulen, Daan"]
    assert names(client, period="now") == ["Vries, Sanne de"]
    assert names(client, period="99", department="-1") == ["Vermeulen, Daan", "Vries, Sanne de"]
    export = reverse("enrolments:employer_export", kwargs={"file_format": "csv"})
    text = client.get(export, {"department": str(assembly.pk)}).content.decode("utf-8-sig")
    assert "Assemblage" in text
    assert "Vermeulen" not in text


def test_the_department_of_another_company_filters_nobody_in(client, vandorp, sanne):
    elsewhere = OrganisationFactory(employer=True)
    theirs = elsewhere.departments.create(name="Kantoor")
    EmploymentFactory(user=sanne.learner, organisation=elsewhere, department=theirs)
    assert names(client, department=str(theirs.pk)) == []
    assert "Kantoor" not in client.get(reverse(ROOM)).content.decode()


def test_a_cell_leads_to_what_hr_may_know_and_no_further(client, hr_elsewhere, vandorp, sanne, now, clock):
    page = client.get(reverse(ROOM)).content.decode()
    address = reverse("enrolments:staff_enrolment", args=[sanne.code])
    assert address in page
    text = client.get(address).content.decode()
    assert "Vries, Sanne de" in text
    assert text.count("(nog) niet gedeeld") >= 2
    GrantFactory(enrolment=sanne, scope=Grant.Scope.HOURS)
    assert client.get(address).content.decode().count("(nog) niet gedeeld") == text.count("(nog) niet gedeeld") - 1
    assert signed_in(hr_elsewhere).get(address).status_code == 404


@pytest.mark.parametrize("how", [{"completed": True}, {"not_completed": True}, {}])
def test_not_shared_failed_and_not_finished_give_the_same_page(hr, vandorp, clock, edition, how):
    person = UserFactory(given_name="Sanne", family_name="Vries")
    enrolment = EnrolmentFactory(edition=edition, learner=person, employee=True, employer=vandorp, **how)
    clock.move_to(edition.ends_at + timedelta(hours=1))
    page = signed_in(hr).get(reverse("enrolments:staff_enrolment", args=[enrolment.code])).content.decode()
    assert page.partition("<dl")[2].partition("</dl>")[0].count("niet gedeeld") == 3
    for secret in ("behaald", "26", "13", "afgerond"):
        assert secret not in page.partition("<dl")[2].partition("</dl>")[0].replace(str(edition.starts_at.year), "")


def test_hr_enrols_someone_from_an_empty_cell(client, hr, vandorp, sanne, edition):
    daan = EmploymentFactory(organisation=vandorp, user__given_name="Daan", user__family_name="Bos")
    EnrolmentFactory(edition=EditionFactory(), learner=daan.user, employee=True, employer=vandorp)
    address = reverse("enrolments:enrol_staff", args=[daan.pk, edition.course.code])
    assert address in client.get(reverse(ROOM)).content.decode()
    assert client.get(address).status_code == 200
    client.post(address, {"edition": edition.code})
    made = Enrolment.objects.get(learner=daan.user, edition=edition)
    assert (made.state, made.employer, made.enrolled_by) == (Enrolment.State.CONFIRMED, vandorp, hr)
    assert not made.grants.exists()
    assert Message.objects.get(recipient=daan.user).kind == "enrolment_confirmed"
    again = client.post(address, {"edition": edition.code}).content.decode()
    assert "al ingeschreven" in again
    assert Enrolment.objects.filter(learner=daan.user, edition=edition).count() == 1


@pytest.mark.parametrize(("free", "said"), [(1, "(1 plek vrij)"), (2, "(2 plekken vrij)")])
def test_an_edition_to_choose_says_how_many_places_are_free(client, vandorp, edition, free, said):
    EnrolmentFactory.create_batch(edition.capacity - free, edition=edition)
    daan = EmploymentFactory(organisation=vandorp)
    address = reverse("enrolments:enrol_staff", args=[daan.pk, edition.course.code])
    assert said in client.get(address).content.decode()


def test_a_full_edition_gives_a_place_on_the_waiting_list(client, vandorp, full_edition):
    daan = EmploymentFactory(organisation=vandorp)
    client.post(
        reverse("enrolments:enrol_staff", args=[daan.pk, full_edition.course.code]), {"edition": full_edition.code}
    )
    assert Enrolment.objects.get(learner=daan.user).state == Enrolment.State.WAITLISTED


def test_an_edition_that_takes_no_enrolments_is_no_choice(hr, vandorp, edition, clock):
    daan = EmploymentFactory(organisation=vandorp)
    address = reverse("enrolments:enrol_staff", args=[daan.pk, edition.course.code])
    clock.move_to(edition.starts_at)
    client = signed_in(hr)
    assert "Nu neemt geen editie inschrijvingen aan" in client.get(address).content.decode()
    assert client.post(address, {"edition": edition.code}).status_code == 200
    assert client.post(address, {"edition": "kaas"}).status_code == 200
    assert not Enrolment.objects.filter(learner=daan.user).exists()


def test_nobody_enrols_the_people_of_others_or_who_has_left(hr, hr_elsewhere, vandorp, edition, now):
    daan = EmploymentFactory(organisation=vandorp)
    address = reverse("enrolments:enrol_staff", args=[daan.pk, edition.course.code])
    assert signed_in(hr_elsewhere).get(address).status_code == 404
    assert signed_in(hr_elsewhere).post(address, {"edition": edition.code}).status_code == 404
    with pytest.raises(PermissionDenied):
        enrol_staff(daan, edition, by=hr_elsewhere, at=now)
    daan.ends_on = now.date() - timedelta(days=1)
    daan.save()
    assert signed_in(hr).post(address, {"edition": edition.code}).status_code == 404
    with pytest.raises(PermissionDenied):
        enrol_staff(daan, edition, by=hr, at=now)
    assert not Enrolment.objects.exists()


def test_a_company_known_by_a_common_name_alone_is_not_taken_for_another(edition, now):
    OrganisationFactory(employer=True, name="Bakker", kvk_number="")
    ours = OrganisationFactory(employer=True, name="Bakker", kvk_number="")
    hr = MembershipFactory(organisation=ours, role="hr").user
    with pytest.raises(AnotherEmployer):
        enrol_staff(EmploymentFactory(organisation=ours), edition, by=hr, at=now)
    assert not Enrolment.objects.exists()
    assert Organisation.objects.filter(name="Bakker").count() == 2
