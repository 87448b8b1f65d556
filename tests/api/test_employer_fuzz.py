"""The employer's API asked anything at all, with a key: never a 5xx, and every answer as described."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from enrolments.actions import start_group_enrolment
from enrolments.models import Enrolment
from lms.api.v1.api import api as v1
from lms.messages.webhooks.actions import add_webhook
from tests.api.employer import key_of
from tests.api.test_fuzz import STEADY, _one_connection, operation_of  # noqa: F401  (a fixture)
from tests.factories import NOW, AttendanceFactory, GrantFactory

pytestmark = pytest.mark.once
OPERATIONS = [
    (path, method) for path, methods in v1.document()["paths"].items() if "/employer/" in path for method in methods
]


@pytest.fixture
def key(vandorp, clock, settings) -> str:
    settings.LMS_API_RATE = settings.LMS_API_KEY_RATE = 0
    return key_of(vandorp)


# Whether an address leads outward is nothing that a description can say.
OF_THE_WORLD = {("/api/v1/employer/webhooks", "post"): [positive_data_acceptance]}


def _what_is_kept(enrolment: Enrolment) -> list[Any]:
    company, edition = enrolment.employer, enrolment.edition
    rows = [{"name": "Jan Wit", "email": "jan@vandorp.example"}, {"name": "Zonder Adres"}]
    return [
        add_webhook(company, url="https://hr.example/hook", events=["group.finished"], by=None, at=NOW)[0],
        start_group_enrolment(company, edition, rows, wish="part", key="k", by=None, at=NOW),
    ]


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_answers_are_as_described(key, enrolled_employee, path: str, method: str, mode: GenerationMode):
    GrantFactory(enrolment=enrolled_employee, scope="hours")
    AttendanceFactory(enrolment=enrolled_employee, counting=True)
    operation = operation_of(v1, path, method)
    there = {"code": enrolled_employee.code, "number": "7K3M-Q9TX-2B4N-8WRF-D"}
    [webhook, group] = _what_is_kept(enrolled_employee)
    there |= {"id": str(webhook.uuid if "/webhooks" in path else group.uuid)}

    @STEADY
    @given(case=operation.as_strategy(generation_mode=mode), exists=st.booleans())
    def asks(case: Any, exists: bool) -> None:
        if exists and case.path_parameters and mode == GenerationMode.POSITIVE:
            case.path_parameters = {name: there[name] for name in case.path_parameters}
        headers = {"Host": "testserver", "Accept-Encoding": "identity", "Authorization": f"Bearer {key}"}
        case.call_and_validate(headers=headers, excluded_checks=OF_THE_WORLD.get((path, method), []))

    asks()
