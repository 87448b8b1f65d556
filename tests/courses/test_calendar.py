"""Calendar files: one entry per session that later files change or take away."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from courses.actions import save_session
from courses.calendar import edition_calendar, uid_of
from courses.models import Edition
from tests.factories import NOW, RoomFactory

URL = "https://meet.example/secret"


def entries(edition, **options):
    edition = Edition.objects.prefetch_related("sessions__room__location").get(pk=edition.pk)
    file = edition_calendar(edition, at=NOW, language="nl", **options)
    return [one for one in Calendar.from_ical(file).walk() if one.name == "VEVENT"]


def test_every_session_is_an_entry_on_our_own_clock(edition):
    first = entries(edition)[0]
    assert len(entries(edition)) == 4
    assert first.decoded("dtstart").isoformat() == "2027-03-04T09:00:00+01:00"
    assert first["dtstart"].params["TZID"] == "Europe/Amsterdam"
    assert first["summary"] == "Cobots in de praktijk: Dag 1"
    assert first["location"] == "RoboHouse, Molengraaffsingel 29, 2629 JD Delft"


def test_nine_o_clock_stays_nine_o_clock_when_the_clock_changes(edition):
    hours = [(one.decoded("dtstart").hour, one.decoded("dtstart").utcoffset()) for one in entries(edition)]
    assert hours == [(9, timedelta(hours=1))] * 4  # 4 to 25 March; summer time begins on the 28th
    session = edition.sessions.last()
    session.starts_at += timedelta(weeks=1)
    session.ends_at += timedelta(weeks=1)
    session.save(update_fields=["starts_at", "ends_at"])
    moved = entries(edition)[-1].decoded("dtstart")
    assert (moved.hour, moved.utcoffset()) == (9, timedelta(hours=2)) or moved.hour == 10


def test_the_file_brings_its_time_zone(edition):
    file = edition_calendar(edition, at=NOW, language="nl")
    assert b"BEGIN:VTIMEZONE" in file
    assert file.count(b"\r\n") == file.count(b"\n")


def test_uids_are_the_sessions_and_stay(edition):
    before = [one["uid"] for one in entries(edition, host="lms.example")]
    assert before == [f"{session.uuid}@lms.example" for session in edition.sessions.all()]
    session = edition.sessions.first()
    session.starts_at -= timedelta(hours=1)
    save_session(session, by=None)
    assert [one["uid"] for one in entries(edition, host="lms.example")] == before
    assert uid_of(session).endswith("@testserver")


def test_the_sequence_grows_with_each_change_of_that_session(edition):
    assert [one["sequence"] for one in entries(edition)] == [0, 0, 0, 0]
    for _time in range(2):
        save_session(edition.sessions.first(), by=None)
    assert [one["sequence"] for one in entries(edition)] == [2, 0, 0, 0]


def test_who_counts_what_was_sent_says_the_sequence(edition):
    assert {one["sequence"] for one in entries(edition, sequence=5)} == {5}


def test_a_cancelled_edition_takes_its_entries_away(edition):
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CANCELLED)
    assert {one["status"] for one in entries(edition)} == {"CANCELLED"}


def test_one_person_can_be_taken_out(edition):
    cancelled = entries(edition, method="CANCEL", attendee="amal@voorbeeld.example")
    assert {one["status"] for one in cancelled} == {"CANCELLED"}
    assert cancelled[0]["attendee"] == "mailto:amal@voorbeeld.example"
    assert "organizer" in cancelled[0]


@pytest.mark.parametrize(
    ("options", "told"), [({}, False), ({"with_online_url": True}, True), ({"attendee": "a@b.example"}, True)]
)
def test_only_who_takes_part_is_told_where_to_meet_online(edition, options, told):
    edition.sessions.update(mode="online", online_url=URL)
    assert (entries(edition, **options)[0]["location"] == URL) == told


def test_a_room_is_named_before_its_building(edition):
    edition.sessions.update(room=RoomFactory(location=edition.location, name_nl="Robotcel"))
    assert entries(edition)[0]["location"].startswith("Robotcel, RoboHouse")


def test_the_language_is_the_readers(edition):
    english = edition_calendar(edition, at=NOW, language="en").decode()
    assert "SUMMARY:Cobots in practice: Day 1" in english
