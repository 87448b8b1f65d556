"""More than one address per person, each proved; one that is another account's is offered for merging."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from enrolments.actions import confirm_hold, hold_seat
from lms.messages.models import Message
from lms.people.actions import CodeRefused, find_or_create_person, person_behind, save_person
from lms.people.addresses import AsksTheOffice, claim_address, forget_claims, merge_proved, prove_address
from lms.people.models import AddressClaim, LikelyDouble, Merge, User
from tests.factories import NOW, EnrolmentFactory, MembershipFactory, UserFactory, answers
from tests.people.conftest import client_of, proved, with_app

pytestmark = pytest.mark.django_db

WORK = "amal@werk.example"


def mailed_code(email: str) -> str:
    mail = Message.objects.filter(email=email, kind="address_code").order_by("-pk")[0]
    return re.search(r"\b\d{6}\b", mail.text)[0]


def add(client, email: str):
    return client.post(reverse("account_email"), {"action_add": "", "email": email}, follow=True)


def test_an_address_is_added_with_six_digits(clock, amal):
    client = client_of(proved(amal))
    page = add(client, "Amal@Werk.example")
    assert WORK in page.content.decode()
    assert not EmailAddress.objects.filter(email=WORK).exists()
    claim = AddressClaim.objects.get()
    done = client.post(reverse("address_code", args=[claim.token]), {"code": mailed_code(WORK)}, follow=True)
    assert "Je adres is bevestigd" in done.content.decode()
    assert EmailAddress.objects.get(user=amal, verified=True, primary=False).email == WORK
    assert client.post(reverse("address_code", args=[claim.token]), {"code": "123456"}).status_code == 302


def test_wrong_digits_are_counted_and_said(clock, amal):
    client = client_of(amal)
    add(client, WORK)
    claim = AddressClaim.objects.get()
    right = mailed_code(WORK)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    page = client.post(reverse("address_code", args=[claim.token]), {"code": wrong})
    assert "Je kunt het nog" in page.content.decode() or page.context["form"].errors
    for _again in range(4):
        client.post(reverse("address_code", args=[claim.token]), {"code": wrong})
    with pytest.raises(CodeRefused):
        prove_address(claim, right, at=NOW)


def test_the_code_page_of_another_is_not_there(clock, amal, dina):
    claim = claim_address(amal, WORK, at=NOW)
    client = client_of(dina)
    for name in ("address_code", "merge_own"):
        assert client.get(reverse(name, args=[claim.token])).status_code == 404


def test_the_same_address_twice_is_said(clock, amal):
    page = add(client_of(proved(amal)), amal.email)
    assert "is al van jou" in page.content.decode()


def test_enrolling_with_any_confirmed_address_finds_the_same_person(clock, amal, edition, sent_codes):
    proved(amal)
    EmailAddress.objects.create(user=amal, email=WORK, verified=True)
    hold = hold_seat(edition, email=WORK, answers=answers(), language="nl", at=NOW)
    enrolment = confirm_hold(hold, sent_codes[WORK], at=NOW)
    assert enrolment.learner == amal
    assert User.objects.with_email(WORK).get() == amal


def test_letting_in_by_another_address_does_not_confirm_the_first(clock, client, amal, edition, sent_codes):
    EmailAddress.objects.create(user=amal, email=WORK, verified=True)
    hold = hold_seat(edition, email=WORK, answers=answers(), language="nl", at=NOW)
    client.post(reverse("enrolments:code", args=[hold.token]), {"code": sent_codes[WORK]})
    assert not EmailAddress.objects.filter(email=amal.email, verified=True).exists()


def test_an_address_that_nobody_confirmed_finds_nobody(amal):
    EmailAddress.objects.create(user=amal, email=WORK, verified=False)
    assert person_behind(WORK) is None
    assert find_or_create_person(WORK, language="nl", at=NOW) != amal


def test_our_mail_goes_to_the_address_one_chooses(clock, amal):
    client = client_of(proved(amal))
    EmailAddress.objects.create(user=amal, email=WORK, verified=True)
    client.post(reverse("account_email"), {"action_primary": "", "email": WORK})
    assert User.objects.get(pk=amal.pk).email == WORK
    client.post(reverse("account_email"), {"action_remove": "", "email": "amal@voorbeeld.example"})
    assert [one.email for one in EmailAddress.objects.filter(user=amal)] == [WORK]
    client.post(reverse("account_email"), {"action_remove": "", "email": WORK})
    assert User.objects.get(pk=amal.pk).email == WORK


def test_when_the_office_corrects_an_address_the_old_one_opens_nothing_and_others_stay(amal):
    proved(amal)
    EmailAddress.objects.create(user=amal, email=WORK, verified=True)
    old, amal.email = amal.email, "nieuw@voorbeeld.example"
    save_person(amal, by=None)
    assert person_behind(old) is None
    assert person_behind(WORK) == amal


# Two accounts of one person -------------------------------------------------------------------------------------------


@pytest.fixture
def twin(amal) -> User:
    proved(amal)
    twin = proved(UserFactory(email=WORK, given_name="Amal", family_name="Haddad"))
    EnrolmentFactory(learner=twin)
    return twin


def test_another_account_of_ones_own_is_offered_and_merged(clock, amal, twin):
    client = client_of(amal)
    add(client, WORK)
    claim = AddressClaim.objects.get()
    offer = client.post(reverse("address_code", args=[claim.token]), {"code": mailed_code(WORK)}, follow=True)
    assert "Je hebt twee accounts" in offer.content.decode()
    assert not Merge.objects.exists()
    client.post(reverse("merge_own", args=[claim.token]))
    merge = Merge.objects.get()
    assert (merge.kept, merge.gone, merge.by) == (amal, twin, amal)
    assert amal.enrolments.count() == 1
    assert EmailAddress.objects.get(email=WORK).user == amal


def test_without_the_digits_there_is_nothing_to_merge(clock, amal, twin):
    claim = claim_address(amal, WORK, at=NOW)
    client_of(amal).post(reverse("merge_own", args=[claim.token]))
    assert merge_proved(claim, by=amal, at=NOW) is None
    assert not Merge.objects.exists()


def test_digits_of_an_hour_ago_prove_nothing_any_more(clock, amal, twin):
    claim = claim_address(amal, WORK, at=NOW)
    prove_address(claim, mailed_code(WORK), at=NOW)
    assert merge_proved(claim, by=amal, at=NOW + timedelta(hours=1)) is None
    assert not Merge.objects.exists()


@pytest.mark.parametrize("guard", ["password", "app", "role"])
def test_whoever_reads_the_mail_of_a_guarded_account_does_not_get_it(clock, amal, twin, robohouse, guard):
    if guard == "password":
        twin.set_password("een lange zin als wachtwoord")
        twin.save()
    elif guard == "app":
        with_app(twin)
    else:
        MembershipFactory(user=twin, organisation=robohouse, role="coordinator")
    claim = claim_address(amal, WORK, at=NOW)
    prove_address(claim, mailed_code(WORK), at=NOW)
    with pytest.raises(AsksTheOffice):
        merge_proved(claim, by=amal, at=NOW)
    assert not Merge.objects.exists()
    assert LikelyDouble.objects.get().reason == "proof"


def test_what_nobody_confirmed_is_forgotten_after_a_day(clock, amal):
    claim_address(amal, WORK, at=NOW)
    assert forget_claims(at=NOW + timedelta(hours=23)) == 0
    assert forget_claims(at=NOW + timedelta(days=1)) == 1


def test_no_page_tells_whether_an_address_is_known(clock, amal, twin):
    client = client_of(amal)
    known = add(client, WORK).content.decode().replace(WORK, "")
    unknown = add(client, "nieuw@werk.example").content.decode().replace("nieuw@werk.example", "")
    tokens = [str(one.token) for one in AddressClaim.objects.all()]
    for token in tokens:
        known, unknown = known.replace(token, ""), unknown.replace(token, "")
    clean = re.compile(r'value="[A-Za-z0-9]{64}"|nonce="[^"]+"')
    assert clean.sub("", known) == clean.sub("", unknown)
