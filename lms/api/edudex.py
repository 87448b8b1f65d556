"""The feed for EDU-DEX: the catalogue for course finders such as Springest.

Each programme is one document, as EDU-DEX's JSON describes it; the XML that is polled is that document written out.
There is no feed until ``LMS_EDUDEX_ORG_UNIT`` says which institute we are there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from courses.models import Course, Edition, Price, Skill
from courses.phases import Phase
from lms.api import catalogue
from lms.api.catalogue import absolute
from lms.api.oeapi.mapping import vat_of
from lms.api.v1.texts import euros
from lms.kernel.context import identity
from lms.kernel.languages import LANGUAGES, in_language
from lms.people.models import Organisation

ZONE = ZoneInfo(settings.TIME_ZONE)
NAMESPACE = "http://studieData.nl/schema/edudex/"
FORMAT = "EDU-DEX 1.0"
GENERATOR = "LMS 1.0"

NAME, SUMMARY, DESCRIPTION, SUBJECT = 200, 200, 1200, 500
FORMS = {"onsite": "part-time", "online": "virtual classroom", "blended": "part-time"}
DEGREES = {
    Course.CertificateKind.PARTICIPATION: "certificate of participation",
    Course.CertificateKind.ASSESSED: "certificate",
}
# The codes of the standard: 1 no VAT, 5 the general rate.
VAT_CODES = {Course.VatRegime.STANDARD_21: 5}
_PLACE_ID = re.compile(r"[^-a-zA-Z0-9_. ]")


def org_unit() -> str:
    """Our number there; without one there is no feed."""
    if not settings.LMS_EDUDEX_ORG_UNIT:
        raise Http404
    return settings.LMS_EDUDEX_ORG_UNIT


def cut(text: str, longest: int) -> str:
    """At most so long, ending with a whole word."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return f"{head[: head.rindex(' ')] if ' ' in head else head}…"


def in_both(thing: Any, field: str, longest: int) -> dict[str, str]:
    said = {language: cut(in_language(thing, field, language), longest) for language in LANGUAGES}
    return {language: text for language, text in said.items() if text}


def level_of(course: Course) -> str:
    """The level as the course's page says it in words; a number of the NLQF is another matter (see ``nlqf_of``)."""
    words = course.level_label_nl.casefold()
    levels = set(re.findall(r"[1-4]", words)) if "mbo" in words else set()
    if len(levels) == 1:
        return f"mbo niveau {levels.pop()}"
    return next((word for word in ("mbo", "hbo", "wo") if re.search(rf"\b{word}\b", words)), "none")


def themes_of(course: Course) -> list[str]:
    """The e-CF is the framework of work with IT; what is learnt in a field lab is learnt for making things."""
    taught = {one.skill.framework for one in course.course_skills.all()}
    places = {one.lab_kind for one in (course.provider, *course.labs.all())}
    return [
        theme
        for theme, applies in (
            ("automation and it", Skill.Framework.ECF in taught),
            ("manufacturing engineering and construction", Organisation.LabKind.FIELD_LAB in places),
        )
        if applies
    ]


def _head(state: catalogue.Version) -> dict[str, Any]:
    return {
        "editor": identity("nl").name,
        "format": FORMAT,
        "generator": GENERATOR,
        "lastEdited": timezone.localtime(state.at, ZONE).isoformat(timespec="seconds"),
    }


def document(course: Course, state: catalogue.Version, moment: datetime, links: dict[str, str]) -> dict[str, Any]:
    """A programme or course. Keys stand in the order in which the XML wants its elements."""
    runs = vars(course)["shown"]
    said: dict[str, Any] = _head(state) | {
        "programAdmission": {
            "applicationOpen": any(one.takes_enrolments(moment) for one in runs),
            "applicationType": "individual",
            "paymentDue": "afterwards",
            "startDateDetermination": "fixed starting date",
        },
        "programClassification": {
            "degree": DEGREES[Course.CertificateKind(course.certificate_kind)],
            "orgUnitId": org_unit(),
            "programDuration": {"hours": max(round(course.total_minutes / 60), 1)},
            "programForm": [FORMS[course.mode]],
            "programId": course.code,
            "programLevel": level_of(course),
            "programLocation": _places(course, runs),
            "programType": "training",
            "programUUID": str(course.uuid),
            "theme": themes_of(course),
        },
        "programCompetences": {"eCFDevelopment": _competences(course)},
        "programContacts": {"contactData": [_contact()]},
        "programCurriculum": {
            "instructionLanguage": [
                {"languageCode": language, "percentage": 100}
                for language in sorted({one.language for one in runs})[-1:] or ["nl"]
            ],
            "studyLoad": {"program": max(round(course.total_minutes / 60), 1)},
        },
        "programDescriptions": {
            "programName": in_both(course, "title", NAME),
            "programSummaryText": in_both(course, "summary", SUMMARY),
            "programDescriptionText": _description(course),
            "subjectText": _subjects(course),
            "webLink": {language: url for language, url in links.items() if url},
        },
        "programExternalAcknowledgements": {"nlqfRegistration": nlqf_of(course)},
        "programSchedule": {"programRun": [_run(course, one, moment) for one in runs]},
    }
    return _without_nothing(said, keep={"programContacts", "programCurriculum", "programSchedule"})


def _without_nothing(said: dict[str, Any], keep: Iterable[str] = ()) -> dict[str, Any]:
    """Without blocks and lists that have nothing in them; what the standard requires stays, empty as it may be."""
    cleaned = {name: _without_nothing(value) if isinstance(value, dict) else value for name, value in said.items()}
    return {name: value for name, value in cleaned.items() if name in keep or value not in ({}, [])}


def _description(course: Course) -> dict[str, str]:
    """What it is and for whom."""
    return {
        language: cut(
            "\n\n".join(in_language(course, field, language) for field in ("summary", "audience")), DESCRIPTION
        )
        for language in LANGUAGES
    }


def _subjects(course: Course) -> list[dict[str, Any]]:
    found = [("admission", in_both(course, "admission", SUBJECT)), ("curriculum", _outcomes(course))]
    return [{"subject": subject, "summaryText": text} for subject, text in found if text]


def _outcomes(course: Course) -> dict[str, str]:
    outcomes = list(course.outcomes.all())
    if not outcomes:
        return {}
    return {
        language: cut(" ".join(in_language(one, "text", language) for one in outcomes), SUBJECT)
        for language in LANGUAGES
    }


def _places(course: Course, runs: Iterable[Edition]) -> list[dict[str, str]]:
    """Where it is given; the house where nothing is planned yet."""
    found = {one.location.name: f"{one.location.name}, {one.location.city}" for one in runs if one.location}
    if not found:
        found = {course.provider.name: ", ".join(filter(None, (course.provider.name, course.provider.city)))}
    return [{"description": words, "id": _PLACE_ID.sub("-", name)[:64]} for name, words in found.items()]


def _competences(course: Course) -> list[dict[str, str]]:
    return [
        {
            "eCompetence": one.skill.code.replace(".", ""),
            "proficiencyLevel": level,
            "version": one.skill.framework_version,
        }
        for one in course.course_skills.all()
        if one.skill.framework == Skill.Framework.ECF
        and one.skill.framework_version in {"2.0", "3.0", "4.0"}
        and re.fullmatch(r"[A-E]\.?\d\d?", one.skill.code)
        and (level := _proficiency(one.level))
    ]


def _proficiency(level: str) -> str:
    found = re.search(r"[1-5]", level)
    return f"e-{found[0]}" if found else ""


def _contact() -> dict[str, str]:
    said = identity("nl")
    found = {
        "contactName": said.name,
        "email": said.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "role": "information",
        "telephone": said.phone,
    }
    return {name: value for name, value in found.items() if value}


def nlqf_of(course: Course) -> list[dict[str, str]]:
    """Only what stands in the register, under a number as the register writes them."""
    if not course.nlqf_level or not re.fullmatch(r"\d{2,3}-\d{2,3}", course.nlqf_register_number):
        return []
    return [
        {
            "eqfLevel": course.nlqf_level.rstrip("+"),
            "nlqfLevel": course.nlqf_level,
            "nlqfRegisterCode": course.nlqf_register_number,
        }
    ]


def _run(course: Course, edition: Edition, moment: datetime) -> dict[str, Any]:
    if edition.phase(moment) == Phase.CANCELLED:
        status = "canceled"
    else:
        status = "application opened" if edition.takes_enrolments(moment) else "application closed"
    location = edition.location if edition.mode != "online" else None
    place = {"city": location.city, "country": "nl"} if location else {}
    return {
        "applicationDeadline": _day(edition.enrolment_closes_at),
        "cost": _costs(course),
        "courseDay": [
            {
                "date": _day(one.starts_at),
                "endTime": _time(one.ends_at),
                "id": f"{edition.code}-S{one.number}",
                **({"location": place} if place and one.mode != "online" else {}),
                "name": in_both(one, "title", NAME),
                "startTime": _time(one.starts_at),
            }
            for one in edition.sessions.all()
        ],
        "endDate": {"date": _day(edition.ends_at), "isFinal": True},
        "id": edition.code,
        "maxNumberOfParticipants": edition.capacity,
        "minNumberOfParticipants": edition.minimum,
        "startDate": {"date": _day(edition.starts_at), "isFinal": True},
        "status": status,
    }


def _costs(course: Course) -> list[dict[str, Any]]:
    cents = next((one.cents for one in course.prices.all() if one.audience == Price.Audience.STANDARD), None)
    if cents is None:
        return []
    vat = vat_of(course, cents)
    return [
        {
            "VATCode": VAT_CODES.get(Course.VatRegime(course.vat_regime), 1),
            # Without VAT; what comes on top of it is said apart.
            "amount": euros(cents - vat),
            "amountIsFinal": True,
            "amountVAT": euros(vat),
            "costType": "tuition fee",
            "currency": "EUR",
            "id": "tuition",
            "isRequiredCost": True,
            "payableBy": "individual",
            "period": "program",
        }
    ]


def _day(moment: datetime | None) -> str:
    """Of an edition with a schedule, which has both its ends."""
    assert moment is not None  # noqa: S101  for the reader of types; see programmes()
    return timezone.localtime(moment, ZONE).date().isoformat()


def _time(moment: datetime) -> str:
    """With the offset from Greenwich, which a bare time of a zone does not know."""
    return timezone.localtime(moment, ZONE).isoformat(timespec="seconds").partition("T")[2]


def programmes(moment: datetime) -> QuerySet[Course]:
    """All that a document needs; its runs are in ``shown``: those not over that have a schedule."""
    public = catalogue.courses_on_view()
    runs = (
        catalogue.editions_on_view(public)
        .filter(ends_at__gt=moment)
        .select_related("location")
        .prefetch_related("sessions")
        .order_by("starts_at", "code")
    )
    return public.select_related("provider").prefetch_related(
        "labs", "outcomes", "prices", "course_skills__skill", Prefetch("editions", runs, to_attr="shown")
    )


# XML ------------------------------------------------------------------------------------------------------------------


def written(root: str, kind: str, said: dict[str, Any]) -> bytes:
    """A document as XML, in the order of its keys."""
    element = ET.Element(root, {"xmlns": f"{NAMESPACE}{kind}"})
    for name, value in said.items():
        _write(element, name, value)
    ET.indent(element)
    return ET.tostring(element, encoding="utf-8", xml_declaration=True) + b"\n"


def _write(parent: ET.Element, name: str, value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _write(parent, name, one)
    elif name == "programDuration":
        (unit, number), *_rest = value.items()
        ET.SubElement(parent, name, {"unit": unit.removesuffix("s")}).text = str(number)
    elif name == "programLocation":
        ET.SubElement(parent, name).text = value["description"]
    elif isinstance(value, dict) and value and set(value) <= set(LANGUAGES):
        for language, text in value.items():
            ET.SubElement(parent, name, {"xml:lang": language}).text = _printable(text)
    elif isinstance(value, dict):
        element = ET.SubElement(parent, name)
        for inner, one in value.items():
            _write(element, inner, one)
    else:
        said = str(value).lower() if isinstance(value, bool) else str(value)
        ET.SubElement(parent, name).text = said.lower() if name == "currency" else _printable(said)


def _printable(text: str) -> str:
    """Without the control characters that XML cannot say at all."""
    return re.sub(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


def _xml(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="application/xml; charset=utf-8")


# Addresses ------------------------------------------------------------------------------------------------------------


def directory(request: HttpRequest) -> HttpResponse:
    """What is polled: where everything else is."""
    said = _head(catalogue.version(timezone.now()))
    codes = catalogue.courses_on_view().order_by("code").values_list("code", flat=True)
    return _xml(
        written(
            "edudexDirectory",
            "directory",
            {
                "editor": said["editor"],
                "generator": said["generator"],
                "version": "1.0",
                "lastEdited": said["lastEdited"],
                "instituteDataResource": absolute("/edudex/institute.xml"),
                "orgUnitId": org_unit(),
                "programResource": [
                    {"programId": code, "resourceUrl": absolute(f"/edudex/programs/{code}.xml")} for code in codes
                ],
            },
        )
    )


def institute(request: HttpRequest) -> HttpResponse:
    """Who we are."""
    said, who = _head(catalogue.version(timezone.now())), {language: identity(language) for language in LANGUAGES}
    return _xml(
        written(
            "instituteData",
            "institute",
            {
                "editor": said["editor"],
                "format": said["format"],
                "generator": said["generator"],
                "orgUnitId": org_unit(),
                "lastEdited": said["lastEdited"],
                "instituteDescriptionText": {one: cut(who[one].about, DESCRIPTION) for one in who if who[one].about},
                "instituteName": {one: cut(who[one].name, NAME) for one in who},
                "webLink": {one: absolute(f"/{one}/") for one in who},
            },
        )
    )


def _document(code: str) -> dict[str, Any]:
    org_unit()
    moment = timezone.now()
    course = get_object_or_404(programmes(moment), code=code)
    links = catalogue.course_addresses([course.pk]).get(course.pk, {})
    return document(course, catalogue.version(moment), moment, links)


def program_xml(request: HttpRequest, code: str) -> HttpResponse:
    return _xml(written("program", "program", _document(code)))


def program_json(request: HttpRequest, code: str) -> HttpResponse:
    """The same as the Data API of EDU-DEX takes it."""
    return HttpResponse(json.dumps(_document(code), ensure_ascii=False), content_type="application/json")
