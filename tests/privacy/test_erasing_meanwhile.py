"""An erasure or a download that meets something else: a list, a merge, a role, a second worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from enrolments.actions import (
    begin_group,
    carry_out_group,
    take_in_group,
)
from enrolments.groups.reading import listed_rows
from lms.people.actions import give_role
from lms.people.merging import make_one, merge_people
from lms.people.models import Role, User
from lms.privacy import actions as privacy
from lms.privacy import tasks as privacy_tasks
from lms.privacy.models import PrivacyRequest, file_storage
from tests.enrolments.groups import LATER, people
from tests.enrolments.groups import company as company
from tests.factories import (
    NOW,
    EditionFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr(company):
    return MembershipFactory(organisation=company, role="hr").user


@pytest.fixture
def edition():
    return EditionFactory(capacity=6)


def erase(user, at=NOW):
    asked = privacy.ask_erasure(user, certificates="keep", at_once=True, by=user, at=at)
    return privacy.erase_person(asked, at=at)


@pytest.mark.parametrize("wish", ["part", "whole"])
def test_who_was_erased_is_not_enrolled_by_a_list_that_was_there(company, hr, edition, wish):
    jan = UserFactory(email="jan@metaal.example")
    group = take_in_group(company, edition, listed_rows(people("Jan", "Piet")), source="paste", by=hr, at=NOW)
    erase(jan)
    begin_group(group, wish=wish, by=hr, at=LATER)
    carry_out_group(group, at=LATER)
    assert [one.learner.email for one in group.enrolments.all()] == ["piet@metaal.example"]
    assert not User.objects.filter(email="").exists()


def test_erasing_reaches_the_accounts_that_were_merged_into_this_one(amal, dina, officer, now):
    third = UserFactory(family_name="Derde")
    merge_people(dina, third, by=officer, at=now)
    merge_people(amal, dina, by=officer, at=now)
    erase(amal, now)
    assert not User.objects.filter(family_name__in=["Haddad", "Wit", "Derde"]).exists()


def test_an_erasure_waits_for_a_role_that_was_given_since(clock, officer, amal, vandorp, now):
    privacy.ask_erasure(amal, certificates="keep", at_once=False, by=amal, at=now)
    give_role(amal, vandorp, Role.HR, by=officer, on=now.date())
    clock.move_to(now + timedelta(days=8))
    privacy_tasks.do_what_waits()
    amal.refresh_from_db()
    assert amal.erased_at is None


def test_the_erasure_of_a_merged_account_does_not_take_hr_with_it(clock, hr, amal, now):
    privacy.ask_erasure(amal, certificates="keep", at_once=False, by=amal, at=now)
    make_one(hr, amal, by=hr, at=now)
    clock.move_to(now + timedelta(days=8))
    privacy_tasks.do_what_waits()
    hr.refresh_from_db()
    assert hr.erased_at is None


def test_one_request_that_fails_stops_no_other(clock, amal, dina, now):
    asked = privacy.ask_download(amal, "json", by=amal, at=now)
    privacy.ask_erasure(dina, certificates="keep", at_once=False, by=dina, at=now)
    file_storage().save(f"own-data/{asked.uuid.hex}", ContentFile(b"a file where the folder should be"))
    clock.move_to(now + timedelta(days=8))
    privacy_tasks.do_what_waits()
    asked.refresh_from_db()
    dina.refresh_from_db()
    assert (asked.state, bool(asked.file)) == ("received", False)
    assert dina.erased_at is not None


def test_a_file_that_was_made_twice_leaves_none_behind(clock, amal, now, django_capture_on_commit_callbacks):
    asked = privacy.ask_download(amal, "json", by=amal, at=now)
    folder = f"own-data/{asked.uuid.hex}"
    one, other = (PrivacyRequest.objects.get(pk=asked.pk) for _ in range(2))  # the doorbell and the sweep
    with django_capture_on_commit_callbacks(execute=True):
        privacy.make_download(one, at=now)
        privacy.make_download(other, at=now)
        privacy.drop_file(PrivacyRequest.objects.get(pk=asked.pk), at=now)
    assert file_storage().listdir(folder)[1] == []


def test_an_erasure_that_the_office_enters_twice_is_one(client, clock, officer, amal):
    client.force_login(officer)
    said = {"kind": "erasure", "way": "mail", "email": amal.email, "received_on": "2027-02-08"}
    for _ in range(2):
        assert client.post(reverse("privacy:register"), said).status_code == 302
    assert PrivacyRequest.objects.count() == 1
