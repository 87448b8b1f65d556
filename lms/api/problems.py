"""Errors as machines read them: ``application/problem+json`` (RFC 9457), the same under every address of ours."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """Something the asker can mend; the edge answers it."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more


class BadParameter(Problem):
    """One query parameter is wrong; said with its name, so that nobody has to guess which."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(400, f"{name}: {detail}", errors=[{"parameter": name, "detail": detail}])


def problem(status: int, detail: str = "", **more: Any) -> HttpResponse:
    """The answer. Its type is an address that explains the kind of error to a person."""
    title = HTTPStatus(status).phrase
    said = {
        "type": f"{settings.LMS_BASE_URL}/api/v1/docs#problem-{status}",
        "title": title,
        "status": status,
        "detail": detail or HTTPStatus(status).description or title,
    }
    return HttpResponse(json.dumps(said | more), status=status, content_type=CONTENT_TYPE)
