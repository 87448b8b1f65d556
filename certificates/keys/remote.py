"""A seal whose key a trust service provider keeps (Cloud Signature Consortium, API 1): it gets a hash, and signs it.

Only the hash leaves us, never the document. Service, account and PIN are named in the settings, the key by the
name that the provider gave it.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from certificates.keys.errors import KeyUnusable

PATIENCE = 20  # seconds for one answer
_SHA256 = "2.16.840.1.101.3.4.2.1"
_RSA_WITH_SHA256 = "1.2.840.113549.1.1.11"


def chain_of(credential: str) -> str:
    """The seal's certificate and those above it, in PEM, as the provider has them. Raises KeyUnusable."""
    said = _ask("credentials/info", {"credentialID": credential, "certificates": "chain", "certInfo": False})
    try:
        found = [x509.load_der_x509_certificate(b64decode(one)) for one in said["cert"]["certificates"]]
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in found)
    except (KeyError, TypeError, ValueError) as wrong:
        raise KeyUnusable(f"The provider gave no certificate that can be read: {wrong}") from wrong


def signs_seals(credential: str) -> Callable[[bytes], bytes]:
    def sign(data: bytes) -> bytes:
        digest = b64encode(hashlib.sha256(data).digest()).decode()
        wanted: dict[str, Any] = {"credentialID": credential, "numSignatures": 1, "hash": [digest]}
        if settings.LMS_SIGNER_CSC_PIN:
            wanted["PIN"] = settings.LMS_SIGNER_CSC_PIN
        try:
            allowed = _ask("credentials/authorize", wanted)["SAD"]
            made = _ask(
                "signatures/signHash",
                {
                    "credentialID": credential,
                    "SAD": allowed,
                    "hash": [digest],
                    "hashAlgo": _SHA256,
                    "signAlgo": _RSA_WITH_SHA256,
                },
            )["signatures"]
            return b64decode(made[0])
        except (KeyError, TypeError, IndexError, ValueError) as wrong:
            raise KeyUnusable(f"The provider's answer has no signature in it: {wrong}") from wrong

    return sign


def _ask(what: str, said: dict[str, Any]) -> dict[str, Any]:
    if not settings.LMS_SIGNER_CSC_URL:
        raise KeyUnusable("LMS_SIGNER_CSC_URL is not set.")
    try:
        answer = requests.post(
            f"{settings.LMS_SIGNER_CSC_URL.rstrip('/')}/csc/v1/{what}",
            json=said,
            headers={"Authorization": f"Bearer {settings.LMS_SIGNER_CSC_ACCESS}"},
            timeout=PATIENCE,
            allow_redirects=False,
        )
        if answer.status_code != requests.codes.ok:
            raise KeyUnusable(f"The provider says {answer.status_code} to {what}.")
        found = answer.json()
    except requests.RequestException as trouble:
        raise KeyUnusable(f"The provider cannot be reached: {type(trouble).__name__}") from trouble
    if not isinstance(found, dict):
        raise KeyUnusable(f"The provider's answer to {what} cannot be read.")
    return found
