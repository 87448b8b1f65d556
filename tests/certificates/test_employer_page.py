"""What runs out soon of what people share with their employer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certificates.models import Certificate
from enrolments.actions import revoke_grant
from enrolments.models import Grant

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock", "keys")]


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def expiring(certificate, granted, now) -> Certificate:
    Certificate.objects.filter(pk=certificate.pk).update(expires_on=now.date() + timedelta(days=60))
    return certificate


def soon(client: Client) -> list[int]:
    return [one["certificate"].pk for one in client.get(reverse("certificates:employer")).context["expiring"]]


def test_what_expires_within_ninety_days_is_named_with_the_way_to_renew(hr, expiring):
    client = signed_in(hr)
    assert soon(client) == [expiring.pk]
    employment = expiring.enrolment.learner.employments.get()
    course = expiring.enrolment.edition.course
    again = reverse("enrolments:enrol_staff", args=[employment.pk, course.code])
    assert again in client.get(reverse("certificates:employer")).content.decode()
    assert "binnen negentig dagen" in client.get(reverse("enrolments:employer")).content.decode()


@pytest.mark.parametrize("days", [-1, 91])
def test_what_expired_or_expires_later_is_not(hr, expiring, now, days):
    Certificate.objects.filter(pk=expiring.pk).update(expires_on=now.date() + timedelta(days=days))
    assert soon(signed_in(hr)) == []


def test_without_the_grant_the_employment_or_the_right_employer_nothing_runs_out(hr, hr_elsewhere, expiring, now):
    assert soon(signed_in(hr_elsewhere)) == []
    employment = expiring.enrolment.learner.employments.get()
    employment.ends_on = now.date() - timedelta(days=1)
    employment.save()
    assert soon(signed_in(hr)) == []
    employment.ends_on = None
    employment.save()
    revoke_grant(Grant.objects.get(), by=expiring.enrolment.learner, at=now)
    assert soon(signed_in(hr)) == []
