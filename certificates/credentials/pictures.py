"""The picture of a badge: the course's cover, the kind, the title in both languages, who issued it; no person's name.

One scene, drawn twice: as SVG, whose letters stay letters, and as PNG, for whatever reads no SVG. Both come from the
same shapes and the same lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from certificates.drawing import artwork
from certificates.drawing.wording import WORDS, Facts
from lms.kernel import lettering

Snapshot = dict[str, Any]
Shade = tuple[float, float, float]

SIDE = 600
ART = 270  # how high the cover stands above the words
_CORNER, _EDGE, _RULE = 40, 44, 8
_MEASURE = SIDE - 2 * _EDGE
_INK, _QUIET, _KIND, _PAPER, _SIGNAL = "#072f3b", "#41545c", "#a33f08", "#ffffff", "#ff8b4d"
_TITLE_SIZES = (44, 40, 36, 32, 28, 25)
_TITLE_HEIGHT = 172
_FINER = 2  # the PNG is drawn so much larger, and made smaller: that smooths its lines
_FAMILIES = {"head": "Archivo, Arial, sans-serif", "text": "'Atkinson Hyperlegible Next', Verdana, sans-serif"}


@dataclass(frozen=True)
class Shape:
    """A path in the operators of PDF, as the covers are drawn."""

    path: str
    fill: Shade | None = None
    stroke: Shade | None = None
    width: float = 0
    dash: str = ""
    round_ends: bool = False


@dataclass(frozen=True)
class Line:
    """A line of text on its baseline; ``language`` where it is not the picture's own."""

    text: str
    y: float
    face: str
    size: int
    ink: str
    language: str = ""


@dataclass(frozen=True)
class Picture:
    """What stands on a badge. ``label`` says it in one sentence, for who does not see it."""

    cover: int
    language: str
    label: str
    lines: tuple[Line, ...]


def picture_of(snapshot: Snapshot) -> Picture:
    """The badge of a frozen snapshot; longer titles are set smaller, and cut where even that does not help."""
    facts = Facts(snapshot)
    kind, title, other = WORDS[snapshot["kind"]], facts.lead(snapshot["title"]), facts.other(snapshot["title"])
    lines = [Line(facts.lead(kind), ART + 58, "text", 26, _KIND)]
    size, main = _set(lettering.tidy(title), _TITLE_SIZES, "head", _TITLE_HEIGHT - (64 if other else 0))
    y = ART + 68.0
    for text in main:
        y += size * 1.16
        lines.append(Line(text, y, "head", size, _INK))
    y += 12
    for text in _set(other, (23,), "text", 60)[1] if other else ():
        y += 29
        lines.append(Line(text, y, "text", 23, _QUIET, facts.other_language))
    issuer = _cut(lettering.tidy(snapshot["issuer"]["name"]), "text", 26)
    lines.append(Line(issuer, SIDE - 38, "text", 26, _INK))
    label = lettering.tidy(f"{facts.lead(kind)}: {title}. {snapshot['issuer']['name']}")
    return Picture((snapshot["cover"] - 1) % 8 + 1, facts.language, label, tuple(lines))


# Text -----------------------------------------------------------------------------------------------------------------


def _font(face: str, size: int, text: str) -> ImageFont.FreeTypeFont:
    return _face(lettering.font_for(face, text), size)


@lru_cache(maxsize=32)
def _face(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(lettering.FOLDER / f"{name}.ttf", size)


def _set(text: str, sizes: tuple[int, ...], face: str, height: float) -> tuple[int, list[str]]:
    """The largest size at which the text fits, and its lines."""
    for size in sizes:
        font, lines = _font(face, size, text), [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= _MEASURE or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        fits = all(font.getlength(line) <= _MEASURE for line in lines)
        if fits and len(lines) * size * 1.16 <= height:
            return size, lines
    most = max(int(height // (size * 1.16)), 1)
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return size, [_cut(line, face, size) for line in kept]


def _cut(text: str, face: str, size: int) -> str:
    font = _font(face, size, text)
    if font.getlength(text) <= _MEASURE:
        return text
    while text and font.getlength(f"{text}…") > _MEASURE:
        text = text[:-1]
    return f"{text.rstrip()}…"


# The cover ------------------------------------------------------------------------------------------------------------


class _Sketch(artwork.Pen):
    """Collects shapes where its parent writes operators."""

    def __init__(self, colours: artwork.Palette, left: float, right: float):
        super().__init__(colours, left, right)
        self.shapes: list[Shape] = []

    def stroke(self, path: str, ink: Shade, width: float = 1.25, dash: str = "", *, round_ends: bool = False) -> None:
        self.shapes.append(Shape(path, None, ink, width, dash, round_ends))

    def fill(self, path: str, ink: Shade) -> None:
        self.shapes.append(Shape(path, ink))

    def solid(self, path: str, ink: Shade, width: float = 1.25, ground: Shade | None = None) -> None:
        self.shapes.append(Shape(path, ground or self.colours.ground, ink, width))


_SCALE = max(SIDE / artwork.WIDTH, ART / artwork.HEIGHT)


@lru_cache(maxsize=8)
def _cover(number: int) -> tuple[Shade, tuple[Shape, ...]]:
    """The ground of a cover and its shapes, in the cover's own space."""
    sketch = _Sketch(artwork.palette(number), 0, artwork.WIDTH)
    sketch.grid()
    artwork.DRAWINGS[number](sketch, artwork.Dice(number))
    return sketch.colours.ground, tuple(sketch.shapes)


def _place() -> tuple[float, float]:
    """Where the cover's origin lies: its middle in the middle of the room for it."""
    return (SIDE - artwork.WIDTH * _SCALE) / 2, (ART - artwork.HEIGHT * _SCALE) / 2


def _steps(path: str) -> Iterator[tuple[str, list[float]]]:
    """The operators of a path with their numbers."""
    numbers: list[float] = []
    for word in path.split():
        if word in "mlch":
            yield word, numbers
            numbers = []
        else:
            numbers.append(float(word))


# SVG ------------------------------------------------------------------------------------------------------------------


def as_svg(picture: Picture) -> str:
    """The picture as SVG, complete in itself. Each line is held to its measure, also in another font."""
    ground, shapes = _cover(picture.cover)
    left, top = _place()
    texts = "".join(_svg_line(line, picture.language) for line in picture.lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" height="{SIDE}" role="img"'
        f' lang="{picture.language}">'
        f"<title>{escape(picture.label)}</title>"
        f'<clipPath id="card"><rect width="{SIDE}" height="{SIDE}" rx="{_CORNER}"/></clipPath>'
        f'<clipPath id="art"><rect width="{SIDE}" height="{ART}"/></clipPath>'
        f'<g clip-path="url(#card)"><rect width="{SIDE}" height="{SIDE}" fill="{_PAPER}"/>'
        f'<g clip-path="url(#art)"><rect width="{SIDE}" height="{ART}" fill="{_hex(ground)}"/>'
        f'<g transform="translate({left:.2f} {top:.2f}) scale({_SCALE:.5f})">{"".join(map(_svg_shape, shapes))}</g></g>'
        f'<rect y="{ART}" width="{SIDE}" height="{_RULE}" fill="{_SIGNAL}"/>{texts}</g></svg>'
    )


_SVG_STEPS = {"m": "M", "l": "L", "c": "C", "h": "Z"}


def _svg_shape(shape: Shape) -> str:
    steps = (_SVG_STEPS[step] + " ".join(f"{number:g}" for number in at) for step, at in _steps(shape.path))
    fill = _hex(shape.fill) if shape.fill else "none"
    said = f'<path d="{"".join(steps)}" fill="{fill}"'
    if shape.stroke:
        said += f' stroke="{_hex(shape.stroke)}" stroke-width="{shape.width:g}"'
    if shape.dash:
        said += f' stroke-dasharray="{shape.dash}"'
    return said + (' stroke-linecap="round" stroke-linejoin="round"/>' if shape.round_ends else "/>")


def _svg_line(line: Line, language: str) -> str:
    long = _font(line.face, line.size, line.text).getlength(line.text)
    weight = ' font-weight="600"' if line.face == "head" else ""
    other = f' lang="{line.language}"' if line.language and line.language != language else ""
    return (
        f'<text x="{_EDGE}" y="{line.y:g}" font-family="{_FAMILIES[line.face]}" font-size="{line.size}"{weight}{other} '
        f'fill="{line.ink}" textLength="{long:.1f}" lengthAdjust="spacingAndGlyphs">{escape(line.text)}</text>'
    )


def _hex(shade: Shade) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in shade)


# PNG ------------------------------------------------------------------------------------------------------------------


def as_png(picture: Picture) -> bytes:
    """The picture as PNG, with see-through corners."""
    card = Image.new("RGB", (SIDE, SIDE), _PAPER)
    card.paste(_art(picture.cover), (0, 0))
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, ART, SIDE, ART + _RULE - 1), fill=_SIGNAL)
    for line in picture.lines:
        pen.text((_EDGE, line.y), line.text, font=_font(line.face, line.size, line.text), fill=line.ink, anchor="ls")
    card.putalpha(_corners())
    out = BytesIO()
    card.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=1)
def _corners() -> Image.Image:
    mask = Image.new("L", (SIDE * 4, SIDE * 4), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, SIDE * 4 - 1, SIDE * 4 - 1), _CORNER * 4, fill=255)
    return mask.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


@lru_cache(maxsize=8)
def _art(number: int) -> Image.Image:
    ground, shapes = _cover(number)
    scale, (left, top) = _SCALE * _FINER, _place()
    large = Image.new("RGB", (SIDE * _FINER, ART * _FINER), _hex(ground))
    pen = ImageDraw.Draw(large)
    for shape in shapes:
        for points in _polylines(shape.path, scale, left * _FINER, top * _FINER):
            if shape.fill and len(points) > 2:
                pen.polygon(points, fill=_hex(shape.fill))
            if shape.stroke and len(points) > 1:
                width = max(round(shape.width * scale), 1)
                for part in _dashed(points, shape.dash, scale):
                    pen.line(part, fill=_hex(shape.stroke), width=width, joint="curve")
    return large.resize((SIDE, ART), Image.Resampling.LANCZOS)


_BENDS = 14  # straight pieces for a curve


def _polylines(path: str, scale: float, left: float, top: float) -> Iterator[list[artwork.Point]]:
    points: list[artwork.Point] = []

    def placed(x: float, y: float) -> artwork.Point:
        return left + x * scale, top + y * scale

    for step, at in _steps(path):
        if step == "m":
            if points:
                yield points
            points = [placed(*at)]
        elif step == "l":
            points.append(placed(*at))
        elif step == "c":
            (x0, y0), corners = points[-1], [placed(*at[i : i + 2]) for i in (0, 2, 4)]
            for t in (n / _BENDS for n in range(1, _BENDS + 1)):
                shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                xs, ys = zip((x0, y0), *corners, strict=True)
                points.append(
                    (
                        sum(s * x for s, x in zip(shares, xs, strict=True)),
                        sum(s * y for s, y in zip(shares, ys, strict=True)),
                    )
                )
        else:
            points.append(points[0])
    if points:
        yield points


def _dashed(points: list[artwork.Point], dash: str, scale: float) -> Iterator[list[artwork.Point]]:
    """The line in its dashes; the whole of it where it has none."""
    if not dash:
        yield points
        return
    pattern = [float(length) * scale for length in dash.split()]
    turn, left, drawn = 0, pattern[0], [points[0]]
    for (x0, y0), (x1, y1) in pairwise(points):
        long = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        done = 0.0
        while long - done > left:
            done += left
            there = (x0 + (x1 - x0) * done / long, y0 + (y1 - y0) * done / long)
            if turn % 2 == 0:
                yield [*drawn, there]
            turn += 1
            left, drawn = pattern[turn % len(pattern)], [there]
        left -= long - done
        if turn % 2 == 0:
            drawn.append((x1, y1))
    if turn % 2 == 0 and len(drawn) > 1:
        yield drawn
