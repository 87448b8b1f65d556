"""Our facts in OEAPI's words. Each function takes a row with what it needs at hand, and asks the database nothing.

Identity: an id is the row's own UUID. A learning component is what the editions of a course have in common under one
session number, and no row: its id follows from the course and the number, so it is the same whoever asks, for ever.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from courses.models import Course, Edition, LearningOutcome, Location, Price, Room, Session
from courses.phases import Phase
from lms.api.catalogue import enrol_address, in_one_language
from lms.api.oeapi import shapes
from lms.api.v1.texts import euros
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.people.models import Organisation

ZONE = ZoneInfo(settings.TIME_ZONE)
TAGS: dict[str, shapes.Tag] = {"nl": "nl-NL", "en": "en-GB"}
MODES = {"onsite": "presential", "online": "online", "blended": "blended"}
# A level may be named once the course is in the NLQF register under its number.
LEVELS = {
    "1": "secondary_vocational_education_1",
    "2": "secondary_vocational_education_2",
    "3": "secondary_vocational_education_3",
    "4": "secondary_vocational_education_4",
    "5": "associate_degree",
    "6": "bachelor",
    "7": "master",
    "8": "doctoral",
}
_HOUSE_NUMBER = re.compile(r"^(?P<street>.*\D)\s+(?P<number>\d.*)$")


def texts(thing: Any, field: str) -> list[shapes.Text]:
    """In both languages; empty where nothing is said in either."""
    said = [shapes.Text(language=tag, value=in_language(thing, field, language)) for language, tag in TAGS.items()]
    return [one for one in said if one.value]


def same(value: str) -> list[shapes.Text]:
    """A name that is the same in every language."""
    return [shapes.Text(language=tag, value=value) for tag in TAGS.values()]


def code(kind: str, value: str) -> shapes.Identifier:
    return shapes.Identifier(codeType=kind, code=value)


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment, ZONE)


def address(kind: Literal["visit", "teaching"], thing: Organisation | Location, country: str = "NL") -> shapes.Address:
    found = _HOUSE_NUMBER.match(thing.street)
    return shapes.Address(
        addressType=kind,
        street=(found["street"] if found else thing.street) or None,
        streetNumber=found["number"] if found else None,
        postCode=thing.postcode or None,
        city=thing.city or None,
        countryCode=shapes.Country(**{"iso3166-1-alpha2": country}) if len(country) == 2 else None,
    )


def organisation_type(house: Organisation) -> str:
    if house.lab_kind:
        return f"x-{house.lab_kind}"
    return "root" if house.is_programme_office else "institute"


def organisation(house: Organisation, root: Organisation | None) -> shapes.Organisation:
    """The office that runs the programme is the root; every other house is under it."""
    above = root.uuid if root and root.pk != house.pk else None
    return shapes.Organisation(
        organisationId=house.uuid,
        primaryCode=code("organisation_id", house.code or str(house.uuid)),
        organisationType=organisation_type(house),
        name=same(house.name),
        shortName=house.code or None,
        description=texts(house, "description") or None,
        addresses=[address("visit", house, house.country)] if house.city else None,
        link=house.website or None,
        otherCodes=[code("kvk_organisation_id", house.kvk_number)] if house.kvk_number else None,
        rootId=root.uuid if root else None,
        parentId=above,
    )


# Education ------------------------------------------------------------------------------------------------------------


def level_of(course: Course) -> str:
    return LEVELS.get(course.nlqf_level, "undefined")


def level_of_qualification(course: Course) -> str | None:
    """Only of what is registered: the level is a protected word."""
    if not course.nlqf_level:
        return None
    return "nlqf_4plus" if course.nlqf_level == "4+" else f"eqf_{course.nlqf_level}"


def _education(course: Course, links: dict[int, dict[str, str]]) -> dict[str, Any]:
    """Wants outcomes, and the public editions in ``shown``."""
    languages = sorted({one.language for one in vars(course)["shown"]} or {"nl"}, reverse=True)
    return {
        "name": texts(course, "title"),
        "abbreviation": course.code,
        "description": texts(course, "summary"),
        "teachingLanguages": [TAGS[one] for one in languages],
        "studyLoad": [
            shapes.StudyLoad(studyLoadUnit="hour", value=round(course.total_minutes / 60, 2)),
            shapes.StudyLoad(studyLoadUnit="contact_time", value=round(course.contact_minutes / 60, 2)),
        ],
        "modesOfDelivery": [MODES[course.mode]],
        "level": level_of(course),
        "learningOutcomeIds": [one.uuid for one in course.outcomes.all()],
        "admissionRequirements": texts(course, "admission") or None,
        "assessment": texts(course, "assessment") or None,
        "link": in_one_language(links.get(course.pk, {}), "nl") or None,
        "organisationId": course.provider.uuid,
    }


def _first_start(course: Course) -> datetime | None:
    starts = [one.starts_at for one in vars(course)["shown"] if one.starts_at]
    return local(min(starts)) if starts else None


def programme(row: Course, links: dict[int, dict[str, str]]) -> shapes.Programme:
    return shapes.Programme(
        programmeId=row.uuid,
        programmeType="programme",
        primaryCode=code("programme_code", row.code),
        levelOfQualification=level_of_qualification(row),
        formalDocument="certificate" if row.is_assessed else "testimonial",
        firstStartDateTime=_first_start(row),
        **_education(row, links),
    )


def course(row: Course, links: dict[int, dict[str, str]]) -> shapes.Course:
    return shapes.Course(
        courseId=row.uuid,
        primaryCode=code("identifier", row.code),
        firstStartDate=_first_start(row),
        programmeIds=[one.programme.uuid for one in row.part_of.all()],
        **_education(row, links),
    )


def outcome(row: LearningOutcome) -> shapes.LearningOutcome:
    return shapes.LearningOutcome(
        learningOutcomeId=row.uuid,
        primaryCode=code("identifier", row.code),
        name=texts(row, "text"),
        complexityLevel=f"bloom_{row.bloom_level}" if row.bloom_level in range(1, 7) else None,
    )


# Offerings ------------------------------------------------------------------------------------------------------------


def state_of(edition: Edition, moment: datetime) -> str:
    match edition.phase(moment):
        case Phase.DRAFT:
            return "concept"
        case Phase.CANCELLED:
            return "cancelled"
        case Phase.FINISHED:
            return "inactive"
        case _:
            return "active"


def vat_of(row: Course, cents: int) -> int:
    """What of a price is VAT: 21 of every 121 cents, to the cent."""
    return round(cents * 21 / 121) if row.vat_regime == Course.VatRegime.STANDARD_21 else 0


def costs(row: Course) -> list[shapes.Cost]:
    """The price that anyone may pay; reductions depend on who asks, and stand on the page."""
    cents = next((one.cents for one in row.prices.all() if one.audience == Price.Audience.STANDARD), None)
    if cents is None:
        return []
    vat = vat_of(row, cents)
    return [
        shapes.Cost(
            costType="total_costs",
            amount=euros(cents),
            vatAmount=euros(vat),
            amountWithoutVat=euros(cents - vat),
            currency="EUR",
            displayAmount=[
                shapes.Text(language=tag, value=formats.money(cents, language)) for language, tag in TAGS.items()
            ],
        )
    ]


def _offering(edition: Edition, moment: datetime) -> dict[str, Any]:
    places = [address("teaching", edition.location)] if edition.location and edition.mode != "online" else None
    return {
        "state": state_of(edition, moment),
        "teachingLanguages": [TAGS[edition.language]],
        "maxNumberStudents": edition.capacity,
        "minNumberStudents": edition.minimum,
        "enrolledNumberStudents": edition.seats_taken,
        "resultExpected": edition.course.is_assessed,
        "addresses": places,
        "organisationId": edition.provider.uuid,
    }


def _edition(edition: Edition, moment: datetime, links: dict[int, dict[str, str]]) -> dict[str, Any]:
    page = in_one_language(links.get(edition.course_id, {}), edition.language)
    return _offering(edition, moment) | {
        "primaryCode": code("offering_code", edition.code),
        "name": texts(edition.course, "title"),
        "abbreviation": edition.code,
        "modesOfDelivery": [MODES[edition.mode]],
        "startDateTime": edition.starts_at and local(edition.starts_at),
        "endDateTime": edition.ends_at and local(edition.ends_at),
        "resultValueType": "pass_or_fail" if edition.course.is_assessed else None,
        "link": f"{page}#{edition.code}" if page else None,
        "enrolmentPeriods": [
            shapes.EnrolmentPeriod(
                startDateTime=local(edition.enrolment_opens_at),
                endDateTime=local(edition.enrolment_closes_at),
                enrolmentType="url",
                enrolmentUrl=enrol_address(edition, edition.language),
                queueEnabled=edition.seats_free == 0,
            )
        ]
        if edition.state == Edition.State.PUBLISHED
        else [],
        "priceInformation": costs(edition.course),
    }


def programme_offering(
    edition: Edition, moment: datetime, links: dict[int, dict[str, str]]
) -> shapes.ProgrammeOffering:
    return shapes.ProgrammeOffering(
        programmeOfferingId=edition.uuid, programmeId=edition.course.uuid, **_edition(edition, moment, links)
    )


def course_offering(edition: Edition, moment: datetime, links: dict[int, dict[str, str]]) -> shapes.CourseOffering:
    return shapes.CourseOffering(
        courseOfferingId=edition.uuid, courseId=edition.course.uuid, **_edition(edition, moment, links)
    )


# Meetings -------------------------------------------------------------------------------------------------------------


def component_id(course_uuid: uuid.UUID, number: int) -> uuid.UUID:
    return uuid.uuid5(course_uuid, f"learning-component-{number}")


def duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest or not hours else ''}"


def component_type(session: Session) -> str:
    """Where it is held says most: at the machines one practises."""
    return "lecture" if session.mode == "online" else "practical"


def component(session: Session, languages: Iterable[str]) -> shapes.LearningComponent:
    """What a course does under one number, as its latest edition plans it."""
    row = session.edition.course
    return shapes.LearningComponent(
        componentId=component_id(row.uuid, session.number),
        primaryCode=code("component_code", f"{row.code}-S{session.number}"),
        componentType=component_type(session),
        name=texts(session, "title"),
        abbreviation=f"{row.code}-S{session.number}",
        duration=duration(session.countable_minutes),
        modesOfDelivery=[MODES[session.mode]],
        teachingLanguages=[TAGS[one] for one in languages],
        courseId=row.uuid if row.kind == Course.Kind.COURSE else None,
        organisationId=row.provider.uuid,
    )


def component_offering(session: Session, moment: datetime) -> shapes.LearningComponentOffering:
    edition = session.edition
    said = _offering(edition, moment)
    if session.room and session.mode != "online":
        said["addresses"] = [address("teaching", session.room.location)]
    elif session.mode == "online":
        said["addresses"] = None
    # Where the edition stands says nothing of a meeting that is over.
    if said["state"] == "active" and session.ends_at <= moment:
        said["state"] = "inactive"
    # A meeting is not assessed, and nobody enrols in one.
    said |= {"resultExpected": False, "minNumberStudents": None}
    return shapes.LearningComponentOffering(
        learningComponentOfferingId=session.uuid,
        primaryCode=code("offering_code", f"{edition.code}-S{session.number}"),
        name=texts(session, "title"),
        abbreviation=f"{edition.code}-S{session.number}",
        modesOfDelivery=[MODES[session.mode]],
        startDateTime=local(session.starts_at),
        endDateTime=local(session.ends_at),
        rosteringState="definitive",
        learningComponentId=component_id(edition.course.uuid, session.number),
        courseOfferingIds=[edition.uuid] if edition.course.kind == Course.Kind.COURSE else None,
        roomIds=[session.room.uuid] if session.room else [],
        **said,
    )


# Places ---------------------------------------------------------------------------------------------------------------


def building(row: Location) -> shapes.Building:
    return shapes.Building(
        buildingId=row.uuid,
        primaryCode=code("building_id", str(row.uuid)),
        name=same(row.name),
        address=address("visit", row),
    )


def room(row: Room) -> shapes.Room:
    return shapes.Room(
        roomId=row.uuid,
        primaryCode=code("room_code", str(row.uuid)),
        # A room in a lab is a lab.
        roomType="laboratory" if row.location.organisation.lab_kind else "general_purpose",
        name=texts(row, "name"),
        totalSeats=row.capacity,
        buildingId=row.location.uuid,
    )
