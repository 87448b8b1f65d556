"""What machines read about the issuer: its keys, its lists of revocations, its credentials.

Open to every origin and kept for minutes only: whoever checks a certificate must be able to do so without us, and
must soon hear that one was revoked.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.credentials import badge, proofs, status, tokens
from certificates.credentials.multikeys import jwk, token_key
from certificates.keys import KeyUnusable, credential_signer
from certificates.making import status_list_url, written
from certificates.models import Certificate, IssuerKey, StatusEntry

MINUTES = 5
# How long a reader may go on with a list it has: a day, in case we cannot be reached.
LIST_HOLDS = timedelta(days=1)


@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """The issuer's DID document (did:web): every key that is trusted, also those that no longer sign."""
    issuer = badge.did_of(settings.LMS_BASE_URL)
    keys = IssuerKey.objects.trusted(IssuerKey.Purpose.CREDENTIAL).order_by("made_at", "pk")
    methods: list[dict[str, Any]] = [
        {"id": f"{issuer}#{one.name}", "type": "Multikey", "controller": issuer, "publicKeyMultibase": one.public}
        for one in keys
    ]
    contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]
    for one in IssuerKey.objects.trusted(IssuerKey.Purpose.TOKEN).order_by("made_at", "pk"):
        key = jwk(token_key(one.public)) | {"alg": tokens.ALGORITHM, "use": "sig"}
        methods.append({"id": f"{issuer}#{one.name}", "type": "JsonWebKey", "controller": issuer, "publicKeyJwk": key})
    if any("publicKeyJwk" in method for method in methods):
        contexts.append("https://w3id.org/security/jwk/v1")
    document = {
        "@context": contexts,
        "id": issuer,
        "verificationMethod": methods,
        "assertionMethod": [one["id"] for one in methods],
    }
    return answer(request, json.dumps(document, indent=1).encode(), "application/did+json")


@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """A signed list of which certificates were revoked or replaced. One that nobody is on yet is not there."""
    if not StatusEntry.objects.filter(list_number=number).exists():
        raise Http404
    return answer(request, _signed_list(number), "application/vc")


def _signed_list(number: int) -> bytes:
    """Signed anew when something was revoked, and every day."""
    ended = (Certificate.State.REVOKED, Certificate.State.SUPERSEDED)
    revoked = sorted(
        StatusEntry.objects.filter(list_number=number, certificate__state__in=ended).values_list("place", flat=True)
    )
    try:
        signer = credential_signer()
    except KeyUnusable:
        signer = None
    if signer is None:
        raise Http404  # an unsigned list would be anybody's
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    url = status_list_url(settings.LMS_BASE_URL, number)
    said = hashlib.sha256(repr((url, signer.name, today, revoked)).encode()).hexdigest()
    key = f"certificates.status.{said}"
    if (kept := cache.get(key)) is None:
        issuer = badge.did_of(settings.LMS_BASE_URL)
        document = status.list_credential(url, revoked, issuer=issuer, since=today, until=today + 2 * LIST_HOLDS)
        try:
            signed = proofs.sign(document, key_id=f"{issuer}#{signer.name}", created=today, sign_bytes=signer.sign)
        except KeyUnusable as away:
            raise Http404 from away
        kept = written(signed)
        cache.set(key, kept, int(LIST_HOLDS.total_seconds()))
    return kept


@require_safe
def credential(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The signed credential of a certificate, for who knows its identifier; it says itself whether it still counts."""
    issued = Certificate.objects.exclude(state=Certificate.State.REQUESTED).exclude(credential=None)
    found = get_object_or_404(issued, uuid=uuid)
    response = answer(request, written(found.credential or {}), "application/vc")
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def achievement(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """What a credential was given for: the course's own page."""
    return redirect("cms:course", code=code)


def answer(request: HttpRequest, body: bytes, kind: str) -> HttpResponse:
    """For machines of any origin: with an ETag, kept for minutes."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    about: dict[str, Any] = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={MINUTES * 60}",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag",
    }
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=about)
    return HttpResponse(body, content_type=kind, headers=about)
