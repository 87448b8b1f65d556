"""The Open Education API: each answer field by field, by the standard as tests/api/standard.py writes it down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from courses.models import Course, Edition, LearningOutcome, Location, Room, Session
from lms.api.oeapi import mapping
from lms.api.oeapi.api import api
from lms.api.oeapi.endpoints import PREFIX
from lms.people.models import Organisation
from tests.api import standard
from tests.api.conftest import HIDDEN, SECRET, World, grow
from tests.factories import NOW, CourseFactory, PriceFactory

# Path, the kind of object it gives, whether in pages, what can be expanded.
NOBODYS = "6db1d433-a896-4dfa-a1ab-ef4f2560098e"
PATHS = [
    ("", "Service", False, ""),
    ("organisations", "Organisation", True, ""),
    ("organisations/{organisation}", "Organisation", False, "parent"),
    ("organisations/{organisation}/learning-components", "LearningComponent", True, ""),
    ("organisations/{organisation}/learning-component-offerings", "LearningComponentOffering", True, ""),
    ("programmes", "Programme", True, ""),
    ("programmes/{programme}", "Programme", False, "organisation"),
    ("programmes/{programme}/courses", "Course", True, ""),
    ("programmes/{programme}/programme-offerings", "ProgrammeOffering", True, ""),
    ("programme-offerings/{programme_offering}", "ProgrammeOffering", False, "programme,organisation"),
    ("courses", "Course", True, ""),
    ("courses/{course}", "Course", False, "programmes,organisation"),
    ("courses/{course}/course-offerings", "CourseOffering", True, ""),
    ("courses/{course}/learning-components", "LearningComponent", True, ""),
    ("course-offerings/{course_offering}", "CourseOffering", False, "course"),
    ("course-offerings/{course_offering}/learning-component-offerings", "LearningComponentOffering", True, ""),
    ("learning-components/{component}", "LearningComponent", False, "course,organisation"),
    (
        "learning-component-offerings/{meeting}",
        "LearningComponentOffering",
        False,
        "learning_component,organisation,rooms",
    ),
    ("learning-outcomes", "LearningOutcome", True, ""),
    ("learning-outcomes/{outcome}", "LearningOutcome", False, ""),
    ("rooms/{room}", "Room", False, "building"),
    ("buildings/{building}", "Building", False, ""),
]
SINGLE = [one for one in PATHS if "{" in one[0] and not one[2]]
NAMES = [path for path, *_rest in PATHS]


def known(world: World) -> dict[str, UUID]:
    """An id of everything there is."""
    reading = world.editions["reading"]
    return {
        "organisation": world.lab.uuid,
        "programme": world.programme.uuid,
        "course": world.course.uuid,
        "programme_offering": world.editions["open"].uuid,
        "course_offering": reading.uuid,
        "component": mapping.component_id(world.course.uuid, 1),
        "meeting": reading.sessions.order_by("number")[0].uuid,
        "outcome": LearningOutcome.objects.get(code="iota-c2-lu1").uuid,
        "room": Room.objects.get(name_nl="Werkplaats").uuid,
        "building": Location.objects.get(name="Hal 1").uuid,
    }


def ask(client: Client, path: str, world: World, **parameters: Any) -> Any:
    answer = client.get(f"{PREFIX}{path.format(**known(world))}?{urlencode(parameters)}")
    assert answer.status_code == 200, (path, answer.content)
    return answer.json()


def codes(said: dict[str, Any]) -> list[str]:
    return [one["primaryCode"]["code"] for one in said["items"]]


# Field by field -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "kind", "in_pages", "expands"), PATHS, ids=NAMES)
def test_every_answer_is_as_the_standard_says(
    world: World, client: Client, path: str, kind: str, in_pages: bool, expands: str
):
    said = ask(client, path, world)
    assert standard.faults(said, kind, in_pages=in_pages) == []
    if in_pages:
        assert said["items"], "an empty page proves nothing"
    if expands:
        whole = ask(client, path, world, expand=expands)
        assert standard.faults(whole, kind) == []
        assert len(whole) == len(said) + len(expands.split(",")), "each expansion adds its object"


def test_the_judge_finds_faults(world: World, client: Client):
    """A judge who finds nothing wrong with anything proves nothing."""
    good = ask(client, "courses/{course}", world)
    assert standard.faults(good | {"colour": "red"}, "Course")
    assert standard.faults(good | {"level": "hbo"}, "Course")
    assert standard.faults(good | {"courseId": "iota-c2"}, "Course")
    assert standard.faults(good | {"name": []}, "Course")
    assert standard.faults({name: value for name, value in good.items() if name != "primaryCode"}, "Course")
    offering = ask(client, "course-offerings/{course_offering}", world)
    assert standard.faults(offering | {"startDateTime": "2027-03-04T09:00:00"}, "CourseOffering")
    assert standard.faults(
        offering | {"priceInformation": [{"costType": "total_costs", "amount": 12}]}, "CourseOffering"
    )


def test_the_service_names_what_there_is(world: World, client: Client):
    said = ask(client, "", world)
    assert said["contactEmail"] == "bureau@voorbeeld.example"
    served = {one["path"].removeprefix("/") for one in said["supportedOperations"]}
    in_tests = {
        path.replace("{programme_offering}", "{programmeOfferingId}")
        .replace("{course_offering}", "{courseOfferingId}")
        .replace("{component}", "{learningComponentId}")
        .replace("{meeting}", "{learningComponentOfferingId}")
        .replace("{outcome}", "{learningOutcomeId}")
        for path in NAMES
    }
    in_tests = {path if "Id}" in path else path.replace("}", "Id}") for path in in_tests}
    assert served == in_tests, "an address that these tests do not ask"
    for one in said["supportedExpands"]:
        assert one["path"].removeprefix("/") in served


# What it says ---------------------------------------------------------------------------------------------------------


def test_the_programme_office_is_the_root_of_all_houses(world: World, client: Client):
    found = {one["primaryCode"]["code"]: one for one in ask(client, "organisations", world)["items"]}
    assert set(found) == {"bureau", "robohouse"}
    assert found["bureau"]["organisationType"] == "root"
    assert "parentId" not in found["bureau"]
    assert found["robohouse"]["organisationType"] == "x-field_lab"
    assert found["robohouse"]["parentId"] == found["robohouse"]["rootId"] == str(world.office.uuid)
    assert found["robohouse"]["addresses"] == [
        {
            "addressType": "visit",
            "street": "Julianalaan",
            "streetNumber": "67A",
            "postCode": "2628 BC",
            "city": "Delft",
            "countryCode": {"iso3166-1-alpha2": "NL"},
        }
    ]


def test_no_level_is_claimed_before_it_is_registered(world: World, client: Client):
    said = ask(client, "programmes/{programme}", world)
    assert said["level"] == "undefined"
    assert "levelOfQualification" not in said
    Course.objects.filter(pk=world.programme.pk).update(nlqf_level="5", nlqf_register_number="12-34")
    cache.clear()
    said = ask(client, "programmes/{programme}", world)
    assert (said["level"], said["levelOfQualification"]) == ("associate_degree", "eqf_5")
    assert standard.faults(said, "Programme") == []
    assert codes(ask(client, "programmes", world, levelOfQualification="eqf_5")) == ["smz-p3"]
    assert codes(ask(client, "programmes", world, levelOfQualification="eqf_6")) == []


def test_what_one_gets_is_a_certificate_or_a_testimonial(world: World, client: Client):
    assert ask(client, "programmes/{programme}", world)["formalDocument"] == "certificate"
    Course.objects.filter(pk=world.programme.pk).update(certificate_kind="participation")
    cache.clear()
    assert ask(client, "programmes/{programme}", world)["formalDocument"] == "testimonial"


def test_offerings_tell_their_state(world: World, client: Client):
    said = ask(client, "courses/{course}/course-offerings", world)
    found = {one["primaryCode"]["code"]: one for one in said["items"]}
    assert {code: one["state"] for code, one in found.items()} == {
        "uitlezen-open": "active",
        "uitlezen-vol": "active",
        "uitlezen-voorbij": "inactive",
        "uitlezen-af": "cancelled",
    }
    periods = {code: one["enrolmentPeriods"] for code, one in found.items()}
    queues = {code: period[0]["queueEnabled"] for code, period in periods.items() if period}
    assert queues == {"uitlezen-open": False, "uitlezen-vol": True, "uitlezen-voorbij": False}
    assert periods["uitlezen-af"] == []
    assert found["uitlezen-open"]["enrolledNumberStudents"] == 1
    assert found["uitlezen-open"]["enrolmentPeriods"][0]["enrolmentUrl"] == (
        "http://testserver/nl/inschrijven/uitlezen-open/"
    )
    assert found["uitlezen-vol"]["enrolmentPeriods"][0]["enrolmentUrl"] == "http://testserver/en/enrol/uitlezen-vol/"
    assert found["uitlezen-vol"]["teachingLanguages"] == ["en-GB"]


def test_costs_are_amounts_with_a_point_and_tell_their_vat(world: World, client: Client):
    (cost,) = ask(client, "course-offerings/{course_offering}", world)["priceInformation"]
    assert (cost["amount"], cost["vatAmount"], cost["amountWithoutVat"]) == ("1210.00", "210.00", "1000.00")
    (exempt,) = ask(client, "programme-offerings/{programme_offering}", world)["priceInformation"]
    assert (exempt["amount"], exempt["vatAmount"], exempt["amountWithoutVat"]) == ("1210.00", "0.00", "1210.00")


@pytest.mark.parametrize("cents", [0, 1, 99, 12_345, 29_500, 9_999_999])
def test_vat_and_the_rest_add_up(db: None, cents: int):
    course = CourseFactory(vat_regime=Course.VatRegime.STANDARD_21)
    PriceFactory(course=course, cents=cents)
    (cost,) = mapping.costs(course)
    vat, rest, whole = (round(float(one) * 100) for one in (cost.vatAmount, cost.amountWithoutVat, cost.amount))
    assert vat + rest == whole == cents
    assert abs(vat - rest * 0.21) <= 1


def test_meetings_are_offerings_of_components(world: World, client: Client):
    meetings = ask(client, "course-offerings/{course_offering}/learning-component-offerings", world)["items"]
    components = ask(client, "courses/{course}/learning-components", world)["items"]
    assert [one["learningComponentId"] for one in meetings] == [one["componentId"] for one in components]
    assert meetings[0]["startDateTime"] == "2027-03-04T09:00:00+01:00"
    assert meetings[3]["startDateTime"] == "2027-03-25T09:00:00+01:00"
    assert components[0]["duration"] == "PT6H30M"
    assert meetings[0]["roomIds"] == [str(known(world)["room"])]
    assert (meetings[1]["roomIds"], meetings[1]["modesOfDelivery"]) == ([], ["online"])


def test_a_component_keeps_its_id_when_editions_come_and_go(world: World, client: Client):
    before = [one["componentId"] for one in ask(client, "courses/{course}/learning-components", world)["items"]]
    latest = Edition.objects.get(code="uitlezen-vol")
    latest.sessions.all().delete()
    Session.objects.filter(edition__code="uitlezen-open").update(title_nl="Anders")
    cache.clear()
    after = ask(client, "courses/{course}/learning-components", world)["items"]
    assert [one["componentId"] for one in after] == before
    assert len(set(before)) == 4


def test_meetings_of_a_programme_are_found_under_its_house(world: World, client: Client):
    said = ask(client, "organisations/{organisation}/learning-component-offerings", world, pageSize=100)
    programme = [one for one in said["items"] if one["primaryCode"]["code"].startswith("cobots-open")]
    assert len(programme) == 4
    assert all("courseOfferingIds" not in one for one in programme)


# Asking ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameters", "found"),
    [
        ("courses", {"primaryCode": "iota-c2"}, ["iota-c2"]),
        ("courses", {"primaryCode": "niets"}, []),
        ("courses", {"q": "uitlezen"}, ["iota-c2"]),
        ("courses", {"q": "reading MACHINES"}, ["iota-c2"]),
        ("courses", {"q": "cobots"}, []),
        ("courses", {"teachingLanguage": "en-GB"}, ["iota-c2"]),
        ("courses", {"teachingLanguage": "de"}, []),
        ("courses", {"level": "undefined"}, ["iota-c2"]),
        ("courses", {"level": "bachelor"}, []),
        ("courses", {"modeOfDelivery": "presential"}, ["iota-c2"]),
        ("courses", {"modeOfDelivery": "x-anders"}, []),
        ("programmes", {"programmeType": "minor"}, []),
        ("programmes", {"consumer": "rio"}, ["smz-p3"]),
        ("organisations", {"organisationType": "root"}, ["bureau"]),
        ("organisations", {"organisationType": "x-field_lab"}, ["robohouse"]),
        ("organisations", {"organisationType": "x-skills_lab"}, []),
        ("organisations", {"organisationType": "institute"}, []),
        ("courses/{course}/course-offerings", {"state": "cancelled"}, ["uitlezen-af"]),
        ("courses/{course}/course-offerings", {"state": "inactive"}, ["uitlezen-voorbij"]),
        ("courses/{course}/course-offerings", {"state": "concept"}, []),
        ("courses/{course}/course-offerings", {"until": "2027-01-01T00:00:00Z"}, ["uitlezen-voorbij"]),
        ("courses/{course}/course-offerings", {"since": "2027-03-05T00:00:00+01:00"}, []),
        (
            "courses/{course}/course-offerings",
            {"since": "0001-01-01T00:00:00+14:00", "state": "cancelled"},
            ["uitlezen-af"],
        ),
        ("courses/{course}/course-offerings", {"teachingLanguage": "en-GB"}, ["uitlezen-vol"]),
        ("courses/{course}/course-offerings", {"resultExpected": "true"}, []),
        ("courses/{course}/learning-components", {"primaryCode": "iota-c2-S2"}, ["iota-c2-S2"]),
        ("courses/{course}/learning-components", {"primaryCode": "iota-c2-S²"}, []),
        ("courses/{course}/learning-components", {"q": "dag 3"}, ["iota-c2-S3"]),
    ],
)
def test_lists_can_be_narrowed_down(
    world: World, client: Client, path: str, parameters: dict[str, str], found: list[str]
):
    assert codes(ask(client, path, world, **parameters)) == found


def test_pages_are_of_the_five_sizes(world: World, client: Client):
    grow(world, 11)
    first = ask(client, "courses", world)
    last = ask(client, "courses", world, pageNumber=2)
    assert (len(first["items"]), first["hasPreviousPage"], first["hasNextPage"], first["totalPages"]) == (
        10, False, True, 2,
    )  # fmt: skip
    assert (len(last["items"]), last["hasPreviousPage"], last["hasNextPage"]) == (2, True, False)
    assert not set(codes(first)) & set(codes(last))
    assert ask(client, "courses", world, pageSize=20)["hasNextPage"] is False
    beyond = ask(client, "courses", world, pageNumber=2_147_483_647)
    assert (beyond["items"], beyond["hasNextPage"], beyond["hasPreviousPage"]) == ([], False, True)


@pytest.mark.parametrize("fields", ["name", "name,level", "(name,level,programme(code,name))", "nooit_gehoord", ",,,"])
def test_fields_can_be_chosen(world: World, client: Client, fields: str):
    said = ask(client, "courses", world, fields=fields)
    assert standard.faults(said, "Course", in_pages=True) != [] or "organisationId" in said["items"][0]
    assert set(said["items"][0]) == {"courseId", "primaryCode", "name"} | ({"level"} if "level" in fields else set())


# Saying no ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "parameters", "name"),
    [
        ("courses", {"pageSize": "11"}, "pageSize"),
        ("courses", {"pageSize": "10.0"}, "pageSize"),
        ("courses", {"pageNumber": "0"}, "pageNumber"),
        ("courses", {"pageNumber": "-1"}, "pageNumber"),
        ("courses", {"pageNumber": "1e9"}, "pageNumber"),
        ("courses", {"level": "hbo"}, "level"),
        ("courses", {"modeOfDelivery": "klassikaal"}, "modeOfDelivery"),
        ("courses", {"teachingLanguage": "Nederlands"}, "teachingLanguage"),
        ("courses", {"fields": "name;level"}, "fields"),
        ("courses", {"q": ""}, "q"),
        ("courses", {"filter_query[level][in]": "bachelor"}, "filter_query[level][in]"),
        ("courses", {"expand": "organisation"}, "expand"),
        ("courses/{course}", {"expand": "coordinators"}, "expand"),
        ("courses/{course}", {"pageSize": "10"}, "pageSize"),
        ("courses/{course}/course-offerings", {"state": "open"}, "state"),
        ("courses/{course}/course-offerings", {"since": "2027-01-01"}, "since"),
        ("courses/{course}/course-offerings", {"since": "2027-01-01T00:00:00"}, "since"),
        ("courses/{course}/course-offerings", {"until": "gisteren"}, "until"),
        ("organisations", {"organisationType": "bedrijf"}, "organisationType"),
    ],
)
def test_a_wrong_parameter_is_named(world: World, client: Client, path: str, parameters: dict[str, str], name: str):
    answer = client.get(f"{PREFIX}{path.format(**known(world))}?{urlencode(parameters)}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    said = answer.json()
    assert {"type", "title", "status"} <= set(said)
    assert said["errors"][0]["parameter"] == name


@pytest.mark.parametrize(("path", "kind", "in_pages", "expands"), SINGLE, ids=[path for path, *_rest in SINGLE])
@pytest.mark.parametrize("identity", [NOBODYS, "geen-uuid", "1"])
def test_what_is_not_there_is_not_found(
    world: World, client: Client, path: str, kind: str, in_pages: bool, expands: str, identity: str
):
    start, _brace, _rest = path.partition("{")
    answer = client.get(f"{PREFIX}{start}{identity}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "persons", "persons/me", f"persons/{NOBODYS}", f"persons/{NOBODYS}/course-offering-associations",
        f"course-offerings/{NOBODYS}/course-offering-associations", f"course-offering-associations/{NOBODYS}",
        f"groups/{NOBODYS}", f"documents/{NOBODYS}", "course-offering-associations/external/me",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post", "put", "patch"])
def test_there_are_no_persons(world: World, client: Client, path: str, method: str):
    answer = getattr(client, method)(f"{PREFIX}{path}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_nothing_can_be_written(world: World, client: Client):
    answer = client.put(f"{PREFIX}courses/{world.course.uuid}", b"{}", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")


def test_another_version_is_not_given(world: World, client: Client):
    answer = client.get(f"{PREFIX}courses", headers={"accept": "application/vnd.oeapi+json; version=6.1"})
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")
    assert (answer.json()["requestedVersion"], answer.json()["supportedVersions"]) == ("6.1", ["6.0"])


# What it keeps to itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NAMES)
def test_nothing_hidden_and_nobody_is_told_of(world: World, client: Client, path: str):
    answer = client.get(f"{PREFIX}{path.format(**known(world))}")
    assert HIDDEN not in answer.content.decode().casefold()
    assert SECRET not in answer.content.decode()
    assert not answer.cookies


def hidden_addresses(world: World) -> Iterator[str]:
    """Everything that is there and must not be."""
    yield f"courses/{world.hidden.uuid}"
    yield f"programmes/{world.course.uuid}"  # a course is no programme
    for name in ("draft", "withdrawn", "hidden"):
        edition = world.editions[name]
        yield f"course-offerings/{edition.uuid}"
        yield f"course-offerings/{edition.uuid}/learning-component-offerings"
        yield f"learning-component-offerings/{edition.sessions.all()[0].uuid}"
    yield f"learning-components/{mapping.component_id(world.hidden.uuid, 1)}"
    yield f"learning-outcomes/{LearningOutcome.objects.get(code=f'{HIDDEN}-lu1').uuid}"
    yield f"rooms/{Room.objects.get(name_nl=f'Zaal {HIDDEN}').uuid}"
    yield f"organisations/{Organisation.objects.get(is_employer=True, name__contains=HIDDEN).uuid}"


def test_what_is_hidden_is_not_found_by_its_id_either(world: World, client: Client):
    # Session 1 of the hidden course's edition lies in no public edition.
    for address in hidden_addresses(world):
        assert client.get(f"{PREFIX}{address}").status_code == 404, address


# What it costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [path for path, _kind, in_pages, _expands in PATHS if in_pages])
def test_more_rows_cost_no_more_queries(world: World, client: Client, path: str):
    address = f"{PREFIX}{path.format(**known(world))}?pageSize=100"

    def cost() -> int:
        client.get(address)  # fills what Wagtail and contenttypes keep
        cache.clear()
        client.get("/api/v1/courses/smz-p3")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    before = cost()
    grow(world, 2)
    assert cost() == before


def test_every_operation_has_the_name_of_the_standard():
    names = {one["get"]["operationId"] for one in api.document()["paths"].values()}
    assert all(name.startswith("list") for name in names)
    assert len(names) == len(PATHS)


def test_meetings_that_are_over_are_inactive(world: World, client: Client, clock: Any):
    clock.move_to(NOW + timedelta(days=28))  # between the first meeting and the last
    said = ask(client, "course-offerings/{course_offering}/learning-component-offerings", world)
    assert [one["state"] for one in said["items"]] == ["inactive", "active", "active", "active"]
