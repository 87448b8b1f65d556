"""Writing to the people of an edition: who gets it, in which language, once, and how far each mail got."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from courses.models import Edition
from enrolments.actions import LanguageMissing, NobodyToTell, Said, TooManyAnnouncements, announce, audience_of
from enrolments.models import Announcement, Enrolment
from lms.kernel.models import Event
from lms.messages.models import Message
from lms.people.models import User
from tests.factories import EnrolmentFactory, UserFactory

NL = {"nl": Said("Andere zaal", "Hallo {voornaam}, {opleiding} is in een andere zaal.")}
BOTH = {**NL, "en": Said("Another room", "Hello {first_name}, {course} is in another room.")}


@pytest.fixture
def people(edition: Edition, amal: User, now: datetime) -> dict[str, Enrolment]:
    """Two with a place, one of whom reads English; one who waits, one with an offer, one who asked, one who left."""
    sam = UserFactory(given_name="Sam", email="sam@voorbeeld.example")
    return {
        "amal": EnrolmentFactory(edition=edition, learner=amal),
        "sam": EnrolmentFactory(edition=edition, learner=sam, language="en"),
        "waits": EnrolmentFactory(edition=edition, waitlisted=True),
        "offered": EnrolmentFactory(edition=edition, offered=True),
        "asked": EnrolmentFactory(edition=edition, requested=True),
        "left": EnrolmentFactory(edition=edition, withdrawn=True),
    }


@pytest.mark.parametrize(
    ("audience", "reached"),
    [
        ("all", {"amal", "sam", "waits", "offered"}),
        ("places", {"amal", "sam"}),
        ("waiting", {"waits", "offered"}),
        ("chosen", {"amal", "asked"}),
    ],
)
def test_an_audience_is_who_stands_there_now(
    edition: Edition, people: dict[str, Enrolment], audience: str, reached: set[str]
):
    chosen = [people[name].code for name in ("amal", "asked", "left")]
    found = set(audience_of(edition, audience, chosen))
    assert found == {people[name] for name in reached}


def test_each_reads_it_in_their_own_language_with_their_own_words(
    edition: Edition, people: dict[str, Enrolment], chris: User, now: datetime
):
    sent = announce(edition, BOTH, audience="places", form_key=uuid4(), by=chris, at=now)
    mails = Message.objects.filter(kind="announcement")
    dutch, english = (mails.get(recipient=people[name].learner) for name in ("amal", "sam"))
    assert dutch.subject == "Andere zaal"
    assert "Hallo Amal, Cobots in de praktijk is in een andere zaal." in dutch.text
    assert english.subject == "Another room"
    assert "Hello Sam, Cobots in practice is in another room." in english.text
    assert english.html.count("Another room") >= 1
    [event] = Event.objects.about(edition).filter(verb="edition.announced")
    assert event.data == {"announcement": sent.pk, "people": 2}


def test_a_double_click_sends_once(edition: Edition, people: dict[str, Enrolment], chris: User, now: datetime):
    key = uuid4()
    first = announce(edition, BOTH, audience="places", form_key=key, by=chris, at=now)
    assert announce(edition, BOTH, audience="places", form_key=key, by=chris, at=now) == first
    assert Message.objects.filter(kind="announcement").count() == 2


def test_whoever_reads_english_gets_no_dutch_instead(
    edition: Edition, people: dict[str, Enrolment], chris: User, now: datetime
):
    with pytest.raises(LanguageMissing) as refused:
        announce(edition, NL, audience="places", form_key=uuid4(), by=chris, at=now)
    assert refused.value.languages == {"en"}
    assert not Announcement.objects.exists()


def test_nobody_is_mailed_time_and_again(edition: Edition, people: dict[str, Enrolment], chris: User, now: datetime):
    for number in range(4):
        announce(edition, BOTH, audience="places", form_key=uuid4(), by=chris, at=now + timedelta(minutes=number))
    with pytest.raises(TooManyAnnouncements) as refused:
        announce(edition, BOTH, audience="places", form_key=uuid4(), by=chris, at=now + timedelta(minutes=5))
    assert refused.value.again_at == now + timedelta(hours=1)
    announce(edition, BOTH, audience="places", form_key=uuid4(), by=chris, at=now + timedelta(hours=1))


def test_only_who_coordinates_writes_and_only_to_somebody(
    edition: Edition, people: dict[str, Enrolment], chris: User, other_coordinator: User, bo: User, now: datetime
):
    for stranger in (other_coordinator, bo):
        with pytest.raises(PermissionDenied):
            announce(edition, BOTH, audience="all", form_key=uuid4(), by=stranger, at=now)
    with pytest.raises(NobodyToTell):
        announce(edition, BOTH, audience="chosen", form_key=uuid4(), by=chris, at=now, chosen=[people["left"].code])


# The pages ------------------------------------------------------------------------------------------------------------


def address(edition: Edition) -> str:
    return reverse("enrolments:cockpit_announce", args=[edition.code])


WORDS = {
    "subject_nl": "Andere zaal",
    "text_nl": "Beste {voornaam}",
    "subject_en": "Another room",
    "text_en": "Dear {first_name}",
}


def test_nothing_is_sent_before_it_was_looked_at(
    client: Client, clock: object, edition: Edition, people: dict[str, Enrolment], chris: User
):
    client.force_login(chris)
    page = client.get(address(edition)).content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
    said = {**WORDS, "audience": "places", "form_key": key}
    looked = client.post(address(edition), {**said, "then": "preview"}).content.decode()
    assert "Beste Amal" in looked
    assert "Dear Sam" in looked
    assert not Message.objects.exists()
    for _click in range(2):
        sent = client.post(address(edition), {**said, "then": "send"})
        assert sent.status_code == 302
    assert Message.objects.filter(kind="announcement").count() == 2
    told = client.get(sent["Location"]).content.decode()
    assert "Haddad, Amal" in told
    assert told.count("Wacht") >= 2, "how far each mail got"


@pytest.mark.parametrize("state", ["failed", "bounced", "held"])
def test_whatever_did_not_arrive_is_counted_and_stands_out(
    client: Client,
    clock: object,
    edition: Edition,
    people: dict[str, Enrolment],
    chris: User,
    now: datetime,
    state: str,
):
    sent = announce(edition, BOTH, audience="places", form_key=uuid4(), by=chris, at=now)
    letter = Message.objects.filter(kind="announcement").first()
    Message.objects.filter(pk=letter.pk).update(state=state, sent_at=now if state == "bounced" else None)
    client.force_login(chris)
    page = client.get(reverse("enrolments:cockpit_announcement", args=[edition.code, sent.uuid])).content.decode()
    assert "1 mail kwam niet aan" in page
    assert page.count("status--bad") == 1


def test_what_is_not_right_is_said_beside_it_and_kept(
    client: Client, clock: object, edition: Edition, people: dict[str, Enrolment], chris: User
):
    client.force_login(chris)
    said = {**WORDS, "audience": "places", "then": "send"}
    page = client.post(address(edition), {**said, "text_nl": "Hallo {naam}"}).content.decode()
    assert "We kennen {naam} niet" in page
    assert "Hallo {naam}" in page
    page = client.post(address(edition), {**said, "subject_en": "", "text_en": ""}).content.decode()
    assert page.count("Een deel van deze mensen leest Engels.") >= 2
    page = client.post(address(edition), {**said, "audience": "chosen"}).content.decode()
    assert "Kies minstens één persoon." in page
    assert not Message.objects.exists()


def test_someone_of_another_edition_cannot_be_written_to(
    client: Client, clock: object, edition: Edition, full_edition: Edition, people: dict[str, Enrolment], chris: User
):
    client.force_login(chris)
    stranger = full_edition.enrolments.get().code
    said = {**WORDS, "audience": "chosen", "chosen": [stranger], "then": "send"}
    assert client.post(address(edition), said).status_code == 200
    assert not Message.objects.exists()
