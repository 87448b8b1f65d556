"""The credential as a signed token (Open Badges 3.0, 8.2.4): for readers that know JSON Web Tokens and no JSON-LD.

Open Badges asks for less than newer specifications: ``typ`` is ``JWT``, and nothing else stands in the header but the
algorithm and the key's name, which leads to a JWK in the issuer's DID document.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any

ALGORITHM = "ES256"


def token(credential: dict[str, Any], *, key_id: str, sign_bytes: Callable[[bytes], bytes]) -> str:
    """A signed credential once more, as a token of its own: the proof it carried stays out.

    ``sign_bytes`` gives the signature as JWS wants it: r and s, 32 bytes each.
    """
    claims = {name: value for name, value in credential.items() if name != "proof"} | {
        "iss": credential["issuer"]["id"],
        "jti": credential["id"],
        "sub": credential["credentialSubject"]["id"],
        "nbf": _seconds(credential["validFrom"]),
    }
    if until := credential.get("validUntil"):
        claims["exp"] = _seconds(until)
    said = f"{_part({'alg': ALGORITHM, 'typ': 'JWT', 'kid': key_id})}.{_part(claims)}"
    return f"{said}.{_base64(sign_bytes(said.encode()))}"


def _part(said: dict[str, Any]) -> str:
    return _base64(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
