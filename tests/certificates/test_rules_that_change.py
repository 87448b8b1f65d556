"""What was earned, held back or proposed under one rule, and looked at under another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from certificates.actions import (
    issue_certificate,
    request_earned_certificate,
    revoke_certificate,
    supersede_certificate,
)
from certificates.actions import rounds as round_actions
from certificates.actions.revoking import ask_revocation, confirm_revocation
from certificates.models import (
    Certificate,
    CourseCertificate,
    HeldCertificate,
    RevocationProposal,
)
from certificates.tasks import request_missing_certificates, tell_of_expiry
from courses.models import Course
from enrolments.models import Enrolment
from lms.messages.models import Message
from lms.people.merging import merge_people
from lms.people.models import Organisation, Role, User
from tests.certificates.conftest import issued
from tests.certificates.test_programmes import earn as earn  # fixtures
from tests.certificates.test_programmes import programme as programme
from tests.factories import (
    EditionFactory,
    EnrolmentFactory,
    LearningOutcomeFactory,
    MembershipFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WHY = {"public_reason": "mistake", "inside_reason": "x"}

ASSESSED = {"certificate_kind": "assessed", "assessment_nl": "Toets", "assessment_en": "Test"}


def test_a_correction_makes_nothing_valid_for_longer(taught, finished, officer, now, clock):
    Course.objects.filter(pk=taught.pk).update(certificate_months=12)
    old = issued(Enrolment.objects.get(pk=finished.pk), now)
    later = now + timedelta(days=900)
    clock.move_to(later)
    assert issue_certificate(supersede_certificate(old, by=officer, at=later), at=later).expires_on == old.expires_on


def test_two_accounts_of_one_person_do_not_revoke_in_pairs(certificate, robohouse, chris, officer, now):
    Organisation.objects.filter(pk=robohouse.pk).update(revokes_in_pairs=True)
    second = MembershipFactory(user__email="chris2@x.example", organisation=robohouse, role=Role.COORDINATOR).user
    ask_revocation(certificate, **WHY, by=second, at=now)
    merge_people(chris, second, by=officer, at=now)
    with pytest.raises(PermissionDenied):
        confirm_revocation(RevocationProposal.objects.get(), by=User.objects.get(pk=chris.pk), at=now)


def test_a_programme_s_certificate_is_of_the_programme_s_house(programme, earn, ramlab, other_coordinator, chris, now):
    Course.objects.filter(pk=programme.pk).update(provider=ramlab)  # its parts are RoboHouse's
    for n in (1, 2, 3):
        earn(n)
    one = issue_certificate(Certificate.objects.get(programme=programme), at=now)
    may = [Certificate.objects.allowing(who, "revoke").filter(pk=one.pk).exists() for who in (other_coordinator, chris)]
    assert may == [True, False]


def test_what_was_passed_before_a_course_was_assessed_stays_in_view_of_employers(certificate, granted, taught, vandorp):
    assert Certificate.objects.all().shared_with({vandorp.pk}).exists()
    Course.objects.filter(pk=taught.pk).update(**ASSESSED)
    assert Certificate.objects.all().shared_with({vandorp.pk}).exists()  # passed, under the old rule


def test_an_assessed_one_that_was_held_back_is_asked_for_again(taught, edition, amal, now):
    Course.objects.filter(pk=taught.pk).update(**ASSESSED)
    e = EnrolmentFactory(edition=edition, learner=amal, state="not_completed", outcome="attended", ended_at=now)
    request_earned_certificate(Enrolment.objects.get(pk=e.pk), by=None, at=now)
    issue_certificate(Certificate.objects.get(), at=now)
    taught.outcomes.all().delete()
    Enrolment.objects.filter(pk=e.pk).update(state="completed", outcome="passed")  # the resit
    assert request_earned_certificate(Enrolment.objects.get(pk=e.pk), by=None, at=now) is None
    LearningOutcomeFactory(course=taught)
    request_missing_certificates()
    assert Certificate.objects.filter(kind="assessed").exists() or round_actions.earned_without(edition).exists()


def test_nothing_is_assessed_without_assessment_and_level(taught, finished, now):
    Course.objects.filter(pk=taught.pk).update(certificate_kind="assessed", level_label_nl="", level_label_en="")
    assert request_earned_certificate(Enrolment.objects.get(pk=finished.pk), by=None, at=now) is None


def test_an_approval_that_cannot_be_carried_out_stays_open_and_says_why(client, programme, earn, chris):
    CourseCertificate.objects.create(course=programme, needs_approval=True)
    for n in (1, 2, 3):
        earn(n)
    programme.outcomes.all().delete()
    client.force_login(chris)
    data = {"held": HeldCertificate.objects.get().pk, "answer": "approve"}
    page = client.post(reverse("certificates:decide"), data, follow=True).content.decode()
    assert "is niet meer verdiend" not in page
    assert HeldCertificate.objects.get().state == "waiting"


def test_a_correction_of_the_earlier_one_is_renewed_too(taught, finished, amal, officer, now):
    Course.objects.filter(pk=taught.pk).update(certificate_months=12)
    first = issued(Enrolment.objects.get(pk=finished.pk), now)
    later = now + timedelta(days=300)
    again = EnrolmentFactory(
        edition=EditionFactory(course=Course.objects.get(pk=taught.pk)), learner=amal, completed=True
    )
    assert issued(again, later).renews == first
    corrected = issue_certificate(supersede_certificate(first, by=officer, at=later), at=later)
    assert not Certificate.objects.filter(pk=corrected.pk).not_renewed().exists()


def test_a_proposal_ends_with_its_certificate(certificate, robohouse, chris, officer, now):
    Organisation.objects.filter(pk=robohouse.pk).update(revokes_in_pairs=True)
    ask_revocation(certificate, **WHY, by=chris, at=now)
    issue_certificate(supersede_certificate(certificate, by=officer, at=now), at=now)
    assert not RevocationProposal.objects.waiting().exists()


def test_hr_that_comes_later_is_told(certificate, granted, vandorp, now, clock):
    Certificate.objects.filter(pk=certificate.pk).update(expires_on=now.date() + timedelta(days=50))
    tell_of_expiry()
    MembershipFactory(organisation=vandorp, role="hr")
    clock.move_to(now + timedelta(days=1))
    tell_of_expiry()
    assert Message.objects.filter(kind="certificates_expire").count() == 1


def test_a_renewal_leads_to_no_revoked_certificate(client, taught, finished, amal, officer, now):
    Course.objects.filter(pk=taught.pk).update(certificate_months=12)
    first = issued(Enrolment.objects.get(pk=finished.pk), now)
    again = EnrolmentFactory(
        edition=EditionFactory(course=Course.objects.get(pk=taught.pk)), learner=amal, completed=True
    )
    second = issued(again, now + timedelta(days=1))
    revoke_certificate(first, **WHY, by=officer, at=now)
    assert first.grouped_number not in client.get(reverse("verify", args=[second.grouped_number])).content.decode()
