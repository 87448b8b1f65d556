"""A certificate that expires: told in time, once, to whom it concerns; and renewed by taking the course again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from certificates.actions import issue_certificate, revoke_certificate, supersede_certificate
from certificates.models import Certificate, ExpiryNotice
from certificates.tasks import tell_of_expiry
from enrolments.actions import revoke_grant
from lms.messages.models import Message
from tests.certificates.conftest import issued
from tests.factories import EditionFactory, EnrolmentFactory, GrantFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def expiring(certificate, now) -> Certificate:
    """Amal's certificate expires in a hundred days."""
    Certificate.objects.filter(pk=certificate.pk).update(expires_on=now.date() + timedelta(days=100))
    certificate.refresh_from_db()
    return certificate


def told(kind: str = "certificate_expires") -> int:
    return Message.objects.filter(kind=kind).count()


def test_the_holder_is_told_sixty_and_fourteen_days_before_and_once_each(expiring, amal, clock, now):
    for days_before, letters in [(61, 0), (60, 1), (40, 1), (15, 1), (14, 2), (1, 2), (0, 2), (-1, 2)]:
        clock.move_to(now + timedelta(days=100 - days_before))
        tell_of_expiry()
        tell_of_expiry()
        assert told() == letters, days_before
    letter = Message.objects.filter(kind="certificate_expires").first()
    assert (letter.recipient, letter.language) == (amal, "nl")
    assert reverse("cms:course", args=["p-02"]) in letter.text or "p-02" in letter.text


def test_a_morning_that_was_missed_is_made_up_for(expiring, clock, now):
    clock.move_to(now + timedelta(days=95))
    tell_of_expiry()
    assert told() == 1  # not the one of sixty days as well
    assert ExpiryNotice.objects.get().days == 14


def test_an_english_reader_is_told_in_english(expiring, amal, clock, now):
    type(amal).objects.filter(pk=amal.pk).update(language="en")
    clock.move_to(now + timedelta(days=45))
    tell_of_expiry()
    letter = Message.objects.get(kind="certificate_expires")
    assert letter.language == "en"
    assert "Cobots in practice" in letter.subject


def test_hr_hears_of_it_only_when_it_is_shared(expiring, granted, hr, amal, clock, now):
    clock.move_to(now + timedelta(days=45))
    tell_of_expiry()
    tell_of_expiry()
    letter = Message.objects.get(kind="certificates_expire")
    assert letter.recipient == hr
    assert "Amal Haddad" in letter.text
    revoke_grant(granted, by=amal, at=now + timedelta(days=45))
    clock.move_to(now + timedelta(days=90))
    tell_of_expiry()
    assert (told(), told("certificates_expire")) == (2, 1)


def test_hr_is_told_nothing_without_a_grant(expiring, hr, clock, now):
    clock.move_to(now + timedelta(days=45))
    tell_of_expiry()
    assert (told(), told("certificates_expire")) == (1, 0)


def test_each_hr_gets_one_letter_about_everyone(expiring, granted, of_dina, vandorp, hr, clock, now):
    Certificate.objects.filter(pk=of_dina.pk).update(expires_on=expiring.expires_on)
    GrantFactory(enrolment=of_dina.enrolment)
    MembershipFactory(user__email="tweede@voorbeeld.example", organisation=vandorp, role="hr")
    clock.move_to(now + timedelta(days=45))
    tell_of_expiry()
    assert told("certificates_expire") == 2
    for letter in Message.objects.filter(kind="certificates_expire"):
        assert "Amal Haddad" in letter.text
        assert "Dina de Wit" in letter.text


# Renewing -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def again(expiring, taught, amal, bo, now) -> Certificate:
    """She takes the course again."""
    edition = EditionFactory(code="p-02-2028v", course=taught, trainers=[bo])
    return issued(EnrolmentFactory(edition=edition, learner=amal, completed=True), now + timedelta(days=1))


def test_taking_the_course_again_renews_it_and_both_pages_tell(client, expiring, again):
    assert again.renews == expiring
    expiring.refresh_from_db()
    assert expiring.state == Certificate.State.ISSUED  # it runs out on its own day
    for one, other in ((expiring, again), (again, expiring)):
        page = client.get(reverse("verify", args=[one.grouped_number])).content.decode()
        assert reverse("verify", args=[other.grouped_number]) in page


def test_who_renewed_is_not_told_that_the_old_one_expires(expiring, again, clock, now):
    clock.move_to(now + timedelta(days=45))
    tell_of_expiry()
    assert told() == 0


def test_a_correction_of_a_renewal_renews_the_same(expiring, again, now):
    successor = supersede_certificate(again, by=None, at=now + timedelta(days=2))
    issue_certificate(successor, at=now + timedelta(days=2))
    assert successor.renews == expiring


@pytest.mark.parametrize(("days_before", "offered"), [(91, False), (90, True), (0, True), (-400, True)])
def test_the_holders_pages_offer_to_take_it_again(client, expiring, amal, clock, now, days_before, offered):
    clock.move_to(now + timedelta(days=100 - days_before))
    client.force_login(amal)
    for address in (reverse("certificates:mine"), reverse("certificates:detail", args=[expiring.grouped_number])):
        assert (f'href="{reverse("cms:course", args=["p-02"])}"' in client.get(address).content.decode()) == offered


def test_who_took_it_again_is_not_offered_that_and_neither_is_hr(
    client, expiring, again, granted, hr, amal, clock, now
):
    clock.move_to(now + timedelta(days=45))
    client.force_login(amal)
    page = client.get(reverse("certificates:mine")).content.decode()
    assert reverse("cms:course", args=["p-02"]) not in page
    client.force_login(hr)
    page = client.get(reverse("certificates:employer")).content.decode()
    assert "Er verloopt geen gedeeld certificaat binnen negentig dagen." in page


def test_one_that_was_revoked_is_not_offered_to_be_taken_again(client, expiring, amal, officer, clock, now):
    revoke_certificate(expiring, public_reason="mistake", inside_reason="Dubbel", by=officer, at=now)
    clock.move_to(now + timedelta(days=45))
    client.force_login(amal)
    assert reverse("cms:course", args=["p-02"]) not in client.get(reverse("certificates:mine")).content.decode()


def test_one_without_an_end_is_not_renewed(certificate, taught, amal, bo, now):
    edition = EditionFactory(code="p-02-2028v", course=taught, trainers=[bo])
    assert issued(EnrolmentFactory(edition=edition, learner=amal, completed=True), now).renews is None
