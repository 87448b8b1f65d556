"""From the row of a key to something that signs with it, whatever holds the private half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.keys import files
from certificates.models import IssuerKey


class KeyUnusable(Exception):
    """The key that is to sign cannot be reached or read: nothing can be issued until it can."""


class DemoKeyRefused(KeyUnusable):
    """A key of a demo signs nothing outside one: it would look like a real signature."""


@dataclass(frozen=True)
class CredentialSigner:
    """Signs bytes; ``name`` is the key's name in the issuer's DID document. The signature is 64 bytes: of Ed25519, or
    for tokens r and s of P-256.
    """

    name: str
    is_demo: bool
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True)
class PdfSealer:
    """What pyHanko signs PDF files with."""

    name: str
    is_demo: bool
    signer: SimpleSigner


class _KeptKeySigner(SimpleSigner):
    """pyHanko parses the private key anew for every signature, and OpenSSL then checks an RSA key again: a quarter of
    a second each time. This one keeps it parsed.
    """

    kept: RSAPrivateKey

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if digest_algorithm.lower() != "sha256":
            raise KeyUnusable(f"The seal signs SHA-256, not {digest_algorithm}.")
        return self.kept.sign(data, PKCS1v15(), hashes.SHA256())


def credential_signer() -> CredentialSigner | None:
    """The key that signs credentials now; None where there is none. Raises KeyUnusable."""
    row = IssuerKey.objects.active(IssuerKey.Purpose.CREDENTIAL)
    return _credential_signer(row.name, row.is_demo, _keys_folder()) if row and _may_sign(row) else None


def token_signer() -> CredentialSigner | None:
    """The key that signs tokens now; None where there is none. Raises KeyUnusable."""
    row = IssuerKey.objects.active(IssuerKey.Purpose.TOKEN)
    return _token_signer(row.name, row.is_demo, _keys_folder()) if row and _may_sign(row) else None


def pdf_sealer() -> PdfSealer | None:
    """The key that seals now; None where there is none. Raises KeyUnusable."""
    row = IssuerKey.objects.active(IssuerKey.Purpose.SEAL)
    return _pdf_sealer(row.name, row.is_demo, row.public, _keys_folder()) if row and _may_sign(row) else None


def forget_keys() -> None:
    """Read the keys anew at their next use."""
    _credential_signer.cache_clear()
    _token_signer.cache_clear()
    _pdf_sealer.cache_clear()


def _may_sign(row: IssuerKey) -> bool:
    if row.is_demo and not settings.LMS_DEMO:
        raise DemoKeyRefused(f"{row.name} is a key of a demo.")
    return True


def _keys_folder() -> str:
    return str(settings.LMS_KEYS)


@lru_cache(maxsize=4)
def _credential_signer(name: str, is_demo: bool, _folder: str) -> CredentialSigner:
    key = _private(name, Ed25519PrivateKey)
    return CredentialSigner(name, is_demo, key.sign)


@lru_cache(maxsize=4)
def _token_signer(name: str, is_demo: bool, _folder: str) -> CredentialSigner:
    return CredentialSigner(name, is_demo, token_signature_with(_private(name, EllipticCurvePrivateKey)))


def token_signature_with(key: EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
    """Signs as JWS wants it: r and s. Twice the same gives the same: with chance in it, each download would differ."""

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


@lru_cache(maxsize=4)
def _pdf_sealer(name: str, is_demo: bool, chain: str, _folder: str) -> PdfSealer:
    return PdfSealer(name, is_demo, sealer_with(_private(name, RSAPrivateKey), chain))


def sealer_with(key: RSAPrivateKey, chain: str) -> SimpleSigner:
    """What pyHanko seals with: a key, its certificate and those above it (PEM, its own first)."""
    certificates = [
        asn1_x509.Certificate.load(der) for _type, _headers, der in pem.unarmor(chain.encode(), multiple=True)
    ]
    store = SimpleCertificateStore.from_certs(certificates[1:])
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer = _KeptKeySigner(certificates[0], asn1_keys.PrivateKeyInfo.load(der), store, embed_roots=False)
    signer.kept = key
    return signer


def _private(name: str, kind: type) -> Any:
    try:
        key = files.read_key(name)
    except (OSError, ValueError, TypeError) as wrong:
        raise KeyUnusable(f"The private key {name} cannot be read: {wrong}") from wrong
    if not isinstance(key, kind):
        raise KeyUnusable(f"The private key {name} is of another kind.")
    return key
