"""Becoming HR of an employer: by claim, by invitation, never by the domain of an address; and ceasing to be it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.messages.models import Message
from lms.people import hr_actions
from lms.people.claim_requests import forget_claim_requests
from lms.people.models import Claim, ClaimRequest, Invitation, Membership, Organisation, Role, User
from tests.factories import NOW, MembershipFactory, UserFactory

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("clock")]

SAID = {
    "kvk_number": "87654321",
    "organisation_name": "Nieuw Staal BV",
    "explanation": "Ik ben hoofd personeelszaken.",
}


@pytest.fixture
def fresh(db) -> User:
    """Someone whose address was proved by a code, and who has no role."""
    user = UserFactory(email="fenna@nieuwstaal.example", given_name="Fenna", family_name="Bos")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_hr(user: User, company: Organisation) -> bool:
    return company.pk in User.objects.get(pk=user.pk).organisations_as(Role.HR)


def claim(by: User, **said: str) -> Claim:
    return hr_actions.claim_company(**SAID | said, language="nl", by=by, at=NOW)


# Claims ---------------------------------------------------------------------------------------------------------------


def test_a_claim_gives_nothing_until_the_office_has_decided(fresh, officer, clock):
    page = signed_in(fresh).post(reverse("enrolments:claim"), SAID | {"kvk_number": "87.65.43.21"}, follow=True)
    assert "Nieuw Staal BV" in page.content.decode()
    made = Claim.objects.get()
    assert (made.kvk_number, made.state) == ("87654321", Claim.State.WAITING)
    assert not fresh.memberships.exists()
    assert signed_in(fresh).get(reverse("enrolments:employer")).status_code == 404

    signed_in(officer).post(reverse("decide_claim_approve", args=[made.pk]))
    made.refresh_from_db()
    company = Organisation.objects.get(kvk_number="87654321")
    assert (made.state, made.organisation) == (Claim.State.APPROVED, company)
    assert (company.name, company.is_employer, company.reviewed_at) == ("Nieuw Staal BV", True, NOW)
    assert is_hr(fresh, company)
    assert Message.objects.get(recipient=fresh).kind == "hr_claim_approved"
    assert {event.verb for event in Event.objects.about(made)} == {"claim.made", "claim.approved"}
    assert signed_in(fresh).get(reverse("enrolments:employer")).status_code == 200


VISITOR = SAID | {"given_name": "Vera", "name_prefix": "", "family_name": "Bos", "email": "Vera@nieuwstaal.example"}


def asked_as_a_visitor(client: Client, **said: str) -> ClaimRequest:
    sent = client.post(reverse("enrolments:claim"), VISITOR | said)
    request = ClaimRequest.objects.latest("pk")
    assert sent["Location"] == reverse("enrolments:claim_code", args=[request.token])
    return request


def mailed_code(email: str) -> str:
    letter = Message.objects.filter(kind="hr_claim_code", email=email).latest("pk")
    return re.search(r"\b\d{6}\b", letter.text)[0]


def test_someone_without_an_account_asks_for_it_with_six_mailed_digits(db, officer):
    client = Client()
    form = client.get(reverse("enrolments:claim"))
    assert form.status_code == 200
    assert 'name="email"' in form.content.decode()
    asked = asked_as_a_visitor(client)
    page = reverse("enrolments:claim_code", args=[asked.token])
    assert page in Message.objects.get(kind="hr_claim_code").text
    assert not Claim.objects.exists()
    assert not User.objects.filter(email="vera@nieuwstaal.example").exists()

    changed = client.get(reverse("enrolments:claim"), {"asked": str(asked.token)}).content.decode()
    assert all(said in changed for said in ("Nieuw Staal BV", "87654321", "personeelszaken", "Vera", "Bos"))
    code = mailed_code("vera@nieuwstaal.example")
    wrong = "000000" if code != "000000" else "111111"
    assert client.post(page, {"code": wrong}).status_code == 200
    assert not Claim.objects.exists()

    done = client.post(page, {"code": code}, follow=True)
    assert done.redirect_chain == [(reverse("enrolments:claim"), 302)]
    assert "Nieuw Staal BV" in done.content.decode()
    made = Claim.objects.get()
    assert (made.claimant.email, made.claimant.full_name) == ("vera@nieuwstaal.example", "Vera Bos")
    assert (made.state, made.kvk_number) == (Claim.State.WAITING, "87654321")
    assert made.claimant.emailaddress_set.get().verified
    assert not made.claimant.memberships.exists()
    assert "personeelszaken" not in Client().get(page).content.decode()


def test_a_visitor_reads_the_same_whether_or_not_there_is_an_account(fresh):
    pages = [
        Client().post(reverse("enrolments:claim"), VISITOR | {"email": email}, follow=True).content.decode()
        for email in (fresh.email, "nieuw@nieuwstaal.example")
    ]
    tokens = [str(one.token) for one in ClaimRequest.objects.all()]
    for said in [*tokens, fresh.email, "nieuw@nieuwstaal.example"]:
        pages = [page.replace(said, "") for page in pages]
    clean = re.compile(r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"')
    assert clean.sub("", pages[0]) == clean.sub("", pages[1])


def test_digits_do_not_sign_in_who_has_a_role_but_the_claim_is_made(db, vandorp, officer):
    known = MembershipFactory(user__email="hr@ander.example", organisation=vandorp, role=Role.HR).user
    client = Client()
    asked = asked_as_a_visitor(client, email=known.email)
    page = reverse("enrolments:claim_code", args=[asked.token])
    done = client.post(page, {"code": mailed_code(known.email)}, follow=True)
    assert done.redirect_chain == [(page, 302)]
    assert "_auth_user_id" not in client.session
    assert Claim.objects.get().claimant == known
    assert client.post(page, {"code": mailed_code(known.email)}).status_code == 200
    assert Claim.objects.count() == 1


def test_who_asked_already_loses_nothing_by_asking_as_a_visitor(fresh):
    claim(fresh)
    client = Client()
    asked = asked_as_a_visitor(client, email=fresh.email)
    page = reverse("enrolments:claim_code", args=[asked.token])
    done = client.post(page, {"code": mailed_code(fresh.email)}, follow=True)
    assert done.redirect_chain == [(reverse("enrolments:claim"), 302)]
    assert Claim.objects.get().claimant == fresh


def test_what_a_visitor_filled_in_is_kept_for_a_day(db, clock):
    asked = asked_as_a_visitor(Client())
    page = reverse("enrolments:claim_code", args=[asked.token])
    assert forget_claim_requests(at=NOW + timedelta(hours=23)) == 0
    clock.move_to(NOW + timedelta(days=1))
    assert Client().get(page).status_code == 410
    assert Client().post(reverse("enrolments:renew_claim_code", args=[asked.token])).status_code == 404
    assert forget_claim_requests(at=NOW + timedelta(days=1)) == 1


def test_the_sixth_try_in_twenty_minutes_keeps_what_was_typed(db):
    client = Client()
    for _try in range(5):
        asked_as_a_visitor(client)
    sixth = client.post(reverse("enrolments:claim"), VISITOR | {"explanation": "Dit typte ik net."})
    assert sixth.status_code == 429
    assert "Dit typte ik net." in sixth.content.decode()
    assert 'class="errsum"' in sixth.content.decode()
    assert ClaimRequest.objects.count() == 5


def test_a_second_mail_comes_after_a_minute(db, clock):
    client = Client()
    asked = asked_as_a_visitor(client)
    again = reverse("enrolments:renew_claim_code", args=[asked.token])
    client.post(again)
    assert Message.objects.filter(kind="hr_claim_code").count() == 1
    clock.move_to(NOW + timedelta(minutes=2))
    client.post(again)
    assert Message.objects.filter(kind="hr_claim_code").count() == 2


def test_the_office_hears_of_a_claim_that_waits(fresh, officer):
    made = claim(fresh)
    letter = Message.objects.get(kind="hr_claim_waiting")
    assert letter.recipient == officer
    assert reverse("claims:inspect", args=[made.pk]) in letter.text
    assert "Nieuw Staal BV" in letter.text


def test_a_claim_on_a_known_number_leads_to_the_company_we_know(fresh, officer, vandorp, now):
    made = claim(fresh, kvk_number=vandorp.kvk_number, organisation_name="Heel iets anders")
    hr_actions.approve_claim(made, by=officer, at=now)
    assert is_hr(fresh, vandorp)
    vandorp.refresh_from_db()
    assert vandorp.name == "Van Dorp Fijnmechaniek"


def test_a_declined_claim_gives_nothing_and_says_why(fresh, officer, vandorp, clock):
    made = claim(fresh, kvk_number=vandorp.kvk_number)
    client = signed_in(officer)
    address = reverse("decline_claim", args=[made.pk])
    assert "Geef in een zin" in client.post(address, {"reason": " "}).content.decode()
    client.post(address, {"reason": "We konden je functie niet nagaan."})
    made.refresh_from_db()
    assert (made.state, made.reason) == (Claim.State.DECLINED, "We konden je functie niet nagaan.")
    assert "niet nagaan" in Message.objects.get(recipient=fresh).text
    assert not is_hr(fresh, vandorp)
    assert "niet nagaan" in signed_in(fresh).get(reverse("enrolments:claim")).content.decode()
    with pytest.raises(TransitionRefused):
        hr_actions.approve_claim(made, by=officer, at=NOW)


@pytest.mark.parametrize("who", ["hr", "chris", "auditor", "dina"])
def test_only_the_programme_office_decides(request, fresh, who, now):
    made = claim(fresh)
    someone = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        hr_actions.approve_claim(made, by=someone, at=now)
    with pytest.raises(PermissionDenied):
        hr_actions.decline_claim(made, reason="Nee.", by=someone, at=now)
    assert not fresh.memberships.exists()


def test_a_waiting_claim_is_made_once_and_can_be_withdrawn(fresh, clock):
    made = claim(fresh)
    again = signed_in(fresh).post(reverse("enrolments:claim"), SAID)
    assert "al gevraagd" in again.content.decode()
    signed_in(fresh).post(reverse("enrolments:withdraw_claim", args=[made.pk]))
    made.refresh_from_db()
    assert made.state == Claim.State.WITHDRAWN
    assert claim(fresh).state == Claim.State.WAITING


def test_what_was_typed_is_kept_and_a_bsn_is_stopped(fresh, clock):
    page = (
        signed_in(fresh)
        .post(
            reverse("enrolments:claim"),
            {"organisation_name": "Nieuw Staal", "kvk_number": "123", "explanation": "Mijn nummer is 111222333."},
        )
        .content.decode()
    )
    assert "acht cijfers" in page
    assert "burgerservicenummer" in page
    assert 'value="Nieuw Staal"' in page
    assert not Claim.objects.exists()


def test_an_address_at_the_company_gives_no_role(hr, vandorp, now):
    """Never an HR role from a mail domain: the neighbour's account shares it, and has nothing."""
    neighbour = UserFactory(email="buur@vandorp.example")
    assert not is_hr(neighbour, vandorp)
    assert signed_in(neighbour).get(reverse("enrolments:employer")).status_code == 404


# Invitations ----------------------------------------------------------------------------------------------------------


def test_hr_invites_a_colleague_who_signs_in_with_that_address(hr, vandorp, clock, now):
    signed_in(hr).post(reverse("enrolments:colleagues"), {"email": "Nieuw@VanDorp.example "})
    invitation = Invitation.objects.get()
    assert invitation.email == "nieuw@vandorp.example"
    link = reverse("enrolments:hr_invitation", args=[invitation.token])
    assert link in Message.objects.get(kind="hr_invitation").text

    visitor = Client()
    assert visitor.get(link).status_code == 200
    assert not User.objects.filter(email=invitation.email).exists()  # looking changes nothing
    assert f"next={link}".replace("/", "%2F") in visitor.post(link)["Location"]
    colleague = User.objects.get(email=invitation.email)
    assert not is_hr(colleague, vandorp)

    # Signed in, but not by a code: the address is not proved.
    client = signed_in(colleague)
    assert client.post(link).status_code == 403
    EmailAddress.objects.filter(user=colleague).update(verified=True)
    assert client.post(link)["Location"].startswith(reverse("enrolments:employer"))
    assert is_hr(colleague, vandorp)
    # Once.
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410


def test_one_code_is_enough_for_who_follows_the_link(hr, vandorp, now):
    """From the mail to the role: the link, the code that is mailed, yes."""
    invitation = hr_actions.invite_hr(vandorp, email="nieuw@vandorp.example", language="nl", by=hr, at=now)
    link = reverse("enrolments:hr_invitation", args=[invitation.token])
    visitor = Client()
    ask = visitor.post(link)["Location"]
    answer = visitor.post(ask, {"email": invitation.email, "next": link})["Location"]
    mailed = Message.objects.filter(email=invitation.email, kind="account_login_code").get().text
    code = re.search(r"^\s*(\d{3}) ?(\d{3})\s*$", mailed, re.MULTILINE)
    assert code
    assert visitor.post(answer, {"code": code[1] + code[2]})["Location"] == link
    assert "Ja, ik word HR" in visitor.get(link).content.decode()
    assert visitor.post(link)["Location"].startswith(reverse("enrolments:employer"))
    assert is_hr(User.objects.get(email=invitation.email), vandorp)


def test_an_invitation_is_for_its_address_alone(hr, vandorp, fresh, clock, now):
    invitation = hr_actions.invite_hr(vandorp, email="ander@vandorp.example", language="nl", by=hr, at=now)
    link = reverse("enrolments:hr_invitation", args=[invitation.token])
    page = signed_in(fresh).get(link)
    assert "ander@vandorp.example" not in page.content.decode()
    assert signed_in(fresh).post(link).status_code == 403
    assert not is_hr(fresh, vandorp)


def test_an_invitation_expires_and_can_be_withdrawn(hr, vandorp, fresh, clock, now):
    invitation = hr_actions.invite_hr(vandorp, email=fresh.email, language="nl", by=hr, at=now)
    link = reverse("enrolments:hr_invitation", args=[invitation.token])
    clock.move_to(invitation.expires_at + timedelta(seconds=1))
    assert signed_in(fresh).get(link).status_code == 410
    assert signed_in(fresh).post(link).status_code == 410
    assert not is_hr(fresh, vandorp)
    clock.move_to(now)
    signed_in(hr).post(reverse("enrolments:withdraw_hr_invitation", args=[invitation.pk]))
    assert signed_in(fresh).get(link).status_code == 410


def test_inviting_again_replaces_the_earlier_link(hr, vandorp, now):
    first = hr_actions.invite_hr(vandorp, email="x@vandorp.example", language="nl", by=hr, at=now)
    second = hr_actions.invite_hr(vandorp, email="x@vandorp.example", language="nl", by=hr, at=now)
    first.refresh_from_db()
    assert (first.state, second.state) == (Invitation.State.WITHDRAWN, Invitation.State.OPEN)


def test_hr_of_another_company_invites_nobody_here(hr_elsewhere, hr, vandorp, now, clock):
    with pytest.raises(PermissionDenied):
        hr_actions.invite_hr(vandorp, email="x@elders.example", language="nl", by=hr_elsewhere, at=now)
    open_one = hr_actions.invite_hr(vandorp, email="x@vandorp.example", language="nl", by=hr, at=now)
    client = signed_in(hr_elsewhere)
    assert client.post(reverse("enrolments:withdraw_hr_invitation", args=[open_one.pk])).status_code == 404
    assert "x@vandorp.example" not in client.get(reverse("enrolments:colleagues")).content.decode()
    company = {"company": str(vandorp.uuid)}
    assert client.get(reverse("enrolments:colleagues"), company).status_code == 404


def test_at_too_many_invitations_the_address_that_was_typed_is_kept(vandorp, clock):
    client = signed_in(MembershipFactory(organisation=vandorp, role=Role.HR).user)
    page = reverse("enrolments:colleagues")
    for number in range(30):
        assert client.post(page, {"email": f"collega{number}@vandorp.example"}).status_code == 302
    refused = client.post(page, {"email": "nogeen@vandorp.example"})
    assert refused.status_code == 429
    assert "nogeen@vandorp.example" in refused.content.decode()
    assert "te vaak verstuurd" in refused.content.decode()
    assert not Invitation.objects.filter(email="nogeen@vandorp.example").exists()


def test_the_office_invites_hr_too(officer, vandorp, clock):
    signed_in(officer).post(reverse("invite_hr", args=[vandorp.pk]), {"email": "hr@vandorp.example"})
    assert Invitation.objects.get(organisation=vandorp).invited_by == officer


# Ending the role ------------------------------------------------------------------------------------------------------


def test_a_role_that_ends_ends_at_once(hr, vandorp, clock):
    colleague = MembershipFactory(organisation=vandorp, role=Role.HR, user__email="tweede@vandorp.example")
    signed_in(hr).post(reverse("enrolments:end_colleague", args=[colleague.pk]))
    assert not is_hr(colleague.user, vandorp)
    assert signed_in(colleague.user).get(reverse("enrolments:employer")).status_code == 404
    assert Event.objects.filter(verb="membership.ended", by=hr).exists()


def test_a_role_of_today_is_undone(hr, vandorp, clock, now):
    colleague = MembershipFactory(organisation=vandorp, role=Role.HR, starts_on=now.date())
    hr_actions.end_hr(colleague, by=hr, at=now)
    assert not is_hr(colleague.user, vandorp)
    assert Event.objects.get(verb="membership.ended").data["person"] == colleague.user.pk


def test_the_last_one_is_refused_with_the_way_out_and_the_office_may(hr, vandorp, officer, clock, now):
    membership = Membership.objects.get(user=hr)
    answer = signed_in(hr).post(reverse("enrolments:end_colleague", args=[membership.pk]), follow=True)
    assert "Nodig eerst een collega uit" in answer.content.decode()
    assert is_hr(hr, vandorp)
    hr_actions.end_hr(membership, by=officer, at=now)
    assert not is_hr(hr, vandorp)


def test_hr_of_another_company_ends_nobody_here(hr, hr_elsewhere, vandorp, clock, now):
    membership = Membership.objects.get(user=hr)
    address = reverse("enrolments:end_colleague", args=[membership.pk])
    assert signed_in(hr_elsewhere).post(address).status_code == 404
    with pytest.raises(PermissionDenied):
        hr_actions.end_hr(membership, by=hr_elsewhere, at=now)
    assert is_hr(hr, vandorp)


def test_a_role_of_another_kind_is_not_hrs_to_end(hr, vandorp, clock):
    trainer = MembershipFactory(organisation=vandorp, role=Role.TRAINER)
    assert signed_in(hr).post(reverse("enrolments:end_colleague", args=[trainer.pk])).status_code == 404
