"""Keys of an employer's own systems: made by its HR, kept as a hash, stopped at once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.kernel.models import Event
from lms.messages.models import Message
from lms.people.actions import end_role
from lms.people.hr_actions import end_hr
from lms.people.models import ApiToken, Organisation, User
from lms.people.tokens import find_token, make_token, note_use, revoke_token
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

READ = [ApiToken.Scope.READ_ENROLMENTS]


def made(company: Organisation, by: User | None, at, **said) -> tuple[ApiToken, str]:
    return make_token(company, **{"name": "AFAS", "scopes": READ, "days": 90} | said, by=by, at=at)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# The key itself -------------------------------------------------------------------------------------------------------


def test_only_a_hash_of_the_secret_is_kept(vandorp, hr, now):
    token, secret = made(vandorp, hr, now)
    assert secret.startswith("lms_")
    assert len(secret) >= 4 + 43, "256 bits"
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in map(str, row.values())
    assert secret.startswith(row["start"])
    assert len(row["start"]) == 12
    told = Event.objects.about(token).get(verb="token.made")
    assert told.by == hr
    assert secret[12:] not in str(told.data)


def test_a_key_is_found_by_its_secret_alone(vandorp, hr, now):
    token, secret = made(vandorp, hr, now)
    _other, another = made(vandorp, hr, now)
    assert find_token(secret) == token
    assert find_token(secret[:-1]) is None
    assert find_token(token.digest) is None
    assert find_token(token.start) is None
    assert another != secret


def test_a_key_works_until_its_day_and_not_after_it_was_revoked(vandorp, hr, now):
    token, _secret = made(vandorp, hr, now, days=30)
    assert token.is_working(now)
    assert not token.is_working(now + timedelta(days=30))
    revoke_token(token, by=hr, at=now + timedelta(minutes=1))
    assert not token.is_working(now + timedelta(minutes=2))
    assert (token.revoked_at, token.revoked_by) == (now + timedelta(minutes=1), hr)


def test_revoking_twice_is_once(vandorp, hr, now):
    token, _secret = made(vandorp, hr, now)
    revoke_token(token, by=hr, at=now)
    revoke_token(token, by=hr, at=now + timedelta(days=1))
    assert token.revoked_at == now
    assert Event.objects.about(token).filter(verb="token.revoked").count() == 1


@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["everything"]}, {"days": 0}, {"days": 400}])
def test_a_key_has_known_scopes_and_ends_within_a_year(vandorp, hr, now, wrong):
    with pytest.raises(ValueError, match="within a year"):
        made(vandorp, hr, now, **wrong)


@pytest.mark.parametrize("who", ["hr_elsewhere", "officer", "auditor", "chris", "amal"])
def test_nobody_but_its_own_hr_makes_a_key_for_a_company(request, vandorp, now, who):
    with pytest.raises(PermissionDenied):
        made(vandorp, request.getfixturevalue(who), now)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("who", "may"), [("hr", True), ("officer", True), ("hr_elsewhere", False), ("auditor", False)])
def test_who_may_stop_a_key(request, vandorp, hr, now, who, may):
    token, _secret = made(vandorp, hr, now)
    user = request.getfixturevalue(who)
    if may:
        assert revoke_token(token, by=user, at=now).revoked_by == user
    else:
        with pytest.raises(PermissionDenied):
            revoke_token(token, by=user, at=now)


def test_the_database_refuses_a_key_that_ends_before_it_begins(vandorp, hr, now):
    token, _secret = made(vandorp, hr, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(expires_at=now)


# Its use --------------------------------------------------------------------------------------------------------------


def test_last_use_is_written_once_a_minute_and_told_once_a_day(vandorp, hr, now):
    token, secret = made(vandorp, hr, now)
    for seconds in (0, 10, 59):
        note_use(find_token(secret), at=now + timedelta(seconds=seconds))
    assert find_token(secret).used_at == now
    note_use(find_token(secret), at=now + timedelta(seconds=60))
    assert find_token(secret).used_at == now + timedelta(seconds=60)
    note_use(find_token(secret), at=now + timedelta(days=1))
    assert Event.objects.about(token).filter(verb="token.used").count() == 2


def test_a_use_just_now_costs_no_query(vandorp, hr, now):
    token, secret = made(vandorp, hr, now)
    note_use(token, at=now)
    token = find_token(secret)
    with CaptureQueriesContext(connection) as queries:
        note_use(token, at=now + timedelta(seconds=5))
    assert len(queries) == 0


# HR leaves ------------------------------------------------------------------------------------------------------------


def test_when_hr_leaves_the_keys_stay_and_who_stays_is_told(vandorp, hr, officer, now, clock):
    colleague = UserFactory(email="collega@vandorp.example", given_name="Kim", language="en")
    MembershipFactory(user=colleague, organisation=vandorp, role="hr")
    token, secret = made(vandorp, hr, now)
    end_role(hr.memberships.get(), by=officer, on=now.date())
    assert find_token(secret).is_working(now)
    told = {message.email: message for message in Message.objects.filter(kind="tokens_stay")}
    assert set(told) == {colleague.email, officer.email}
    assert "/en/employer/connections/" in told[colleague.email].text
    assert "/beheer/" in told[officer.email].text
    assert all(token.start in message.text for message in told.values())
    assert all(secret not in message.text + message.html for message in told.values())


def test_a_colleague_who_ends_it_is_told_as_well(vandorp, hr, officer, now, clock):
    colleague = UserFactory(email="collega@vandorp.example", given_name="Kim")
    MembershipFactory(user=colleague, organisation=vandorp, role="hr")
    made(vandorp, hr, now)
    end_hr(hr.memberships.get(), by=colleague, at=now)
    assert set(Message.objects.filter(kind="tokens_stay").values_list("email", flat=True)) == {
        colleague.email, officer.email,
    }  # fmt: skip


def test_when_there_is_no_working_key_nobody_is_told(vandorp, hr, officer, now, clock):
    token, _secret = made(vandorp, hr, now)
    revoke_token(token, by=hr, at=now)
    end_role(hr.memberships.get(), by=officer, on=now.date())
    assert not Message.objects.filter(kind="tokens_stay").exists()


def test_ending_the_role_in_the_back_office_tells_as_well(vandorp, hr, officer, now, clock):
    made(vandorp, hr, now)
    membership = hr.memberships.get()
    address = reverse("memberships:edit", args=[membership.pk])
    client = signed_in(officer)
    form = client.get(address).context["form"]
    data = {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    assert client.post(address, data | {"ends_on": str(now.date())}).status_code == 302
    assert Message.objects.filter(kind="tokens_stay", email=officer.email).exists()


# The pages ------------------------------------------------------------------------------------------------------------


def test_the_secret_stands_on_one_page_once(vandorp, hr, now, clock):
    client = signed_in(hr)
    answer = client.post(reverse("connections:make_key"), {"name": "AFAS", "scopes": READ, "days": "90"})
    token = ApiToken.objects.get()
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert find_token(secret) == token
    assert token.expires_at - token.made_at == timedelta(days=90)
    listed = client.get(reverse("connections:list")).content.decode()
    assert token.start in listed
    assert secret not in listed


def test_a_form_that_is_not_right_keeps_what_was_typed(vandorp, hr, clock):
    answer = signed_in(hr).post(reverse("connections:make_key"), {"name": "AFAS", "days": "90"})
    assert answer.context["form"].errors.keys() == {"scopes"}
    assert 'value="AFAS"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_the_list_says_when_a_key_was_last_used(vandorp, hr, now, clock):
    token, _secret = made(vandorp, hr, now)
    client = signed_in(hr)
    assert "nog niet" in client.get(reverse("connections:list")).content.decode()
    note_use(token, at=now)
    page = client.get(reverse("connections:list")).content.decode()
    assert "nog niet" not in page
    assert f" {now:%H:%M}</span></td>" in page


def test_hr_revokes_with_one_more_question(vandorp, hr, now, clock):
    token, _secret = made(vandorp, hr, now)
    client, address = signed_in(hr), reverse("connections:revoke_key", args=[token.uuid])
    assert token.name in client.get(address).content.decode()
    assert ApiToken.objects.get().revoked_at is None, "asking changes nothing"
    assert client.post(address).status_code == 302
    assert ApiToken.objects.get().revoked_at == now


def test_hr_of_two_companies_makes_it_for_the_one_on_view(vandorp, hr, clock):
    second = OrganisationFactory(employer=True, name="Aardbei BV")
    MembershipFactory(user=hr, organisation=second, role="hr")
    client = signed_in(hr)
    data = {"name": "AFAS", "scopes": READ, "days": "30"}
    client.post(f"{reverse('connections:make_key')}?company={vandorp.uuid}", data)
    assert ApiToken.objects.get().organisation == vandorp
    client.post(f"{reverse('connections:make_key')}?company={OrganisationFactory(employer=True).uuid}", data)
    assert ApiToken.objects.count() == 1


def test_the_list_costs_the_same_for_one_key_and_for_ten(vandorp, hr, now, clock):
    client = signed_in(hr)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(reverse("connections:list")).status_code == 200
        return len(counted)

    made(vandorp, hr, now)
    queries()  # what a process looks up once
    one = queries()
    for _each in range(9):
        made(vandorp, hr, now)
    assert queries() == one


def test_the_office_sees_all_keys_and_stops_one(vandorp, hr, officer, now, clock):
    token, _secret = made(vandorp, hr, now)
    client = signed_in(officer)
    assert token.start in client.get(reverse("api_tokens:index")).content.decode()
    assert token.digest not in client.get(reverse("api_tokens:inspect", args=[token.pk])).content.decode()
    client.post(reverse("decide_apitoken_revoke", args=[token.pk]))
    assert ApiToken.objects.get().revoked_by == officer
