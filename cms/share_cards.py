"""The picture that a page gets where someone shares it: drawn from what the page says, 1200 by 630.

A pure function from words to a PNG. The drawings in covers/ are those of static/covers/, cropped: Pillow reads no SVG.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import astuple, dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from lms.kernel.lettering import FOLDER, Undrawable, font_for, tidy

WIDTH, HEIGHT = 1200, 630
COVERS = 8
# Part of every address: raised when the same words are drawn differently.
DRAWN_AS = 1

_ART = Path(__file__).parent / "covers"
_ART_WIDTH = 504
_LEFT, _MEASURE = 64, WIDTH - _ART_WIDTH - 2 * 64
_DEEP, _INK, _QUIET, _SIGNAL, _LINE = "#072f3b", "#ffffff", "#bfd6dc", "#ff8b4d", "#2f6474"
_TITLE_SIZES = (68, 60, 52, 46, 40, 34)
_TITLE_TOP, _TITLE_HEIGHT = 132, 290
_LONGEST = 160


@dataclass(frozen=True)
class Card:
    """What stands on it."""

    title: str
    above: str
    below: str
    site: str
    cover: int = 1

    @property
    def digest(self) -> str:
        """Names the picture: other words, another name."""
        return hashlib.sha256(repr((DRAWN_AS, astuple(self))).encode()).hexdigest()[:20]


def draw(card: Card) -> bytes:
    """The card as a PNG."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), _DEEP)
    number = (card.cover - 1) % COVERS + 1
    with Image.open(_ART / f"p{number:02d}.png") as art:
        picture.paste(art.convert("RGB"), (WIDTH - _ART_WIDTH, 0))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((WIDTH - _ART_WIDTH - 6, 0, WIDTH - _ART_WIDTH - 1, HEIGHT), fill=_SIGNAL)
    _write_line(pen, (_LEFT, 64), card.above, "strong", 30, _SIGNAL)
    size, lines = _set_title(card.title)
    top = _TITLE_TOP
    for line in lines:
        pen.text((_LEFT, top), line, font=_font("head", size, card.title), fill=_INK)
        top += round(size * 1.12)
    _write_line(pen, (_LEFT, top + 20), card.below, "text", 31, _QUIET)
    _draw_ruler(pen)
    _draw_mark(picture, (_LEFT, 528))
    _write_line(pen, (_LEFT + 68, 535), card.site, "head", 32, _INK, room=_MEASURE - 68)
    out = BytesIO()
    picture.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _font(face: str, size: int, text: str) -> ImageFont.FreeTypeFont:
    return _face(font_for(face, writable(text)), size)


@functools.lru_cache(maxsize=64)
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / f"{name}.ttf", size)


def writable(text: str) -> str:
    """The text without what our letters cannot write, such as an emoji."""
    text = tidy(text)
    try:
        font_for("head", text)
    except Undrawable as error:
        text = tidy("".join(one for one in text if one not in error.characters))
    return text


def _set_title(text: str) -> tuple[int, list[str]]:
    """The largest size at which it fits, and its lines; a title that is too long for all of them is cut off."""
    text = writable(text)
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit(" ", 1)[0] + "…"
    for size in _TITLE_SIZES:
        lines = _lines(text, _font("head", size, text))
        if len(lines) * size * 1.12 <= _TITLE_HEIGHT and all(
            _font("head", size, text).getlength(line) <= _MEASURE for line in lines
        ):
            return size, lines
    most = int(_TITLE_HEIGHT // (size * 1.12))
    return size, [_cut(line, _font("head", size, text), _MEASURE) for line in lines[:most]]


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Broken at spaces where the next word does not fit."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= _MEASURE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """As much of it as fits, with an ellipsis where something is gone."""
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _write_line(
    pen: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    face: str,
    size: int,
    colour: str,
    *,
    room: int = _MEASURE,
) -> None:
    text = writable(text)
    if text:
        font = _font(face, size, text)
        pen.text(place, _cut(text, font, room), font=font, fill=colour)


def _draw_ruler(pen: ImageDraw.ImageDraw) -> None:
    """The measuring edge that closes the head of every page."""
    for step, x in enumerate(range(0, WIDTH - _ART_WIDTH - 6, 12)):
        length = 18 if step % 10 == 0 else 12 if step % 5 == 0 else 7
        pen.line((x, HEIGHT - length, x, HEIGHT), fill=_LINE, width=2)


def _draw_mark(picture: Image.Image, place: tuple[int, int]) -> None:
    """The site's mark as in favicon.svg, drawn four times too large and brought back: Pillow draws no soft edges."""
    size, scale = 48, 4
    unit = size * scale / 40
    mark = Image.new("RGB", (size * scale, size * scale), _DEEP)
    pen = ImageDraw.Draw(mark)

    def at(*values: float) -> list[int]:
        return [round(value * unit) for value in values]

    pen.rounded_rectangle(at(0, 0, 40, 40), radius=round(5 * unit), fill="#0d4252")
    thick = round(4.6 * unit)
    half = 4.6 / 2
    pen.line(at(14.5, 10, 29, 10), fill=_INK, width=thick)
    pen.line(at(14.5, 20, 25.5, 20), fill=_INK, width=thick)
    pen.line(at(10, 30, 25.5, 30), fill=_INK, width=thick)
    pen.arc(at(9.5 - half, 10 - half, 19.5 + half, 20 + half), 90, 270, fill=_INK, width=thick)
    pen.arc(at(20.5 - half, 20 - half, 30.5 + half, 30 + half), 270, 90, fill=_INK, width=thick)
    pen.ellipse(at(10 - half, 30 - half, 10 + half, 30 + half), fill=_INK)
    pen.ellipse(at(30 - 4.6, 10 - 4.6, 30 + 4.6, 10 + 4.6), fill=_SIGNAL)
    picture.paste(mark.resize((size, size), Image.Resampling.LANCZOS), place)
