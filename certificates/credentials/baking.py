"""Pictures that carry a credential inside (Open Badges 3.0, 5.3): whoever has the picture can check it."""

from __future__ import annotations

import struct
import zlib

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Of an iTXt chunk: not packed (the specification forbids it), no language, no translated keyword.
_PLAIN = b"\0" + b"\0\0" + b"\0" + b"\0"


class AlreadyBaked(ValueError):
    """A picture carries one credential, not two."""


def bake_png(picture: bytes, credential: str) -> bytes:
    """The PNG with the credential in one iTXt chunk, right behind its header."""
    if not picture.startswith(_SIGNATURE):
        raise ValueError("This is no PNG.")
    if b"iTXt" + KEYWORD in picture:
        raise AlreadyBaked
    header = len(_SIGNATURE) + 12 + int.from_bytes(picture[8:12], "big")
    text = b"iTXt" + KEYWORD + _PLAIN + credential.encode()
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    return picture[:header] + chunk + picture[header:]


def bake_svg(picture: str, credential: str) -> str:
    """The SVG with the credential as its first element, letter for letter."""
    if NAMESPACE in picture:
        raise AlreadyBaked
    head, start, rest = picture.partition("<svg ")
    attributes, end, inside = rest.partition(">")
    if not start or not end:
        raise ValueError("This is no SVG.")
    text = credential.replace("]]>", "]]]]><![CDATA[>")  # which would end the block
    baked = f"<openbadges:credential><![CDATA[{text}]]></openbadges:credential>"
    return f'{head}<svg xmlns:openbadges="{NAMESPACE}" {attributes}>{baked}{inside}'
