"""The feed for EDU-DEX: off until we have a number there, then as its format says."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator, FormatChecker

from courses.models import Course
from lms.api import edudex
from tests.api.conftest import HIDDEN, SECRET, World, grow
from tests.factories import CourseFactory

ADDRESSES = [
    "/edudex/directory.xml", "/edudex/institute.xml", "/edudex/programs/smz-p3.xml", "/edudex/programs/smz-p3.json",
]  # fmt: skip

# The document as EDU-DEX takes it, written down by hand. Keys that are not listed may not be in it.
DAY = {"type": "string", "format": "date"}
TIME = {"type": "string", "pattern": r"^\d\d:\d\d:\d\d[+-]\d\d:\d\d$"}
MOMENT = {"type": "string", "format": "date-time"}
COUNT = {"type": "integer", "minimum": 0}
IDENTIFIER = {"type": "string", "maxLength": 64, "pattern": "^[-a-zA-Z0-9_.{} /:]+$"}


def closed(required: str, **fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": fields, "additionalProperties": False}


def texts(longest: int) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": longest}
    return {"type": "object", "properties": {"nl": text, "en": text}, "additionalProperties": False, "minProperties": 1}


def listed(kind: Any, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": kind, "minItems": least}


ENDS = closed("date isFinal", date=DAY, isFinal={"type": "boolean"})
COST = closed(
    "id costType amount amountIsFinal currency isRequiredCost",
    id={"const": "tuition"},
    costType={"const": "tuition fee"},
    amount={"type": "string", "pattern": r"^\d+\.\d\d$"},
    amountVAT={"type": "string", "pattern": r"^\d+\.\d\d$"},
    VATCode={"enum": [1, 2, 3, 4, 5]},
    amountIsFinal={"const": True},
    currency={"const": "EUR"},
    isRequiredCost={"const": True},
    period={"const": "program"},
    payableBy={"enum": ["individual", "group"]},
)
MEETING = closed(
    "id date",
    id=IDENTIFIER,
    date=DAY,
    startTime=TIME,
    endTime=TIME,
    name=texts(200),
    location=closed("city country", city={"type": "string"}, country={"const": "nl"}),
)
RUN = closed(
    "id status startDate endDate",
    id=IDENTIFIER,
    status={"enum": ["application opened", "application closed", "canceled"]},
    startDate=ENDS,
    endDate=ENDS,
    applicationDeadline=DAY,
    maxNumberOfParticipants=COUNT,
    minNumberOfParticipants=COUNT,
    cost=listed(COST),
    courseDay=listed(MEETING),
)
DOCUMENT = closed(
    "editor format generator lastEdited programAdmission programClassification programContacts programCurriculum "
    "programDescriptions programSchedule",
    editor={"type": "string", "minLength": 1},
    format={"const": "EDU-DEX 1.0"},
    generator={"type": "string", "minLength": 1},
    lastEdited=MOMENT,
    programAdmission=closed(
        "applicationOpen applicationType paymentDue startDateDetermination",
        applicationOpen={"type": "boolean"},
        applicationType={"enum": ["individual", "group"]},
        paymentDue={"enum": ["up-front", "afterwards", "installments"]},
        startDateDetermination={"enum": ["fixed starting date", "agreed starting date", "direct start"]},
    ),
    programClassification=closed(
        "degree orgUnitId programDuration programForm programId programLevel programLocation programType",
        degree={"enum": ["certificate", "certificate of participation"]},
        orgUnitId={"const": "lms-test"},
        programDuration=closed("hours", hours=COUNT),
        programForm=listed({"enum": ["part-time", "virtual classroom"]}),
        programId={"type": "string", "maxLength": 64, "pattern": r"^[- #&'()+,./0-9:?A-Z_a-z|{}]+$"},
        programLevel={"enum": ["none", "mbo", "hbo", "wo", *(f"mbo niveau {number}" for number in range(1, 5))]},
        programLocation=listed(
            closed(
                "description",
                description={"type": "string", "minLength": 1},
                id={"type": "string", "maxLength": 64, "pattern": "^[-a-zA-Z0-9_.{} /]+$"},
            )
        ),
        programType={"const": "training"},
        programUUID={"type": "string", "format": "uuid"},
        theme=listed({"enum": ["automation and it", "manufacturing engineering and construction"]}),
    ),
    programCompetences=closed(
        "",
        eCFDevelopment=listed(
            closed(
                "eCompetence proficiencyLevel version",
                eCompetence={"type": "string", "pattern": r"^[A-E]\d\d?$"},
                proficiencyLevel={"type": "string", "pattern": "^e-[1-5]$"},
                version={"enum": ["2.0", "3.0", "4.0"]},
            )
        ),
    ),
    programContacts=closed(
        "",
        contactData=listed(
            closed(
                "contactName role",
                contactName={"type": "string"},
                role={"type": "string"},
                email={"type": "string", "format": "email"},
                telephone={"type": "string"},
            )
        ),
    ),
    programCurriculum=closed(
        "",
        instructionLanguage=listed(
            closed("languageCode percentage", languageCode={"enum": ["nl", "en"]}, percentage={"const": 100})
        ),
        studyLoad=closed("", program={"type": "integer", "minimum": 1}),
    ),
    programDescriptions=closed(
        "programName programSummaryText programDescriptionText",
        programName=texts(200),
        programSummaryText=texts(200),
        programDescriptionText=texts(1200),
        subjectText=listed(closed("subject", subject={"enum": ["admission", "curriculum"]}, summaryText=texts(500))),
        webLink=texts(2000),
    ),
    programExternalAcknowledgements=closed(
        "",
        nlqfRegistration=listed(
            closed(
                "nlqfLevel eqfLevel nlqfRegisterCode",
                nlqfLevel={"enum": ["1", "2", "3", "4", "4+", "5", "6", "7", "8"]},
                eqfLevel={"enum": ["1", "2", "3", "4", "5", "6", "7", "8"]},
                nlqfRegisterCode={"type": "string", "pattern": r"^\d{2,3}-\d{2,3}$"},
            )
        ),
    ),
    programSchedule=closed("", programRun=listed(RUN)),
)


def faults(said: Any) -> list[str]:
    judge = Draft202012Validator(DOCUMENT, format_checker=FormatChecker())
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in judge.iter_errors(said)]


@pytest.fixture
def feed(world: World, settings: Any) -> World:
    """Switched on."""
    settings.LMS_EDUDEX_ORG_UNIT = "lms-test"
    return world


def root_of(client: Client, address: str) -> ET.Element:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return ET.fromstring(answer.content)  # noqa: S314  our own words


def names(element: ET.Element) -> list[str]:
    return [one.tag.partition("}")[2] for one in element]


def in_order(found: list[str], order: str) -> bool:
    """Whether elements stand in this order, each as often as it likes."""
    places = [order.split().index(name) for name in found]
    return places == sorted(places)


@pytest.mark.parametrize("address", ADDRESSES)
def test_there_is_no_feed_without_a_number(world: World, client: Client, address: str):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_directory_leads_to_every_document(feed: World, client: Client):
    root = root_of(client, "/edudex/directory.xml")
    assert root.tag == "{http://studieData.nl/schema/edudex/directory}edudexDirectory"
    assert in_order(names(root), "editor generator version lastEdited instituteDataResource orgUnitId programResource")
    space = "{http://studieData.nl/schema/edudex/directory}"
    addresses = [one.text or "" for one in root.iter() if one.tag.endswith(("resourceUrl", "instituteDataResource"))]
    assert len(addresses) == 3
    for address in addresses:
        assert address.startswith("http://testserver/edudex/")
        assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert [one.findtext(f"{space}programId") for one in root.iter(f"{space}programResource")] == ["iota-c2", "smz-p3"]


def test_the_institute_says_who_we_are(feed: World, client: Client):
    root = root_of(client, "/edudex/institute.xml")
    assert root.tag == "{http://studieData.nl/schema/edudex/institute}instituteData"
    order = "editor format generator orgUnitId lastEdited instituteDescriptionText instituteName webLink"
    assert in_order(names(root), order)
    assert {"orgUnitId", "lastEdited", "instituteName"} <= set(names(root))


def test_a_document_has_its_elements_in_order(feed: World, client: Client):
    root = root_of(client, "/edudex/programs/smz-p3.xml")
    assert root.tag == "{http://studieData.nl/schema/edudex/program}program"
    assert in_order(
        names(root),
        "editor expires format generator lastEdited programAdmission programClassification programCompetences "
        "programContacts programCurriculum programDescriptions programExternalAcknowledgements programSchedule",
    )
    inside = {one.tag.partition("}")[2]: one for one in root.iter()}
    for block, order in {
        "programAdmission": "applicationOpen applicationType paymentDue startDateDetermination",
        "programClassification": "degree orgUnitId programDuration programForm programId programLevel programLocation "
        "programType programUUID theme",
        "contactData": "contactName email role telephone",
        "programDescriptions": "programName programSummaryText programDescriptionText subjectText webLink",
        "programRun": "applicationDeadline cost courseDay endDate id maxNumberOfParticipants minNumberOfParticipants "
        "startDate status",
        "cost": "VATCode amount amountIsFinal amountVAT costType currency id isRequiredCost payableBy period",
    }.items():
        assert in_order(names(inside[block]), order), block
    assert inside["programDuration"].attrib == {"unit": "hour"}
    languages = [
        one.get("{http://www.w3.org/XML/1998/namespace}lang") for one in root.iter() if "programName" in one.tag
    ]
    assert languages == ["nl", "en"]


@pytest.mark.parametrize("code", ["smz-p3", "iota-c2"])
def test_the_document_is_as_the_format_says(feed: World, client: Client, code: str):
    said = client.get(f"/edudex/programs/{code}.json").json()
    assert faults(said) == []
    assert faults(said | {"colour": "red"})
    assert faults({name: value for name, value in said.items() if name != "editor"})


def test_a_document_tells_what_the_course_is(feed: World, client: Client):
    said = client.get("/edudex/programs/smz-p3.json").json()
    what = said["programClassification"]
    assert (what["degree"], what["programLevel"], what["programDuration"]) == (
        "certificate", "mbo niveau 4", {"hours": 24},
    )  # fmt: skip
    assert said["programCompetences"]["eCFDevelopment"] == [
        {"eCompetence": "B2", "proficiencyLevel": "e-2", "version": "4.0"}
    ]
    (run,) = said["programSchedule"]["programRun"]
    assert (run["status"], run["startDate"]["date"], run["courseDay"][0]["startTime"]) == (
        "application opened", "2027-03-04", "09:00:00+01:00",
    )  # fmt: skip
    assert "programExternalAcknowledgements" not in said


def test_vat_is_said_apart(feed: World, client: Client):
    (cost,) = client.get("/edudex/programs/iota-c2.json").json()["programSchedule"]["programRun"][0]["cost"]
    assert (cost["amount"], cost["amountVAT"], cost["VATCode"]) == ("1000.00", "210.00", 5)


def test_only_what_is_registered_is_called_so(feed: World, client: Client):
    Course.objects.filter(pk=feed.programme.pk).update(nlqf_level="4+", nlqf_register_number="123-45")
    cache.clear()
    said = client.get("/edudex/programs/smz-p3.json").json()
    assert faults(said) == []
    assert said["programExternalAcknowledgements"]["nlqfRegistration"] == [
        {"eqfLevel": "4", "nlqfLevel": "4+", "nlqfRegisterCode": "123-45"}
    ]


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("mbo-4 werk- en denkniveau", "mbo niveau 4"),
        ("mbo-niveau 3 en 4", "mbo"),
        ("hbo werk- en denkniveau (Ad)", "hbo"),
        ("wo", "wo"),
        ("Voor iedereen", "none"),
        ("Wonen en werken", "none"),
    ],
)
@pytest.mark.once
def test_the_level_is_the_one_said_in_words(words: str, level: str):
    assert edudex.level_of(CourseFactory.build(level_label_nl=words, provider=None)) == level


@pytest.mark.once
@pytest.mark.parametrize("text", ["kort", "een " * 100, "x" * 300, "", "één woord en nog een heel stel " * 9])
def test_long_texts_are_cut_at_a_word(text: str):
    short = edudex.cut(text, 200)
    assert len(short) <= 200
    if len(text) <= 200:
        assert short == text
    else:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
        assert " " not in text[:199] or re.match(r"\s", text[len(short) - 1 :])


def test_a_text_that_xml_cannot_say_is_said_without_it(feed: World, client: Client):
    Course.objects.filter(pk=feed.programme.pk).update(
        title_nl="Lassen \x0b& <snijden>", summary_nl="lang " * 1000, summary_en="long " * 1000
    )
    cache.clear()
    root = root_of(client, "/edudex/programs/smz-p3.xml")
    name = next(one for one in root.iter() if one.tag.endswith("programName"))
    assert name.text == "Lassen & <snijden>"
    assert faults(client.get("/edudex/programs/smz-p3.json").json()) == []


def test_nothing_hidden_and_nobody_is_told_of(feed: World, client: Client):
    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 200
        assert HIDDEN not in answer.content.decode().casefold()
        assert SECRET not in answer.content.decode()
        assert not answer.cookies
    assert client.get(f"/edudex/programs/{HIDDEN}.xml").status_code == 404
    assert client.get(f"/edudex/programs/{HIDDEN}.json").status_code == 404


def test_more_rows_cost_no_more_queries(feed: World, client: Client):
    def cost() -> int:
        client.get("/edudex/directory.xml")
        cache.clear()
        client.get("/api/v1/courses/smz-p3")
        with CaptureQueriesContext(connection) as asked:
            client.get("/edudex/directory.xml")
        return len(asked)

    before = cost()
    grow(feed, 2)
    assert cost() == before
