"""Which editions there are and who takes part in them, decided beforehand by fixed dice; touches no database.

The same day and scale give the same plan. An edition's dice are its own, so a run that was broken off goes on with the
same ones.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

import holidays
from django.utils import timezone

from enrolments.models import LearnerCategory
from lms.demo.content import Entry, at_local, content, courses, moved, moved_day, weeks_since, written_on
from lms.demo.people import Learner, learners

OPENS_BEFORE, CLOSES_BEFORE = timedelta(days=90), timedelta(days=14)


class Fate(Enum):
    """How it goes for one learner in one edition, as far as the edition has come."""

    COMPLETES = auto()
    FAILS = auto()
    PASSES_RESIT = auto()
    STAYS_AWAY = auto()  # attends too little
    NO_SHOW = auto()
    WITHDRAWS = auto()


# Of a hundred learners; where nothing is assessed nobody can fail.
FATES = [(Fate.COMPLETES, 81), (Fate.FAILS, 3), (Fate.PASSES_RESIT, 2), (Fate.STAYS_AWAY, 5)]
FATES += [(Fate.NO_SHOW, 4), (Fate.WITHDRAWS, 5)]


@dataclass(frozen=True)
class Meeting:
    """One session to be."""

    title_nl: str
    title_en: str
    starts_at: datetime
    ends_at: datetime
    break_minutes: int
    mode: str
    room: str | None  # its uuid


@dataclass(frozen=True)
class Taking:
    """One enrolment to be."""

    learner: Learner
    at: datetime
    fate: Fate
    shares: bool


@dataclass
class PlannedEdition:
    """One edition to be, with everything that will have happened in it by today."""

    code: str
    course: Entry
    meetings: list[Meeting]
    capacity: int
    minimum: int
    lab: str
    trainer: str
    opens_at: datetime
    closes_at: datetime
    project: str | None = None
    uuid: str | None = None
    wanted: int = 0
    waiting: int = 0
    is_draft: bool = False
    is_cancelled: bool = False
    takings: list[Taking] = field(default_factory=list)
    # What makes one edition different from the others; see SPECIAL.
    story: str = ""

    @property
    def begins(self) -> date:
        return self.meetings[0].starts_at.date()

    @property
    def ends(self) -> date:
        return self.meetings[-1].starts_at.date()


@dataclass(frozen=True)
class Extra:
    """An edition that the file does not have; begins so many weeks after today, on the course's usual weekday."""

    course: str
    weeks: int
    wanted: int
    story: str = ""
    waiting: int = 0


# Two years back: about two editions of a programme a year, one or two of a course.
HISTORY = [
    *(Extra("SMZ-P1", weeks, wanted) for weeks, wanted in ((-97, 8), (-63, 8), (-40, 9))),
    *(Extra("SMZ-P2", weeks, wanted) for weeks, wanted in ((-95, 6), (-62, 6), (-41, 7))),
    *(Extra("SMZ-P3", weeks, wanted) for weeks, wanted in ((-90, 7), (-60, 7), (-38, 8))),
    *(Extra("SMZ-P4", weeks, wanted) for weeks, wanted in ((-96, 6), (-62, 6), (-42, 7), (-22, 6))),
    *(Extra("SMZ-P5", weeks, wanted) for weeks, wanted in ((-93, 6), (-61, 6), (-39, 7))),
    *(Extra("SMZ-P6", weeks, wanted) for weeks, wanted in ((-99, 8), (-64, 8), (-44, 9))),
    *(Extra("SMZ-P7", weeks, wanted) for weeks, wanted in ((-91, 8), (-59, 8), (-37, 8), (-12, 8))),
    *(Extra("IOTA-C1", weeks, wanted) for weeks, wanted in ((-88, 7), (-58, 7), (-36, 8))),
    *(Extra("IOTA-C2", weeks, wanted) for weeks, wanted in ((-84, 6), (-35, 6))),
    *(Extra("IOTA-C3", weeks, wanted) for weeks, wanted in ((-80, 6), (-34, 6))),
    *(Extra("IOTA-C4", weeks, wanted) for weeks, wanted in ((-76, 6), (-32, 7))),
    *(Extra("IOTA-C5", weeks, wanted) for weeks, wanted in ((-72, 6), (-30, 6))),
    *(Extra("IOTA-C6", weeks, wanted) for weeks, wanted in ((-68, 6), (-28, 6))),
]
# Around today, what the file lacks: running, one of them with a session today; closed; cancelled.
NOW = [
    Extra("SMZ-P3", 0, 12, story="today"),
    Extra("SMZ-P5", -2, 9, story="running"),
    Extra("SMZ-P7", 1, 10, story="closed"),
    Extra("IOTA-C2", 5, 4, story="cancelled"),
]
# Full editions: how many wait. In the first, someone gave up a seat yesterday and the first who waits was offered it.
WAITING = {"SMZ-P3": 4, "SMZ-P2": 3}
OFFER = "SMZ-P3"

# Stories that make one finished edition special: (course, weeks) of HISTORY.
SPECIAL = {("SMZ-P4", -22): "revoked", ("SMZ-P6", -44): "corrected", ("SMZ-P2", -41): "late sign-off"}

# Of this course somebody approves the certificates since its last edition. Not of the one that today's session is of:
# who passes that gets the certificate at once.
WANTS_APPROVAL = "SMZ-P2"


def plan(today: date, scale: int) -> list[PlannedEdition]:
    """Every edition, oldest first."""
    known = {entry["code"]: entry for entry in courses()}
    weeks = weeks_since(today)
    editions = [_from_file(entry, known[entry["of"]], weeks, today) for entry in content()["editions"]]
    for extra in HISTORY:
        story = SPECIAL.get((extra.course, extra.weeks), "")
        editions.append(_extra(extra, known[extra.course], today, story))
    editions += [_extra(extra, known[extra.course], today, extra.story) for extra in NOW]
    for number in range(1, scale):
        shift = number % 5 - 2
        for extra in (*HISTORY, *NOW):
            again = Extra(extra.course, extra.weeks + shift, extra.wanted)
            editions.append(_extra(again, known[extra.course], today, ""))
        for entry in content()["editions"]:
            again_from_file = _from_file(entry, known[entry["of"]], weeks + shift, today)
            again_from_file.uuid = None
            editions.append(again_from_file)
    editions.sort(key=lambda one: (one.meetings[0].starts_at, one.course["code"], one.story == ""))
    over = [one for one in editions if one.course["code"] == WANTS_APPROVAL and one.ends < today and not one.story]
    over[-1].story = "approval"
    _name(editions)
    _fund(editions, today)
    _fill(editions, learners(scale), today)
    return editions


# Editions ------------------------------------------------------------------------------------------------------------


def _from_file(entry: Entry, course: Entry, weeks: int, today: date) -> PlannedEdition:
    opens = moved_day(entry["enrolment_opens"], weeks)
    is_open = entry["state"] != "concept" and opens < at_local(today)
    full = entry["demo_enrolled"] == entry["max_participants"]
    return PlannedEdition(
        code="",
        course=course,
        meetings=[_meeting(session, weeks) for session in entry["sessions"]],
        capacity=entry["max_participants"],
        minimum=entry["min_participants"],
        lab=entry["lab"],
        trainer=entry["trainer"],
        opens_at=opens,
        closes_at=moved_day(entry["enrolment_closes"], weeks),
        uuid=entry["id"],
        wanted=entry["demo_enrolled"] if is_open else 0,
        waiting=WAITING.get(entry["of"], 0) if is_open and full and entry["state"] == "active" else 0,
        is_draft=entry["state"] == "concept",
    )


def _meeting(session: Entry, weeks: int) -> Meeting:
    starts, ends = moved(session["start"], weeks), moved(session["end"], weeks)
    duration = (ends - starts).total_seconds() / 60
    return Meeting(
        title_nl=session["title"]["nl"],
        title_en=session["title"]["en"],
        starts_at=starts,
        ends_at=ends,
        break_minutes=round(duration - session["contact_hours"] * 60),
        mode="online" if session["mode"] == "online" else "onsite",
        room=session["room_id"],
    )


def _extra(extra: Extra, course: Entry, today: date, story: str) -> PlannedEdition:
    """An edition like the file's newest of that course, moved so that it begins in the week asked for."""
    pattern = max((one for one in content()["editions"] if one["of"] == extra.course), key=lambda one: one["start"])
    pattern_day = date.fromisoformat(pattern["start"][:10])
    wanted_day = today + timedelta(weeks=extra.weeks)
    weeks = round((wanted_day - pattern_day).days / 7)
    if story == "today":
        meetings = _with_one_today([_meeting(session, weeks) for session in pattern["sessions"]], today)
    elif story == "closed":
        # The usual weekday, at least three days from now and within ten: enrolment closed a week ago or more.
        weeks = -(-(today + timedelta(days=3) - pattern_day).days // 7)
        meetings = [_meeting(session, weeks) for session in pattern["sessions"]]
    elif story == "running":
        meetings = [_meeting(session, weeks) for session in pattern["sessions"]]
    else:
        step = _step_to_working_days(pattern, weeks)
        meetings = [_meeting(session, weeks + step) for session in pattern["sessions"]]
    starts_at = meetings[0].starts_at
    return PlannedEdition(
        code="",
        course=course,
        meetings=meetings,
        capacity=pattern["max_participants"],
        minimum=pattern["min_participants"],
        lab=pattern["lab"],
        trainer=pattern["trainer"],
        opens_at=at_local((starts_at - OPENS_BEFORE).date()),
        closes_at=at_local((starts_at - CLOSES_BEFORE).date()),
        wanted=extra.wanted,
        waiting=extra.waiting,
        is_cancelled=story == "cancelled",
        story=story,
    )


def _with_one_today(meetings: list[Meeting], today: date) -> list[Meeting]:
    """The second session is today, the others weekly around it, all from nine to half past four."""
    moved_meetings = []
    for number, meeting in enumerate(meetings):
        day = today + timedelta(weeks=number - 1)
        moved_meetings.append(
            Meeting(
                title_nl=meeting.title_nl,
                title_en=meeting.title_en,
                starts_at=at_local(day, time(9)),
                ends_at=at_local(day, time(16, 30)),
                break_minutes=60,
                mode=meeting.mode,
                room=meeting.room,
            )
        )
    return moved_meetings


def _step_to_working_days(pattern: Entry, weeks: int) -> int:
    """The fewest weeks to move on or back so that no session falls on a public holiday or in Christmas week."""
    days = [date.fromisoformat(session["start"][:10]) + timedelta(weeks=weeks) for session in pattern["sessions"]]
    for step in sorted(range(-12, 13), key=abs):
        moved_days = [day + timedelta(weeks=step) for day in days]
        off = holidays.country_holidays("NL", years={day.year for day in moved_days})
        if not any(
            day in off or (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2) for day in moved_days
        ):
            return step
    return 0


def _name(editions: list[PlannedEdition]) -> None:
    """``SMZ-P3-2027V``: the course, the year and the half of it; a second one in that half gets a number."""
    seen: Counter[str] = Counter()
    for edition in editions:
        begins = edition.begins
        name = f"{edition.course['code']}-{begins.year}{'V' if begins.month < 7 else 'N'}"
        seen[name] += 1
        edition.code = name if seen[name] == 1 else f"{name}{seen[name]}"


def _fund(editions: list[PlannedEdition], today: date) -> None:
    """The course's projects in turn, as far as the edition begins within the project's period.

    What began before the grants did was paid by nobody here.
    """
    shift = today.year - written_on().year
    periods = {
        project["code"]: tuple(
            day.replace(year=day.year + shift)
            for day in (date.fromisoformat(project["period"]["start"]), date.fromisoformat(project["period"]["end"]))
        )
        for project in content()["funding_projects"]
    }
    turn: Counter[str] = Counter()
    for edition in editions:
        possible = edition.course["kpi"]["funding_projects"]
        code = possible[turn[edition.course["code"]] % len(possible)]
        first, last = periods[code]
        if first <= edition.begins <= last and not edition.is_draft:
            edition.project = code
            turn[edition.course["code"]] += 1


# Learners ------------------------------------------------------------------------------------------------------------


def _fill(editions: list[PlannedEdition], everyone: list[Learner], today: date) -> None:
    """Give each edition its learners. Two thirds of them are new, as long as there are new ones."""
    first, others = everyone[0], everyone[1:]
    own = _first_learner(editions, today)
    fresh = [learner for learner in others if not learner.misspelt]
    misspelt = [learner for learner in others if learner.misspelt]
    random.Random("order").shuffle(fresh)  # noqa: S311
    seasoned: list[Learner] = []
    for edition in editions:
        dice = random.Random(edition.code)  # noqa: S311
        chosen: list[Learner] = []
        for learner in misspelt if edition.story == "corrected" else []:
            _take(edition, learner, chosen)
        while len(chosen) < edition.wanted + edition.waiting - (edition.code in own):
            pools = (fresh, seasoned) if dice.random() < 0.68 else (seasoned, fresh)
            picked = _pick(edition, pools[0], dice) or _pick(edition, pools[1], dice)
            if picked is None:
                break
            _take(edition, picked, chosen)
            if picked in fresh:
                fresh.remove(picked)
                seasoned.append(picked)
        edition.takings = _takings(edition, chosen, dice, today)
        if story := own.get(edition.code):
            _join(edition, first, story)


def _take(edition: PlannedEdition, learner: Learner, chosen: list[Learner]) -> None:
    chosen.append(learner)
    learner.taken.add(edition.course["code"])
    learner.busy.append((edition.begins, edition.ends))


def _first_learner(editions: list[PlannedEdition], today: date) -> dict[str, str]:
    """In which editions the demo's own learner takes part, by code, and how.

    One certificate shared with the employer, one kept; a place on a waiting list; one enrolment to come; and the
    session of today.
    """
    midnight = at_local(today)
    found = {next(one for one in editions if one.story == "today").code: "today"}

    def of(course: str) -> list[PlannedEdition]:
        return [one for one in editions if one.course["code"] == course and not one.story]

    for course, story in (("IOTA-C1", "shared"), ("SMZ-P7", "kept")):
        finished = [one for one in of(course) if one.meetings[-1].ends_at < midnight]
        found[max(finished, key=lambda one: one.begins).code] = story
    found[next(one for one in of("SMZ-P2") if one.waiting).code] = "waiting"
    upcoming = [one for one in of("IOTA-C4") if one.opens_at < midnight < one.closes_at]
    found[upcoming[0].code] = "upcoming"
    return found


def _join(edition: PlannedEdition, learner: Learner, story: str) -> None:
    """Put the demo's own learner among the others: early in time, or last in the queue but one."""
    moments = sorted(taking.at for taking in edition.takings)
    at = moments[-2] + (moments[-1] - moments[-2]) / 2 if story == "waiting" else moments[0] + timedelta(minutes=5)
    edition.takings.append(Taking(learner, at, Fate.COMPLETES, shares=story == "shared"))
    edition.takings.sort(key=lambda taking: taking.at)


def _pick(edition: PlannedEdition, pool: list[Learner], dice: random.Random) -> Learner | None:
    """Someone who has not taken this course, is free on those days, and fits its audience."""
    allowed = {name.lower() for name in edition.course["participant_types"]}
    for _try in range(40):
        if not pool:
            return None
        learner = dice.choice(pool)
        overlaps = any(begins <= edition.ends and edition.begins <= ends for begins, ends in learner.busy)
        fits = learner.category in allowed and edition.course["code"] not in learner.taken and not overlaps
        if fits and (len(learner.taken) < 4 or dice.random() < 0.1):
            return learner
    return None


def _takings(edition: PlannedEdition, chosen: list[Learner], dice: random.Random, today: date) -> list[Taking]:
    """When each enrols and how it goes. Seats go in order of time, so whoever comes last waits."""
    opens = edition.opens_at + timedelta(hours=9)
    until = min(edition.closes_at - timedelta(hours=3), at_local(today) - timedelta(days=2))
    span = max((until - opens).total_seconds(), 3600)
    moments = sorted(
        min(_awake(opens + timedelta(seconds=span * dice.random() ** 1.3), dice), until) for _one in chosen
    )
    is_over = edition.meetings[-1].ends_at < at_local(today)
    fates = [fate for fate, share in FATES for _one in range(share)]
    takings = []
    for learner, at in zip(chosen, moments, strict=True):
        fate = dice.choice(fates) if is_over else Fate.COMPLETES
        if learner.misspelt:
            fate = Fate.COMPLETES
        if fate in (Fate.FAILS, Fate.PASSES_RESIT) and not edition.course["assessment"]:
            fate = Fate.COMPLETES
        shares = learner.category == LearnerCategory.EMPLOYEE and dice.random() < 0.5
        takings.append(Taking(learner, at, fate, shares))
    return takings


def _awake(moment: datetime, dice: random.Random) -> datetime:
    """Some time between seven in the morning and eleven at night of that day."""
    return at_local(timezone.localdate(moment), time(dice.randint(7, 22), dice.randint(0, 59), dice.randint(0, 59)))
