"""A signed certificate in its other forms, each for who knows its identifier: pictures that carry the credential, a
token, and a document for Europass. They are drawn and signed when somebody asks; what they say is what was issued.

As open as the credential itself (``issuer.credential``), and gone with it: one that was erased has no form left.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from certificates.credentials import baking, europass, pictures, tokens
from certificates.credentials.proofs import moment
from certificates.keys import KeyUnusable, token_signer
from certificates.making import written
from certificates.models import Certificate
from certificates.views.issuer import answer


@require_safe
def badge_png(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A picture for a site or a CV; whoever gets it can take the credential out and check it."""
    certificate = _signed(uuid)
    picture = pictures.as_png(pictures.picture_of(certificate.snapshot))
    return _file(request, certificate, baking.bake_png(picture, _credential(certificate)), "image/png", "png")


@require_safe
def badge_svg(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The same picture, sharp at every size."""
    certificate = _signed(uuid)
    picture = pictures.as_svg(pictures.picture_of(certificate.snapshot))
    baked = baking.bake_svg(picture, _credential(certificate)).encode()
    return _file(request, certificate, baked, "image/svg+xml", "svg")


@require_safe
def token(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The credential as a JSON Web Token, where a key signs those."""
    certificate = _signed(uuid)
    try:
        signer = token_signer()
    except KeyUnusable:
        signer = None
    if signer is None:
        raise Http404
    credential = certificate.credential or {}
    try:
        said = tokens.token(credential, key_id=f"{credential['issuer']['id']}#{signer.name}", sign_bytes=signer.sign)
    except KeyUnusable as away:
        raise Http404 from away
    return _file(request, certificate, said.encode(), "application/jwt", "jwt")


@require_safe
def europass_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The certificate in the European Learning Model, where the issuer has what that asks for."""
    certificate = _signed(uuid)
    # It has no word for revoked: one that ended has no such document.
    ended = certificate.state != Certificate.State.ISSUED
    if ended or not europass.can_be_written(certificate.snapshot) or certificate.issued_at is None:
        raise Http404
    document = europass.european_credential(
        certificate.snapshot,
        identifier=certificate.uuid,
        issued=moment(certificate.issued_at),
        picture=pictures.as_png(pictures.picture_of(certificate.snapshot)),
    )
    return _file(request, certificate, written(document), "application/ld+json", "europass.json")


def _signed(uuid: UUID) -> Certificate:
    issued = Certificate.objects.exclude(state=Certificate.State.REQUESTED).exclude(credential=None)
    found: Certificate = get_object_or_404(issued, uuid=uuid)
    return found


def _credential(certificate: Certificate) -> str:
    return written(certificate.credential or {}).decode()


def _file(request: HttpRequest, certificate: Certificate, body: bytes, kind: str, ending: str) -> HttpResponse:
    response = answer(request, body, kind)
    response["X-Robots-Tag"] = "noindex"
    name = content_disposition_header(True, f"{certificate.grouped_number}.{ending}")
    response["Content-Disposition"] = name or ""
    return response
