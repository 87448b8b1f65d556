"""Who else may sign people in: an institution's or employer's own sign-in (OpenID Connect), a row of allauth's each.

What it says of itself is read when its address is entered, so that a wrong one is found there and not on the login
page. Its secret goes in and never comes out: not to a page, not to an event.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from lms.kernel.models import Event
from lms.people.models import User

OIDC = "openid_connect"
WELL_KNOWN = "/.well-known/openid-configuration"
SECONDS, MOST_READ = 8, 200_000
# What allauth needs of what a provider says of itself.
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class NoProvider(Exception):
    """No sign-in of this kind answers at this address; ``why`` is one of ``address``, ``silent``, ``other``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def address_of(said: str) -> str:
    """Where a provider tells of itself, from that address or from its own."""
    said = said.strip().rstrip("/")
    return said if "/.well-known/" in said else said + WELL_KNOWN


def look_at(address: str) -> dict[str, Any]:
    """What the provider says of itself. Raises NoProvider."""
    if not _is_safe(address):
        raise NoProvider("address")
    try:
        with requests.get(address, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
            content = b""
            for piece in answer.iter_content(2**14):  # of an answer in pieces each comes by itself
                content += piece
                if len(content) > MOST_READ:
                    raise NoProvider("other")
            said = json.loads(content) if answer.status_code == requests.codes.ok else None
    except requests.RequestException:
        raise NoProvider("silent") from None
    except ValueError:
        raise NoProvider("other") from None
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in NEEDED):
        raise NoProvider("other")
    if not all(_is_safe(said[name]) for name in NEEDED[1:]):
        raise NoProvider("address")
    return said


def _is_safe(address: str) -> bool:
    """Over TLS; without it only where everything is on one machine."""
    parts = urlsplit(address)
    here = settings.LMS_WEBHOOKS_MAY_BE_LOCAL and parts.hostname in {"localhost", "127.0.0.1"}
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here))


def callback_of(provider_id: str) -> str:
    """The address that the provider sends people back to, to be entered there."""
    return settings.LMS_BASE_URL + reverse("openid_connect_callback", args=[provider_id])


@transaction.atomic
def save_provider(provider: SocialApp, *, by: User) -> SocialApp:
    """Let a provider sign people in, or change how. Only who administers the platform: it opens accounts."""
    if not (by.is_active and by.is_superuser):
        raise PermissionDenied
    is_new = provider.pk is None
    before = None if is_new else SocialApp.objects.get(pk=provider.pk)
    provider.provider = OIDC
    provider.save()
    fields = ("name", "provider_id", "client_id", "secret", "settings")
    changed = [name for name in fields if before is None or getattr(before, name) != getattr(provider, name)]
    Event.record(provider, f"socialapp.{'created' if is_new else 'revised'}", by=by, data={"fields": changed})
    return provider
