"""The addresses of OEAPI 6.0 that we serve.

The minimum of the standard, and what it takes to reach the meetings of a programme: these hang under no course, so
they are found under their organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from courses.models import Course, Edition, LearningOutcome, Part, Session
from lms.api import catalogue
from lms.api.catalogue import absolute
from lms.api.framework import Answer, Compact
from lms.api.oeapi import mapping, shapes
from lms.api.problems import BadParameter
from lms.kernel.context import identity
from lms.people.models import Organisation

router = Router(by_alias=True)
PREFIX = "/oeapi/v6/"

Links = dict[int, dict[str, str]]


# Answers --------------------------------------------------------------------------------------------------------------


def answer(request: HttpRequest, said: Answer | dict[str, Any]) -> HttpResponse:
    whole = said if isinstance(said, dict) else said.model_dump(mode="json", by_alias=True, exclude_none=True)
    response = HttpResponse(Compact().render(request, whole, response_status=200), content_type="application/json")
    response.headers["Content-Language"] = "nl, en"
    return response


def _fields_of(query: shapes.One, shape: type[Answer]) -> frozenset[str] | None:
    """The fields that were asked for; what the standard requires is always among them. None is all of them."""
    if query.fields is None:
        return None
    depth, name, names = 0, "", []
    text = query.fields
    for mark in text.removeprefix("(").removesuffix(")") + ",":
        if mark == "," and depth == 0:
            names.append(name)
            name = ""
        elif mark in "()":
            # What is asked of an object in it is answered with the whole object.
            depth += 1 if mark == "(" else -1
        elif depth == 0:
            name += mark
    return frozenset(one for one in names if one) | shape.always  # type: ignore[attr-defined]


def one(request: HttpRequest, query: shapes.One, said: Answer) -> HttpResponse:
    return answer(request, _cut(said, _fields_of(query, type(said))))


def _cut(said: Answer, fields: frozenset[str] | None) -> dict[str, Any]:
    whole = said.model_dump(mode="json", by_alias=True, exclude_none=True)
    return whole if fields is None else {name: value for name, value in whole.items() if name in fields}


def many(
    request: HttpRequest,
    query: shapes.Many,
    rows: QuerySet[Any],
    shape: type[Answer],
    told: Callable[[Sequence[Any]], Iterable[Answer]],
) -> HttpResponse:
    """A page of rows, told in the standard's words. Beyond the last page there is an empty one."""
    count, size, number = rows.count(), query.pageSize, query.pageNumber
    pages = max(-(-count // size), 1)
    start = (number - 1) * size
    found = list(rows[start : start + size]) if start < count else []
    fields = _fields_of(query, shape)
    return answer(
        request,
        {
            "pageSize": size,
            "pageNumber": number,
            "hasPreviousPage": number > 1,
            "hasNextPage": number < pages,
            "totalPages": pages,
            "items": [_cut(said, fields) for said in told(found)],
        },
    )


def expansions(asked: str | None, path: str) -> set[str]:
    names = {name for name in (asked or "").split(",") if name}
    allowed = shapes.EXPANDS[path]
    if unknown := sorted(names - set(allowed)):
        raise BadParameter("expand", f"{unknown[0]!r} cannot be expanded here; these can: {', '.join(allowed)}.")
    return names


def searched(rows: QuerySet[Any], query: shapes.Many, *fields: str) -> QuerySet[Any]:
    """Each word of ``q`` somewhere in these fields."""
    for word in (query.q or "").split():
        rows = rows.filter(Q(*((f"{field}__icontains", word) for field in fields), _connector=Q.OR))
    return rows


def spoken(rows: QuerySet[Any], tag: str | None, field: str) -> QuerySet[Any]:
    return rows.filter(**{field: tag[:2]}) if tag else rows


# Rows -----------------------------------------------------------------------------------------------------------------


def _root() -> Organisation | None:
    return Organisation.objects.filter(is_programme_office=True).first()


def _educations(kind: str, query: shapes.Taught | None = None) -> QuerySet[Course]:
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


def _links(courses: Iterable[int]) -> Links:
    return catalogue.course_addresses(courses)


def _programmes_said(rows: Sequence[Course]) -> list[shapes.Programme]:
    links = _links(row.pk for row in rows)
    return [mapping.programme(row, links) for row in rows]


def _courses_said(rows: Sequence[Course]) -> list[shapes.Course]:
    links = _links(row.pk for row in rows)
    return [mapping.course(row, links) for row in rows]


def _offerings(kind: str) -> QuerySet[Edition]:
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


def _editions(kind: str, query: shapes.Offerings, moment: datetime) -> QuerySet[Edition]:
    rows = searched(_offerings(kind), query, "code", "course__title_nl", "course__title_en")
    if query.primaryCode:
        rows = rows.filter(code=query.primaryCode)
    if query.resultExpected is not None:
        assessed = {"course__certificate_kind": Course.CertificateKind.ASSESSED}
        rows = rows.filter(**assessed) if query.resultExpected else rows.exclude(**assessed)
    return _narrowed(rows, query, moment)


def _delivered(rows: QuerySet[Any], mode: str | None) -> QuerySet[Any]:
    if mode is None:
        return rows
    ours = next((ours for ours, theirs in mapping.MODES.items() if theirs == mode), None)
    return rows.filter(mode=ours) if ours else rows.none()


def _programme_offerings_said(rows: Sequence[Edition], moment: datetime) -> list[shapes.ProgrammeOffering]:
    links = _links(row.course_id for row in rows)
    return [mapping.programme_offering(row, moment, links) for row in rows]


def _course_offerings_said(rows: Sequence[Edition], moment: datetime) -> list[shapes.CourseOffering]:
    links = _links(row.course_id for row in rows)
    return [mapping.course_offering(row, moment, links) for row in rows]


def _meetings() -> QuerySet[Session]:
    return (
        catalogue.sessions_on_view()
        .select_related("edition__course__provider", "edition__provider", "edition__location")
        .select_related("room__location__organisation")
        .order_by("starts_at", "edition__code", "number")
    )


def _meetings_by(query: shapes.Offerings, moment: datetime) -> QuerySet[Session]:
    rows = searched(_meetings(), query, "edition__code", "title_nl", "title_en")
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


def _components_by(query: shapes.Taught) -> QuerySet[Session]:
    rows = searched(_components(), query, "edition__course__code", "title_nl", "title_en")
    if query.primaryCode:
        code, _dash, number = query.primaryCode.rpartition("-S")
        is_number = number.isascii() and number.isdigit() and len(number) < 5
        rows = rows.filter(edition__course__code=code, number=int(number)) if is_number else rows.none()
    return spoken(rows, query.teachingLanguage, "edition__language")


def _components_said(rows: Sequence[Session]) -> list[shapes.LearningComponent]:
    return [mapping.component(row, [row.edition.language]) for row in rows]


def _component(component: UUID) -> Session:
    """The session that stands for this component. Its id is worked out, so it is looked for among all of them."""
    known = _components().values_list("pk", "edition__course__uuid", "number")
    found = (pk for pk, course, number in known if mapping.component_id(course, number) == component)
    return get_object_or_404(_components(), pk=next(found, None))


def _one_course(course: UUID) -> Course:
    return get_object_or_404(_educations(Course.Kind.COURSE), uuid=course)


def _one_programme(programme: UUID) -> Course:
    return get_object_or_404(_educations(Course.Kind.PROGRAMME), uuid=programme)


def _house(organisation: UUID) -> Organisation:
    return get_object_or_404(catalogue.houses_on_view(), uuid=organisation)


# Addresses ------------------------------------------------------------------------------------------------------------


@router.get(
    "/",
    response=shapes.Service,
    operation_id="listServiceMetaData",
    tags=["service"],
    summary=_("Get the service"),
    description=_("What this service offers, and whom to write to about it."),
)
def service(request: HttpRequest) -> HttpResponse:
    from lms.api.oeapi.api import api  # it is made of these

    paths = [f"/{path.removeprefix(PREFIX)}" for path in api.document()["paths"]]
    return answer(
        request,
        shapes.Service(
            contactEmail=identity().email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            specification=absolute(f"{PREFIX}openapi.json"),
            documentation=absolute("/api/v1/docs"),
            supportedConsumers=[],
            supportedOperations=[shapes.Operation(verbs=["GET"], path=path) for path in paths],
            supportedExpands=[
                shapes.Expandable(expandableObjects=list(names), path=path) for path, names in shapes.EXPANDS.items()
            ],
        ),
    )


@router.get(
    "/organisations",
    response=shapes.page_shape(shapes.Organisation),
    operation_id="listOrganisations",
    tags=["organisations"],
    summary=_("List organisations"),
    description=_("The office that runs the programme, and the houses and labs that teach."),
)
def organisations(request: HttpRequest, query: Query[shapes.Houses]) -> HttpResponse:
    rows = searched(catalogue.houses_on_view(), query, "code", "name", "full_name", "description_nl", "description_en")
    if query.primaryCode:
        rows = rows.filter(code=query.primaryCode)
    match query.organisationType:
        case None:
            pass
        case "root":
            rows = rows.filter(is_programme_office=True, lab_kind="")
        case "institute":
            rows = rows.filter(is_programme_office=False, lab_kind="")
        case kind:
            rows = rows.filter(lab_kind=kind.removeprefix("x-")).exclude(lab_kind="")
    root = _root()
    return many(
        request,
        query,
        rows.order_by("name", "pk"),
        shapes.Organisation,
        lambda found: [mapping.organisation(row, root) for row in found],
    )


@router.get(
    "/organisations/{organisationId}",
    response=shapes.Organisation,
    operation_id="listOrganisationById",
    tags=["organisations"],
    summary=_("Get an organisation"),
    description=_("One house or lab, or the office that runs the programme."),
)
def organisation(request: HttpRequest, organisationId: UUID, query: Query[shapes.OneOrganisation]) -> HttpResponse:
    wanted = expansions(query.expand, "/organisations/{organisationId}")
    root, row = _root(), _house(organisationId)
    said = mapping.organisation(row, root)
    if "parent" in wanted and root and root.pk != row.pk:
        said.parent = mapping.organisation(root, root)
    return one(request, query, said)


@router.get(
    "/organisations/{organisationId}/learning-components",
    response=shapes.page_shape(shapes.LearningComponent),
    operation_id="listLearningComponentsByOrganisationId",
    tags=["components"],
    summary=_("List an organisation's learning components"),
    description=_("What its programmes and courses consist of."),
)
def organisation_components(request: HttpRequest, organisationId: UUID, query: Query[shapes.Taught]) -> HttpResponse:
    rows = _components_by(query).filter(edition__course__provider=_house(organisationId))
    return many(request, query, rows, shapes.LearningComponent, _components_said)


@router.get(
    "/organisations/{organisationId}/learning-component-offerings",
    response=shapes.page_shape(shapes.LearningComponentOffering),
    operation_id="listLearningComponentOfferingsByOrganisationId",
    tags=["components"],
    summary=_("List an organisation's meetings"),
    description=_("Every meeting of its editions, also of programmes."),
)
def organisation_meetings(request: HttpRequest, organisationId: UUID, query: Query[shapes.Offerings]) -> HttpResponse:
    moment = timezone.now()
    rows = _meetings_by(query, moment).filter(edition__provider=_house(organisationId))
    return many(request, query, rows, shapes.LearningComponentOffering, _meetings_said(moment))


def _meetings_said(moment: datetime) -> Callable[[Sequence[Session]], list[shapes.LearningComponentOffering]]:
    return lambda rows: [mapping.component_offering(row, moment) for row in rows]


@router.get(
    "/programmes",
    response=shapes.page_shape(shapes.Programme),
    operation_id="listProgrammes",
    tags=["programmes"],
    summary=_("List programmes"),
    description=_("Every programme that has a page on the site."),
)
def programmes(request: HttpRequest, query: Query[shapes.Programmes]) -> HttpResponse:
    rows = _educations(Course.Kind.PROGRAMME, query)
    if query.programmeType not in (None, "programme"):
        rows = rows.none()
    if query.levelOfQualification:
        level = query.levelOfQualification.removeprefix("eqf_").removeprefix("nlqf_").replace("plus", "+")
        rows = rows.filter(nlqf_level=level).exclude(nlqf_level="")
    return many(request, query, rows, shapes.Programme, _programmes_said)


@router.get(
    "/programmes/{programmeId}",
    response=shapes.Programme,
    operation_id="listProgrammeById",
    tags=["programmes"],
    summary=_("Get a programme"),
    description=_("One programme."),
)
def programme(request: HttpRequest, programmeId: UUID, query: Query[shapes.OneProgramme]) -> HttpResponse:
    wanted = expansions(query.expand, "/programmes/{programmeId}")
    row = _one_programme(programmeId)
    said = _programmes_said([row])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.provider, _root())
    return one(request, query, said)


@router.get(
    "/programmes/{programmeId}/courses",
    response=shapes.page_shape(shapes.Course),
    operation_id="listCoursesByProgrammeId",
    tags=["programmes"],
    summary=_("List the courses of a programme"),
    description=_("The courses that count towards it; none where it is taught as a whole."),
)
def programme_courses(request: HttpRequest, programmeId: UUID, query: Query[shapes.Courses]) -> HttpResponse:
    rows = _courses_by(query).filter(part_of__programme=_one_programme(programmeId)).order_by("part_of__order", "code")
    return many(request, query, rows, shapes.Course, _courses_said)


@router.get(
    "/programmes/{programmeId}/programme-offerings",
    response=shapes.page_shape(shapes.ProgrammeOffering),
    operation_id="listOfferingsByProgrammeId",
    tags=["programmes"],
    summary=_("List the offerings of a programme"),
    description=_("The editions that were published, also those that are over or were called off."),
)
def programme_offerings(request: HttpRequest, programmeId: UUID, query: Query[shapes.Offerings]) -> HttpResponse:
    moment = timezone.now()
    rows = _editions(Course.Kind.PROGRAMME, query, moment).filter(course=_one_programme(programmeId))
    return many(request, query, rows, shapes.ProgrammeOffering, lambda found: _programme_offerings_said(found, moment))


@router.get(
    "/programme-offerings/{programmeOfferingId}",
    response=shapes.ProgrammeOffering,
    operation_id="listProgrammeOfferingsById",
    tags=["programmes"],
    summary=_("Get a programme offering"),
    description=_("One edition of a programme."),
)
def programme_offering(
    request: HttpRequest, programmeOfferingId: UUID, query: Query[shapes.OneProgrammeOffering]
) -> HttpResponse:
    wanted = expansions(query.expand, "/programme-offerings/{programmeOfferingId}")
    row = get_object_or_404(_offerings(Course.Kind.PROGRAMME), uuid=programmeOfferingId)
    said = _programme_offerings_said([row], timezone.now())[0]
    if "programme" in wanted:
        said.programme = _programmes_said([_one_programme(row.course.uuid)])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.provider, _root())
    return one(request, query, said)


def _courses_by(query: shapes.Courses) -> QuerySet[Course]:
    rows = _delivered(_educations(Course.Kind.COURSE, query), query.modeOfDelivery)
    if query.level == "undefined":
        return rows.exclude(nlqf_level__in=list(mapping.LEVELS))
    if query.level:
        ours = next((ours for ours, theirs in mapping.LEVELS.items() if theirs == query.level), None)
        return rows.filter(nlqf_level=ours) if ours else rows.none()
    return rows


@router.get(
    "/courses",
    response=shapes.page_shape(shapes.Course),
    operation_id="listCourses",
    tags=["courses"],
    summary=_("List courses"),
    description=_("Every single course that has a page on the site."),
)
def courses(request: HttpRequest, query: Query[shapes.Courses]) -> HttpResponse:
    return many(request, query, _courses_by(query), shapes.Course, _courses_said)


@router.get(
    "/courses/{courseId}",
    response=shapes.Course,
    operation_id="listCourseById",
    tags=["courses"],
    summary=_("Get a course"),
    description=_("One course."),
)
def course(request: HttpRequest, courseId: UUID, query: Query[shapes.OneCourse]) -> HttpResponse:
    wanted = expansions(query.expand, "/courses/{courseId}")
    row = _one_course(courseId)
    said = _courses_said([row])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.provider, _root())
    if "programmes" in wanted:
        above = _educations(Course.Kind.PROGRAMME).filter(pk__in=[part.programme_id for part in row.part_of.all()])
        said.programmes = _programmes_said(list(above))
    return one(request, query, said)


@router.get(
    "/courses/{courseId}/course-offerings",
    response=shapes.page_shape(shapes.CourseOffering),
    operation_id="listCourseOfferingsByCourseId",
    tags=["courses"],
    summary=_("List the offerings of a course"),
    description=_("The editions that were published, also those that are over or were called off."),
)
def course_offerings(request: HttpRequest, courseId: UUID, query: Query[shapes.CourseOfferings]) -> HttpResponse:
    moment = timezone.now()
    rows = _editions(Course.Kind.COURSE, query, moment).filter(course=_one_course(courseId))
    rows = _delivered(rows, query.modeOfDelivery)
    return many(request, query, rows, shapes.CourseOffering, lambda found: _course_offerings_said(found, moment))


@router.get(
    "/courses/{courseId}/learning-components",
    response=shapes.page_shape(shapes.LearningComponent),
    operation_id="listLearningComponentsByCourseId",
    tags=["courses"],
    summary=_("List the learning components of a course"),
    description=_("The meetings it consists of, as its latest edition plans them."),
)
def course_components(request: HttpRequest, courseId: UUID, query: Query[shapes.Taught]) -> HttpResponse:
    rows = _components_by(query).filter(edition__course=_one_course(courseId))
    return many(request, query, rows, shapes.LearningComponent, _components_said)


@router.get(
    "/course-offerings/{courseOfferingId}",
    response=shapes.CourseOffering,
    operation_id="listCourseOfferingsById",
    tags=["courses"],
    summary=_("Get a course offering"),
    description=_("One edition of a course."),
)
def course_offering(
    request: HttpRequest, courseOfferingId: UUID, query: Query[shapes.OneCourseOffering]
) -> HttpResponse:
    wanted = expansions(query.expand, "/course-offerings/{courseOfferingId}")
    row = get_object_or_404(_offerings(Course.Kind.COURSE), uuid=courseOfferingId)
    said = _course_offerings_said([row], timezone.now())[0]
    if "course" in wanted:
        said.course = _courses_said([_one_course(row.course.uuid)])[0]
    return one(request, query, said)


@router.get(
    "/course-offerings/{courseOfferingId}/learning-component-offerings",
    response=shapes.page_shape(shapes.LearningComponentOffering),
    operation_id="listLearningComponentOfferingsByCourseOfferingId",
    tags=["courses"],
    summary=_("List the meetings of a course offering"),
    description=_("When and in which room it meets."),
)
def course_meetings(request: HttpRequest, courseOfferingId: UUID, query: Query[shapes.Offerings]) -> HttpResponse:
    moment = timezone.now()
    row = get_object_or_404(_offerings(Course.Kind.COURSE), uuid=courseOfferingId)
    rows = _meetings_by(query, moment).filter(edition=row)
    return many(request, query, rows, shapes.LearningComponentOffering, _meetings_said(moment))


@router.get(
    "/learning-components/{learningComponentId}",
    response=shapes.LearningComponent,
    operation_id="listLearningComponentById",
    tags=["components"],
    summary=_("Get a learning component"),
    description=_("One of the meetings a programme or course consists of, whatever the edition."),
)
def component(request: HttpRequest, learningComponentId: UUID, query: Query[shapes.OneComponent]) -> HttpResponse:
    wanted = expansions(query.expand, "/learning-components/{learningComponentId}")
    row = _component(learningComponentId)
    said = _components_said([row])[0]
    if "course" in wanted and said.courseId:
        said.course = _courses_said([_one_course(said.courseId)])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.edition.course.provider, _root())
    return one(request, query, said)


@router.get(
    "/learning-component-offerings/{learningComponentOfferingId}",
    response=shapes.LearningComponentOffering,
    operation_id="listLearningComponentOfferingsById",
    tags=["components"],
    summary=_("Get a meeting"),
    description=_("One meeting of one edition."),
)
def component_offering(
    request: HttpRequest, learningComponentOfferingId: UUID, query: Query[shapes.OneComponentOffering]
) -> HttpResponse:
    wanted = expansions(query.expand, "/learning-component-offerings/{learningComponentOfferingId}")
    row = get_object_or_404(_meetings(), uuid=learningComponentOfferingId)
    said = mapping.component_offering(row, timezone.now())
    if "learning_component" in wanted:
        said.learningComponent = _components_said([_component(said.learningComponentId)])[0]
    if "rooms" in wanted:
        said.rooms = [mapping.room(row.room)] if row.room else []
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.edition.provider, _root())
    return one(request, query, said)


@router.get(
    "/learning-outcomes",
    response=shapes.page_shape(shapes.LearningOutcome),
    operation_id="listLearningOutcomes",
    tags=["outcomes"],
    summary=_("List learning outcomes"),
    description=_("What a learner can do after a programme or course."),
)
def outcomes(request: HttpRequest, query: Query[shapes.Many]) -> HttpResponse:
    rows = searched(_outcomes(), query, "code", "text_nl", "text_en")
    return many(request, query, rows, shapes.LearningOutcome, lambda found: [mapping.outcome(row) for row in found])


def _outcomes() -> QuerySet[LearningOutcome]:
    return LearningOutcome.objects.filter(course__in=catalogue.courses_on_view()).order_by(
        "course__code", "order", "pk"
    )


@router.get(
    "/learning-outcomes/{learningOutcomeId}",
    response=shapes.LearningOutcome,
    operation_id="listLearningOutcomeById",
    tags=["outcomes"],
    summary=_("Get a learning outcome"),
    description=_("One learning outcome."),
)
def outcome(request: HttpRequest, learningOutcomeId: UUID, query: Query[shapes.One]) -> HttpResponse:
    return one(request, query, mapping.outcome(get_object_or_404(_outcomes(), uuid=learningOutcomeId)))


@router.get(
    "/rooms/{roomId}",
    response=shapes.Room,
    operation_id="listRoomById",
    tags=["places"],
    summary=_("Get a room"),
    description=_("A room in which a published edition meets."),
)
def room(request: HttpRequest, roomId: UUID, query: Query[shapes.OneRoom]) -> HttpResponse:
    wanted = expansions(query.expand, "/rooms/{roomId}")
    row = get_object_or_404(catalogue.rooms_on_view().select_related("location__organisation"), uuid=roomId)
    said = mapping.room(row)
    if "building" in wanted:
        said.building = mapping.building(row.location)
    return one(request, query, said)


@router.get(
    "/buildings/{buildingId}",
    response=shapes.Building,
    operation_id="listBuildingById",
    tags=["places"],
    summary=_("Get a building"),
    description=_("A building in which a published edition meets."),
)
def building(request: HttpRequest, buildingId: UUID, query: Query[shapes.One]) -> HttpResponse:
    return one(request, query, mapping.building(get_object_or_404(catalogue.buildings_on_view(), uuid=buildingId)))
