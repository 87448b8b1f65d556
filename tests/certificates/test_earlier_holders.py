"""Whose the certificates of before the platform are, when people change addresses, accounts, or go."""

from __future__ import annotations

from datetime import datetime

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from certificates.actions.earlier import take_over, undo_take_over
from certificates.models import (
    EarlierCertificate,
)
from lms.people.merging import merge_people
from lms.people.models import User
from lms.privacy.actions import ask_erasure, erase_person
from tests.certificates.test_earlier import AMAL
from tests.certificates.test_earlier import checked as checked  # fixtures
from tests.certificates.test_earlier import taken as taken
from tests.factories import (
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def erase(person: User, now: datetime, certificates: str = "number") -> None:
    erase_person(ask_erasure(person, certificates=certificates, at_once=True, by=person, at=now), at=now)


def test_a_second_proven_address_counts(taken):
    noor = UserFactory(email="noor@elders.example", given_name="Noor", family_name="Nieuw")
    EmailAddress.objects.create(user=noor, email="noor@nieuw.example", verified=True)  # her second, proved address
    assert EarlierCertificate.objects.of(noor).exists()


def test_they_come_along_with_a_merge(taken, officer, now):
    noor = UserFactory(email="noor@nieuw.example", given_name="Noor", family_name="Nieuw")
    kept = UserFactory(email="noor@elders.example", given_name="Noor", family_name="Nieuw")
    assert EarlierCertificate.objects.of(noor).exists()
    merge_people(kept, noor, by=officer, at=now)
    assert EarlierCertificate.objects.of(User.objects.get(pk=kept.pk)).exists()


def test_they_go_to_the_account_that_was_kept(checked, chris, amal, officer, now):
    batch = checked(AMAL)
    kept = UserFactory(email="amal@elders.example", given_name="Amal", family_name="Haddad")
    merge_people(kept, amal, by=officer, at=now)
    take_over(batch, also=(), by=chris, at=now)
    assert EarlierCertificate.objects.of(User.objects.get(pk=kept.pk)).exists()


def test_nobody_who_was_erased_comes_back_by_a_list(checked, chris, amal, now):
    batch = checked(AMAL)
    erase(amal, now, "end")
    batch.refresh_from_db()
    take_over(batch, also=(), by=chris, at=now)
    assert not EarlierCertificate.objects.filter(name="Amal Haddad").exists()


def test_what_was_taken_back_names_nobody(client, taken, chris, now):
    one = EarlierCertificate.objects.get(name="Amal Haddad")
    undo_take_over(taken, by=chris, at=now)
    assert "Amal Haddad" not in client.get(reverse("verify", args=[one.grouped_number])).content.decode()
