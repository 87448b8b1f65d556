"""Subsidies that course pages name, people who wait for a date, and what one trainer says: after the editions."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from courses.actions import Wish, register_interest, save_trainer_line
from courses.models import Course, Interest, Subsidy, TrainerLine
from lms.demo.content import Entry, written_on
from lms.demo.people import DEMO
from lms.people.actions import find_or_create_person
from lms.people.models import User

FILE = Path(__file__).with_name("subsidies.json")
ASKED_BEFORE = timedelta(days=9)


@cache
def said() -> Entry:
    loaded: Entry = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def put_down_waiting(now: datetime) -> None:
    """What is there already is left alone."""
    for entry in said()["subsidies"]:
        subsidy(entry)
    for number, entry in enumerate(said()["interests"], start=1):
        interest(entry, f"wachtende{number}@deelnemer.example", now - ASKED_BEFORE + timedelta(hours=number))
    trainer = User.objects.get(email=f"trainer{DEMO}")
    if not TrainerLine.objects.filter(user=trainer).exists():
        line = TrainerLine(
            text_nl="Bouwt in het lab robotcellen met bedrijven, en leert het je aan dezelfde machines.",
            text_en="Builds robot cells with companies in the lab, and teaches at the same machines.",
            is_shown=True,
        )
        save_trainer_line(line, by=trainer)


def subsidy(entry: Entry) -> None:
    """Checked on the day on which the file was written, if at all: a day of our own would be a promise nobody made."""
    made, is_new = Subsidy.objects.get_or_create(
        name_nl=entry["name"]["nl"],
        defaults={
            "name_en": entry["name"]["en"],
            "text_nl": entry["text"]["nl"],
            "text_en": entry["text"]["en"],
            "url": entry["url"],
            "ends_on": date.fromisoformat(entry["ends_on"]) if "ends_on" in entry else None,
            "checked_on": written_on() if entry["verified"] else None,
        },
    )
    if is_new:
        made.courses.set(Course.objects.filter(code__in=entry["courses"]))


def interest(entry: Entry, email: str, at: datetime) -> None:
    if Interest.objects.filter(user__email=email).exists():
        return
    name = {"given_name": entry["given_name"], "family_name": entry["family_name"]}
    person = find_or_create_person(email, language="nl", at=at, **name)
    wish = Wish(
        persons=entry.get("persons", 1),
        organisation_name=entry.get("organisation_name", ""),
        course_language=entry.get("course_language", ""),
        place=entry["place"],
        days=tuple(entry["days"]),
        dayparts=tuple(entry["dayparts"]),
        period=entry["period"],
    )
    register_interest(Course.objects.get(code=entry["course"]), person, wish, language="nl", by=person, at=at)
