"""The objects of OEAPI 6.0 with the fields that we fill, under its names. A field that we cannot fill is left out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.utils.translation import gettext_noop as _
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, create_model

from lms.api.framework import Answer


def _one_of(words: str) -> Any:
    """A word of an extensible enumeration: one of the standard's own, or anybody's behind ``x-``."""
    pattern = f"^({'|'.join(words.split())}|x-[a-z0-9_-]+)$"
    return StringConstraints(max_length=60, pattern=pattern)


def _number(said: Any) -> Any:
    return int(said) if isinstance(said, str) and said.isascii() and said.isdigit() else said


def _within_reach(moment: datetime) -> datetime:
    """Databases count from and to the edges of the calendar in their own zone; nothing of ours is near them."""
    year = min(max(moment.year, 1900), 2200)
    return moment if year == moment.year else moment.replace(year=year, month=1, day=1)


PageSize = Annotated[Literal[10, 20, 50, 100, 250], BeforeValidator(_number)]
Moment = Annotated[AwareDatetime, AfterValidator(_within_reach)]
ModeOfDelivery = Annotated[
    str,
    _one_of("blended coil hybrid joint_delivery online presential project_based research_lab_based work_based"),
]
OfferingState = Annotated[str, _one_of("concept cancelled active inactive")]
OrganisationType = Annotated[str, _one_of("root institute department faculty branch academy school")]
ProgrammeType = Annotated[str, _one_of("programme minor honours specialisation track specification")]
LevelOfQualification = Annotated[str, _one_of("eqf_0 eqf_1 eqf_2 eqf_3 eqf_4 eqf_5 eqf_6 eqf_7 eqf_8 nlqf_4plus")]
Level = Annotated[
    str,
    _one_of(
        "pre_vocational secondary_vocational_education secondary_vocational_education_1 "
        "secondary_vocational_education_2 secondary_vocational_education_3 secondary_vocational_education_4 "
        "associate_degree bachelor master doctoral post_doctoral undefined undivided nt2_1 nt2_2"
    ),
]
# PostgreSQL refuses a NUL in whatever it is asked for, and so do all our addresses.
NO_NUL = r"^[^\x00]*$"
Words = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
PrimaryCode = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=NO_NUL)]


# What is asked --------------------------------------------------------------------------------------------------------


class One(Schema):
    """Of one object: with which others in it, and which of its fields."""

    fields: Annotated[str, StringConstraints(max_length=500, pattern=r"^[A-Za-z0-9_(),-]+$")] | None = Field(
        None, description=_("Only these fields, with commas between; the required ones always come."), examples=["name"]
    )
    consumer: Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)] | None = Field(
        None, description=_("For whom the answer is meant. We have no fields for one consumer only.")
    )


def _expands(*names: str) -> Any:
    return Field(
        None,
        description=_("Objects to give whole, besides their ids."),
        json_schema_extra={"type": "array", "items": {"type": "string", "enum": list(names)}, "uniqueItems": True},
    )


Expand = Annotated[str, StringConstraints(max_length=200)]
EXPANDS = {
    "/organisations/{organisationId}": ("parent",),
    "/programmes/{programmeId}": ("organisation",),
    "/courses/{courseId}": ("programmes", "organisation"),
    "/programme-offerings/{programmeOfferingId}": ("programme", "organisation"),
    "/course-offerings/{courseOfferingId}": ("course",),
    "/learning-components/{learningComponentId}": ("course", "organisation"),
    "/learning-component-offerings/{learningComponentOfferingId}": ("learning_component", "organisation", "rooms"),
    "/rooms/{roomId}": ("building",),
}


class OneOrganisation(One):
    expand: Expand | None = _expands(*EXPANDS["/organisations/{organisationId}"])


class OneProgramme(One):
    expand: Expand | None = _expands(*EXPANDS["/programmes/{programmeId}"])
    returnTimelineOverrides: bool = Field(
        False, description=_("We plan no other values of fields for later: there are none to return.")
    )


class OneProgrammeOffering(One):
    expand: Expand | None = _expands(*EXPANDS["/programme-offerings/{programmeOfferingId}"])


class OneCourseOffering(One):
    expand: Expand | None = _expands(*EXPANDS["/course-offerings/{courseOfferingId}"])


class OneComponent(One):
    expand: Expand | None = _expands(*EXPANDS["/learning-components/{learningComponentId}"])


class OneComponentOffering(One):
    expand: Expand | None = _expands(*EXPANDS["/learning-component-offerings/{learningComponentOfferingId}"])


class OneRoom(One):
    expand: Expand | None = _expands(*EXPANDS["/rooms/{roomId}"])


class OneCourse(One):
    expand: Expand | None = _expands(*EXPANDS["/courses/{courseId}"])
    returnTimelineOverrides: bool = Field(
        False, description=_("We plan no other values of fields for later: there are none to return.")
    )


class Many(One):
    pageSize: PageSize = Field(10, description=_("How many on a page."))
    pageNumber: int = Field(1, ge=1, le=2_147_483_647, description=_("Which page, from 1."))
    q: Words | None = Field(None, description=_("Words that all occur in a name, a description or a code."))


class Coded(Many):
    primaryCode: PrimaryCode | None = Field(None, description=_("The one with this code."))


LanguageTag = Annotated[
    str, StringConstraints(min_length=2, max_length=10, pattern=r"^[a-z]{2,3}(-([A-Z]{2}|[0-9]{3}))?$")
]


class Houses(Coded):
    organisationType: OrganisationType | None = Field(
        None, description=_("Organisations of this type."), examples=["x-field_lab"]
    )


class Taught(Coded):
    teachingLanguage: LanguageTag | None = Field(None, description=_("Taught in this language."), examples=["nl-NL"])


class Programmes(Taught):
    programmeType: ProgrammeType | None = Field(
        None, description=_("Programmes of this type; all of ours are of one."), examples=["programme"]
    )
    levelOfQualification: LevelOfQualification | None = Field(
        None, description=_("Programmes that are registered at this level."), examples=["eqf_5"]
    )


class Courses(Taught):
    level: Level | None = Field(
        None,
        description=_("Courses of this level; undefined while a course is not registered."),
        examples=["undefined"],
    )
    modeOfDelivery: ModeOfDelivery | None = Field(None, description=_("How one takes part."), examples=["presential"])


class Offerings(Taught):
    state: OfferingState | None = Field(None, description=_("Offerings in this state."), examples=["active"])
    resultExpected: bool | None = Field(None, description=_("Whether one is assessed."))
    since: Moment | None = Field(
        None, description=_("Begins at this moment or later."), examples=["2027-01-01T00:00:00+01:00"]
    )
    until: Moment | None = Field(
        None, description=_("Begins at this moment or earlier."), examples=["2027-12-31T23:59:59+01:00"]
    )


class CourseOfferings(Offerings):
    modeOfDelivery: ModeOfDelivery | None = Field(None, description=_("How one takes part."), examples=["presential"])


# What is answered -----------------------------------------------------------------------------------------------------


Tag = Literal["nl-NL", "en-GB"]


class Text(Answer):
    language: Tag
    value: str


Texts = list[Text]


class Identifier(Answer):
    codeType: str
    code: str


class Country(Answer):
    alpha2: str = Field(alias="iso3166-1-alpha2", min_length=2, max_length=2)


class Address(Answer):
    addressType: Literal["visit", "teaching"]
    street: str | None = None
    streetNumber: str | None = None
    postCode: str | None = None
    city: str | None = None
    countryCode: Country | None = None


class StudyLoad(Answer):
    studyLoadUnit: Literal["hour", "contact_time"]
    value: float


class Cost(Answer):
    costType: Literal["total_costs"]
    amount: str
    vatAmount: str
    amountWithoutVat: str
    currency: Literal["EUR"]
    displayAmount: Texts


class EnrolmentPeriod(Answer):
    startDateTime: datetime
    endDateTime: datetime
    enrolmentType: Literal["url"]
    enrolmentUrl: str
    queueEnabled: bool = Field(description=_("Whether who enrols now comes on the waiting list."))


class Operation(Answer):
    verbs: list[Literal["GET"]]
    path: str


class Expandable(Answer):
    expandableObjects: list[str]
    path: str


class Service(Answer):
    contactEmail: str
    specification: str
    documentation: str
    supportedConsumers: list[Any]
    supportedOperations: list[Operation]
    supportedExpands: list[Expandable]


class Organisation(Answer):
    always: ClassVar[frozenset[str]] = frozenset(["organisationId", "primaryCode", "organisationType", "name"])

    organisationId: UUID
    primaryCode: Identifier
    organisationType: str
    name: Texts
    shortName: str | None = None
    description: Texts | None = None
    addresses: list[Address] | None = None
    link: str | None = None
    otherCodes: list[Identifier] | None = None
    rootId: UUID | None = None
    parentId: UUID | None = None
    parent: Organisation | None = None


class Education(Answer):
    """What programmes and courses share."""

    primaryCode: Identifier
    name: Texts
    abbreviation: str
    description: Texts
    teachingLanguages: list[str]
    studyLoad: list[StudyLoad]
    modesOfDelivery: list[str]
    level: str
    learningOutcomeIds: list[UUID]
    admissionRequirements: Texts | None = None
    assessment: Texts | None = None
    link: str | None = None
    organisationId: UUID
    organisation: Organisation | None = None


class Programme(Education):
    always: ClassVar[frozenset[str]] = frozenset(["programmeId", "primaryCode", "programmeType", "name"])

    programmeId: UUID
    programmeType: Literal["programme"]
    levelOfQualification: str | None = None
    formalDocument: Literal["certificate", "testimonial"]
    firstStartDateTime: datetime | None = None


class Course(Education):
    always: ClassVar[frozenset[str]] = frozenset(["courseId", "primaryCode", "name"])

    courseId: UUID
    firstStartDate: datetime | None = None
    programmeIds: list[UUID]
    programmes: list[Programme] | None = None


class LearningComponent(Answer):
    always: ClassVar[frozenset[str]] = frozenset(["componentId", "primaryCode", "componentType", "name"])

    componentId: UUID
    primaryCode: Identifier
    componentType: str
    name: Texts
    abbreviation: str
    duration: str
    modesOfDelivery: list[str]
    teachingLanguages: list[str]
    courseId: UUID | None = None
    course: Course | None = None
    organisationId: UUID
    organisation: Organisation | None = None


class Offering(Answer):
    """What offerings share."""

    primaryCode: Identifier
    name: Texts
    state: str
    abbreviation: str
    teachingLanguages: list[str]
    modesOfDelivery: list[str]
    maxNumberStudents: int
    minNumberStudents: int | None = None
    enrolledNumberStudents: int
    resultExpected: bool
    startDateTime: datetime | None = None
    endDateTime: datetime | None = None
    addresses: list[Address] | None = None
    organisationId: UUID
    organisation: Organisation | None = None


class EditionOffering(Offering):
    resultValueType: Literal["pass_or_fail"] | None = None
    link: str | None = None
    enrolmentPeriods: list[EnrolmentPeriod]
    priceInformation: list[Cost]


class ProgrammeOffering(EditionOffering):
    always: ClassVar[frozenset[str]] = frozenset(["programmeOfferingId", "primaryCode", "name"])

    programmeOfferingId: UUID
    programmeId: UUID
    programme: Programme | None = None


class CourseOffering(EditionOffering):
    always: ClassVar[frozenset[str]] = frozenset(["courseOfferingId", "primaryCode", "name"])

    courseOfferingId: UUID
    courseId: UUID
    course: Course | None = None


class LearningOutcome(Answer):
    always: ClassVar[frozenset[str]] = frozenset(["learningOutcomeId", "primaryCode", "name"])

    learningOutcomeId: UUID
    primaryCode: Identifier
    name: Texts
    complexityLevel: str | None = None


class Building(Answer):
    always: ClassVar[frozenset[str]] = frozenset(["buildingId", "primaryCode", "name"])

    buildingId: UUID
    primaryCode: Identifier
    name: Texts
    address: Address


class Room(Answer):
    always: ClassVar[frozenset[str]] = frozenset(["roomId", "primaryCode", "roomType", "name"])

    roomId: UUID
    primaryCode: Identifier
    roomType: str
    name: Texts
    totalSeats: int | None = None
    buildingId: UUID
    building: Building | None = None


class LearningComponentOffering(Offering):
    always: ClassVar[frozenset[str]] = frozenset(["learningComponentOfferingId", "primaryCode", "name"])

    learningComponentOfferingId: UUID
    rosteringState: Literal["definitive"]
    learningComponentId: UUID
    learningComponent: LearningComponent | None = None
    courseOfferingIds: list[UUID] | None = None
    roomIds: list[UUID]
    rooms: list[Room] | None = None


class PageOf(Answer):
    pageSize: int
    pageNumber: int
    hasPreviousPage: bool
    hasNextPage: bool
    totalPages: int


def page_shape(shape: type[Answer]) -> type[PageOf]:
    """A page of these."""
    return create_model(f"{shape.__name__}Page", __base__=PageOf, items=(list[shape], ...))  # type: ignore[valid-type]
