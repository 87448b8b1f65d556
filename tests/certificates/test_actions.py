"""Who may do what with a certificate, asked of the actions themselves."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from certificates.actions import record_downloads, revoke_certificate, supersede_certificate
from certificates.models import Certificate
from enrolments.actions import revoke_grant
from lms.kernel.models import Event
from lms.people.actions import end_employment

pytestmark = pytest.mark.django_db

EVERYONE = ("amal", "dina", "bo", "chris", "other_coordinator", "officer", "auditor", "hr", "hr_elsewhere")


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("view", {"amal", "chris", "officer", "auditor"}),
        ("download", {"amal", "chris", "officer", "auditor", "hr"}),
        ("revoke", {"chris", "officer"}),
        ("supersede", {"chris", "officer"}),
    ],
)
def test_who_may_what(request, certificate, granted, clock, verb, who):
    allowed = {
        name
        for name in EVERYONE
        if Certificate.objects.allowing(request.getfixturevalue(name), verb).contains(certificate)
    }
    assert allowed == who


@pytest.mark.parametrize("name", ["amal", "dina", "bo", "other_coordinator", "auditor", "hr"])
def test_the_actions_refuse_whoever_may_not(request, certificate, granted, now, name):
    by = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        revoke_certificate(certificate, public_reason="mistake", inside_reason="Want", by=by, at=now)
    with pytest.raises(PermissionDenied):
        supersede_certificate(certificate, by=by, at=now)
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.ISSUED


def test_downloads_are_recorded_one_by_one_with_ids_only(certificate, of_dina, officer, now):
    record_downloads([certificate, of_dina], by=officer, at=now)
    for one in (certificate, of_dina):
        event = Event.objects.about(one).get(verb="certificate.downloaded")
        assert (event.by, event.at, event.data) == (officer, now, {})


def test_one_that_may_not_be_had_stops_all(certificate, granted, of_dina, hr, now):
    with pytest.raises(PermissionDenied):
        record_downloads([certificate, of_dina], by=hr, at=now)
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


def test_hr_sees_what_is_granted_and_nothing_before_or_after(certificate, hr, now, clock, amal, request):
    def may() -> bool:
        return Certificate.objects.allowing(hr, "download").contains(certificate)

    assert not may()
    grant = request.getfixturevalue("granted")
    assert may()
    revoke_grant(grant, by=amal, at=now)
    assert not may()


def test_hr_loses_sight_when_the_learner_leaves(certificate, granted, hr, clock, now):
    assert Certificate.objects.allowing(hr, "download").contains(certificate)
    end_employment(certificate.enrolment.learner.employments.get(), by=None, on=now.date())
    assert Certificate.objects.allowing(hr, "download").contains(certificate)  # the last day still counts
    clock.shift(24 * 3600)
    assert not Certificate.objects.allowing(hr, "download").contains(certificate)


@pytest.mark.parametrize("state", [Certificate.State.REVOKED, Certificate.State.SUPERSEDED])
def test_hr_has_only_what_holds(certificate, granted, hr, officer, now, state):
    if state == Certificate.State.REVOKED:
        revoke_certificate(certificate, public_reason="mistake", inside_reason="Want", by=officer, at=now)
    else:
        Certificate.objects.filter(pk=certificate.pk).update(state=state, ended_at=now)
    assert not Certificate.objects.allowing(hr, "download").exists()
