"""Bitstring Status List 1.0: one public list says of many credentials at once whether they were revoked.

Whoever asks fetches the whole list, so nobody learns which credential was looked up. A credential's place in it is
random for the same reason.
"""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from certificates.credentials import vocabulary
from certificates.credentials.proofs import moment

ENTRIES = 131_072  # the least that the specification allows: 16 kB of bits, a few hundred bytes when packed
PURPOSE = "revocation"


class NotAList(Exception):
    """This text is no list of bits."""


def encoded(revoked: Iterable[int]) -> str:
    """The list with these places set, packed: ``u`` and base64url of gzip, the first place the leftmost bit."""
    bits = bytearray(ENTRIES // 8)
    for place in revoked:
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + base64.urlsafe_b64encode(gzip.compress(bytes(bits), 9, mtime=0)).rstrip(b"=").decode()


def is_set(text: str, place: int) -> bool:
    """Whether this place of a packed list is set. Raises NotAList; never unpacks more than a list can be."""
    try:
        packed = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
        bits = zlib.decompressobj(wbits=31).decompress(packed, ENTRIES // 8)
    except (ValueError, zlib.error) as wrong:
        raise NotAList from wrong
    if not text.startswith("u") or len(bits) != ENTRIES // 8 or not 0 <= place < ENTRIES:
        raise NotAList
    return bool(bits[place // 8] & 0x80 >> place % 8)


def entry(list_url: str, place: int) -> dict[str, str]:
    """What a credential says about its place."""
    return {
        "id": f"{list_url}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(place),
        "statusListCredential": list_url,
    }


def list_credential(
    list_url: str, revoked: Iterable[int], *, issuer: str, since: datetime, until: datetime
) -> dict[str, Any]:
    """The list as a credential, to be signed. ``until`` tells readers when to fetch it anew."""
    return {
        "@context": [vocabulary.CREDENTIALS],
        "id": list_url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": moment(since),
        "validUntil": moment(until),
        "credentialSubject": {
            "id": f"{list_url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encoded(revoked),
        },
    }
