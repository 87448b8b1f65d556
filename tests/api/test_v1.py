"""Our own API: what it tells, how it says no, and what it keeps to itself."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openapi_spec_validator import OpenAPIV31SpecValidator

from courses.models import Edition
from lms.kernel.models import Event
from tests.api.conftest import HIDDEN, SECRET, World, grow
from tests.factories import NOW, EnrolmentFactory

ADDRESSES = [
    "/api/v1/", "/api/v1/courses", "/api/v1/courses/smz-p3", "/api/v1/editions", "/api/v1/editions/cobots-open",
    "/api/v1/editions/cobots-open/seats", "/api/v1/seats?codes=cobots-open,uitlezen-vol", "/api/v1/labs",
    "/api/v1/labs/robohouse", "/api/v1/themes", "/api/v1/openapi.json",
]  # fmt: skip


def ask(client: Client, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, (address, answer.content)
    return answer.json()


def codes(said: dict[str, Any]) -> list[str]:
    return [one["code"] for one in said["items"]]


# What it tells --------------------------------------------------------------------------------------------------------


def test_the_list_holds_every_course_with_a_page_and_no_other(world: World, client: Client):
    said = ask(client, "/api/v1/courses")
    assert codes(said) == ["iota-c2", "smz-p3"]
    assert {name: said[name] for name in ("page", "page_size", "count", "next", "previous")} == {
        "page": 1, "page_size": 20, "count": 2, "next": None, "previous": None,
    }  # fmt: skip


def test_a_course_tells_all_its_facts(world: World, client: Client):
    said = ask(client, "/api/v1/courses/smz-p3?language=en")
    assert said["title"] == "Working with cobots"
    assert said["kind"] == "programme"
    assert said["provider"] == {"code": "robohouse", "name": "RoboHouse"}
    assert said["themes"] == [{"code": "robots", "name": "Robots (en)"}]
    assert said["hours"] == {"total": 24.0, "taught": 24.0}
    assert said["price"] == "1210.00"
    assert [(one["audience"], one["amount"]) for one in said["prices"]] == [
        ("standard", "1210.00"),
        ("student", "0.00"),
    ]
    assert [one["text"] for one in said["outcomes"]] == ["You set up a machine safely."]
    assert said["skills"][0] | {"name": ""} == {
        "framework": "e-CF", "version": "4.0", "code": "B.2", "name": "", "uri": None, "level": "e-2",
    }  # fmt: skip
    assert said["parts"] == ["iota-c2"]
    assert [one["code"] for one in said["editions"]] == ["cobots-open"]
    assert said["url"].startswith("http://testserver/en/")


def test_a_level_of_the_nlqf_is_named_with_its_register_number_only(world: World, client: Client):
    assert ask(client, "/api/v1/courses/smz-p3")["nlqf_level"] is None
    type(world.programme).objects.filter(pk=world.programme.pk).update(nlqf_level="4", nlqf_register_number="12-34")
    cache.clear()
    said = ask(client, "/api/v1/courses/smz-p3")
    assert (said["nlqf_level"], said["nlqf_register_number"]) == ("4", "12-34")


def test_the_next_edition_is_the_one_that_can_be_enrolled_in(world: World, client: Client):
    said = ask(client, "/api/v1/courses/iota-c2")["next_edition"]
    assert said["code"] == "uitlezen-open"
    assert said["enrol_url"] == "http://testserver/nl/inschrijven/uitlezen-open/"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=course", ["iota-c2"]),
        ("kind=programme", ["smz-p3"]),
        ("q=COBOTS", ["smz-p3"]),
        ("q=working+cobots", ["smz-p3"]),
        ("q=cobots+uitlezen", []),
        ("theme=robots", ["iota-c2", "smz-p3"]),
        ("theme=niets", []),
        ("lab=robohouse", ["iota-c2", "smz-p3"]),
        ("lab=niets", []),
        ("mode=online", []),
        ("teaching_language=en", ["iota-c2"]),
        ("page_size=1", ["iota-c2"]),
        ("page_size=1&page=2", ["smz-p3"]),
        ("page=99", []),
    ],
)
def test_courses_can_be_narrowed_down(world: World, client: Client, query: str, found: list[str]):
    assert codes(ask(client, f"/api/v1/courses?{query}")) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"cobots-open", "uitlezen-open", "uitlezen-vol", "uitlezen-af"}),
        ("open=true", {"cobots-open", "uitlezen-open", "uitlezen-vol"}),
        ("open=false", {"uitlezen-af"}),
        ("course=smz-p3", {"cobots-open"}),
        ("lab=robohouse&teaching_language=en", {"uitlezen-vol"}),
        ("theme=robots&course=smz-p3", {"cobots-open"}),
        ("until=2027-01-31", {"uitlezen-voorbij"}),
        ("from=2027-03-04", {"cobots-open", "uitlezen-open", "uitlezen-vol", "uitlezen-af"}),
        ("from=2027-03-05", set()),
        ("from=2027-02-01&until=2027-01-01", set()),
        ("from=9999-12-31", set()),
        ("until=0001-01-01", set()),
    ],
)
def test_editions_can_be_narrowed_down(world: World, client: Client, query: str, found: set[str]):
    assert set(codes(ask(client, f"/api/v1/editions?{query}"))) == found


def test_pages_lead_to_each_other_with_what_was_asked(world: World, client: Client):
    first = ask(client, "/api/v1/editions?page_size=3&open=true&page=1")
    second = ask(client, "/api/v1/editions?page_size=2&open=true&page=2")
    assert first["next"] is None
    assert second["previous"] == "http://testserver/api/v1/editions?page_size=2&open=true&page=1"
    assert len(second["items"]) == 1


def test_an_edition_tells_when_and_where_it_meets(world: World, client: Client):
    said = ask(client, "/api/v1/editions/uitlezen-open?language=en")
    assert said["state"] == "open"
    assert said["place"] == {
        "name": "Hal 1", "street": "Molengraaffsingel 29", "postcode": "2629 JD", "city": "Delft",
    }  # fmt: skip
    assert [(one["number"], one["mode"], one["room"]) for one in said["sessions"]][:2] == [
        (1, "onsite", "Workshop"),
        (2, "online", None),
    ]
    assert said["starts_at"] == "2027-03-04T09:00:00+01:00"


def test_seats_are_counted_anew_for_every_answer(world: World, client: Client):
    address = "/api/v1/editions/uitlezen-open/seats"
    before = ask(client, address)
    EnrolmentFactory(edition=Edition.objects.get(code="uitlezen-open"))
    after = ask(client, address)
    assert (before["free"], after["free"]) == (11, 10)


def test_seats_of_many_editions_come_in_the_order_asked_for(world: World, client: Client):
    said = ask(client, f"/api/v1/seats?codes=uitlezen-vol,cobots-open,niets,{HIDDEN}-concept,cobots-open")
    assert [(one["edition"], one["state"], one["waiting_list"]) for one in said["items"]] == [
        ("uitlezen-vol", "full", True),
        ("cobots-open", "open", False),
    ]
    assert said["missing"] == ["niets", f"{HIDDEN}-concept"]


def test_a_lab_counts_each_course_once(world: World, client: Client):
    said = ask(client, "/api/v1/labs/robohouse")
    assert said["courses"] == 2  # it gives both and lends them its hall
    assert ask(client, "/api/v1/themes")["items"] == [{"code": "robots", "name": "Robots", "courses": 2}]


def test_texts_come_in_the_language_asked_for(world: World, client: Client):
    def title(address: str, **headers: str) -> tuple[str, str]:
        answer = client.get(address, headers=headers)
        return answer.json()["title"], answer["Content-Language"]

    assert title("/api/v1/courses/smz-p3") == ("Werken met cobots", "nl")
    assert title("/api/v1/courses/smz-p3", accept_language="en-GB,nl;q=0.5") == ("Working with cobots", "en")
    assert title("/api/v1/courses/smz-p3?language=nl", accept_language="en") == ("Werken met cobots", "nl")
    assert title("/api/v1/courses/smz-p3", accept_language="fr") == ("Werken met cobots", "nl")


def test_a_cookie_does_not_choose_the_language(world: World):
    client = Client()
    client.cookies["django_language"] = "en"
    answer = client.get("/api/v1/courses/smz-p3")
    assert answer.json()["title"] == "Werken met cobots"
    assert answer["Content-Language"] == "nl"


# What it keeps to itself ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_hidden_and_nobody_is_told_of(world: World, client: Client, address: str):
    answer = client.get(address)
    assert answer.status_code == 200
    assert HIDDEN not in answer.content.decode().casefold()
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        f"/api/v1/courses/{HIDDEN}",
        f"/api/v1/editions/{HIDDEN}-concept",
        f"/api/v1/editions/{HIDDEN}-af",
        f"/api/v1/editions/{HIDDEN}-editie",
        f"/api/v1/editions/{HIDDEN}-concept/seats",
        "/api/v1/labs/bureau",
    ],
)
def test_what_is_hidden_is_not_there(world: World, client: Client, address: str):
    answer = client.get(address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_cookie_is_set(world: World, client: Client, address: str):
    assert not client.get(address).cookies


def test_a_course_whose_page_is_taken_down_is_gone_at_once(world: World, client: Client):
    assert codes(ask(client, "/api/v1/courses")) == ["iota-c2", "smz-p3"]
    for page in world.programme.pages.all():
        page.unpublish()
    assert codes(ask(client, "/api/v1/courses")) == ["iota-c2"]


# How it says no -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("/api/v1/courses?page=0", 400, "page"),
        ("/api/v1/courses?page=een", 400, "page"),
        ("/api/v1/courses?page=99999999999999999999", 400, "page"),
        ("/api/v1/courses?page_size=101", 400, "page_size"),
        ("/api/v1/courses?kind=iets", 400, "kind"),
        ("/api/v1/courses?language=fr", 400, "language"),
        ("/api/v1/courses?theme=%27%3B--", 400, "theme"),
        ("/api/v1/courses?q=" + "a" * 5000, 400, "q"),
        ("/api/v1/courses?them=robots", 400, "them"),
        ("/api/v1/editions?from=morgen", 400, "from"),
        ("/api/v1/editions?open=misschien", 400, "open"),
        ("/api/v1/seats", 400, "codes"),
        ("/api/v1/seats?codes=,", 400, "codes"),
        ("/api/v1/seats?codes=" + ",".join(f"e{n}" for n in range(101)), 400, "codes"),
        ("/api/v1/openapi.json?language=fr", 400, "language"),
        ("/api/v1/openapi.json?taal=nl", 400, "taal"),
    ],
)
def test_a_wrong_parameter_is_named(world: World, client: Client, address: str, status: int, parameter: str):
    answer = client.get(address)
    assert answer.status_code == status
    said = answer.json()
    assert said["errors"][0]["parameter"] == parameter
    assert said["detail"].startswith(f"{parameter}: ")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api", 404),
        ("/api/", 404),
        ("/api/v1", 404),
        ("/api/v2/courses", 404),
        ("/api/v1/courses/", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/courses/%00", 400),
        ("/api/v1/courses?q=%00", 400),
        ("/api/v1/courses/" + "x" * 3000, 404),
        ("/api/v1/courses/a%2Fb", 404),
        ("/oeapi/v5/courses", 404),
        ("/edudex", 404),
    ],
)
def test_every_error_is_a_problem(world: World, client: Client, address: str, status: int):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    said = answer.json()
    assert said["status"] == status
    assert said["title"]
    assert said["type"] == f"http://testserver/api/v1/docs#problem-{status}"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(world: World, client: Client, method: str):
    answer = getattr(client, method)("/api/v1/courses", b"{}", content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_another_kind_of_answer_is_not_given(world: World, client: Client):
    answer = client.get("/api/v1/courses", headers={"accept": "application/xml"})
    assert (answer.status_code, answer["Content-Type"]) == (406, "application/problem+json")
    assert answer.json()["supported"] == ["application/json"]
    for accepted in ("*/*", "application/*", "text/html, application/json;q=0.1", "onzin"):
        answer = client.get("/api/v1/courses", headers={"accept": accepted})
        assert answer.status_code == (406 if accepted == "onzin" else 200), accepted


def test_who_asks_too_often_is_told_when_to_come_back(world: World, client: Client, settings: Any):
    settings.LMS_API_RATE = 3
    answers = [client.get("/api/v1/themes") for _each in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert answers[-1]["Content-Type"] == "application/problem+json"
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert client.get("/api/v1/themes", REMOTE_ADDR="198.51.100.7").status_code == 200
    assert client.get("/en/for-systems/").status_code == 200  # people are not counted


# Methods and caches ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_its_body(world: World, client: Client, address: str):
    got, headed = client.get(address), client.head(address)
    assert headed.status_code == 200
    assert headed.content == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control"):
        assert headed[name] == got[name], name


def test_a_browser_on_another_site_may_ask(world: World, client: Client):
    answer = client.options(
        "/api/v1/courses", headers={"origin": "https://elders.example", "access-control-request-method": "GET"}
    )
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "GET" in answer["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer
    assert client.options("/api/v1/nothing").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_did_not_change_is_not_sent_again(world: World, client: Client, address: str):
    first = client.get(address)
    assert "public, max-age=" in first["Cache-Control"]
    by_tag = client.get(address, headers={"if-none-match": first["ETag"]})
    by_time = client.get(address, headers={"if-modified-since": first["Last-Modified"]})
    assert (by_tag.status_code, by_time.status_code) == (304, 304)
    assert by_tag.content == b""
    assert by_tag["ETag"] == first["ETag"]
    assert client.get(address, headers={"if-none-match": '"something else"'}).status_code == 200


def test_a_change_is_seen_at_once(world: World, client: Client, clock: Any):
    address = "/api/v1/courses/smz-p3"
    first = client.get(address)
    clock.shift(timedelta(seconds=5))
    world.programme.title_nl = "Werken met robots"
    world.programme.save(update_fields=["title_nl"])
    Event.record(world.programme, "course.revised", by=None)  # as every door to it does
    changed = client.get(address, headers={"if-none-match": first["ETag"], "if-modified-since": first["Last-Modified"]})
    assert changed.status_code == 200
    assert changed.json()["title"] == "Werken met robots"
    assert parsedate_to_datetime(changed["Last-Modified"]) > parsedate_to_datetime(first["Last-Modified"])


def test_the_clock_changes_answers_too(world: World, client: Client, clock: Any):
    address = "/api/v1/editions/cobots-open"
    first = client.get(address)
    assert first.json()["state"] == "open"
    closes = Edition.objects.get(code="cobots-open").enrolment_closes_at
    clock.move_to(closes + timedelta(minutes=1))
    later = client.get(address, headers={"if-none-match": first["ETag"]})
    assert later.status_code == 200
    assert later.json()["state"] == "closed"
    assert parsedate_to_datetime(later["Last-Modified"]) == closes


def test_answers_are_packed_for_who_unpacks(world: World, client: Client):
    answer = client.get("/api/v1/courses", headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.content))["count"] == 2
    assert "Accept-Encoding" in answer["Vary"]
    again = client.get("/api/v1/courses", headers={"accept-encoding": "gzip", "if-none-match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", ["/api/v1/courses?page_size=100", "/api/v1/editions?page_size=100", "/api/v1/labs"])
def test_more_rows_cost_no_more_queries(world: World, client: Client, address: str):
    def cost() -> int:
        cache.clear()
        client.get(address)  # fills what Wagtail and contenttypes keep
        cache.clear()
        client.get("/api/v1/courses/smz-p3")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    before = cost()
    grow(world, 3)
    assert cost() == before


def test_a_kept_answer_costs_four_queries_at_most(world: World, client: Client):
    client.get("/api/v1/courses")
    with CaptureQueriesContext(connection) as asked:
        client.get("/api/v1/courses")
    assert len(asked) <= 4


# The description ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/api/v1/openapi.json", "/oeapi/v6/openapi.json"])
def test_the_description_is_openapi(world: World, client: Client, address: str):
    said = ask(client, address)
    assert list(OpenAPIV31SpecValidator(said).iter_errors()) == []
    operations = [operation for one in said["paths"].values() for operation in one.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    open_to_all = [one for path, one in said["paths"].items() if "/employer/" not in path]
    assert all(set(one) == {"get"} for one in open_to_all)
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        assert {"400", "405", "406", "429"} <= set(operation["responses"])
        assert any(status.startswith("2") for status in operation["responses"])
        assert ("security" in operation) == ({"401", "403"} <= set(operation["responses"]))
    assert all("security" not in one["get"] for one in open_to_all)


@pytest.mark.once
def test_names_of_operations_stay():
    """Programs are made with these: a name that changes breaks them."""
    from lms.api.v1.api import api

    names = {one["operationId"] for methods in api.document()["paths"].values() for one in methods.values()}
    assert names == {
        "getIndex", "listCourses", "getCourse", "listLabs", "getLab", "listThemes", "listEditions", "getEdition",
        "getSeats", "listSeats", "listEmployerEnrolments", "getEmployerEnrolment", "listEmployerCertificates",
        "getEmployerCertificate", "getEmployerCertificatePdf", "listEmployerGroups", "enrolEmployerGroup",
        "getEmployerGroup", "listEmployerWebhooks", "makeEmployerWebhook", "getEmployerWebhook",
        "removeEmployerWebhook", "getCertificate",
    }  # fmt: skip


def test_the_description_speaks_the_language_asked_for(world: World, client: Client):
    english = ask(client, "/api/v1/openapi.json?language=en")
    dutch = ask(client, "/api/v1/openapi.json", accept_language="nl")
    assert english["paths"]["/api/v1/courses"]["get"]["summary"] == "List courses"
    assert set(dutch["paths"]) == set(english["paths"])


@pytest.mark.parametrize("address", ["/en/for-systems/", "/nl/"])
def test_people_find_the_page_about_it_in_the_footer(world: World, client: Client, address: str):
    from django.urls import reverse
    from django.utils.translation import override

    with override(address[1:3]):
        page = reverse("for_systems")
    assert f'href="{page}"' in client.get(address, follow=True).content.decode()


def test_the_page_names_every_address_and_answer(world: World, client: Client):
    page = client.get("/en/for-systems/").content.decode()
    said = ask(client, "/api/v1/openapi.json")
    for path in said["paths"]:
        assert f"<code>{path}</code>" in page
    for shape in said["components"]["schemas"]:
        assert f'id="shape-{shape}"' in page
    for status in (400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 429):
        assert f'id="problem-{status}"' in page


def test_the_machines_address_of_the_page_leads_to_the_readers_language(client: Client, db: None):
    assert client.get("/api/v1/docs", headers={"accept-language": "en"})["Location"] == "/en/for-systems/"
    assert client.get("/api/v1/docs?language=fr").status_code == 400


def test_the_cast_of_this_file_stands_at_now(world: World):
    """Otherwise what is hidden would be hidden by its dates."""
    assert world.editions["draft"].ends_at > NOW
