"""What of the catalogue an address of OEAPI gives, and in which shape: only what the public may see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from courses.models import Course, Edition, LearningOutcome, Part, Session
from lms.api import catalogue
from lms.api.oeapi import mapping, shapes
from lms.api.oeapi.answers import searched, spoken
from lms.people.models import Organisation

Links = dict[int, dict[str, str]]


def root() -> Organisation | None:
    return Organisation.objects.filter(is_programme_office=True).first()


def educations(kind: str, query: shapes.Taught | None = None) -> QuerySet[Course]:
    public = catalogue.courses_on_view()
    rows = public.filter(kind=kind)
    if query:
        rows = searched(rows, query, "code", "title_nl", "title_en", "summary_nl", "summary_en")
        if query.primaryCode:
            rows = rows.filter(code=query.primaryCode)
        if query.teachingLanguage:
            taught = catalogue.editions_on_view().filter(language=query.teachingLanguage[:2])
            rows = rows.filter(pk__in=taught.order_by().values("course"))
    return _with_needs(rows, public).order_by("code")


def _with_needs(rows: QuerySet[Course], public: QuerySet[Course]) -> QuerySet[Course]:
    return rows.select_related("provider").prefetch_related(
        "outcomes",
        Prefetch(
            "editions",
            catalogue.editions_on_view(public).order_by("starts_at").only("course", "language", "starts_at"),
            to_attr="shown",
        ),
        Prefetch("part_of", Part.objects.filter(programme__in=public).select_related("programme")),
    )


def _links_of(courses: Iterable[int]) -> Links:
    return catalogue.course_addresses(courses)


def programmes_said(rows: Sequence[Course]) -> list[shapes.Programme]:
    links = _links_of(row.pk for row in rows)
    return [mapping.programme(row, links) for row in rows]


def courses_said(rows: Sequence[Course]) -> list[shapes.Course]:
    links = _links_of(row.pk for row in rows)
    return [mapping.course(row, links) for row in rows]


def offerings(kind: str) -> QuerySet[Edition]:
    rows = catalogue.editions_on_view().filter(course__kind=kind).order_by("starts_at", "code")
    return rows.select_related("course", "provider", "location").prefetch_related("course__prices")


def _narrowed(rows: QuerySet[Any], query: shapes.Offerings, moment: datetime, edition: str = "") -> QuerySet[Any]:
    """By what offerings of all kinds can be filtered by; ``edition`` is the way from the row to its edition."""
    over = {f"{edition}ends_at__lte": moment}
    match query.state:
        case None:
            pass
        case "active":
            rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=moment), **{f"{edition}state": Edition.State.PUBLISHED})
        case "inactive":
            rows = rows.filter(Q(ends_at__lte=moment) | Q(**over), **{f"{edition}state": Edition.State.PUBLISHED})
        case "cancelled":
            rows = rows.filter(**{f"{edition}state": Edition.State.CANCELLED})
        case _state:
            rows = rows.none()
    if query.since:
        rows = rows.filter(starts_at__gte=query.since)
    if query.until:
        rows = rows.filter(starts_at__lte=query.until)
    return spoken(rows, query.teachingLanguage, f"{edition}language")


def editions(kind: str, query: shapes.Offerings, moment: datetime) -> QuerySet[Edition]:
    rows = searched(offerings(kind), query, "code", "course__title_nl", "course__title_en")
    if query.primaryCode:
        rows = rows.filter(code=query.primaryCode)
    if query.resultExpected is not None:
        assessed = {"course__certificate_kind": Course.CertificateKind.ASSESSED}
        rows = rows.filter(**assessed) if query.resultExpected else rows.exclude(**assessed)
    return _narrowed(rows, query, moment)


def delivered(rows: QuerySet[Any], mode: str | None) -> QuerySet[Any]:
    if mode is None:
        return rows
    ours = next((ours for ours, theirs in mapping.MODES.items() if theirs == mode), None)
    return rows.filter(mode=ours) if ours else rows.none()


def programme_offerings_said(rows: Sequence[Edition], moment: datetime) -> list[shapes.ProgrammeOffering]:
    links = _links_of(row.course_id for row in rows)
    return [mapping.programme_offering(row, moment, links) for row in rows]


def course_offerings_said(rows: Sequence[Edition], moment: datetime) -> list[shapes.CourseOffering]:
    links = _links_of(row.course_id for row in rows)
    return [mapping.course_offering(row, moment, links) for row in rows]


def meetings() -> QuerySet[Session]:
    return (
        catalogue.sessions_on_view()
        .select_related("edition__course__provider", "edition__provider", "edition__location")
        .select_related("room__location__organisation")
        .order_by("starts_at", "edition__code", "number")
    )


def meetings_by(query: shapes.Offerings, moment: datetime) -> QuerySet[Session]:
    rows = searched(meetings(), query, "edition__code", "title_nl", "title_en")
    if query.primaryCode:
        code, _dash, number = query.primaryCode.rpartition("-S")
        is_number = number.isascii() and number.isdigit() and len(number) < 5
        rows = rows.filter(edition__code=code, number=int(number)) if is_number else rows.none()
    if query.resultExpected:
        rows = rows.none()
    return _narrowed(rows, query, moment, "edition__")


def _components() -> QuerySet[Session]:
    """One session for each number of each course: that of the edition that begins last."""
    alike = catalogue.sessions_on_view().filter(edition__course=OuterRef("edition__course"), number=OuterRef("number"))
    latest = alike.order_by("-edition__starts_at", "-pk").values("pk")[:1]
    rows = catalogue.sessions_on_view().annotate(latest=Subquery(latest)).filter(pk=F("latest"))
    return rows.select_related("edition__course__provider").order_by("edition__course__code", "number")


def components_by(query: shapes.Taught) -> QuerySet[Session]:
    rows = searched(_components(), query, "edition__course__code", "title_nl", "title_en")
    if query.primaryCode:
        code, _dash, number = query.primaryCode.rpartition("-S")
        is_number = number.isascii() and number.isdigit() and len(number) < 5
        rows = rows.filter(edition__course__code=code, number=int(number)) if is_number else rows.none()
    return spoken(rows, query.teachingLanguage, "edition__language")


def components_said(rows: Sequence[Session]) -> list[shapes.LearningComponent]:
    return [mapping.component(row, [row.edition.language]) for row in rows]


def component(component: UUID) -> Session:
    """The session that stands for this component. Its id is worked out, so it is looked for among all of them."""
    known = _components().values_list("pk", "edition__course__uuid", "number")
    found = (pk for pk, course, number in known if mapping.component_id(course, number) == component)
    return get_object_or_404(_components(), pk=next(found, None))


def one_course(course: UUID) -> Course:
    return get_object_or_404(educations(Course.Kind.COURSE), uuid=course)


def one_programme(programme: UUID) -> Course:
    return get_object_or_404(educations(Course.Kind.PROGRAMME), uuid=programme)


def house(organisation: UUID) -> Organisation:
    return get_object_or_404(catalogue.houses_on_view(), uuid=organisation)


def meetings_said(moment: datetime) -> Callable[[Sequence[Session]], list[shapes.LearningComponentOffering]]:
    return lambda rows: [mapping.component_offering(row, moment) for row in rows]


def courses_by(query: shapes.Courses) -> QuerySet[Course]:
    rows = delivered(educations(Course.Kind.COURSE, query), query.modeOfDelivery)
    if query.level == "undefined":
        return rows.exclude(nlqf_level__in=list(mapping.LEVELS))
    if query.level:
        ours = next((ours for ours, theirs in mapping.LEVELS.items() if theirs == query.level), None)
        return rows.filter(nlqf_level=ours) if ours else rows.none()
    return rows


def outcomes() -> QuerySet[LearningOutcome]:
    return LearningOutcome.objects.filter(course__in=catalogue.courses_on_view()).order_by(
        "course__code", "order", "pk"
    )
