"""What the page of one course shows."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2s
from typing import Any
from urllib.parse import quote

import segno
from django.db.models import Count, Prefetch, Q, Value
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.query import PageQuerySet

from cms.cards.courses import card_of, hours_of, price_said, standard_price, with_editions
from cms.cards.editions import EditionRow, first_choice, row_of
from cms.cards.paths import paths_of
from cms.models import CoursePage, LabPage
from courses.models import Course, Edition, Part, Price, Subsidy
from enrolments.models import LearnerCategory
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.people.models import User

RELATED = 3


# What the four prices are called on a page; a visitor looks for themselves in them.
PAYERS = {
    Price.Audience.STANDARD: lambda: _("Standard price"),
    Price.Audience.SME: lambda: _("Employee of a small or medium-sized company"),
    Price.Audience.CAREER_SWITCHER: lambda: _("Career switcher"),
    Price.Audience.STUDENT: lambda: _("Student"),
}


def vat_said(course: Course) -> str:
    """What the price includes, in words."""
    match course.vat_regime:
        case Course.VatRegime.STANDARD_21:
            return _("including 21% VAT")
        case Course.VatRegime.OUT_OF_SCOPE_SUBSIDISED:
            return _("no VAT: paid for by a subsidy")
        case _regime:
            return _("exempt from VAT")


def offered(course: Course, moment: datetime, *more: str) -> dict[str, Any]:
    """The part of a course's page that lives: its editions and the one to offer. Four queries, and one for each
    relation of the editions that is asked for besides.
    """
    editions = Edition.objects.on_view(moment).filter(course=course).with_schedule().prefetch_related(*more)
    rows = [row_of(edition, moment, title=course.title) for edition in editions]
    places = list(dict.fromkeys(row.place for row in rows))
    prices = sorted(course.prices.all(), key=lambda one: list(PAYERS).index(Price.Audience(one.audience)))
    return {
        "course": course,
        "price": standard_price(course),
        "prices": [(PAYERS[Price.Audience(one.audience)](), price_said(one.cents)) for one in prices],
        "free_for": [PAYERS[Price.Audience(one.audience)]() for one in prices if one.cents == 0],
        "vat": vat_said(course),
        "employer_url": reverse("enrolments:employer"),
        "rows": rows,
        # What is taken by its parts needs no edition of its own; one asks only where there is none.
        "by_parts": not rows and bool(course.parts.all()),
        "choice": first_choice(rows),
        "one_place": places[0] if len(places) == 1 else "",
        # What a funder wants to be read wherever its edition is offered.
        "notices": list(dict.fromkeys(filter(None, (in_language(row.edition, "funding_notice") for row in rows)))),
        "all_online": bool(rows) and all(row.edition.mode == "online" for row in rows),
        "editions_url": reverse("cms:editions", args=[course.code]),
        "interest_url": reverse("cms:interest", args=[course.code]),
        "version": _version(rows),
    }


def course(page: CoursePage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """All that a course's page shows besides its prose."""
    found = (
        Course.objects.select_related("provider")
        .prefetch_related(
            "outcomes",
            "prices",
            "themes",
            "labs",
            "course_skills__skill",
            Prefetch("parts", Part.objects.select_related("course").prefetch_related("course__prices")),
            Prefetch("part_of", Part.objects.select_related("programme")),
        )
        .get(pk=page.course_id)
    )
    live = offered(found, moment, "trainers__trainer_line", "sessions__room__location")
    rows: list[EditionRow] = live["rows"]
    shown: EditionRow | None = live["choice"] or next(iter(rows), None)
    stack = [(part.course, part.order) for part in found.parts.all()]
    part_of = [part.programme for part in found.part_of.all()]
    addresses = _addresses([one for one, _order in stack] + part_of, page, request)
    return live | {
        "introduction": page.introduction or in_language(found, "summary"),
        "provider_url": _lab_address(found.provider_id, page, request),
        "facts": _facts(found, rows),
        "categories": categories_of(found),
        "shown": shown,
        "sessions": list(shown.edition.sessions.all()) if shown else [],
        "trainers": _trainers(rows),
        "subsidies": _subsidies(found, moment),
        "share": _share(found, page, request),
        "buildings": _buildings(rows),
        "prose": [block for block in page.body if block.block_type != "questions"],
        "questions": [block for block in page.body if block.block_type == "questions"],
        "skills": [in_language(one.skill, "name") for one in found.course_skills.all()],
        "stack": [(one.title, addresses.get(one.pk, ""), hours_of(one.total_minutes)) for one, _order in stack],
        "path": next(iter(paths_of([found] if stack else [], page.locale_id, request, moment)), None),
        "part_of": [(one.title, addresses.get(one.pk, "")) for one in part_of],
        "related": [card_of(one, request, moment) for one in _related(found, page, moment)],
    }


def _version(rows: Sequence[EditionRow]) -> str:
    """Changes with all that the living part shows, so that asking again is answered only when there is news."""
    said: list[tuple[object, ...]] = []
    for row in rows:
        edition = row.edition
        said.append((edition.code, row.chip, row.condition, edition.seats_taken, edition.capacity))
        said.append((row.place, row.rhythm, edition.starts_at, edition.ends_at))
    return blake2s(repr(said).encode(), digest_size=6).hexdigest()


def _trainers(rows: Sequence[EditionRow]) -> list[tuple[str, str]]:
    """Who teaches, each with the line that they chose to show."""
    found: dict[User, None] = dict.fromkeys(one for row in rows for one in row.edition.trainers.all() if one.full_name)
    lines = {one.pk: getattr(one, "trainer_line", None) for one in found}
    return [
        (one.full_name, in_language(line, "text") if (line := lines[one.pk]) and line.is_shown else "") for one in found
    ]


def _subsidies(course: Course, moment: datetime) -> list[dict[str, Any]]:
    """Schemes that may pay a part, each with the day on which it was checked, and whether that was a while ago."""
    day = formats.day_of(moment)
    return [{"subsidy": one, "is_fresh": one.is_fresh(day)} for one in Subsidy.objects.shown_on(day).for_course(course)]


def _share(course: Course, page: CoursePage, request: HttpRequest) -> dict[str, str]:
    """A short address to pass on, as text, mail and drawing; no third party is involved."""
    address = request.build_absolute_uri(reverse("course_short", args=[course.code.lower()]))
    mail = {"subject": page.title, "body": f"{page.title}\n{address}"}
    return {
        "address": address,
        "mail": "mailto:?" + "&".join(f"{name}={quote(words)}" for name, words in mail.items()),
        "drawing": _drawing(address),
    }


@lru_cache(maxsize=256)
def _drawing(address: str) -> str:
    """The address as a QR code, for paper."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=0, scale=3)


def _buildings(rows: Sequence[EditionRow]) -> list[dict[str, Any]]:
    """Where the editions on view are held, with what one can count on in the rooms."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        sessions = row.edition.sessions.all()
        for place in (row.edition.location, *(one.room.location for one in sessions if one.room)):
            if place:
                found.setdefault(place.pk, {"name": place.name, "address": place.address, "rooms": {}})
        for room in (one.room for one in sessions if one.room):
            has = [
                words
                for words, is_so in (
                    (_("step-free access"), room.is_wheelchair_accessible),
                    (_("hearing loop"), room.has_hearing_loop),
                )
                if is_so
            ]
            found[room.location_id]["rooms"][room.pk] = (in_language(room, "name"), has)
    return list(found.values())


def categories_of(course: Course) -> list[str]:
    """For which learners a course is meant, in the order in which the platform names them."""
    return [str(choice.label) for choice in LearnerCategory if choice.value in course.categories]


def _facts(course: Course, rows: Sequence[EditionRow]) -> list[tuple[str, str]]:
    """The title block. Group and language are those of the editions on view, when these agree."""
    groups = {(row.edition.minimum, row.edition.capacity) for row in rows}
    languages = {row.edition.get_language_display() for row in rows}
    group = ""
    if len(groups) == 1:
        least, most = next(iter(groups))
        group = _("%(least)s to %(most)s people") % {"least": least, "most": most}
    duration = hours_of(course.total_minutes)
    if course.contact_minutes != course.total_minutes:
        duration = _("%(total)s, of which %(taught)s taught") % {
            "total": duration,
            "taught": hours_of(course.contact_minutes),
        }
    return [
        (_("Duration"), duration),
        (_("Level"), in_language(course, "level_label")),
        (_("Form"), in_language(course, "format")),
        (_("Group"), group),
        (_("Language"), ", ".join(sorted(name.capitalize() for name in languages))),
        (_("Proof"), str(course.get_certificate_kind_display()).capitalize()),
    ]


def _related(course: Course, page: CoursePage, moment: datetime) -> PageQuerySet:
    """Courses that share most themes and labs with this one."""
    shared: Combinable = Value(0)
    for name in ("themes", "labs"):
        # Counting what is in an empty list gives no number at all, so nothing is asked about one.
        if keys := [one.pk for one in getattr(course, name).all()]:
            shared += Count(f"course__{name}", filter=Q(**{f"course__{name}__in": keys}), distinct=True)
    pages = (
        CoursePage.objects.filter(locale=page.locale_id)
        .exclude(course=course.pk)
        .exclude(course__part_of__programme=course)
        .annotate(shared=shared)
    )
    return with_editions(pages.filter(shared__gt=0).order_by("-shared", "course__code"), moment)[:RELATED]


def _addresses(courses: Sequence[Course], page: CoursePage, request: HttpRequest) -> dict[int, str]:
    """The pages of courses in this page's language."""
    pages = CoursePage.objects.live().filter(locale=page.locale_id, course__in=[one.pk for one in courses])
    return {one.course_id: one.get_url(request) or "" for one in pages.defer("body")}


def _lab_address(organisation: int, page: CoursePage, request: HttpRequest) -> str:
    found = LabPage.objects.live().filter(locale=page.locale_id, organisation=organisation).defer("body").first()
    return (found.get_url(request) or "") if found else ""
