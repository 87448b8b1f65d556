"""The door for an employer's own system: a key in the header ``Authorization: Bearer …``, for what its scopes say."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja.security import HttpBearer

from lms.api.edge import asker_of, beyond
from lms.api.problems import Problem
from lms.people.models import ApiToken
from lms.people.tokens import find_token, note_use

# Nobody finds a key of 256 bits by trying; this spares the database, and shows who tries.
WRONG_KEYS_A_MINUTE = 20
# What may be sent at once; the longest list that is taken in stays well below it.
MOST_BYTES = 2_000_000
REALM = 'Bearer realm="employer"'


class EmployerKey(HttpBearer):
    """Lets in a working key that has the scope; the same 401 for one that never was, is over or was revoked."""

    openapi_description = _(
        "A key that HR of an employer makes on the page Connections, for the scopes that its system needs."
    )

    def __init__(self, scope: ApiToken.Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiToken:
        """Also without the header: then the answer says which header is wanted."""
        asker = f"refused.{asker_of(request)}"
        if left := beyond(asker, WRONG_KEYS_A_MINUTE, count=False):
            raise Problem(429, "Too many requests with a key that does not work.", headers={"Retry-After": str(left)})
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        token = self.authenticate(request, secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            beyond(asker, WRONG_KEYS_A_MINUTE)
            raise Problem(
                401,
                "Send a working API key in the header Authorization: Bearer …. This one is missing, unknown, expired "
                "or revoked.",
                headers={"WWW-Authenticate": REALM},
            )
        if left := beyond(f"key.{token.pk}", settings.LMS_API_KEY_RATE):
            raise Problem(
                429,
                f"At most {settings.LMS_API_KEY_RATE} requests a minute with one key.",
                headers={"Retry-After": str(left)},
            )
        note_use(token, at=timezone.now())
        if not token.may(self.scope):
            raise Problem(
                403,
                f"This key does not have the scope {self.scope.value}.",
                headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{self.scope.value}"'},
            )
        if request.method == "POST":
            _look_at_body(request)
        return token

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = find_token(token) if token else None
        return found if found and found.is_working(timezone.now()) else None


def _look_at_body(request: HttpRequest) -> None:
    """Refuse what cannot be good before it is read; who has no key is told that first."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise Problem(413, f"At most {MOST_BYTES // 1_000_000} MB at once. Divide it.")
    if request.content_type != "application/json":
        raise Problem(415, "Send JSON, and say so: Content-Type: application/json.")


def token_of(request: HttpRequest) -> ApiToken:
    """The key that opened the door."""
    return cast(ApiToken, request.auth)  # type: ignore[attr-defined]  # ninja puts it there
