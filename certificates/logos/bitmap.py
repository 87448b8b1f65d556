"""A PNG as it can be printed: on white, at most as fine as paper shows, in few colours."""

from __future__ import annotations

import io
import zlib

from PIL import Image, UnidentifiedImageError

from certificates.drawing import Picture
from certificates.logos.refusing import LogoRefused

SIZES = ((320, 140), (260, 112), (200, 86), (150, 64))  # a logo is printed at most 26 by 9 mm, or twice that
COLOURS = 24
MOST_PIXELS = 16_000_000
MOST = 3_500  # bytes in the file, compressed
LONGEST = 8


def read(content: bytes) -> Picture:
    try:
        opened = Image.open(io.BytesIO(content), formats=["PNG"])
        if opened.width * opened.height > MOST_PIXELS:
            raise LogoRefused.too_large()
        image = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise LogoRefused.damaged() from None
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image)
    plain = white.convert("RGB")
    if max(plain.width / plain.height, plain.height / plain.width) > LONGEST:
        raise LogoRefused.too_long()
    for size in SIZES:
        small = plain.copy()
        small.thumbnail(size, Image.Resampling.LANCZOS)
        few = small.quantize(COLOURS, dither=Image.Dither.NONE).convert("RGB")
        if len(zlib.compress(few.tobytes(), 9)) <= MOST:
            target = io.BytesIO()
            few.save(target, "PNG", optimize=True)
            return Picture(target.getvalue(), is_drawing=False, width=few.width, height=few.height)
    raise LogoRefused.too_rich()
