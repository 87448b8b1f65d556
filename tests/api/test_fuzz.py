"""Asked anything at all, by a machine that read the description: never a 5xx, and every answer as described.

The questions are the same in every run: what is found stays found.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from lms.api.framework import MachineAPI
from lms.api.oeapi.api import api as oeapi
from lms.api.v1.api import api as v1
from tests.api.conftest import World
from tests.api.test_oeapi import known

EXAMPLES = 8
# What a key opens is asked in test_employer_fuzz.
OPERATIONS = [(api, path) for api in (v1, oeapi) for path in api.document()["paths"] if "/employer/" not in path]
NAMES = [path for _api, path in OPERATIONS]
STEADY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# What of a path is known to be there, by the name of its parameter.
KNOWN = {
    "organisationId": "organisation",
    "programmeId": "programme",
    "courseId": "course",
    "programmeOfferingId": "programme_offering",
    "courseOfferingId": "course_offering",
    "learningComponentId": "component",
    "learningComponentOfferingId": "meeting",
    "learningOutcomeId": "outcome",
    "roomId": "room",
    "buildingId": "building",
}


def operation_of(api: MachineAPI, path: str, method: str = "get") -> Any:
    schema = schemathesis.openapi.from_dict(api.document())
    schema.app = application()
    schema.location = f"{api.prefix}openapi.json"
    return schema[path][method.upper()]


def what_is_there(world: World, path: str) -> dict[str, str]:
    """The parts of a path that lead to something."""
    code = "robohouse" if "/labs" in path else "smz-p3" if "/courses" in path else "cobots-open"
    ids = known(world)
    return {name: str(ids[ours]) for name, ours in KNOWN.items()} | {"code": code, "number": "7K3M-Q9TX-2B4N-8WRF-D"}


@cache
def application() -> Any:
    return get_wsgi_application()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """What a request opens it closes, and a test's database lives in its connection; Django's client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _as_often_as_it_likes(settings: Any) -> None:
    settings.LMS_API_RATE = 0


@pytest.mark.once
@pytest.mark.parametrize(("api", "path"), OPERATIONS, ids=NAMES)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_answers_are_as_described(world: World, api: MachineAPI, path: str, mode: GenerationMode):
    """Right questions are answered, wrong ones refused, each in the shape that the description gives."""
    if mode == GenerationMode.NEGATIVE and not api.document()["paths"][path]["get"]["parameters"]:
        return  # there is nothing to ask wrongly
    operation = operation_of(api, path)
    there = what_is_there(world, path)

    @STEADY
    @given(case=operation.as_strategy(generation_mode=mode), exists=st.booleans())
    def asks(case: Any, exists: bool) -> None:
        if exists and case.path_parameters and mode == GenerationMode.POSITIVE:
            case.path_parameters = {name: there[name] for name in case.path_parameters}
        case.call_and_validate(headers={"Host": "testserver", "Accept-Encoding": "identity"})

    asks()


@pytest.mark.once
@pytest.mark.parametrize(("api", "path"), OPERATIONS, ids=NAMES)
def test_no_text_whatever_breaks_it(world: World, client: Any, api: MachineAPI, path: str):
    """Each parameter with any text: what a browser can send, and what it should not."""
    there = what_is_there(world, path)
    operation = api.document()["paths"][path]["get"]
    names = [one["name"] for one in operation["parameters"] if one["in"] == "query"] or ["x"]
    address = path.format(**there)
    odd = st.one_of(
        st.text(max_size=40),
        st.sampled_from(["\0", "%00", "'", '"', "٣", "²", "-1", "1e9", "NaN", "null", "[]", "9" * 400, "\udcff"]),
        st.text(alphabet=string.printable, max_size=200),
    )

    @STEADY
    @given(name=st.sampled_from(names), value=odd)
    def asks(name: str, value: str) -> None:
        encoded = value.encode("utf-8", "surrogatepass")
        answer = client.get(address, {name: encoded})
        assert answer.status_code in (200, 400), (name, value, answer.content)

    asks()


@pytest.mark.once
@pytest.mark.parametrize("start", ["/api/", "/api/v1/", "/oeapi/v6/", "/edudex/", "/edudex/programs/"])
def test_no_address_whatever_breaks_it(world: World, client: Any, start: str):
    @STEADY
    @given(rest=st.text(max_size=60))
    def asks(rest: str) -> None:
        answer = client.generic("GET", start + rest.encode("utf-8", "replace").decode("latin-1"))
        assert answer.status_code in (200, 302, 400, 404), (rest, answer.content)

    asks()
