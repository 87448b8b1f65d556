"""Letters about a funded edition carry the funder's words and emblem together, and only to who takes part."""

from datetime import timedelta
from uuid import uuid4

import pytest

from certificates.actions import issue_certificate, request_certificate
from courses.actions import announce_funding
from courses.models import Edition
from enrolments.actions import (
    Said,
    announce,
    call_off,
    change_capacity,
    enrol,
    extend_offer,
    take_back_offer,
)
from lms.messages.models import Message
from tests.factories import EditionFactory, EnrolmentFactory, LearningOutcomeFactory, answers

pytestmark = pytest.mark.django_db


def funded(edition: Edition) -> Edition:
    return announce_funding(
        edition, notice_nl="Betaald door de Unie", notice_en="Paid by the Union", emblem="eu", by=None
    )


def carries_both(kind: str) -> bool:
    html = Message.objects.get(kind=kind).html
    return "cid:eu-emblem" in html and "Betaald door de Unie" in html


def test_what_the_office_writes_about_a_place_carries_both(course, officer, amal, now):
    edition = funded(EditionFactory(course=course, capacity=2))
    EnrolmentFactory(edition=edition)
    offered = EnrolmentFactory(edition=edition, learner=amal, waitlisted=True)
    change_capacity(edition, 3, by=officer, at=now)
    offered.refresh_from_db()
    extend_offer(offered, offered.offer_expires_at + timedelta(days=1), by=officer, at=now)
    take_back_offer(offered, by=officer, at=now)
    assert carries_both("offer_extended")
    assert carries_both("offer_taken_back")


def test_a_place_kept_on_another_date_carries_both(course, officer, amal, now, clock):
    cancelled, other = EditionFactory(course=course), funded(EditionFactory(course=course))
    EnrolmentFactory(edition=cancelled, learner=amal)
    call_off(cancelled, alternative=other, by=officer, at=now)
    assert carries_both("place_kept")


def test_an_announcement_carries_both(edition, chris, amal, now):
    EnrolmentFactory(edition=funded(edition), learner=amal)
    announce(edition, {"nl": Said("Zaal", "Kom naar 5.")}, audience="places", form_key=uuid4(), by=chris, at=now)
    assert carries_both("announcement")


def test_a_certificate_carries_both_as_they_were_when_it_was_issued(edition, amal, now):
    LearningOutcomeFactory(course=edition.course)
    earned = EnrolmentFactory(edition=funded(edition), learner=amal, completed=True)
    issue_certificate(request_certificate(earned, kind="participation", by=None, at=now), at=now)
    assert carries_both("certificate_ready")


def test_who_decides_on_a_request_gets_neither(edition, chris, amal, now):
    Edition.objects.filter(pk=funded(edition).pk).update(needs_approval=True)
    enrol(Edition.objects.get(pk=edition.pk), amal, answers(), language="nl", by=amal, at=now)
    html = Message.objects.get(kind="approval_asked").html
    assert "eu-emblem" not in html
    assert "Betaald door" not in html
    assert carries_both("enrolment_requested")
