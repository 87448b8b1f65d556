"""What may wait does not come at night or on a Sunday; what is looked out for comes at once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.messages.actions import post_message, send_message
from lms.messages.models import Message
from lms.messages.quiet import allowed_from

HERE = ZoneInfo("Europe/Amsterdam")


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.once
@pytest.mark.parametrize(
    ("written", "goes"),
    [
        ("2027-02-08 10:00", "2027-02-08 10:00"),
        ("2027-02-08 07:59", "2027-02-08 08:00"),
        ("2027-02-08 08:00", "2027-02-08 08:00"),
        ("2027-02-08 19:59", "2027-02-08 19:59"),
        ("2027-02-08 20:00", "2027-02-09 08:00"),
        ("2027-02-13 20:30", "2027-02-15 08:00"),  # Saturday evening: Monday
        ("2027-02-14 12:00", "2027-02-15 08:00"),  # Sunday
        ("2027-03-28 12:00", "2027-03-30 08:00"),  # Easter, on which the clock changes
        ("2026-12-24 21:00", "2026-12-28 08:00"),  # Christmas, a Saturday that is a working day no more: Sunday
        ("2027-10-31 23:00", "2027-11-01 08:00"),
    ],
)
def test_the_first_allowed_moment(written, goes):
    expected = here(goes)
    if written.startswith("2026-12-24"):  # 25 and 26 December, and the 27th is a Sunday
        assert expected.weekday() == 0
    assert allowed_from(here(written)) == expected


@pytest.mark.once
def test_an_installation_may_have_no_quiet_hours(settings):
    settings.LMS_QUIET_HOURS = ""
    assert allowed_from(here("2027-02-14 03:00")) == here("2027-02-14 03:00")


def post(kind: str, at: datetime, **more: bool) -> Message:
    return post_message(
        kind, email="amal@voorbeeld.example", language="nl", subject="Feit", text="Tekst", html="", at=at, **more
    )


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["account_login_code", "enrolment_code", "seat_offered", "enrolment_confirmed"])
def test_codes_offers_and_answers_go_at_night(kind):
    night = here("2027-02-14 03:00")
    assert send_message(post(kind, night), at=night).state == Message.State.SENT


@pytest.mark.django_db
def test_what_may_wait_goes_in_the_morning_unless_it_is_urgent_now():
    night = here("2027-02-09 23:00")
    assert post("enrolment_cancelled", night).try_at == here("2027-02-10 08:00")
    assert post("enrolment_cancelled", night, is_urgent=True).try_at == night


@pytest.mark.django_db
def test_a_later_try_keeps_to_the_quiet_hours_and_counts_as_no_try():
    evening = here("2027-02-08 19:59")
    message = post("certificate_ready", evening)
    message = send_message(message, at=evening + timedelta(minutes=2))
    assert (message.state, message.tries) == (Message.State.WAITING, 0)
    assert message.try_at == here("2027-02-09 08:00")
    assert send_message(message, at=message.try_at).state == Message.State.SENT
