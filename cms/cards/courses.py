"""Courses as cards of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpRequest
from django.utils.translation import pgettext
from wagtail.query import PageQuerySet

from cms.cards.editions import BY_PARTS, UNPLANNED, Chip, chip_of, place_of
from cms.models import CoursePage
from courses.models import Course, Edition, Part, Price
from lms.kernel import formats
from lms.kernel.languages import in_language


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


def with_parts(pages: PageQuerySet) -> PageQuerySet:
    """Course pages that know whether their course is taken by its parts, which needs no edition of its own."""
    return pages.annotate(by_parts=Exists(Part.objects.filter(programme=OuterRef("course"))))


def without_date(page: CoursePage) -> Chip:
    """What is said of a course that has no edition to come; the page comes from ``with_parts``."""
    return BY_PARTS if vars(page).get("by_parts") else UNPLANNED


def with_editions(pages: PageQuerySet, moment: datetime) -> PageQuerySet:
    """Pages with all that a card needs. The editions are in ``coming``."""
    return (
        with_parts(pages.live())
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
        chip=chip_of(edition, moment) if edition else without_date(page),
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


def of_house(organisation: int, prefix: str = "") -> Q:
    """Courses that a house gives or lends its lab to."""
    return Q(**{f"{prefix}provider": organisation}) | Q(**{f"{prefix}labs": organisation})
