"""A programme one takes by its parts: each part a course with a certificate of its own, together one certificate."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.http import HttpRequest
from django.urls import reverse

from cms.cards.courses import coming, hours_of, next_of, price_said, standard_price, with_editions
from cms.cards.editions import UNPLANNED, Chip, chip_of, place_of
from cms.models import CoursePage
from courses.models import Course, Part
from lms.kernel.languages import in_language


@dataclass(frozen=True)
class Step:
    """One part, as templates/cms/parts/path.html draws it."""

    number: int
    code: str
    title: str
    url: str
    text: str
    form: str
    hours: str
    price: str
    proof: str
    starts: datetime | None
    place: str
    chip: Chip


@dataclass(frozen=True)
class Path:
    """The whole way to one certificate. Hours and price are those of the parts together."""

    code: str
    title: str
    url: str
    text: str
    proof: str
    steps: list[Step]
    hours: str
    price: str
    my_url: str


def programmes_of(house: int) -> Iterable[Course]:
    """The programmes of a house that are taken by their parts, with these. Three queries."""
    parts = Part.objects.select_related("course").prefetch_related("course__prices").order_by("order", "course__code")
    return (
        Course.objects.filter(provider=house, parts__isnull=False)
        .distinct()
        .order_by("code")
        .prefetch_related(Prefetch("parts", parts))
    )


def paths_of(programmes: Iterable[Course], locale: int, request: HttpRequest, moment: datetime) -> list[Path]:
    """Programmes with their parts as steps, each with its next date. Five queries, however many programmes."""
    programmes = list(programmes)
    wanted = {one.pk for one in programmes} | {part.course_id for one in programmes for part in one.parts.all()}
    if not programmes:
        return []
    pages = {
        page.course_id: page
        for page in with_editions(CoursePage.objects.filter(locale=locale), moment).filter(course__in=wanted)
    }
    return [_path(one, pages, request, moment) for one in programmes]


def _path(programme: Course, pages: dict[int, CoursePage], request: HttpRequest, moment: datetime) -> Path:
    page, parts = pages.get(programme.pk), [part.course for part in programme.parts.all()]
    prices = [standard_price(one) for one in parts]
    known = [cents for cents in prices if cents is not None]
    return Path(
        code=programme.code,
        title=page.title if page else programme.title,
        url=(page.get_url(request) or "") if page else "",
        text=in_language(programme, "summary"),
        proof=str(programme.get_certificate_kind_display()),
        steps=[_step(number, one, pages.get(one.pk), request, moment) for number, one in enumerate(parts, start=1)],
        hours=hours_of(sum(one.total_minutes for one in parts)),
        # A sum that leaves one out would promise too little.
        price=price_said(sum(known)) if known and len(known) == len(prices) else "",
        my_url=reverse("enrolments:my"),
    )


def _step(number: int, course: Course, page: CoursePage | None, request: HttpRequest, moment: datetime) -> Step:
    edition = next_of(coming(page.course), moment) if page else None
    return Step(
        number=number,
        code=course.code,
        title=page.title if page else course.title,
        url=(page.get_url(request) or "") if page else "",
        text=in_language(course, "summary"),
        form=in_language(course, "format"),
        hours=hours_of(course.total_minutes),
        price=price_said(standard_price(course)),
        proof=str(course.get_certificate_kind_display()),
        starts=edition.starts_at if edition else None,
        place=place_of(edition) if edition else "",
        chip=chip_of(edition, moment) if edition else UNPLANNED,
    )
