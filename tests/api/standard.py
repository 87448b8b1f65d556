"""What OEAPI 6.0 says of the objects that we serve, written down by hand: the judge of our answers.

Independent of ``lms.api.oeapi.shapes``, so that a mistake there is found here. A field that is not listed may not be
in an answer. ``!`` marks what the standard requires.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

UUID = {"type": "string", "format": "uuid"}
UUIDS = {"type": "array", "items": UUID, "uniqueItems": True}
TEXT = {"type": "string", "minLength": 1}
SHORT = {"type": "string", "minLength": 1, "maxLength": 256}
URL = {"type": "string", "pattern": "^https?://[^ ]+$", "maxLength": 2048}
# With its offset from Greenwich.
MOMENT = {"type": "string", "format": "date-time", "pattern": r"(Z|[+-]\d\d:\d\d)$"}
NUMBER = {"type": "integer", "minimum": 0}
YES_OR_NO = {"type": "boolean"}
MONEY = {"type": "string", "pattern": r"^\d+\.\d\d$"}
LENGTH = {"type": "string", "pattern": r"^PT(\d+H)?(\d+M)?$", "minLength": 3}


def word(words: str) -> dict[str, Any]:
    """One of the standard's words, or one of anybody's behind ``x-``."""
    return {"type": "string", "pattern": f"^({'|'.join(words.split())}|x-[a-z_]+)$"}


def thing(**fields: Any) -> dict[str, Any]:
    """An object with these fields and no others; ``name_`` with a line behind it is required."""
    return {
        "type": "object",
        "required": [name.removesuffix("_") for name in fields if name.endswith("_")],
        "properties": {name.removesuffix("_"): kind for name, kind in fields.items()},
        "additionalProperties": False,
    }


def listed(kind: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": kind}


def any_number_of(kind: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": kind}


def a(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


TEXTS = listed(thing(language_={"enum": ["nl-NL", "en-GB"]}, value_=TEXT))
# Every kind of code there is, less the citizen's number, which is never ours to give.
CODE = thing(
    codeType_={
        "enum": [
            "identifier", "organisation_id", "kvk_organisation_id", "programme_code", "component_code",
            "offering_code", "building_id", "room_code",
        ]
    },
    code_=TEXT,
)  # fmt: skip
LANGUAGES = listed({"enum": ["nl-NL", "en-GB"]})
MODES = listed(word("blended coil hybrid joint_delivery online presential project_based research_lab_based work_based"))
LEVEL = word(
    "pre_vocational secondary_vocational_education(_[1-4])? associate_degree bachelor master doctoral post_doctoral "
    "undefined undivided nt2_[12]"
)
ADDRESS = thing(
    addressType_=word("postal visit deliveries invoicing teaching"),
    street=TEXT,
    streetNumber=TEXT,
    postCode=TEXT,
    city=TEXT,
    countryCode={
        "type": "object",
        "properties": {"iso3166-1-alpha2": {"type": "string", "pattern": "^[A-Z]{2}$"}},
        "required": ["iso3166-1-alpha2"],
        "additionalProperties": False,
    },
)
LOAD = thing(studyLoadUnit_=word("contact_time ects sbu sp hour"), value_={"type": "number", "minimum": 0})
COST = thing(
    costType_=word("total_costs stap_eligible"),
    amount=MONEY,
    vatAmount=MONEY,
    amountWithoutVat=MONEY,
    currency={"const": "EUR"},
    displayAmount=TEXTS,
)
PERIOD = thing(
    startDateTime_=MOMENT,
    endDateTime=MOMENT,
    enrolmentType=word("url broker"),
    enrolmentUrl=URL,
    queueEnabled=YES_OR_NO,
)
ORGANISATION = {"organisationId_": UUID, "organisation": a("Organisation")}
EDUCATION: dict[str, Any] = {
    "primaryCode_": CODE,
    "name_": TEXTS,
    "abbreviation": SHORT,
    "description": TEXTS,
    "teachingLanguages": LANGUAGES,
    "studyLoad": listed(LOAD),
    "modesOfDelivery": MODES,
    "level": LEVEL,
    "learningOutcomeIds": UUIDS,
    "admissionRequirements": TEXTS,
    "assessment": TEXTS,
    "link": URL,
    **ORGANISATION,
}
OFFERING: dict[str, Any] = {
    "primaryCode_": CODE,
    "name_": TEXTS,
    "state": word("concept cancelled active inactive"),
    "abbreviation": SHORT,
    "teachingLanguages": LANGUAGES,
    "modesOfDelivery": MODES,
    "maxNumberStudents": NUMBER,
    "enrolledNumberStudents": NUMBER,
    "resultExpected": YES_OR_NO,
    "startDateTime": MOMENT,
    "endDateTime": MOMENT,
    "addresses": listed(ADDRESS),
    **ORGANISATION,
}
EDITION: dict[str, Any] = OFFERING | {
    "minNumberStudents": NUMBER,
    "resultValueType": word("pass_or_fail other"),
    "link": URL,
    "enrolmentPeriods": any_number_of(PERIOD),
    "priceInformation": any_number_of(COST),
}

DEFINITIONS = {
    "Service": thing(
        contactEmail_={"type": "string", "format": "email"},
        specification_=URL,
        documentation=URL,
        supportedConsumers={"type": "array", "maxItems": 0},
        supportedOperations=listed(
            thing(verbs_={"const": ["GET"]}, path_={"type": "string", "pattern": r"^/[-a-zA-Z{}/]*$"})
        ),
        supportedExpands=listed(
            thing(
                expandableObjects_=listed(
                    {
                        "enum": [
                            "building",
                            "course",
                            "learning_component",
                            "organisation",
                            "parent",
                            "programme",
                            "programmes",
                            "rooms",
                        ]
                    }
                ),
                path_={"type": "string", "pattern": r"^/[-a-zA-Z{}/]*$"},
            )
        ),
    ),
    "Organisation": thing(
        organisationId_=UUID,
        primaryCode_=CODE,
        organisationType_=word("root institute department faculty branch academy school"),
        name_=TEXTS,
        shortName=SHORT,
        description=TEXTS,
        addresses=listed(ADDRESS),
        link=URL,
        otherCodes=listed(CODE),
        rootId=UUID,
        parentId=UUID,
        parent=a("Organisation"),
    ),
    "Programme": thing(
        programmeId_=UUID,
        programmeType_=word("programme minor honours specialisation track specification"),
        formalDocument=word("certificate testimonial"),
        levelOfQualification=word("eqf_[0-8] nlqf_4plus"),
        firstStartDateTime=MOMENT,
        **EDUCATION,
    ),
    "Course": thing(
        courseId_=UUID,
        firstStartDate=MOMENT,
        programmeIds=UUIDS,
        programmes=any_number_of(a("Programme")),
        **EDUCATION,
    ),
    "LearningComponent": thing(
        componentId_=UUID,
        primaryCode_=CODE,
        componentType_=word("lecture practical"),
        name_=TEXTS,
        abbreviation=SHORT,
        duration=LENGTH,
        modesOfDelivery=MODES,
        teachingLanguages=LANGUAGES,
        courseId=UUID,
        course=a("Course"),
        **ORGANISATION,
    ),
    "ProgrammeOffering": thing(programmeOfferingId_=UUID, programmeId_=UUID, programme=a("Programme"), **EDITION),
    "CourseOffering": thing(courseOfferingId_=UUID, courseId_=UUID, course=a("Course"), **EDITION),
    "LearningComponentOffering": thing(
        learningComponentOfferingId_=UUID,
        rosteringState=word("definitive"),
        learningComponentId_=UUID,
        learningComponent=a("LearningComponent"),
        courseOfferingIds=UUIDS,
        roomIds=UUIDS,
        rooms=any_number_of(a("Room")),
        **OFFERING,
    ),
    "LearningOutcome": thing(
        learningOutcomeId_=UUID, primaryCode_=CODE, name_=TEXTS, complexityLevel=word("bloom_[1-6]")
    ),
    "Building": thing(buildingId_=UUID, primaryCode_=CODE, name_=TEXTS, address=ADDRESS),
    "Room": thing(
        roomId_=UUID,
        primaryCode_=CODE,
        roomType_=word("general_purpose laboratory"),
        name_=TEXTS,
        totalSeats=NUMBER,
        buildingId=UUID,
        building=a("Building"),
    ),
}


def page_of(name: str) -> dict[str, Any]:
    return thing(
        pageSize_={"enum": [10, 20, 50, 100, 250]},
        pageNumber_={"type": "integer", "minimum": 1},
        hasPreviousPage_=YES_OR_NO,
        hasNextPage_=YES_OR_NO,
        totalPages={"type": "integer", "minimum": 1},
        items_=any_number_of(a(name)),
    )


def faults(said: Any, name: str, *, in_pages: bool = False) -> list[str]:
    """What is wrong with an answer, field by field; nothing is as it should be."""
    schema = (page_of(name) if in_pages else a(name)) | {"$defs": DEFINITIONS}
    judge = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in judge.iter_errors(said)]
