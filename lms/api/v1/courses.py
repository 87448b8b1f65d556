"""Programmes and courses, with the labs and themes under which they are found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, F, Prefetch, Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from courses.models import Course, Edition, Part, Price, Theme
from lms.api import catalogue
from lms.api.languages import language_of
from lms.api.v1 import shapes
from lms.api.v1.editions import edition_said, house
from lms.api.v1.texts import euros, page_of
from lms.kernel.languages import in_language

router = Router(tags=["courses"])


def _coming(moment: datetime) -> Prefetch:
    """The editions that are not over, in ``coming``; the course is known already."""
    rows = catalogue.editions_on_view().filter(ends_at__gt=moment).select_related("provider", "location")
    return Prefetch("editions", rows.order_by("starts_at", "code"), to_attr="coming")


def _next_of(editions: list[Edition], moment: datetime) -> Edition | None:
    ahead = [
        one for one in editions if one.state == Edition.State.PUBLISHED and one.starts_at and one.starts_at > moment
    ]
    return next((one for one in editions if one.takes_enrolments(moment)), None) or next(iter(ahead), None)


def _course_said(
    course: Course, language: str, moment: datetime, addresses: dict[int, dict[str, str]]
) -> dict[str, Any]:
    """The fields of ``CourseShort``."""
    prices = {one.audience: one.cents for one in course.prices.all()}
    standard = prices.get(Price.Audience.STANDARD)
    upcoming = _next_of(_editions_of(course), moment)
    return {
        "id": course.uuid,
        "code": course.code,
        "kind": course.kind,
        "title": in_language(course, "title", language),
        "summary": in_language(course, "summary", language),
        "provider": house(course.provider),
        "labs": [house(one) for one in course.labs.all()],
        "themes": [shapes.Theme(code=one.code, name=in_language(one, "name", language)) for one in course.themes.all()],
        "level": in_language(course, "level_label", language),
        "mode": course.mode,
        "format": in_language(course, "format", language),
        "hours": shapes.Hours(total=round(course.total_minutes / 60, 2), taught=round(course.contact_minutes / 60, 2)),
        "certificate": course.certificate_kind,
        "price": None if standard is None else euros(standard),
        "next_edition": shapes.EditionShort(**edition_said(upcoming, language, moment)) if upcoming else None,
        "url": catalogue.in_one_language(addresses.get(course.pk, {}), language),
    }


def _editions_of(course: Course) -> list[Edition]:
    """As ``_coming`` fetched them, knowing their course."""
    editions: list[Edition] = vars(course)["coming"]
    for one in editions:
        one.course = course
    return editions


def matching(words: str) -> Q:
    """Each word somewhere in what is said of a course."""
    found = Q()
    fields = ("code", "title_nl", "title_en", "summary_nl", "summary_en", "audience_nl", "audience_en")
    for word in words.split():
        found &= Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR)
    return found


@router.get(
    "/courses",
    response=shapes.CoursePage,
    operation_id="listCourses",
    summary=_("List courses"),
    description=_("Every programme and course that has a page on the site, in the order of their codes."),
)
def list_courses(request: HttpRequest, query: Query[shapes.CourseQuery]) -> shapes.CoursePage:
    moment, language = timezone.now(), language_of(request, query.language)
    rows = catalogue.courses_on_view()
    if query.q:
        rows = rows.filter(matching(query.q))
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.mode:
        rows = rows.filter(mode=query.mode)
    if query.theme:
        rows = rows.filter(themes__code=query.theme)
    if query.lab:
        rows = rows.filter(Q(provider__code=query.lab) | Q(labs__code=query.lab)).distinct()
    if query.teaching_language:
        coming = Edition.objects.published().filter(ends_at__gt=moment, language=query.teaching_language)
        rows = rows.filter(pk__in=coming.order_by().values("course"))
    rows = rows.select_related("provider").prefetch_related("labs", "themes", "prices", _coming(moment))
    found, pages = page_of(rows.order_by("code"), query, request)
    addresses = catalogue.course_addresses(one.pk for one in found)
    return shapes.CoursePage(
        items=[shapes.CourseShort(**_course_said(one, language, moment, addresses)) for one in found], **pages
    )


@router.get(
    "/courses/{code}",
    response=shapes.CourseWhole,
    operation_id="getCourse",
    summary=_("Get a course"),
    description=_("One programme or course with its outcomes, skills, prices and every edition that is not over."),
)
def get_course(request: HttpRequest, code: shapes.AskedCode, query: Query[shapes.InLanguage]) -> shapes.CourseWhole:
    moment, language = timezone.now(), language_of(request, query.language)
    public = catalogue.courses_on_view()
    rows = public.select_related("provider").prefetch_related(
        "labs",
        "themes",
        "prices",
        "outcomes",
        "course_skills__skill",
        Prefetch("parts", Part.objects.filter(course__in=public).select_related("course")),
        Prefetch("part_of", Part.objects.filter(programme__in=public).select_related("programme")),
        _coming(moment),
    )
    course = get_object_or_404(rows, code=code)
    said = _course_said(course, language, moment, catalogue.course_addresses([course.pk]))
    order = list(Price.Audience.values)
    return shapes.CourseWhole(
        **said,
        audience=in_language(course, "audience", language),
        admission=in_language(course, "admission", language),
        outcomes=[
            shapes.Outcome(code=one.code, text=in_language(one, "text", language)) for one in course.outcomes.all()
        ],
        skills=[
            shapes.SkillTaught(
                framework=one.skill.get_framework_display(),
                version=one.skill.framework_version,
                code=one.skill.code,
                name=in_language(one.skill, "name", language),
                uri=one.skill.uri or None,
                level=one.level or None,
            )
            for one in course.course_skills.all()
        ],
        assessment=in_language(course, "assessment", language),
        attendance_share=course.attendance_share,
        prices=[
            shapes.Amount(audience=one.audience, amount=euros(one.cents), currency="EUR")
            for one in sorted(course.prices.all(), key=lambda price: order.index(price.audience))
        ],
        vat=course.vat_regime,
        nlqf_level=course.nlqf_level or None,
        nlqf_register_number=(course.nlqf_level and course.nlqf_register_number) or None,
        parts=[one.course.code for one in course.parts.all()],
        part_of=[one.programme.code for one in course.part_of.all()],
        editions=[shapes.EditionShort(**edition_said(one, language, moment)) for one in _editions_of(course)],
    )


@router.get(
    "/labs",
    response=shapes.LabList,
    operation_id="listLabs",
    tags=["labs"],
    summary=_("List labs"),
    description=_("The field labs and skills labs where people learn."),
)
def list_labs(request: HttpRequest, query: Query[shapes.InLanguage]) -> shapes.LabList:
    language = language_of(request, query.language)
    return shapes.LabList(items=_labs(language))


@router.get(
    "/labs/{code}",
    response=shapes.Lab,
    operation_id="getLab",
    tags=["labs"],
    summary=_("Get a lab"),
    description=_("One lab. Its courses are in the list of courses, under lab."),
)
def get_lab(request: HttpRequest, code: shapes.AskedCode, query: Query[shapes.InLanguage]) -> shapes.Lab:
    found = _labs(language_of(request, query.language), code=code)
    if not found:
        raise Http404
    return found[0]


def _labs(language: str, **which: str) -> list[shapes.Lab]:
    public = catalogue.courses_on_view()
    rows = catalogue.labs_on_view().filter(**which).order_by("name")
    rows = rows.annotate(
        given=Count("courses", filter=Q(courses__in=public), distinct=True),
        lent=Count("courses_hosted", filter=Q(courses_hosted__in=public), distinct=True),
        both=Count(
            "courses_hosted", filter=Q(courses_hosted__in=public, courses_hosted__provider=F("pk")), distinct=True
        ),
    )
    labs = list(rows)
    addresses = catalogue.lab_addresses(one.pk for one in labs)
    return [
        shapes.Lab(
            id=one.uuid,
            code=one.code or None,
            kind=one.lab_kind,
            name=one.name,
            description=in_language(one, "description", language),
            street=one.street or None,
            postcode=one.postcode or None,
            city=one.city,
            website=one.website or None,
            courses=one.given + one.lent - one.both,
            url=catalogue.in_one_language(addresses.get(one.pk, {}), language) or None,
        )
        for one in labs
    ]


@router.get(
    "/themes",
    response=shapes.ThemeList,
    operation_id="listThemes",
    tags=["themes"],
    summary=_("List themes"),
    description=_("The subjects under which courses are found."),
)
def list_themes(request: HttpRequest, query: Query[shapes.InLanguage]) -> shapes.ThemeList:
    language = language_of(request, query.language)
    public = catalogue.courses_on_view()
    rows = Theme.objects.annotate(number=Count("courses", filter=Q(courses__in=public), distinct=True))
    return shapes.ThemeList(
        items=[
            shapes.ThemeCounted(code=one.code, name=in_language(one, "name", language), courses=one.number)
            for one in rows.order_by("code")
        ]
    )
