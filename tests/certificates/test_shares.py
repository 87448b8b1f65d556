"""Links with which a holder shows a certificate: what they show, to whom, until when."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from certificates.actions import revoke_certificate
from certificates.actions.sharing import MOST, NotShareable, TooManyShares, make_share, open_share, revoke_share
from certificates.models import Certificate, Share
from lms.kernel.models import Event
from lms.kernel.privacy import terms
from tests.certificates.test_verification import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

ALL = {"name", "hours", "outcomes", "parts"}


@pytest.fixture
def share(certificate, amal, now) -> Share:
    """Everything, for ninety days."""
    return make_share(certificate, shows=ALL, days=90, label="Sollicitatie", by=amal, at=now)


def opened(client, share: Share):
    return client.get(f"/s/{share.token}", {"taal": "en"})


def page_of(certificate: Certificate) -> str:
    return reverse("certificates:shares", args=[certificate.grouped_number])


# What a link opens ----------------------------------------------------------------------------------------------------


def test_a_link_that_shows_everything_leads_to_the_check_by_number(client, share):
    response = opened(client, share)
    said = words(response)
    assert response.status_code == 200
    for fact in ("is valid", "Amal Haddad", "Cobots in practice", "You set up a cobot.", "4 to 25 March 2027"):
        assert fact in said
    assert f'href="/v/{share.certificate.grouped_number}?taal=en"' in response.content.decode()


HIDDEN = {
    "name": ["Haddad"],
    "hours": ["March 2027", "hours"],
    "outcomes": ["You set up a cobot."],
}


@pytest.mark.parametrize("part", list(HIDDEN))
def test_what_is_not_chosen_is_nowhere_and_neither_is_the_number(client, certificate, amal, now, part):
    response = opened(client, make_share(certificate, shows=ALL - {part}, days=None, by=amal, at=now))
    content = words(response)
    for hidden in [*HIDDEN[part], certificate.number, certificate.grouped_number]:
        assert hidden not in content
    assert certificate.grouped_number not in response.content.decode()
    assert "is valid" in content
    for other in HIDDEN.keys() - {part}:
        assert HIDDEN[other][0] in content


def test_the_parts_of_a_programme_are_shown_by_name_only_where_chosen(client, certificate, amal, now):
    snapshot = certificate.snapshot | {
        "parts": [{"number": "7K3M09TX1B4N8WRF0", "code": "c2", "title": {"nl": "Uitlezen", "en": "Reading machines"}}]
    }
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=snapshot)
    with_parts = opened(client, make_share(certificate, shows=ALL, days=30, by=amal, at=now))
    assert "Reading machines" in words(with_parts)
    assert "7K3M" not in with_parts.content.decode()
    without = opened(client, make_share(certificate, shows=ALL - {"parts"}, days=30, by=amal, at=now))
    assert "Reading machines" not in words(without)


def test_it_says_what_became_of_the_certificate_since(client, share, certificate, officer, now):
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Ruzie", by=officer, at=now)
    said = words(opened(client, share))
    assert "has been revoked" in said
    assert "You set up a cobot." not in said
    assert "Ruzie" not in said


def test_taken_back_ended_and_never_made_are_one_answer(client, certificate, share, amal, now, clock):
    ended = make_share(certificate, shows=ALL, days=30, by=amal, at=now)
    clock.shift(timedelta(days=30))
    revoke_share(share, by=amal, at=now + timedelta(days=1))
    answers = [client.get(f"/s/{token}?taal=en") for token in (ended.token, share.token, "0" * 32, "kaas")]
    assert {one.status_code for one in answers} == {404}
    assert len({words(one) for one in answers}) == 1
    assert "This link shows nothing" in words(answers[0])


def test_nothing_is_indexed_kept_or_passed_on(client, share):
    for token in (share.token, "kaas"):
        response = client.get(f"/s/{token}")
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "private, no-store"
        assert response.cookies == {}
        assert b'<meta name="robots" content="noindex' in response.content


def test_only_the_day_of_opening_is_noted(client, share, now, clock):
    opened(client, share)
    share.refresh_from_db()
    assert share.opened_on == now.date()
    before = Event.objects.count()
    clock.shift(timedelta(days=1))
    opened(client, share)
    share.refresh_from_db()
    assert share.opened_on == (now + timedelta(days=1)).date()
    assert Event.objects.count() == before


def test_the_table_alone_opens_nothing(share):
    row = Share.objects.values().get()
    assert share.token not in [str(value) for value in row.values()]
    assert len(share.token) == 32


# Making and taking back -----------------------------------------------------------------------------------------------


def test_the_holder_makes_a_link_sees_it_and_takes_it_back(client, certificate, amal):
    client.force_login(amal)
    answer = client.post(page_of(certificate), {"shows": ["name", "hours"], "days": "30", "label": "Van Dorp"})
    share = Share.objects.get()
    assert (share.shows_name, share.shows_hours, share.shows_outcomes, share.label) == (True, True, False, "Van Dorp")
    assert answer["Location"].endswith("#links")
    for page in (page_of(certificate), reverse("enrolments:my_sharing")):
        content = client.get(page).content.decode()
        assert f"/s/{share.token}" in content
        assert "Van Dorp" in content
    client.post(reverse("certificates:share_revoke", args=[certificate.grouped_number, share.pk]))
    assert f"/s/{share.token}" not in client.get(page_of(certificate)).content.decode()
    assert client.get(f"/s/{share.token}").status_code == 404
    assert list(Event.objects.about(share).values_list("verb", flat=True)) == ["share.made", "share.revoked"]


def test_a_wrong_choice_is_told_and_makes_nothing(client, certificate, amal):
    client.force_login(amal)
    answer = client.post(page_of(certificate), {"shows": ["everything"], "days": "1000", "label": "x" * 61})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"shows", "days", "label"}
    assert not Share.objects.exists()


def test_nothing_chosen_is_a_link_too(client, certificate, amal):
    client.force_login(amal)
    client.post(page_of(certificate), {"days": ""})
    share = Share.objects.get()
    assert (share.shows_name, share.expires_at) == (False, None)
    assert "is valid" in words(opened(client, share))


def test_a_certificate_that_no_longer_holds_gets_no_new_link(client, certificate, amal, officer, now):
    revoke_certificate(certificate, public_reason="mistake", inside_reason="Want", by=officer, at=now)
    with pytest.raises(NotShareable):
        make_share(certificate, shows=ALL, days=30, by=amal, at=now)
    client.force_login(amal)
    assert client.get(page_of(certificate)).status_code == 200
    assert client.post(page_of(certificate), {"days": "30"}).status_code == 200
    assert not Share.objects.exists()


def test_there_is_a_most(client, certificate, amal, now):
    for _ in range(MOST):
        make_share(certificate, shows=ALL, days=30, by=amal, at=now)
    with pytest.raises(TooManyShares):
        make_share(certificate, shows=ALL, days=30, by=amal, at=now)
    client.force_login(amal)
    assert "Neem er een terug" in client.post(page_of(certificate), {"days": "30"}).content.decode()


def test_two_links_cost_no_more_queries_than_one(client, certificate, amal, now, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(amal)
    for page in (page_of(certificate), reverse("enrolments:my_sharing")):
        Share.objects.all().delete()
        make_share(certificate, shows=ALL, days=30, by=amal, at=now)
        client.get(page)
        with CaptureQueriesContext(connection) as of_one:
            client.get(page)
        make_share(certificate, shows=ALL, days=30, by=amal, at=now)
        make_share(certificate, shows=ALL, days=30, by=amal, at=now)
        with django_assert_num_queries(len(of_one)):
            client.get(page)


def test_a_link_that_ends_before_it_begins_is_refused_by_the_database(share, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Share.objects.filter(pk=share.pk).update(expires_at=now - timedelta(days=1))


def test_links_that_ended_go_after_thirty_days(share, amal, now):
    term = next(one for one in terms() if one.name == "certificates.share")
    revoke_share(share, by=amal, at=now)
    assert not term.rows(now + timedelta(days=29)).exists()
    assert list(term.rows(now + timedelta(days=31))) == [share]


def test_a_link_taken_back_while_it_is_opened_shows_one_or_the_other(share, amal, now):
    assert open_share(share.token, at=now, on=now.date()) == share
    revoke_share(share, by=amal, at=now)
    assert open_share(share.token, at=now, on=now.date()) is None
    assert revoke_share(share, by=amal, at=now + timedelta(hours=1)).revoked_at == now  # twice is once


# LinkedIn -------------------------------------------------------------------------------------------------------------


def test_linkedin_is_a_link_and_nothing_else(client, certificate, amal):
    client.force_login(amal)
    content = client.get(page_of(certificate)).content.decode()
    assert content.count("linkedin.com") == 1
    address = content.split('href="https://www.linkedin.com', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert asked["startTask"] == ["CERTIFICATION_NAME"]
    assert asked["certId"] == [certificate.grouped_number]
    assert asked["certUrl"] == [certificate.snapshot["verify_url"]]
    assert (asked["issueYear"], asked["issueMonth"]) == (["2027"], ["2"])
