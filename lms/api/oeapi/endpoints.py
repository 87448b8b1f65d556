"""The addresses of OEAPI 6.0 that we serve.

The minimum of the standard, and what it takes to reach the meetings of a programme: these hang under no course, so
they are found under their organisation.
"""

from __future__ import annotations

from email.utils import parseaddr
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from courses.models import Course
from lms.api import catalogue
from lms.api.catalogue import absolute
from lms.api.oeapi import mapping, selection, shapes
from lms.api.oeapi.answers import answer, expansions, many, one, searched
from lms.kernel.context import identity

router = Router(by_alias=True)
PREFIX = "/oeapi/v6/"


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
    root = selection.root()
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
    root, row = selection.root(), selection.house(organisationId)
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
    rows = selection.components_by(query).filter(edition__course__provider=selection.house(organisationId))
    return many(request, query, rows, shapes.LearningComponent, selection.components_said)


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
    rows = selection.meetings_by(query, moment).filter(edition__provider=selection.house(organisationId))
    return many(request, query, rows, shapes.LearningComponentOffering, selection.meetings_said(moment))


@router.get(
    "/programmes",
    response=shapes.page_shape(shapes.Programme),
    operation_id="listProgrammes",
    tags=["programmes"],
    summary=_("List programmes"),
    description=_("Every programme that has a page on the site."),
)
def programmes(request: HttpRequest, query: Query[shapes.Programmes]) -> HttpResponse:
    rows = selection.educations(Course.Kind.PROGRAMME, query)
    if query.programmeType not in (None, "programme"):
        rows = rows.none()
    if query.levelOfQualification:
        level = query.levelOfQualification.removeprefix("eqf_").removeprefix("nlqf_").replace("plus", "+")
        rows = rows.filter(nlqf_level=level).exclude(nlqf_level="")
    return many(request, query, rows, shapes.Programme, selection.programmes_said)


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
    row = selection.one_programme(programmeId)
    said = selection.programmes_said([row])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.provider, selection.root())
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
    rows = (
        selection.courses_by(query)
        .filter(part_of__programme=selection.one_programme(programmeId))
        .order_by("part_of__order", "code")
    )
    return many(request, query, rows, shapes.Course, selection.courses_said)


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
    rows = selection.editions(Course.Kind.PROGRAMME, query, moment).filter(course=selection.one_programme(programmeId))
    return many(
        request, query, rows, shapes.ProgrammeOffering, lambda found: selection.programme_offerings_said(found, moment)
    )


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
    row = get_object_or_404(selection.offerings(Course.Kind.PROGRAMME), uuid=programmeOfferingId)
    said = selection.programme_offerings_said([row], timezone.now())[0]
    if "programme" in wanted:
        said.programme = selection.programmes_said([selection.one_programme(row.course.uuid)])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.provider, selection.root())
    return one(request, query, said)


@router.get(
    "/courses",
    response=shapes.page_shape(shapes.Course),
    operation_id="listCourses",
    tags=["courses"],
    summary=_("List courses"),
    description=_("Every single course that has a page on the site."),
)
def courses(request: HttpRequest, query: Query[shapes.Courses]) -> HttpResponse:
    return many(request, query, selection.courses_by(query), shapes.Course, selection.courses_said)


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
    row = selection.one_course(courseId)
    said = selection.courses_said([row])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.provider, selection.root())
    if "programmes" in wanted:
        above = selection.educations(Course.Kind.PROGRAMME).filter(
            pk__in=[part.programme_id for part in row.part_of.all()]
        )
        said.programmes = selection.programmes_said(list(above))
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
    rows = selection.editions(Course.Kind.COURSE, query, moment).filter(course=selection.one_course(courseId))
    rows = selection.delivered(rows, query.modeOfDelivery)
    return many(
        request, query, rows, shapes.CourseOffering, lambda found: selection.course_offerings_said(found, moment)
    )


@router.get(
    "/courses/{courseId}/learning-components",
    response=shapes.page_shape(shapes.LearningComponent),
    operation_id="listLearningComponentsByCourseId",
    tags=["courses"],
    summary=_("List the learning components of a course"),
    description=_("The meetings it consists of, as its latest edition plans them."),
)
def course_components(request: HttpRequest, courseId: UUID, query: Query[shapes.Taught]) -> HttpResponse:
    rows = selection.components_by(query).filter(edition__course=selection.one_course(courseId))
    return many(request, query, rows, shapes.LearningComponent, selection.components_said)


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
    row = get_object_or_404(selection.offerings(Course.Kind.COURSE), uuid=courseOfferingId)
    said = selection.course_offerings_said([row], timezone.now())[0]
    if "course" in wanted:
        said.course = selection.courses_said([selection.one_course(row.course.uuid)])[0]
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
    row = get_object_or_404(selection.offerings(Course.Kind.COURSE), uuid=courseOfferingId)
    rows = selection.meetings_by(query, moment).filter(edition=row)
    return many(request, query, rows, shapes.LearningComponentOffering, selection.meetings_said(moment))


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
    row = selection.component(learningComponentId)
    said = selection.components_said([row])[0]
    if "course" in wanted and said.courseId:
        said.course = selection.courses_said([selection.one_course(said.courseId)])[0]
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.edition.course.provider, selection.root())
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
    row = get_object_or_404(selection.meetings(), uuid=learningComponentOfferingId)
    said = mapping.component_offering(row, timezone.now())
    if "learning_component" in wanted:
        said.learningComponent = selection.components_said([selection.component(said.learningComponentId)])[0]
    if "rooms" in wanted:
        said.rooms = [mapping.room(row.room)] if row.room else []
    if "organisation" in wanted:
        said.organisation = mapping.organisation(row.edition.provider, selection.root())
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
    rows = searched(selection.outcomes(), query, "code", "text_nl", "text_en")
    return many(request, query, rows, shapes.LearningOutcome, lambda found: [mapping.outcome(row) for row in found])


@router.get(
    "/learning-outcomes/{learningOutcomeId}",
    response=shapes.LearningOutcome,
    operation_id="listLearningOutcomeById",
    tags=["outcomes"],
    summary=_("Get a learning outcome"),
    description=_("One learning outcome."),
)
def outcome(request: HttpRequest, learningOutcomeId: UUID, query: Query[shapes.One]) -> HttpResponse:
    return one(request, query, mapping.outcome(get_object_or_404(selection.outcomes(), uuid=learningOutcomeId)))


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
