"""What pages show of courses and editions: facts put into the words and shapes that the templates draw.

Each function asks the database a fixed number of questions, however many rows there are; the templates ask none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from wagtail.query import PageQuerySet

from cms.models import AgendaPage, CoursePage, HomePage, LabIndexPage, LabPage
from courses.models import Course, Edition, Part, Price, Session
from courses.phases import Phase
from enrolments.models import LearnerCategory
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.people.models import Organisation

AGENDA_ON_HOME = 5
AGENDA_PER_PAGE = 50
RELATED = 3


# Editions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chip:
    """How an edition stands, as components/status.html takes it."""

    state: str
    free: int = 0
    opens: datetime | None = None


UNPLANNED = Chip("unplanned")


def chip_of(edition: Edition, moment: datetime) -> Chip:
    """The chip of an edition. Full is said once nobody can join the waiting list any more."""
    match edition.phase(moment):
        case Phase.OPEN | Phase.LAST_SEATS:
            return Chip("open", free=edition.seats_free)
        case Phase.FULL:
            return Chip("waitlist")
        case Phase.NOT_YET_OPEN:
            return Chip("soon", opens=edition.enrolment_opens_at)
        case Phase.CLOSED:
            return Chip("full" if edition.seats_free == 0 else "closed")
        case phase:
            return Chip(phase.value)


def rhythm_of(sessions: Sequence[Session]) -> str:
    """``4 keer dinsdag, 09.00–16.30 uur``: what the sessions have in common, and no more."""
    starts = [formats.local(one.starts_at) for one in sessions]
    ends = [formats.local(one.ends_at) for one in sessions]
    if not sessions:
        return ""
    count = len(sessions)
    same_times = len({(start.time(), end.time()) for start, end in zip(starts, ends, strict=True)}) == 1
    times = formats.time_range(starts[0], ends[0]) if same_times else ""
    if count == 1:
        return times
    if len({start.weekday() for start in starts}) == 1:
        said = _("%(count)s times on %(weekday)s") % {"count": count, "weekday": date_format(starts[0], "l")}
    else:
        said = ngettext("%(count)s session", "%(count)s sessions", count) % {"count": count}
    return f"{said}, {times}" if times else said


def place_of(edition: Edition) -> str:
    """Where it is held, in a few words."""
    if edition.mode == "online":
        return _("Online")
    if edition.location:
        name, city = edition.location.name, edition.location.city
        return name if city in name else f"{name}, {city}"
    return edition.provider.city


@dataclass(frozen=True)
class EditionRow:
    """One edition in a table or agenda."""

    edition: Edition
    chip: Chip
    rhythm: str
    place: str
    can_enrol: bool
    waits: bool
    enrol_url: str
    title: str = ""
    url: str = ""

    @property
    def shows_seats(self) -> bool:
        return self.chip.state in {"open", "waitlist", "full", "closed"}


def row_of(edition: Edition, moment: datetime, *, title: str = "", url: str = "") -> EditionRow:
    """Needs course, provider, location and sessions at hand (``Edition.objects.with_schedule``)."""
    chip = chip_of(edition, moment)
    return EditionRow(
        edition=edition,
        chip=chip,
        rhythm=rhythm_of(list(edition.sessions.all())),
        place=place_of(edition),
        can_enrol=chip.state == "open",
        waits=chip.state == "waitlist",
        enrol_url=reverse("enrolments:enrol", kwargs={"edition": edition.code}),
        title=title or edition.course.title,
        url=url,
    )


def first_choice(rows: Iterable[EditionRow]) -> EditionRow | None:
    """The edition to offer: the soonest with places, else the soonest with a waiting list."""
    rows = list(rows)
    return next((row for row in rows if row.can_enrol), None) or next((row for row in rows if row.waits), None)


def agenda_rows(editions: Iterable[Edition], page: Any, request: HttpRequest, moment: datetime) -> list[EditionRow]:
    """Editions as rows that lead to their course's page in the language of ``page``."""
    editions = list(editions)
    pages = CoursePage.objects.live().filter(locale=page.locale_id, course__in={one.course_id for one in editions})
    by_course = {one.course_id: one for one in pages.defer("body")}
    rows = []
    for edition in editions:
        target = by_course[edition.course_id]
        url = f"{target.get_url(request)}#{edition.code}"
        rows.append(row_of(edition, moment, title=target.title, url=url))
    return rows


def upcoming_on(page: Any, moment: datetime) -> QuerySet[Edition]:
    """Coming editions of courses that have a page in this page's language."""
    shown = CoursePage.objects.live().filter(locale=page.locale_id).values("course")
    return Edition.objects.upcoming(moment).filter(course__in=shown).with_schedule()


# Courses -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseCard:
    """What components/card_course.html takes."""

    number: int
    code: str
    provider: str
    title: str
    url: str
    text: str
    starts: datetime | None
    chip: Chip
    meta: Sequence[tuple[str, str]]


def hours_of(minutes: int) -> str:
    return formats.hours(Decimal(minutes) / 60)


def standard_price(course: Course) -> int | None:
    """The price everyone may pay, in cents; None where none is set. Reads the prefetched prices."""
    return next((one.cents for one in course.prices.all() if one.audience == Price.Audience.STANDARD), None)


def price_said(cents: int | None) -> str:
    if cents is None:
        return ""
    return formats.money(cents) if cents else pgettext("price", "free")


def next_of(editions: Sequence[Edition], moment: datetime) -> Edition | None:
    """The edition a card speaks of: the soonest one can still enrol in, else the soonest."""
    return next((one for one in editions if one.takes_enrolments(moment)), None) or next(iter(editions), None)


def coming(course: Course) -> list[Edition]:
    """The editions that ``with_editions`` fetched with the course."""
    return list(vars(course)["coming"])


def with_editions(pages: PageQuerySet, moment: datetime) -> PageQuerySet:
    """Pages with all that a card and the facets need, in five queries. The editions are in ``coming``."""
    return (
        pages.live()
        .defer("body")
        .select_related("course__provider")
        .prefetch_related(
            "course__prices",
            Prefetch(
                "course__editions",
                Edition.objects.upcoming(moment).select_related("location", "provider"),
                to_attr="coming",
            ),
        )
    )


def card_of(page: CoursePage, request: HttpRequest, moment: datetime) -> CourseCard:
    """A card; the page comes from ``with_editions``."""
    course = page.course
    edition = next_of(coming(course), moment)
    place = place_of(edition) if edition else course.provider.city
    if edition and edition.mode != "online" and edition.location:
        place = edition.location.city
    return CourseCard(
        number=course.cover,
        code=course.code,
        provider=course.provider.name,
        title=page.title,
        url=page.get_url(request) or "",
        text=page.introduction or in_language(course, "summary"),
        starts=edition.starts_at if edition else None,
        chip=chip_of(edition, moment) if edition else UNPLANNED,
        meta=[
            (icon, words)
            for icon, words in (
                ("gauge", in_language(course, "level_label")),
                ("clock", hours_of(course.total_minutes)),
                ("map-pin", place),
                ("wallet", price_said(standard_price(course))),
            )
            if words
        ],
    )


# Pages ---------------------------------------------------------------------------------------------------------------


def home(page: HomePage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """The front page: programmes, the skills lab's courses, what starts soon."""
    pages = CoursePage.objects.filter(locale=page.locale_id).order_by("course__code")
    programmes = list(with_editions(pages.filter(course__kind=Course.Kind.PROGRAMME), moment))
    academy, modules = page.academy, []
    if academy and academy.live:
        modules = list(
            pages.live()
            .filter(course__kind=Course.Kind.COURSE)
            .filter(_of_house(academy.organisation_id, "course__"))
            .defer("body")
            .select_related("course")
            .distinct()
        )
    catalogue = _child_address(page, "courseindexpage", request)
    return {
        "catalogue_url": catalogue,
        "agenda_url": _child_address(page, "agendapage", request),
        "employer_url": reverse("enrolments:employer"),
        "who_param": pgettext("in an address", "who"),
        "programmes": [card_of(one, request, moment) for one in programmes],
        "academy": academy if academy and academy.live else None,
        "academy_url": academy.get_url(request) if academy else "",
        "academy_text": in_language(academy.organisation, "description") if academy else "",
        "modules": [
            {
                "title": one.title,
                "url": one.get_url(request),
                "hours": hours_of(one.course.total_minutes),
                "text": in_language(one.course, "format"),
            }
            for one in modules
        ],
        "agenda": agenda_rows(upcoming_on(page, moment)[:AGENDA_ON_HOME], page, request, moment),
        "figures": [block.value for block in page.figures],
        "sources": list(dict.fromkeys(block.value["source"] for block in page.figures)),
    }


def _child_address(page: HomePage, kind: str, request: HttpRequest) -> str:
    """Where one of the home page's fixed rooms is; empty while there is none."""
    found = page.get_children().live().filter(**{f"{kind}__isnull": False}).first()
    return found.get_url(request) if found else ""


def _of_house(organisation: int, prefix: str = "") -> Q:
    """Courses that a house gives or lends its lab to."""
    return Q(**{f"{prefix}provider": organisation}) | Q(**{f"{prefix}labs": organisation})


def lab(page: LabPage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """A lab's own page: what it is, what it teaches, when."""
    house = page.organisation

    def is_module(one: CoursePage) -> bool:
        """What a skills lab stacks: its own courses, not the programmes it lends a hand in."""
        is_own = one.course.provider_id == house.pk and one.course.kind == Course.Kind.COURSE
        return is_own and house.lab_kind == Organisation.LabKind.SKILLS_LAB

    pages = (
        CoursePage.objects.filter(locale=page.locale_id)
        .filter(_of_house(house.pk, "course__"))
        .distinct()
        .order_by("course__kind", "course__code")
    )
    found = list(with_editions(pages, moment))
    courses = [one.course_id for one in found]
    stacked = Part.objects.filter(course__in=courses).select_related("programme").order_by("order")
    programmes = {part.programme_id: part.programme for part in stacked}
    return {
        "house": house,
        "introduction": page.introduction or in_language(house, "description"),
        "full_name": house.full_name if house.full_name != house.name else "",
        "address": ", ".join(part for part in (house.street, f"{house.postcode} {house.city}".strip()) if part),
        "cards": [card_of(one, request, moment) for one in found if not is_module(one)],
        "modules": [card_of(one, request, moment) for one in found if is_module(one)],
        "stacks_into": [in_language(one, "title") for one in programmes.values()],
        "agenda": agenda_rows(
            upcoming_on(page, moment).filter(course__in=courses)[:AGENDA_ON_HOME], page, request, moment
        ),
        "agenda_url": _agenda_address(page, request),
    }


def _agenda_address(page: Any, request: HttpRequest) -> str:
    found = AgendaPage.objects.live().filter(locale=page.locale_id).first()
    return found.get_url(request) if found else ""


def labs(page: LabIndexPage, request: HttpRequest) -> dict[str, Any]:
    """All labs with a page, with how many courses each has."""
    found = (
        LabPage.objects.live().child_of(page).select_related("organisation").order_by("organisation__lab_kind", "title")
    )
    shown = CoursePage.objects.live().filter(locale=page.locale_id).values("course")
    counted: dict[int, set[int]] = defaultdict(set)
    houses = Organisation.objects.filter(pages__in=found)
    for course, provider in Course.objects.filter(pk__in=shown, provider__in=houses).values_list("pk", "provider"):
        counted[provider].add(course)
    for course, house in Course.labs.through.objects.filter(course__in=shown, organisation__in=houses).values_list(
        "course", "organisation"
    ):
        counted[house].add(course)
    return {
        "labs": [
            {
                "title": one.title,
                "url": one.get_url(request),
                "kind": one.organisation.get_lab_kind_display(),
                "city": one.organisation.city,
                "text": one.introduction or in_language(one.organisation, "description"),
                "courses": len(counted[one.organisation_id]),
            }
            for one in found
        ]
    }


def agenda(page: AgendaPage, request: HttpRequest, moment: datetime) -> dict[str, Any]:
    """Coming editions, by month."""
    numbers = Paginator(upcoming_on(page, moment), AGENDA_PER_PAGE)
    shown = numbers.get_page(request.GET.get("page"))
    rows = agenda_rows(list(shown.object_list), page, request, moment)
    months = [
        {"name": date_format(first, "F Y"), "rows": list(found)}
        for first, found in groupby(
            rows, key=lambda row: formats.day_of(row.edition.starts_at or moment).replace(day=1)
        )
    ]
    return {"months": months, "shown": shown, "count": numbers.count}


# One course ----------------------------------------------------------------------------------------------------------

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


def offered(course: Course, moment: datetime) -> dict[str, Any]:
    """The part of a course's page that lives: its editions and the one to offer. Six queries."""
    editions = (
        Edition.objects.on_view(moment)
        .filter(course=course)
        .with_schedule()
        .prefetch_related("trainers", "sessions__room__location")
    )
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
        "choice": first_choice(rows),
        "one_place": places[0] if len(places) == 1 else "",
        # What a funder wants to be read wherever its edition is offered.
        "notices": list(dict.fromkeys(filter(None, (in_language(row.edition, "funding_notice") for row in rows)))),
        "all_online": bool(rows) and all(row.edition.mode == "online" for row in rows),
        "editions_url": reverse("cms:editions", args=[course.code]),
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
            Prefetch("parts", Part.objects.select_related("course")),
            Prefetch("part_of", Part.objects.select_related("programme")),
        )
        .get(pk=page.course_id)
    )
    live = offered(found, moment)
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
        "trainers": list(
            dict.fromkeys(one.full_name for row in rows for one in row.edition.trainers.all() if one.full_name)
        ),
        "buildings": _buildings(rows),
        "prose": [block for block in page.body if block.block_type != "questions"],
        "questions": [block for block in page.body if block.block_type == "questions"],
        "skills": [in_language(one.skill, "name") for one in found.course_skills.all()],
        "stack": [(one.title, addresses.get(one.pk, ""), hours_of(one.total_minutes)) for one, _order in stack],
        "part_of": [(one.title, addresses.get(one.pk, "")) for one in part_of],
        "related": [card_of(one, request, moment) for one in _related(found, page, moment)],
    }


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
    pages = CoursePage.objects.filter(locale=page.locale_id).exclude(course=course.pk).annotate(shared=shared)
    return with_editions(pages.filter(shared__gt=0).order_by("-shared", "course__code"), moment)[:RELATED]


def _addresses(courses: Sequence[Course], page: CoursePage, request: HttpRequest) -> dict[int, str]:
    """The pages of courses in this page's language."""
    pages = CoursePage.objects.live().filter(locale=page.locale_id, course__in=[one.pk for one in courses])
    return {one.course_id: one.get_url(request) or "" for one in pages.defer("body")}


def _lab_address(organisation: int, page: CoursePage, request: HttpRequest) -> str:
    found = LabPage.objects.live().filter(locale=page.locale_id, organisation=organisation).defer("body").first()
    return (found.get_url(request) or "") if found else ""
