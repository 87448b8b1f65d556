"""What learners are told of their edition: changes, reminders, and a calendar that equals reality."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from courses.actions import remove_session, save_edition, save_session
from courses.models import Edition
from enrolments.actions import accept_offer, cancel_edition, enrol, withdraw
from enrolments.models import Enrolment
from lms.messages import tasks
from lms.messages.actions import note_change, remind, tell_change
from lms.messages.models import EditionChange, Invitation, Message
from tests.factories import EditionFactory, SessionFactory, UserFactory, answers

pytestmark = pytest.mark.django_db

HERE = ZoneInfo("Europe/Amsterdam")


def take_part(edition, learner, at, language="nl"):
    return enrol(edition, learner, answers(), language=language, by=learner, at=at)


def move_session(session, at, **by):
    session.starts_at += timedelta(**by)
    session.ends_at += timedelta(**by)
    save_session(session, by=None)
    return session


def tell(at) -> int:
    return sum(tell_change(change, at=at) for change in EditionChange.objects.all())


class CalendarProgram:
    """A mail program's calendar, as RFC 5546 wants it: what has a lower number than what it knows, it ignores."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[int, datetime | None]] = {}

    def read(self, message: Message) -> None:
        calendar = Calendar.from_ical(message.calendar)
        assert calendar["METHOD"] == message.calendar_method
        for event in calendar.walk("VEVENT"):
            uid, number = str(event["UID"]), int(event["SEQUENCE"])
            if uid in self.known and self.known[uid][0] >= number:
                continue
            off = message.calendar_method == "CANCEL"
            assert event["STATUS"] == ("CANCELLED" if off else "CONFIRMED")
            self.known[uid] = (number, None if off else event.decoded("DTSTART").astimezone(UTC))

    @property
    def shown(self) -> set[datetime]:
        return {starts for _number, starts in self.known.values() if starts}


def calendar_after(messages) -> set[datetime]:
    program = CalendarProgram()
    for message in messages:
        program.read(message)
    return program.shown


def planned(edition) -> set[datetime]:
    return {session.starts_at for session in edition.sessions.all()}


# Changes --------------------------------------------------------------------------------------------------------------


def test_a_new_time_is_told_with_what_it_was_and_changes_the_calendar(edition, amal, now, clock):
    take_part(edition, amal, now)
    move_session(edition.sessions.first(), now, hours=4)
    assert tell(now + timedelta(minutes=9)) == 0  # it may be changed further
    assert tell(now + timedelta(minutes=10)) == 1
    message = Message.objects.get(kind="edition_changed")
    for part in (message.text, message.html):
        assert "do 4 mrt 2027, 09.00–16.30" in part
        assert "do 4 mrt 2027, 13.00–20.30" in part
    assert calendar_after(Message.objects.order_by("pk")) == planned(edition)
    assert tell(now + timedelta(hours=3)) == 0


def test_several_changes_within_minutes_are_one_letter(edition, amal, dina, now, clock, bo, chris):
    take_part(edition, amal, now)
    take_part(edition, dina, now, language="en")
    for number, session in enumerate(edition.sessions.all()):
        clock.move_to(now + timedelta(minutes=number))
        move_session(session, now, days=1)
    edition.trainers.set([chris])
    save_edition(edition, by=None)
    assert tell(now + timedelta(minutes=12)) == 0
    assert tell(now + timedelta(minutes=13)) == 2
    to_amal, to_dina = Message.objects.filter(kind="edition_changed").order_by("pk")
    assert (to_amal.language, to_dina.language) == ("nl", "en")
    assert "Bo Li" in to_dina.text
    assert "Chris Smit" in to_dina.text
    assert "Fri 5 Mar 2027" in to_dina.text


def test_who_goes_on_changing_keeps_nobody_waiting_for_ever(edition, amal, now, clock):
    take_part(edition, amal, now)
    for minute in range(0, 40, 5):
        note_change(edition, at=now + timedelta(minutes=minute))
    assert EditionChange.objects.get().due_at == now + timedelta(minutes=30)


def test_what_was_changed_back_is_not_told(edition, amal, now, clock):
    take_part(edition, amal, now)
    session = move_session(edition.sessions.first(), now, hours=1)
    move_session(session, now, hours=-1)
    assert tell(now + timedelta(hours=1)) == 0
    assert not Message.objects.filter(kind="edition_changed").exists()


def test_another_room_is_told_once_for_all_sessions(edition, amal, now, clock):
    take_part(edition, amal, now)
    from tests.factories import RoomFactory

    room = RoomFactory(location=edition.location, name_nl="Zaal 5", name_en="Room 5")
    for session in edition.sessions.all():
        session.room = room
        save_session(session, by=None)
    assert tell(now + timedelta(minutes=10)) == 1
    message = Message.objects.get(kind="edition_changed")
    assert message.text.count("Zaal 5") == 1
    events = Calendar.from_ical(message.calendar).walk("VEVENT")
    assert all("Zaal 5" in str(event["LOCATION"]) for event in events)


def test_a_session_that_is_dropped_leaves_the_calendar_and_the_rest_stays(edition, amal, now, clock):
    take_part(edition, amal, now)
    remove_session(edition.sessions.last(), by=None)
    assert tell(now + timedelta(minutes=10)) == 1
    message = Message.objects.get(kind="session_dropped")
    assert message.calendar_method == "CANCEL"
    assert len(Calendar.from_ical(message.calendar).walk("VEVENT")) == 1
    assert calendar_after(Message.objects.order_by("pk")) == planned(edition)
    assert len(planned(edition)) == 3


def test_a_change_of_what_nobody_was_told_is_not_told(edition, now, clock):
    move_session(edition.sessions.first(), now, hours=1)
    assert not EditionChange.objects.exists()


def test_who_enrols_between_a_change_and_its_letter_is_told_once(edition, amal, dina, now, clock):
    take_part(edition, amal, now)
    move_session(edition.sessions.first(), now, hours=1)
    take_part(Edition.objects.get(pk=edition.pk), dina, now + timedelta(minutes=1))
    tell(now + timedelta(minutes=10))
    assert Message.objects.get(kind="edition_changed").recipient == amal


# Who waits ------------------------------------------------------------------------------------------------------------


def waits(edition, learner, at) -> Enrolment:
    """The last place is someone else's."""
    waiter = take_part(edition, learner, at)
    assert waiter.state == "waitlisted"
    return waiter


def test_who_waits_hears_of_another_date_and_nothing_goes_into_their_calendar(full_edition, amal, now, clock):
    waiter = waits(full_edition, amal, now)
    move_session(full_edition.sessions.first(), now, days=1)
    assert tell(now + timedelta(minutes=11)) >= 1
    message = Message.objects.get(kind="edition_changed_waiting")
    assert (message.recipient, message.calendar) == (amal, "")
    assert "in de rij" in message.text
    assert waiter.code in message.text
    assert tell(now + timedelta(minutes=30)) == 0


def test_who_waits_reads_that_a_session_is_dropped(full_edition, amal, now, clock):
    waits(full_edition, amal, now)
    remove_session(full_edition.sessions.last(), by=None)
    tell(now + timedelta(minutes=11))
    assert "gaat niet door" in Message.objects.get(kind="edition_changed_waiting").text


def test_who_was_offered_a_place_hears_of_a_change_and_is_then_invited_to_what_is(full_edition, amal, now, clock):
    waiter = waits(full_edition, amal, now)
    withdraw(full_edition.enrolments.filter(state="confirmed").first(), by=None, at=now)
    waiter.refresh_from_db()
    assert waiter.state == "offered"
    move_session(full_edition.sessions.first(), now, hours=1)
    tell(now + timedelta(minutes=11))
    assert Message.objects.filter(kind="edition_changed_waiting", recipient=amal).count() == 1
    accept_offer(waiter, by=amal, at=now + timedelta(hours=1))
    tell(now + timedelta(hours=2))
    assert not Message.objects.filter(kind="edition_changed", recipient=amal).exists()
    invited = Message.objects.get(kind="enrolment_confirmed", recipient=amal)
    assert calendar_after([invited]) == planned(full_edition)


def test_who_waits_is_not_told_the_address_of_the_online_meeting(full_edition, amal, now, clock):
    waits(full_edition, amal, now)
    session = full_edition.sessions.first()
    session.online_url, session.mode = "https://meeting.example/secret", "online"
    save_session(session, by=None)
    tell(now + timedelta(minutes=11))
    assert Message.objects.filter(kind="edition_changed_waiting").exists()
    assert not Message.objects.filter(recipient=amal, text__contains="meeting.example").exists()


def test_who_no_longer_waits_hears_nothing(full_edition, amal, now, clock):
    withdraw(waits(full_edition, amal, now), by=amal, at=now)
    move_session(full_edition.sessions.first(), now, days=1)
    tell(now + timedelta(minutes=11))
    assert not Message.objects.filter(kind="edition_changed_waiting").exists()


# ----------------------------------------------------------------------------------------------------------------------


def test_a_change_after_a_cancellation_is_not_told(edition, amal, now, clock):
    take_part(edition, amal, now)
    move_session(edition.sessions.first(), now, hours=1)
    cancel_edition(edition, by=None, at=now + timedelta(minutes=1))
    assert tell(now + timedelta(minutes=10)) == 0


def test_a_change_of_today_goes_sooner_and_at_any_hour(edition, amal, now, clock):
    take_part(edition, amal, now)
    evening = edition.starts_at.astimezone(HERE).replace(hour=22) - timedelta(days=1)
    clock.move_to(evening)
    move_session(edition.sessions.first(), now, hours=1)
    assert EditionChange.objects.get().due_at == evening + timedelta(minutes=2)
    tell(evening + timedelta(minutes=2))
    message = Message.objects.get(kind="edition_changed")
    assert message.try_at == evening + timedelta(minutes=2)


def test_the_beat_tells_what_has_settled(edition, amal, now, clock):
    take_part(edition, amal, now)
    move_session(edition.sessions.first(), now, hours=1)
    clock.move_to(now + timedelta(minutes=11))
    assert tasks.tell_changes() == 1
    assert tasks.tell_changes() == 0


# A calendar, whatever the order of the mails --------------------------------------------------------------------------


def test_the_calendar_equals_reality_in_whatever_order_the_mails_arrive(edition, amal, now, clock):
    enrolment = take_part(edition, amal, now)
    move_session(edition.sessions.first(), now, days=1)
    tell(now + timedelta(minutes=10))
    remove_session(edition.sessions.last(), by=None)
    tell(now + timedelta(minutes=20))
    story = list(Message.objects.exclude(calendar="").order_by("pk"))
    assert len(story) == 3
    for order in permutations(story):
        assert calendar_after(order) == planned(edition)
    withdraw(enrolment, by=amal, at=now + timedelta(hours=1))
    story = list(Message.objects.exclude(calendar="").order_by("pk"))
    for order in permutations(story):
        assert calendar_after(order) == set()


def test_who_comes_back_is_invited_again_above_everything_before(edition, amal, now, clock):
    withdraw(take_part(edition, amal, now), by=amal, at=now + timedelta(minutes=1))
    take_part(edition, amal, now + timedelta(minutes=2))
    for order in permutations(Message.objects.exclude(calendar="")):
        assert calendar_after(order) == planned(edition)


def test_who_withdraws_before_hearing_of_a_change_loses_also_what_was_dropped(edition, amal, now, clock):
    enrolment = take_part(edition, amal, now)
    remove_session(edition.sessions.last(), by=None)
    withdraw(enrolment, by=amal, at=now + timedelta(minutes=1))
    assert calendar_after(Message.objects.order_by("pk")) == set()


def test_an_entry_is_written_in_our_time_zone_and_right_across_the_clock_change(course, bo, amal, now, clock):
    """Sessions on 18 March to 8 April 2027: the clock goes forward on 28 March."""
    first = datetime(2027, 3, 18, 9, 0, tzinfo=HERE)
    edition = EditionFactory(code="cobots-27-8", course=course, trainers=[bo], first_day=first)
    take_part(edition, amal, now)
    calendar = Calendar.from_ical(Message.objects.get().calendar)
    zone = calendar.walk("VTIMEZONE")[0]
    assert str(zone["TZID"]) == "Europe/Amsterdam"
    assert {str(part.name) for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    for event in calendar.walk("VEVENT"):
        assert event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
        assert event["DTSTART"].dt.hour == 9
    assert {event["DTSTART"].dt.utcoffset() for event in calendar.walk("VEVENT")} == {
        timedelta(hours=1),
        timedelta(hours=2),
    }


# Reminders ------------------------------------------------------------------------------------------------------------


def at_noon(edition, days_ahead: int) -> datetime:
    return edition.starts_at.astimezone(HERE).replace(hour=12) - timedelta(days=days_ahead)


def reminders() -> list[str]:
    return list(Message.objects.filter(kind__startswith="reminder").order_by("pk").values_list("kind", flat=True))


def test_a_reminder_goes_a_week_and_a_day_ahead_once_each(edition, amal, now):
    take_part(edition, amal, now)
    for days in (8, 7, 7, 6, 5, 2, 1, 1, 0):
        remind(at=at_noon(edition, days))
        remind(at=at_noon(edition, days))
    assert reminders() == ["reminder_week", "reminder_day"]
    week, day = Message.objects.filter(kind__startswith="reminder").order_by("pk")
    assert "donderdag 4 maart 2027" in week.text
    assert day.subject.startswith("Begint donderdag 4 maart 2027 om 09.00")
    assert "orgen" not in day.subject + day.text, "it may be read on another day than it was sent"


def on_monday(course) -> Edition:
    return EditionFactory(code="maandag-27", course=course, days=1, first_day=datetime(2027, 3, 8, 9, 0, tzinfo=HERE))


def test_of_a_monday_one_is_reminded_on_saturday_and_never_on_the_day_itself(course, amal, now):
    take_part(on_monday(course), amal, now)
    for day in (5, 6, 7, 8):
        for hour in (0, 8, 12, 19):
            remind(at=datetime(2027, 3, day, hour, 4, tzinfo=HERE))
    message = Message.objects.get(kind="reminder_day")
    assert message.try_at == datetime(2027, 3, 6, 8, 0, tzinfo=HERE)
    assert "maandag 8 maart 2027" in message.text


def test_a_reminder_that_is_late_on_saturday_evening_does_not_wait_for_the_day_itself(course, amal, now):
    take_part(on_monday(course), amal, now)
    evening = datetime(2027, 3, 6, 20, 30, tzinfo=HERE)
    remind(at=evening)
    assert Message.objects.get(kind="reminder_day").try_at == evening


@pytest.mark.parametrize(
    ("cancelled", "told"),
    [
        (datetime(2027, 3, 6, 20, 30, tzinfo=HERE), datetime(2027, 3, 6, 20, 30, tzinfo=HERE)),  # Saturday evening
        (datetime(2027, 3, 5, 20, 30, tzinfo=HERE), datetime(2027, 3, 6, 8, 0, tzinfo=HERE)),  # Saturday is in time
    ],
    ids=["saturday-evening", "friday-evening"],
)
def test_what_begins_on_monday_is_called_off_before_the_quiet_weekend_is_over(course, amal, now, cancelled, told):
    edition = on_monday(course)
    take_part(edition, amal, now)
    cancel_edition(edition, by=None, at=cancelled)
    assert Message.objects.get(kind="enrolment_cancelled").try_at == told


def test_a_monday_that_is_put_off_in_the_weekend_is_told_before_anyone_sets_out(course, amal, now, clock):
    edition = on_monday(course)
    take_part(edition, amal, now)
    evening = datetime(2027, 3, 6, 20, 30, tzinfo=HERE)
    clock.move_to(evening)
    move_session(edition.sessions.get(), now, days=21)
    tell(evening + timedelta(minutes=30))
    assert Message.objects.get(kind="edition_changed").try_at == evening + timedelta(minutes=30)


def test_confirmation_and_reminders_say_what_to_bring_along(edition, amal, now):
    edition.course.bring_nl = "Veiligheidsschoenen."
    edition.course.save()
    take_part(edition, amal, now)
    for days in (7, 1):
        remind(at=edition.starts_at - timedelta(days=days))
    said = {one.kind: one.text for one in Message.objects.filter(recipient=amal)}
    assert {kind for kind, text in said.items() if "Veiligheidsschoenen." in text} == {
        "enrolment_confirmed",
        "reminder_week",
        "reminder_day",
    }


def test_a_beat_that_was_down_makes_up_for_the_week_and_not_for_the_day(edition, amal, now):
    take_part(edition, amal, now)
    remind(at=at_noon(edition, 4))
    assert reminders() == ["reminder_week"]
    remind(at=edition.starts_at - timedelta(minutes=5))
    assert reminders() == ["reminder_week"]


@pytest.mark.parametrize(("days_before", "expected"), [(1, []), (2, []), (3, ["reminder_day"])])
def test_who_was_told_yesterday_is_not_reminded(edition, amal, now, days_before, expected):
    edition.enrolment_closes_at = edition.starts_at
    edition.save()
    take_part(edition, amal, at_noon(edition, days_before))
    for days in (2, 1):
        remind(at=at_noon(edition, days))
    assert reminders() == expected


def test_nobody_is_reminded_of_what_does_not_go_on_or_of_what_they_left(edition, course, amal, dina, now):
    withdraw(take_part(edition, amal, now), by=amal, at=now)
    other = EditionFactory(code="cobots-27-9", course=course)
    take_part(other, dina, now)
    cancel_edition(other, by=None, at=now)
    for days in (7, 1):
        remind(at=at_noon(edition, days))
    assert reminders() == []


def test_a_new_first_day_is_reminded_of_anew(edition, amal, now, clock):
    take_part(edition, amal, now)
    remind(at=at_noon(edition, 7))
    clock.move_to(at_noon(edition, 6))
    for session in edition.sessions.all():
        move_session(session, now, days=14)
    tell(at_noon(edition, 6) + timedelta(minutes=10))
    edition.refresh_from_db()
    remind(at=at_noon(edition, 7))
    assert reminders() == ["reminder_week", "reminder_week"]


@pytest.mark.parametrize(
    "first", [datetime(2027, 3, 29, 0, 30, tzinfo=HERE), datetime(2027, 11, 1, 0, 30, tzinfo=HERE)]
)
def test_a_day_is_a_day_on_our_own_clock_also_when_it_has_23_or_25_hours(course, amal, first, settings):
    settings.LMS_QUIET_SUNDAYS = False  # both eves are a Sunday
    edition = EditionFactory(code="nacht-27", course=course, days=1, first_day=first)
    take_part(edition, amal, first - timedelta(days=20))
    remind(at=first - timedelta(days=1, hours=1))
    assert reminders() == []
    eve = (first - timedelta(days=1)).date()
    remind(at=datetime(eve.year, eve.month, eve.day, 0, 1, tzinfo=HERE))
    assert reminders() == ["reminder_day"]


def test_reminding_asks_the_database_as_much_for_nobody_due_as_for_many_not_due(
    edition, now, django_assert_num_queries
):
    for number in range(3):
        take_part(edition, UserFactory(email=f"deelnemer{number}@voorbeeld.example"), now)
    with django_assert_num_queries(2):
        remind(at=at_noon(edition, 9))


def test_an_erased_enrolment_takes_its_invitation_along(edition, amal, now):
    enrolment = take_part(edition, amal, now)
    assert Invitation.objects.filter(enrolment=enrolment).exists()
    SessionFactory._meta.model.objects.filter(edition=edition).delete()
    Message.objects.all().delete()
    enrolment.delete()
    assert not Invitation.objects.exists()
