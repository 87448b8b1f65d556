"""What the tests of the employer's API share: a key, and asking with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import Client

from lms.people.models import ApiToken, Organisation
from lms.people.tokens import make_token
from tests.factories import NOW

BASE = "/api/v1/employer"
ALL = tuple(ApiToken.Scope.values)


def key_of(company: Organisation, scopes: Iterable[str] = ALL) -> str:
    """The secret of a new key that works for a year."""
    at = NOW - timedelta(days=30)
    return make_token(company, name="Personeelssysteem", scopes=list(scopes), days=365, by=None, at=at)[1]


def ask(secret: str | None, path: str, method: str = "GET", **headers: str) -> Any:
    """The answer of the API to who holds this secret."""
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    return Client().generic(method, f"{BASE}{path}", headers=headers)


def send(secret: str, path: str, said: Any, **headers: str) -> Any:
    """The answer to who holds this secret and sends this; text as it is, else as JSON."""
    body = said if isinstance(said, str | bytes) else json.dumps(said)
    headers |= {"Authorization": f"Bearer {secret}"}
    return Client().generic("POST", f"{BASE}{path}", body, content_type="application/json", headers=headers)


def told(secret: str, path: str, **headers: str) -> Any:
    answer = ask(secret, path, **headers)
    assert answer.status_code == 200, (path, answer.content)
    return answer.json()
