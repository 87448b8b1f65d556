"""An uploaded logo made safe and small, or refused with a reason that says how to mend it.

What comes out is never the file that came in: of an SVG the shapes, as drawing operators; of a PNG the pixels, scaled
down, on white, in few colours. So no script, no link, no hidden text and no metadata reaches a certificate, and a
certificate stays small.
"""

from __future__ import annotations

import hashlib

from certificates.drawing import Picture
from certificates.logos import bitmap, vector
from certificates.logos.refusing import LogoRefused

__all__ = ["LARGEST", "LogoRefused", "digest_of", "read_logo"]

LARGEST = 300_000  # bytes of an upload


def read_logo(content: bytes) -> Picture:
    """What of this file can be drawn. Raises LogoRefused."""
    if len(content) > LARGEST:
        raise LogoRefused.too_large()
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return bitmap.read(content)
    if b"<svg" in content[:4000]:
        return vector.read(content)
    raise LogoRefused.unknown()


def digest_of(picture: Picture) -> str:
    """By what a snapshot names this logo: the hash of its content, with the size that belongs to it."""
    about = f"{'drawing' if picture.is_drawing else 'picture'} {picture.width:g} {picture.height:g}\n"
    return hashlib.sha256(about.encode() + picture.content).hexdigest()
