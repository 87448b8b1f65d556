"""From the row of a key to something that signs with it, whatever holds the private half: a file, a device, a provider.

All three come down to a function from bytes to a signature. A key is loaded once per process; what goes wrong is
KeyUnusable, also where a device or provider fails only when it is to sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.conf import settings
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.keys import devices, files, remote
from certificates.keys.errors import DemoKeyRefused, KeyUnusable
from certificates.models import IssuerKey

Sign = Callable[[bytes], bytes]
Holder = IssuerKey.Holder


@dataclass(frozen=True)
class CredentialSigner:
    """Signs bytes; ``name`` is the key's name in the issuer's DID document. The signature is 64 bytes: of Ed25519, or
    for tokens r and s of P-256.
    """

    name: str
    is_demo: bool
    sign: Sign


@dataclass(frozen=True)
class PdfSealer:
    """What pyHanko signs PDF files with."""

    name: str
    is_demo: bool
    signer: SealSigner


class SealSigner(Signer):
    """For pyHanko: a certificate, those above it, and a function that signs SHA-256 with RSA.

    pyHanko's own parses the private key anew for every signature, and OpenSSL then checks an RSA key again: a quarter
    of a second each time. Here the key is whatever the function keeps.
    """

    def __init__(self, sign: Sign, chain: str) -> None:
        own, *above = [
            asn1_x509.Certificate.load(der) for _type, _headers, der in pem.unarmor(chain.encode(), multiple=True)
        ]
        super().__init__(signing_cert=own, cert_registry=SimpleCertificateStore.from_certs(above), embed_roots=False)
        self.sign_bytes = sign

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm.lower() != "sha256":
            raise KeyUnusable(f"The seal signs SHA-256, not {digest_algorithm}.")
        return self.sign_bytes(data)


def credential_signer() -> CredentialSigner | None:
    """The key that signs credentials now; None where there is none. Raises KeyUnusable."""
    row = IssuerKey.objects.active(IssuerKey.Purpose.CREDENTIAL)
    return CredentialSigner(row.name, row.is_demo, _signing(row)) if row and _may_sign(row) else None


def token_signer() -> CredentialSigner | None:
    """The key that signs tokens now; None where there is none. Raises KeyUnusable."""
    row = IssuerKey.objects.active(IssuerKey.Purpose.TOKEN)
    return CredentialSigner(row.name, row.is_demo, _signing(row)) if row and _may_sign(row) else None


def pdf_sealer() -> PdfSealer | None:
    """The key that seals now; None where there is none. Raises KeyUnusable."""
    row = IssuerKey.objects.active(IssuerKey.Purpose.SEAL)
    if row is None or not _may_sign(row):
        return None
    return PdfSealer(row.name, row.is_demo, _seal_signer(row.name, row.held_in, row.held_as, row.public, _folder()))


def forget_keys() -> None:
    """Read the keys anew at their next use."""
    _kept.cache_clear()
    _seal_signer.cache_clear()


def _may_sign(row: IssuerKey) -> bool:
    if row.is_demo and not settings.LMS_DEMO:
        raise DemoKeyRefused(f"{row.name} is a key of a demo.")
    return True


def _signing(row: IssuerKey) -> Sign:
    return _kept(row.purpose, row.name, row.held_in, row.held_as, _folder())


def _folder() -> str:
    return str(settings.LMS_KEYS)


@lru_cache(maxsize=4)
def _seal_signer(name: str, held_in: str, held_as: str, chain: str, folder: str) -> SealSigner:
    return SealSigner(_kept(IssuerKey.Purpose.SEAL, name, held_in, held_as, folder), chain)


@lru_cache(maxsize=8)
def _kept(purpose: str, name: str, held_in: str, held_as: str, _folder: str) -> Sign:
    """What signs with the key of this row. Which holders can hold which kind is a table of what they can do."""
    found = _HOLDERS.get((held_in, purpose))
    if found is None:
        raise KeyUnusable(f"{name}: nothing signs {purpose} with a key in {held_in}.")
    return found(held_as or name)


def _of_a_file(kind: type, signing: Callable[[Any], Sign]) -> Callable[[str], Sign]:
    def load(name: str) -> Sign:
        try:
            key = files.read_key(name)
        except (OSError, ValueError, TypeError) as wrong:
            raise KeyUnusable(f"The private key {name} cannot be read: {wrong}") from wrong
        if not isinstance(key, kind):
            raise KeyUnusable(f"The private key {name} is of another kind.")
        return signing(key)

    return load


def seal_signature_with(key: RSAPrivateKey) -> Sign:
    return lambda data: key.sign(data, PKCS1v15(), hashes.SHA256())


def token_signature_with(key: EllipticCurvePrivateKey) -> Sign:
    """Signs as JWS wants it: r and s. Twice the same gives the same: with chance in it, each download would differ."""

    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return sign


_HOLDERS: dict[tuple[str, str], Callable[[str], Sign]] = {
    (Holder.FILE, IssuerKey.Purpose.CREDENTIAL): _of_a_file(Ed25519PrivateKey, lambda key: key.sign),
    (Holder.FILE, IssuerKey.Purpose.SEAL): _of_a_file(RSAPrivateKey, seal_signature_with),
    (Holder.FILE, IssuerKey.Purpose.TOKEN): _of_a_file(EllipticCurvePrivateKey, token_signature_with),
    (Holder.DEVICE, IssuerKey.Purpose.CREDENTIAL): devices.signs_credentials,
    (Holder.DEVICE, IssuerKey.Purpose.SEAL): devices.signs_seals,
    (Holder.DEVICE, IssuerKey.Purpose.TOKEN): devices.signs_tokens,
    (Holder.PROVIDER, IssuerKey.Purpose.SEAL): remote.signs_seals,
}
