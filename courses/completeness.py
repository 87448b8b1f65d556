"""What a course or an edition still lacks: the one home of that rule, for screens and the decision to publish.

Some of it stands in the way of publishing (a certificate would have nothing to state, a visitor nowhere to go); the
rest is advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override

from courses.models import Course, Edition, Mode, Price, Room, Session

LANGUAGES = (("nl", _("in Dutch")), ("en", _("in English")))


@dataclass(frozen=True)
class Lack:
    """One thing that is missing. ``what`` names it in the language of who reads it."""

    code: str
    what: str | Promise
    is_needed: bool = True

    def __str__(self) -> str:
        return str(self.what)

    def said_in(self, language: str) -> str:
        with override(language):
            return str(self.what)


class _Words(Promise):
    """A sentence put together when it is read, in the language of that moment."""

    def __init__(self, pattern: str | Promise, **values: object) -> None:
        self.pattern, self.values = pattern, values

    def __str__(self) -> str:
        return str(self.pattern) % {name: _said(value) for name, value in self.values.items()}


def _said(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def lacking(lacks: list[Lack]) -> list[Lack]:
    """Of these what stands in the way of publishing."""
    return [lack for lack in lacks if lack.is_needed]


# A course -------------------------------------------------------------------------------------------------------------

# Texts that a page or a certificate states, in both languages.
TEXTS = {
    "title": _("the title"),
    "summary": _("the summary"),
    "audience": _("for whom it is"),
    "level_label": _("the level in words"),
    "format": _("the form in words"),
    "quality": _("how quality is assured"),
    "signatory_role": _("the signatory's role"),
}


def course_lacks(course: Course) -> list[Lack]:
    """What this course lacks, in the order in which its page shows it. Four queries."""
    return [*_texts(course), *_of_a_certificate(course), *_of_an_offer(course), *_what_helps(course)]


def _texts(course: Course, texts: Mapping[str, object] = TEXTS) -> Iterator[Lack]:
    for name, label in texts.items():
        for language, words in LANGUAGES:
            if not getattr(course, f"{name}_{language}").strip():
                yield Lack(f"{name}_{language}", _Words(_("%(text)s, %(language)s"), text=label, language=words))


def _of_a_certificate(course: Course) -> Iterator[Lack]:
    """What a certificate states: outcomes, hours, and how was assessed."""
    outcomes = list(course.outcomes.all())
    if not outcomes:
        yield Lack("outcomes", _("learning outcomes"))
    for outcome in outcomes:
        for language, words in LANGUAGES:
            if not getattr(outcome, f"text_{language}").strip():
                said = _Words(_("learning outcome %(code)s, %(language)s"), code=outcome.code, language=words)
                yield Lack(f"outcome_{outcome.code}_{language}", said)
    if not course.contact_minutes:
        yield Lack("contact_minutes", _("contact time"))
    if course.is_assessed:
        yield from _texts(course, {"assessment": _("how it is assessed")})


def _of_an_offer(course: Course) -> Iterator[Lack]:
    if Price.Audience.STANDARD not in {price.audience for price in course.prices.all()}:
        yield Lack("price", _("the standard price"))


def _what_helps(course: Course) -> Iterator[Lack]:
    """What visitors, search and other catalogues are helped by; without it a course can be given all the same."""
    if not course.course_skills.all():
        yield Lack("skills", _("skills from a framework"), is_needed=False)
    if not course.themes.all():
        yield Lack("themes", _("themes, by which visitors find it"), is_needed=False)
    if not course.categories:
        yield Lack("categories", _("the categories of learners it is for"), is_needed=False)


# An edition -----------------------------------------------------------------------------------------------------------


def edition_lacks(edition: Edition) -> list[Lack]:
    """What this edition lacks, its course's own facts included: what is needed first."""
    sessions = list(edition.sessions.order_by("number"))
    found = [*_of_a_plan(edition, sessions), *_of_places(edition, sessions), *_of_a_window(edition)]
    if not edition.trainers.exists():
        found.append(Lack("trainers", _("trainers")))
    if not edition.capacity:
        found.append(Lack("capacity", _("places for learners")))
    for lack in course_lacks(edition.course):
        said = _Words(_("of the course: %(what)s"), what=lack.what)
        found.append(Lack(f"course_{lack.code}", said, is_needed=lack.is_needed))
    return sorted(found, key=lambda lack: not lack.is_needed)


def _of_a_plan(edition: Edition, sessions: list[Session]) -> Iterator[Lack]:
    if not sessions:
        yield Lack("sessions", _("sessions"))
        return
    planned, promised = sum(one.countable_minutes for one in sessions), edition.course.contact_minutes
    if planned < promised:
        said = _Words(
            _("contact time: %(planned)s of the %(promised)s hours are planned"),
            planned=_hours(planned),
            promised=_hours(promised),
        )
        yield Lack("contact_time", said, is_needed=False)


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _of_places(edition: Edition, sessions: list[Session]) -> Iterator[Lack]:
    """Where to go: a room, or the edition's own location; where to meet online: an address."""
    homeless = [one.number for one in sessions if one.mode != Mode.ONLINE and not one.room_id]
    if homeless and not edition.location_id:
        said = ngettext_lazy(
            "a place: session %(numbers)s has no room, and the edition no location",
            "a place: sessions %(numbers)s have no room, and the edition no location",
            len(homeless),
        )
        yield Lack("place", _Words(said, numbers=_listed(homeless)))
    if unlinked := [one.number for one in sessions if one.mode == Mode.ONLINE and not one.online_url]:
        said = ngettext_lazy(
            "an online meeting: session %(numbers)s has no address",
            "an online meeting: sessions %(numbers)s have no address",
            len(unlinked),
        )
        yield Lack("online_url", _Words(said, numbers=_listed(unlinked)))
    for room in Room.objects.filter(sessions__edition=edition, capacity__lt=edition.capacity).distinct().order_by("pk"):
        small = _Words(
            _("seats: %(room)s holds %(seats)s people, this edition %(places)s"),
            room=room.name_nl,
            seats=room.capacity,
            places=edition.capacity,
        )
        yield Lack(f"room_{room.pk}", small, is_needed=False)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _of_a_window(edition: Edition) -> Iterator[Lack]:
    if edition.ends_at is None or edition.starts_at is None:
        return
    if edition.enrolment_opens_at >= edition.ends_at:
        yield Lack("window", _("time to enrol: enrolment opens when the edition is over"))
    elif edition.enrolment_closes_at > edition.ends_at:
        yield Lack("window", _("an end to enrolment: it closes after the last session"))
    if edition.decide_by and edition.decide_by > edition.starts_at.date():
        yield Lack("decide_by", _("a decision in time: go or no-go comes after the first session"), is_needed=False)
