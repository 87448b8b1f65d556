"""Public keys as Multikey, the form in which a DID document gives them (W3C Controlled Identifiers 1.0, 2.2.2)."""

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_ED25519 = b"\xed\x01"  # multicodec ed25519-pub
_BASE58 = "z"


class NotAKey(ValueError):
    """This text is no Ed25519 public key."""


def multikey(public: Ed25519PublicKey) -> str:
    """The key as ``z6Mk…``."""
    return _BASE58 + base58.b58encode(_ED25519 + public.public_bytes_raw()).decode()


def public_key(text: str) -> Ed25519PublicKey:
    """The key that this Multikey writes. Raises NotAKey."""
    try:
        raw = base58.b58decode(text[1:])
    except ValueError as wrong:
        raise NotAKey(text) from wrong
    if not text.startswith(_BASE58) or not raw.startswith(_ED25519) or len(raw) != 34:
        raise NotAKey(text)
    return Ed25519PublicKey.from_public_bytes(raw[2:])
