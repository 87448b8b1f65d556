"""How figures and days are written: every example of the content style, in both languages."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from lms.kernel import formats

THURSDAY = date(2027, 3, 4)
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("write", "dutch", "english"),
    [
        (formats.long_date, "donderdag 4 maart 2027", "Thursday 4 March 2027"),
        (formats.plain_date, "4 maart 2027", "4 March 2027"),
        (formats.day_month, "4 maart", "4 March"),
        (formats.short_date, "do 4 mrt", "Thu 4 Mar"),
        (formats.short_date_year, "do 4 mrt 2027", "Thu 4 Mar 2027"),
        (formats.table_date, "04-03-2027", "4 Mar 2027"),
    ],
)
def test_a_day_is_written_as_the_style_says(write, dutch, english):
    assert write(THURSDAY, "nl") == dutch
    assert write(THURSDAY, "en") == english


@pytest.mark.parametrize(
    ("first", "last", "dutch", "english"),
    [
        (date(2027, 3, 4), date(2027, 3, 4), "4 maart 2027", "4 March 2027"),
        (date(2027, 3, 4), date(2027, 3, 25), "4 t/m 25 maart 2027", "4 to 25 March 2027"),
        (date(2027, 1, 28), date(2027, 2, 11), "28 januari t/m 11 februari 2027", "28 January to 11 February 2027"),
        (
            date(2026, 12, 17),
            date(2027, 1, 7),
            "17 december 2026 t/m 7 januari 2027",
            "17 December 2026 to 7 January 2027",
        ),
    ],
)
def test_a_range_of_days_says_once_what_both_share(first, last, dutch, english):
    assert formats.date_range(first, last, "nl") == dutch
    assert formats.date_range(first, last, "en") == english


def test_times_have_a_point_in_dutch_and_a_colon_in_english():
    assert formats.time_range(time(9), time(16, 30), "nl") == f"09.00–16.30{NBSP}uur"
    assert formats.time_range(time(9), time(16, 30), "en") == "09:00–16:30"
    assert formats.clock_time(time(14, 32), "nl") == f"14.32{NBSP}uur"
    assert formats.clock_time(time(14, 32), "en") == "14:32"


@pytest.mark.parametrize(
    ("moment", "dutch"),
    [
        (datetime(2027, 3, 4, 8, 0, tzinfo=UTC), f"4 maart 2027 om 09.00{NBSP}uur"),
        (datetime(2027, 7, 4, 8, 0, tzinfo=UTC), f"4 juli 2027 om 10.00{NBSP}uur"),
        # Both sides of the change to summer time and of the change back.
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), f"28 maart 2027 om 01.59{NBSP}uur"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), f"28 maart 2027 om 03.00{NBSP}uur"),
        (datetime(2027, 10, 31, 0, 59, tzinfo=UTC), f"31 oktober 2027 om 02.59{NBSP}uur"),
        (datetime(2027, 10, 31, 1, 0, tzinfo=UTC), f"31 oktober 2027 om 02.00{NBSP}uur"),
        # Late in the evening in London is tomorrow here.
        (datetime(2027, 12, 31, 23, 30, tzinfo=UTC), f"1 januari 2028 om 00.30{NBSP}uur"),
    ],
)
def test_a_moment_is_read_on_our_own_clock(moment, dutch):
    assert formats.date_time(moment, "nl") == dutch


@pytest.mark.parametrize(
    ("cents", "dutch", "english"),
    [
        (125_000, f"€{NBSP}1.250", "€1,250"),
        (1_250, f"€{NBSP}12,50", "€12.50"),
        (5, f"€{NBSP}0,05", "€0.05"),
        (0, f"€{NBSP}0", "€0"),
        (-79_500, f"−€{NBSP}795", "−€795"),
        (-1, f"−€{NBSP}0,01", "−€0.01"),
        (123_456_789, f"€{NBSP}1.234.567,89", "€1,234,567.89"),
    ],
)
def test_money_shows_cents_only_when_it_is_not_round(cents, dutch, english):
    assert formats.money(cents, "nl") == dutch
    assert formats.money(cents, "en") == english


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        (1263, None, "1.263", "1,263"),
        (8.4, None, "8,4", "8.4"),
        (Decimal("8.40"), None, "8,4", "8.4"),
        (Decimal("8.40"), 2, "8,40", "8.40"),
        (Decimal("1E+3"), None, "1.000", "1,000"),
        (2.5, 0, "3", "3"),
        (-12.5, None, "−12,5", "−12.5"),
        (-0.04, 1, "0,0", "0.0"),
        (0, None, "0", "0"),
    ],
)
def test_numbers_are_grouped_and_pointed_by_language(value, decimals, dutch, english):
    assert formats.number(value, decimals, "nl") == dutch
    assert formats.number(value, decimals, "en") == english


def test_a_percentage_has_at_most_one_decimal():
    assert formats.percentage(85, "nl") == "85%"
    assert formats.percentage(Decimal(250) / 3, "nl") == "83,3%"
    assert formats.percentage(Decimal(250) / 3, "en") == "83.3%"


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Decimal("2.25"), f"2{NBSP}uur 15{NBSP}min", f"2{NBSP}hours 15{NBSP}min"),
        (40, f"40{NBSP}uur", f"40{NBSP}hours"),
        (1, f"1{NBSP}uur", f"1{NBSP}hour"),
        (0.75, f"45{NBSP}min", f"45{NBSP}min"),
        (0, f"0{NBSP}uur", f"0{NBSP}hours"),
        (timedelta(hours=7, minutes=30), f"7{NBSP}uur 30{NBSP}min", f"7{NBSP}hours 30{NBSP}min"),
        # Three sessions of 20 minutes kept as a third of an hour are one hour, not 59 minutes.
        (Decimal("0.9999"), f"1{NBSP}uur", f"1{NBSP}hour"),
        (1263, f"1.263{NBSP}uur", f"1,263{NBSP}hours"),
    ],
)
def test_hours_are_said_in_hours_and_minutes(value, dutch, english):
    assert formats.hours(value, "nl") == dutch
    assert formats.hours(value, "en") == english


def test_without_a_language_the_active_one_is_used():
    with override("en"):
        assert formats.short_date(THURSDAY) == "Thu 4 Mar"
    with override("nl"):
        assert formats.short_date(THURSDAY) == "do 4 mrt"
