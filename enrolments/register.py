"""The attendance list of a session: who stands on it, how it adds up, and the sheet that proves it.

Assembly only: everything here reads. The writes are in ``enrolments.actions.attendance``.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.models import Session
from enrolments.models import Attendance, Enrolment, LearnerCategory
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.kernel.models import Event
from lms.kernel.spreadsheets import Cell
from lms.people.models import User

Status = Attendance.Status

# What a trainer may note, in the order of the buttons.
NOTABLE = (Status.PRESENT, Status.PARTIAL, Status.ABSENT_WITH_NOTICE, Status.ABSENT)


def name_of(person: User) -> str:
    """As on a list; never the e-mail address, which has no business on a paper that goes round the room."""
    return person.list_name if person.full_name else _("name not known")


def sort_key(person: User) -> tuple[str, ...]:
    """By family name, then prefix, as Dutch lists do; accents do not count."""
    parts = (person.family_name or person.given_name, person.name_prefix, person.given_name)
    return tuple(
        "".join(
            letter for letter in unicodedata.normalize("NFKD", part) if not unicodedata.combining(letter)
        ).casefold()
        for part in parts
    )


@dataclass
class Row:
    """One person on the list, with what is noted so far."""

    enrolment: Enrolment
    attendance: Attendance | None
    number: int = 0
    # What the page says beside the row after a form was sent.
    error: str = ""
    conflict: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    refreshed: bool = False

    @property
    def code(self) -> str:
        return self.enrolment.code

    @property
    def person(self) -> User:
        return self.enrolment.learner

    @property
    def list_name(self) -> str:
        return name_of(self.person)

    @property
    def name(self) -> str:
        return self.person.full_name or _("name not known")

    @property
    def employer(self) -> str:
        return self.enrolment.employer.name if self.enrolment.employer else _("private person")

    @property
    def belongs(self) -> str:
        """What helps a trainer to tell two people apart."""
        if self.enrolment.employer:
            return self.enrolment.employer.name
        category = LearnerCategory(self.enrolment.category).label
        words = category[:1].upper() + category[1:]
        return f"{words}, {self.enrolment.institution}" if self.enrolment.institution else words

    @property
    def takes_part(self) -> bool:
        """Someone who withdrew after a session stays on that session's list, and is no longer changed."""
        return self.enrolment.state in Enrolment.TAKING_PART

    @property
    def status(self) -> str:
        return self.attendance.status if self.attendance else Status.UNKNOWN

    @property
    def is_noted(self) -> bool:
        return self.status != Status.UNKNOWN

    @property
    def shown(self) -> str:
        """Everyone is present until someone says otherwise."""
        return self.status if self.is_noted else Status.PRESENT

    @property
    def minutes(self) -> int:
        return self.attendance.minutes if self.attendance else 0

    @property
    def value(self) -> str:
        """What the page shows, in one word, to see later whether someone else changed it meanwhile."""
        return f"{self.shown}:{self.minutes if self.shown == Status.PARTIAL else ''}"

    @property
    def compare_with(self) -> str:
        """What the page sends back as seen: while a choice waits to be saved, what its maker saw when making it."""
        return self.typed.get("was") or self.value

    @property
    def chosen(self) -> str:
        """What stands ticked: what was sent, when it could not be saved, else what is noted."""
        return self.typed.get("status") or self.shown

    @property
    def typed_minutes(self) -> str | int:
        if self.typed:
            return self.typed.get("minutes", "")
        return self.minutes if self.shown == Status.PARTIAL else ""

    @property
    def confirmed_at(self) -> datetime | None:
        return self.attendance.learner_confirmed_at if self.attendance else None

    @property
    def method(self) -> str:
        return (
            self.attendance.get_learner_method_display() if self.attendance and self.attendance.learner_method else ""
        )


def spoken_order(person: User) -> tuple[str, ...]:
    """By given name, as a trainer calls people; for screens, where the given name stands first."""
    return sort_key(person)[::-1]


def rows_of(session: Session, *, order: Callable[[User], tuple[str, ...]] = spoken_order) -> list[Row]:
    """The people on the list; two queries. Whoever has a row keeps it, also after withdrawing."""
    enrolments = (
        Enrolment.objects.filter(edition=session.edition_id)
        .filter(Q(state__in=Enrolment.TAKING_PART) | Q(pk__in=session.attendance.values("enrolment")))
        .select_related("learner", "employer")
        .prefetch_related(Prefetch("attendance", session.attendance.all(), to_attr="here"))
    )
    rows = [Row(one, one.here[0] if one.here else None) for one in enrolments]
    rows.sort(key=lambda row: order(row.person))
    for number, row in enumerate(rows, start=1):
        row.number = number
    return rows


@dataclass(frozen=True)
class Tally:
    """How the list stands, as its page says it: who is not noted yet shows as present."""

    rows: Sequence[Row]

    def _count(self, status: str) -> int:
        return sum(row.shown == status for row in self.rows)

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """Style, words and number, in the order of the buttons."""
        styles = ("a-p", "a-l", "a-n", "a-a")
        words = (_("present"), _("partly"), _("with notice"), _("absent"))
        return [(style, word, self._count(status)) for style, word, status in zip(styles, words, NOTABLE, strict=True)]

    @property
    def bar(self) -> list[str]:
        """One mark per person."""
        return [style for style, _words, count in self.counts for _each in range(count)]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def not_noted(self) -> int:
        return sum(row.takes_part and not row.is_noted for row in self.rows)

    @property
    def confirmed(self) -> int:
        return sum(row.confirmed_at is not None for row in self.rows)

    @property
    def present(self) -> int:
        return self._count(Status.PRESENT) + self._count(Status.PARTIAL)

    @property
    def hours_will_not_count(self) -> int:
        """Who is there and has not confirmed it: their hours do not count for the indicators."""
        return sum(row.shown in (Status.PRESENT, Status.PARTIAL) and row.confirmed_at is None for row in self.rows)


# The sheet -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Correction:
    """Something that was changed after it had been noted, or a list that was closed or opened again."""

    at: datetime
    by: str
    about: str
    was: str
    became: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """Everything a funder wants to see of one session, in the words of the active language."""

    session: Session
    rows: list[Row]
    of: int
    trainers: list[User]
    corrections: list[Correction]
    version_at: datetime | None
    made_at: datetime

    @property
    def notice(self) -> str:
        return in_language(self.session.edition, "funding_notice")

    @property
    def has_emblem(self) -> bool:
        return self.session.edition.funding_emblem == "eu"

    @property
    def place(self) -> str:
        session = self.session
        location = session.room.location if session.room else session.edition.location
        parts = [in_language(session.room, "name")] if session.room else []
        if location:
            parts += [location.name, location.address or location.city]
        if session.online_url:
            parts.append(session.online_url)
        return ", ".join(parts) or _("online")

    @property
    def header(self) -> list[tuple[str, str]]:
        session, edition = self.session, self.session.edition
        course, provider = edition.course, edition.provider
        return [
            (_("Provider"), provider.full_name or provider.name),
            (_("KvK number"), provider.kvk_number),
            (_("Course"), f"{course.code} {in_language(course, 'title')}"),
            (_("Edition"), edition.code),
            (_("Session"), _("%(number)s of %(total)s") % {"number": session.number, "total": self.of}),
            (_("Title"), session.title),
            (_("Date"), formats.long_date(session.starts_at)),
            (_("Time"), formats.time_range(session.starts_at, session.ends_at)),
            (_("Break"), _("%(minutes)s minutes") % {"minutes": session.break_minutes}),
            (_("Countable time"), f"{session.countable_minutes} min ({formats.hours(session.countable_minutes / 60)})"),
            (_("Place"), self.place),
            (_("Trainer"), ", ".join(trainer.full_name for trainer in self.trainers)),
        ]

    @property
    def totals(self) -> list[tuple[str, str]]:
        count = {status: sum(row.status == status for row in self.rows) for status in Status}
        return [
            *((Status(status).label[:1].upper() + Status(status).label[1:], str(count[status])) for status in NOTABLE),
            (_("Not yet known"), str(count[Status.UNKNOWN])),
            (_("Person-hours noted"), formats.number(person_hours(self.rows), 2)),
            (
                _("Person-hours that count (both confirmations)"),
                formats.number(person_hours([row for row in self.rows if row.attendance and row.attendance.counts]), 2),
            ),
        ]

    @property
    def sign_off(self) -> str:
        if self.session.signed_off_at is None:
            return ""
        by = self.session.signed_off_by.full_name if self.session.signed_off_by else _("the system")
        return _("%(name)s, %(moment)s") % {"name": by, "moment": formats.date_time(self.session.signed_off_at)}

    @cached_property
    def sha256(self) -> str:
        """Over the facts, whatever the language and whenever it was printed: the same list, the same hash."""
        session, edition = self.session, self.session.edition
        facts = {
            "edition": edition.code,
            "course": edition.course.code,
            "provider": edition.provider.kvk_number or edition.provider.name,
            "session": [session.number, self.of, session.title_nl],
            "starts_at": session.starts_at,
            "ends_at": session.ends_at,
            "break_minutes": session.break_minutes,
            "countable_minutes": session.countable_minutes,
            "signed_off_at": session.signed_off_at,
            "signed_off_by": session.signed_off_by.uuid if session.signed_off_by else None,
            "rows": [
                {
                    "enrolment": row.code,
                    "name": row.person.list_name if row.person.full_name else "",
                    "employer": row.enrolment.employer.name if row.enrolment.employer else "",
                    "status": row.status,
                    "minutes": row.minutes,
                    "method": row.attendance.learner_method if row.attendance else "",
                    "confirmed_at": row.confirmed_at,
                }
                for row in sorted(self.rows, key=lambda row: row.code)
            ],
            "corrections": [[one.at, one.reason] for one in self.corrections],
        }
        canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
        return hashlib.sha256(canonical.encode()).hexdigest()

    def table(self) -> tuple[list[str], list[list[Cell]]]:
        """Headings and rows, one per person."""
        headings = [
            _("No."),
            _("Name"),
            _("Employer"),
            _("Status"),
            _("Minutes"),
            _("Hours"),
            _("Way of confirmation"),
            _("Confirmed at"),
        ]
        rows: list[list[Cell]] = [
            [
                row.number,
                row.list_name,
                row.employer,
                str(Status(row.status).label),
                row.minutes,
                person_hours([row]),
                row.method,
                timezone.localtime(row.confirmed_at) if row.confirmed_at else "",
            ]
            for row in self.rows
        ]
        return headings, rows

    def as_rows(self) -> list[list[Cell]]:
        """The whole sheet for a CSV file: header, people, footer, each after an empty line."""
        headings, people = self.table()
        lines: list[list[Cell]] = [[_("Attendance list")]]
        if self.notice:
            lines.append([_("Project"), self.notice])
        lines += [[label, words] for label, words in self.header]
        lines += [[_("Version of"), self.version_at and timezone.localtime(self.version_at)]]
        lines += [[_("Made at"), timezone.localtime(self.made_at)], [], [*headings], *people, []]
        lines += [[label, words] for label, words in self.totals]
        lines += [[_("Trainer's confirmation"), self.sign_off], []]
        lines += [[_("Corrections")], [_("When"), _("By"), _("About"), _("Was"), _("Became"), _("Reason")]]
        lines += [
            [timezone.localtime(one.at), one.by, one.about, one.was, one.became, one.reason] for one in self.corrections
        ]
        return [*lines, [], ["SHA-256", self.sha256]]


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def person_hours(rows: Sequence[Row]) -> Decimal:
    """Minutes first, then divided and rounded once: 2 × 50 + 35 minutes are 2.25 hours."""
    return (Decimal(sum(row.minutes for row in rows)) / 60).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def sheet_of(session: Session, *, at: datetime) -> Sheet:
    """The list as it is now, with its history. The number of queries does not grow with the number of people."""
    rows = rows_of(session, order=sort_key)
    events = _events_of(session, rows)
    by_attendance = {str(row.attendance.pk): row for row in rows if row.attendance}
    return Sheet(
        session=session,
        rows=rows,
        of=session.edition.sessions.count(),
        trainers=list(session.edition.trainers.order_by("family_name", "given_name")),
        corrections=[_correction(event, by_attendance) for event in events if _is_correction(event)],
        version_at=max((event.at for event in events), default=None),
        made_at=at,
    )


def _events_of(session: Session, rows: Sequence[Row]) -> list[Event]:
    types = ContentType.objects.get_for_models(Session, Attendance)
    ids = [str(row.attendance.pk) for row in rows if row.attendance]
    return list(
        Event.objects.filter(
            Q(
                object_type=types[Session],
                object_id=str(session.pk),
                verb__in=["session.signed_off", "session.reopened"],
            )
            | Q(object_type=types[Attendance], object_id__in=ids)
        )
        .select_related("by")
        .order_by("at", "pk")
    )


def _is_correction(event: Event) -> bool:
    """A first note is none, also when the learner had checked in before it and so had a row already."""
    if event.verb == "attendance.changed":
        return event.data["from"]["status"] != Status.UNKNOWN
    return event.verb.startswith("session.")


def _correction(event: Event, rows: dict[str, Row]) -> Correction:
    by = event.by.full_name if event.by else _("the system")
    reason = event.data.get("reason", "")
    if event.verb == "session.signed_off":
        became = _("closed, late") if event.data.get("late") else _("closed")
        return Correction(event.at, by, _("the list"), _("open"), became, reason)
    if event.verb == "session.reopened":
        return Correction(event.at, by, _("the list"), _("closed"), _("open"), reason)
    row = rows.get(event.object_id)
    about = row.list_name if row else ""
    return Correction(event.at, by, about, _said(event.data["from"]), _said(event.data["to"]), reason)


def _said(noted: dict[str, Any]) -> str:
    status = Status(noted["status"])
    return f"{status.label} ({noted['minutes']} min)" if noted["minutes"] else str(status.label)
