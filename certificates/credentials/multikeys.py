"""Public keys in the two forms that a DID document gives them: Multikey (W3C Controlled Identifiers 1.0, 2.2.2) for
proofs, JWK (RFC 7517) for tokens. We keep both kinds of key as Multikey.
"""

from base64 import urlsafe_b64encode

import base58
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ED25519 = b"\xed\x01"  # multicodec ed25519-pub
_P256 = b"\x80\x24"  # multicodec p256-pub
_BASE58 = "z"


class NotAKey(ValueError):
    """This text is no public key of that kind."""


def multikey(public: Ed25519PublicKey | EllipticCurvePublicKey) -> str:
    """The key as ``z6Mk…`` (Ed25519) or ``zDn…`` (P-256)."""
    if isinstance(public, Ed25519PublicKey):
        raw = _ED25519 + public.public_bytes_raw()
    else:
        raw = _P256 + public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return _BASE58 + base58.b58encode(raw).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """The Ed25519 key that this Multikey writes. Raises NotAKey."""
    return Ed25519PublicKey.from_public_bytes(_raw(text, _ED25519, 32))


def token_key(text: str) -> EllipticCurvePublicKey:
    """The P-256 key that this Multikey writes. Raises NotAKey."""
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _raw(text, _P256, 33))
    except ValueError as wrong:
        raise NotAKey(text) from wrong


def jwk(public: EllipticCurvePublicKey) -> dict[str, str]:
    """A P-256 key as JWK."""
    point = public.public_numbers()

    def written(number: int) -> str:
        return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()

    return {"kty": "EC", "crv": "P-256", "x": written(point.x), "y": written(point.y)}


def _raw(text: str, kind: bytes, length: int) -> bytes:
    try:
        raw = base58.b58decode(text[1:])
    except ValueError as wrong:
        raise NotAKey(text) from wrong
    if not text.startswith(_BASE58) or not raw.startswith(kind) or len(raw) != length + len(kind):
        raise NotAKey(text)
    return raw[len(kind) :]
