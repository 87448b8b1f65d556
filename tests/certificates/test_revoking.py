"""Revoking by two people: one proposes, another confirms; until then the certificate is as valid as any other."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from certificates.actions import revoke_certificate, supersede_certificate
from certificates.actions.revoking import ask_revocation, confirm_revocation, decline_revocation, withdraw_proposal
from certificates.models import Certificate, RevocationProposal
from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people.models import Organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

State = Certificate.State
REASONS = {"public_reason": "mistake", "inside_reason": "Binnenskamers"}


@pytest.fixture
def in_pairs(robohouse: Organisation) -> Organisation:
    """RoboHouse wants two people."""
    Organisation.objects.filter(pk=robohouse.pk).update(revokes_in_pairs=True)
    return robohouse


@pytest.fixture
def proposal(in_pairs, certificate, chris, officer, now) -> RevocationProposal:
    """Chris proposes to revoke Amal's certificate."""
    found = ask_revocation(certificate, **REASONS, by=chris, at=now)
    assert found is not None
    return found


def page(client, name: str, certificate: Certificate, user=None) -> str:
    if user is not None:
        client.force_login(user)
    return client.get(reverse(name, args=[certificate.grouped_number])).content.decode()


def test_where_one_is_enough_it_is_revoked_at_once(certificate, chris, now):
    assert ask_revocation(certificate, **REASONS, by=chris, at=now) is None
    certificate.refresh_from_db()
    assert certificate.state == State.REVOKED


def test_until_another_confirms_it_is_valid_and_nobody_outside_knows(client, certificate, proposal, amal):
    certificate.refresh_from_db()
    assert certificate.state == State.ISSUED
    for text in (page(client, "verify", certificate), page(client, "certificates:detail", certificate, amal)):
        assert "Binnenskamers" not in text
        assert "ingetrokken" not in text.lower() or "niet ingetrokken" in text.lower()


def test_another_confirms_and_it_is_revoked(certificate, proposal, officer, chris, now):
    confirm_revocation(proposal, by=officer, at=now)
    certificate.refresh_from_db()
    assert (certificate.state, certificate.ended_by) == (State.REVOKED, officer)
    assert (certificate.public_reason, certificate.inside_reason) == ("mistake", "Binnenskamers")
    proposal.refresh_from_db()
    assert (proposal.proposed_by, proposal.decided_by) == (chris, officer)
    assert [one.verb for one in Event.objects.about(certificate)][-2:] == [
        "certificate.revocation_proposed",
        "certificate.revoked",
    ]


def test_never_the_one_who_proposed_it(certificate, proposal, chris, now):
    with pytest.raises(PermissionDenied):
        confirm_revocation(proposal, by=chris, at=now)
    with pytest.raises(PermissionDenied):
        decline_revocation(proposal, by=chris, at=now)
    with pytest.raises(PermissionDenied):
        revoke_certificate(certificate, **REASONS, by=chris, at=now)
    proposal.refresh_from_db()
    assert proposal.state == RevocationProposal.State.WAITING
    with pytest.raises(IntegrityError, match="two_people_revoke"), transaction.atomic():
        RevocationProposal.objects.update(state="confirmed", decided_by=chris, decided_at=now)


def test_nor_an_auditor_or_another_house(proposal, auditor, other_coordinator, amal, now):
    for user in (auditor, other_coordinator, amal):
        with pytest.raises(PermissionDenied):
            confirm_revocation(proposal, by=user, at=now)


def test_no_way_around_it(certificate, in_pairs, officer, now):
    """By whatever door one comes: the action itself wants the second person."""
    with pytest.raises(PermissionDenied):
        revoke_certificate(certificate, **REASONS, by=officer, at=now)


def test_the_office_may_want_it_of_every_house(certificate, office, chris, now):
    Organisation.objects.filter(pk=office.pk).update(revokes_in_pairs=True)
    assert ask_revocation(certificate, **REASONS, by=chris, at=now) is not None


@pytest.mark.parametrize(("act", "who"), [(withdraw_proposal, "chris"), (decline_revocation, "officer")])
def test_a_proposal_may_be_withdrawn_or_declined_and_made_again(
    request, certificate, proposal, chris, officer, now, act, who
):
    act(proposal, by=request.getfixturevalue(who), at=now)
    certificate.refresh_from_db()
    assert certificate.state == State.ISSUED
    with pytest.raises(TransitionRefused):
        confirm_revocation(proposal, by=officer, at=now)
    again = ask_revocation(certificate, **REASONS, by=chris, at=now)
    assert again not in (None, proposal)


def test_twice_proposed_is_one_proposal(certificate, proposal, officer, now):
    assert ask_revocation(certificate, **REASONS, by=officer, at=now) == proposal


def test_who_may_confirm_gets_a_letter_without_a_name_or_reason(proposal, officer, chris):
    letters = Message.objects.filter(kind="revocation_proposed")
    assert [one.recipient for one in letters] == [officer]
    for text in (letters[0].text, letters[0].subject):
        assert "Haddad" not in text
        assert "Binnenskamers" not in text


def test_it_is_proposed_and_confirmed_on_the_page(client, certificate, in_pairs, chris, officer):
    client.force_login(chris)
    client.post(reverse("certificates:revoke", args=[certificate.grouped_number]), REASONS)
    text = page(client, "certificates:office_detail", certificate)
    assert 'value="withdraw"' in text
    assert 'value="confirm"' not in text
    address = reverse("certificates:proposal", args=[certificate.grouped_number])
    assert client.post(address, {"answer": "confirm"}).status_code == 403
    assert client.post(address, {"answer": "anything"}).status_code == 302
    client.force_login(officer)
    listed = client.get(reverse("certificates:office"), {"state": "proposed"}).content.decode()
    assert certificate.grouped_number in listed
    assert 'value="confirm"' in page(client, "certificates:office_detail", certificate)
    assert client.post(address, {"answer": "confirm"}).status_code == 302
    certificate.refresh_from_db()
    assert certificate.state == State.REVOKED
    assert "Iemand was je voor" in client.post(address, {"answer": "confirm"}, follow=True).text  # a second click


def test_one_of_which_a_new_one_is_being_made_says_which_to_revoke(client, certificate, officer, now):
    supersede_certificate(certificate, by=officer, at=now)
    client.force_login(officer)
    address = reverse("certificates:revoke", args=[certificate.grouped_number])
    page = client.post(address, {"public_reason": "mistake", "inside_reason": "Dubbel"}, follow=True).content.decode()
    assert "Trek dat in als het klaar is" in page
    certificate.refresh_from_db()
    assert certificate.state == "issued"


def test_a_certificate_that_was_replaced_meanwhile_is_not_revoked(client, certificate, proposal, officer, now):
    Certificate.objects.filter(pk=certificate.pk).update(state=State.SUPERSEDED, ended_at=now)
    client.force_login(officer)
    address = reverse("certificates:proposal", args=[certificate.grouped_number])
    assert client.post(address, {"answer": "confirm"}).status_code == 302
    proposal.refresh_from_db()
    certificate.refresh_from_db()
    assert (proposal.state, certificate.state) == (RevocationProposal.State.WAITING, State.SUPERSEDED)
