"""An SVG as drawing operators: the shapes in plain colours that logos are made of, and nothing else.

Everything that is not understood is refused by name. Transparency is mixed with white, on which a logo always stands.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from math import cos, radians, sin, tan
from xml.etree import ElementTree

from reportlab.lib.colors import getAllNamedColors

from certificates.drawing import Picture
from certificates.logos.outlines import Matrix, Outline, dot, ellipse, outline_of, rectangle, times
from certificates.logos.refusing import LogoRefused

SVG = "{http://www.w3.org/2000/svg}"
SKIPPED = {"title", "desc", "metadata", "defs", "style"}
SHAPES = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}
INHERITED = ("fill", "stroke", "stroke-width", "fill-rule", "stroke-linecap", "stroke-linejoin", "fill-opacity",
             "stroke-opacity", "color")  # fmt: skip
MOST = 7_000  # bytes in the file, compressed
DEEPEST = 40
LONGEST = 8
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TRANSFORM = re.compile(r"(\w+)\s*\(([^)]*)\)")

Colour = tuple[float, float, float]
Style = dict[str, str]


def read(content: bytes) -> Picture:
    root = _parsed(content)
    left, top, width, height = _box(root)
    if max(width / height, height / width) > LONGEST:
        raise LogoRefused.too_long()
    classes = dict(_classes(root))
    scale = 100 / max(width, height)
    # SVG has y down, paper has y up.
    upright: Matrix = (scale, 0, 0, -scale, -left * scale, (height + top) * scale)
    edge = f"0 0 {_n(width * scale)} {_n(height * scale)} re W n"
    operators = "\n".join([edge, *_drawn(root, upright, {"fill": "#000000"}, 1.0, classes, 0)])
    drawn = operators.encode("ascii")
    if len(operators.splitlines()) == 1:
        raise LogoRefused.damaged()
    if len(zlib.compress(drawn, 9)) > MOST:
        raise LogoRefused.too_rich()
    return Picture(drawn, is_drawing=True, width=width * scale, height=height * scale)


def _parsed(content: bytes) -> ElementTree.Element:
    # A document type can hold entities: bombs and addresses of other files. The plain ones that programs write go.
    content = re.sub(rb"<!DOCTYPE[^>\[]*>", b"", content, count=1)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise LogoRefused.has("DOCTYPE")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  no document type, so nothing to expand
    except (ElementTree.ParseError, ValueError, LookupError):
        raise LogoRefused.damaged() from None
    if root.tag != f"{SVG}svg":
        raise LogoRefused.damaged()
    return root


def _box(root: ElementTree.Element) -> tuple[float, float, float, float]:
    numbers = [float(one) for one in _NUMBER.findall(root.get("viewBox", ""))]
    if len(numbers) != 4:
        numbers = [0, 0, _length(root.get("width", "")), _length(root.get("height", ""))]
    left, top, width, height = numbers
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise LogoRefused.damaged()
    return left, top, width, height


def _classes(root: ElementTree.Element) -> Iterator[tuple[str, Style]]:
    """The plain rules that drawing programs write: a class and its colours."""
    found: dict[str, Style] = {}
    for sheet in root.iter(f"{SVG}style"):
        text = re.sub(r"/\*.*?\*/", "", sheet.text or "", flags=re.DOTALL)
        for names, body in _RULE.findall(text):
            for name in names.split(","):
                if not re.fullmatch(r"\s*\.[\w-]+\s*", name):
                    raise LogoRefused.has(f"<style> {name.strip()[:40]}")
                found.setdefault(name.strip()[1:], {}).update(_declared(body))
    yield from found.items()


def _declared(text: str) -> Style:
    pairs = (one.split(":", 1) for one in text.split(";") if ":" in one)
    return {name.strip(): value.strip() for name, value in pairs}


def _drawn(
    element: ElementTree.Element, matrix: Matrix, style: Style, opacity: float, classes: dict[str, Style], depth: int
) -> Iterator[str]:
    if depth > DEEPEST:
        raise LogoRefused.damaged()
    for child in element:
        if not isinstance(child.tag, str) or not child.tag.startswith(SVG):
            continue  # comments, and what drawing programs keep for themselves
        name = child.tag.removeprefix(SVG)
        if name in SKIPPED:
            continue
        if name not in SHAPES and name not in ("g", "a"):
            raise LogoRefused.has(f"<{name}>")
        own = dict(child.attrib)
        for one in child.get("class", "").split():
            own |= classes.get(one, {})
        own |= _declared(child.get("style", ""))
        for refused in ("filter", "mask", "clip-path", "marker-start", "marker-end", "stroke-dasharray"):
            if own.get(refused, "none") != "none":
                raise LogoRefused.has(refused)
        if own.get("display") == "none" or own.get("visibility") == "hidden":
            continue
        now = style | {key: own[key] for key in INHERITED if key in own and own[key] != "inherit"}
        see = opacity * _share(own.get("opacity", "1"))
        placed = times(_matrix(own.get("transform", "")), matrix)
        if name in ("g", "a"):
            yield from _drawn(child, placed, now, see, classes, depth + 1)
        elif line := _painted(_outline(name, own), placed, now, see):
            yield line


def _outline(name: str, own: Style) -> Outline:
    def at(key: str) -> float:
        return _length(own.get(key, "0"))

    if name == "path":
        return outline_of(own.get("d", ""))
    if name == "rect":
        rx = at("rx") if "rx" in own else at("ry")
        ry = at("ry") if "ry" in own else rx
        return rectangle(at("x"), at("y"), at("width"), at("height"), rx, ry)
    if name == "circle":
        return ellipse(at("cx"), at("cy"), at("r"), at("r"))
    if name == "ellipse":
        return ellipse(at("cx"), at("cy"), at("rx"), at("ry"))
    if name == "line":
        return [("m", [(at("x1"), at("y1"))]), ("l", [(at("x2"), at("y2"))])]
    numbers = [float(one) for one in _NUMBER.findall(own.get("points", ""))]
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    outline: Outline = [("l" if number else "m", [point]) for number, point in enumerate(points)]
    return [*outline, ("h", [])] if name == "polygon" and outline else outline


def _painted(outline: Outline, matrix: Matrix, style: Style, opacity: float) -> str:
    fill = _colour(style, "fill", opacity)
    stroke = _colour(style, "stroke", opacity)
    if not outline or (fill is None and stroke is None):
        return ""
    path = " ".join(
        " ".join([*(f"{_n(x)} {_n(y)}" for x, y in (dot(point, matrix) for point in points)), operator])
        for operator, points in outline
    )
    said = []
    if fill is not None:
        said.append(" ".join(_n(part, 3) for part in fill) + " rg")
    if stroke is not None:
        a, b, c, d, _e, _f = matrix
        width = _length(style.get("stroke-width", "1")) * abs(a * d - b * c) ** 0.5
        cap = {"round": 1, "square": 2}.get(style.get("stroke-linecap", ""), 0)
        join = {"round": 1, "bevel": 2}.get(style.get("stroke-linejoin", ""), 0)
        said.append(" ".join(_n(part, 3) for part in stroke) + f" RG {_n(width)} w {cap} J {join} j")
    odd = "*" if style.get("fill-rule") == "evenodd" else ""
    paint = f"B{odd}" if fill is not None and stroke is not None else f"f{odd}" if fill is not None else "S"
    return " ".join([*said, path, paint])


def _colour(style: Style, key: str, opacity: float) -> Colour | None:
    """The colour with its transparency mixed with white; None: it is not painted."""
    said = style.get(key, "none").strip()
    if said.lower() == "currentcolor":
        said = style.get("color", "#000000").strip()
    if said.lower() in ("none", "transparent"):
        return None
    seen = opacity * _share(style.get(f"{key}-opacity", "1"))
    if seen <= 0:
        return None
    return tuple(part * seen + 1 - seen for part in _rgb(said))  # type: ignore[return-value]  # three of them


def _rgb(said: str) -> Colour:
    if re.fullmatch(r"#[0-9a-fA-F]{3}", said):
        said = "#" + "".join(one * 2 for one in said[1:])
    if re.fullmatch(r"#[0-9a-fA-F]{6}", said):
        return int(said[1:3], 16) / 255, int(said[3:5], 16) / 255, int(said[5:7], 16) / 255
    if found := re.fullmatch(r"rgb\(\s*([\d.]+%?)[\s,]+([\d.]+%?)[\s,]+([\d.]+%?)\s*\)", said):
        red, green, blue = (float(one[:-1]) / 100 if one.endswith("%") else float(one) / 255 for one in found.groups())
        return min(red, 1), min(green, 1), min(blue, 1)
    named = getAllNamedColors().get(said.lower())
    if named is None:
        raise LogoRefused.has(said[:40])
    return float(named.red), float(named.green), float(named.blue)


def _share(said: str) -> float:
    try:
        value = float(said[:-1]) / 100 if said.endswith("%") else float(said)
    except ValueError:
        raise LogoRefused.damaged() from None
    return min(max(value, 0.0), 1.0)


def _length(said: str) -> float:
    found = _NUMBER.match(said.strip())
    return float(found.group()) if found else 0.0


def _matrix(said: str) -> Matrix:
    """Several transformations written after each other: the last one is done first."""
    whole: Matrix = (1, 0, 0, 1, 0, 0)
    for name, text in _TRANSFORM.findall(said):
        numbers = [float(one) for one in _NUMBER.findall(text)]
        whole = times(_one_matrix(name, numbers), whole)
    return whole


def _one_matrix(name: str, numbers: list[float]) -> Matrix:
    match name, numbers:
        case "matrix", [a, b, c, d, e, f]:
            return a, b, c, d, e, f
        case "translate", [x, *rest]:
            return 1, 0, 0, 1, x, rest[0] if rest else 0
        case "scale", [x, *rest]:
            return x, 0, 0, rest[0] if rest else x, 0, 0
        case "rotate", [angle, *centre]:
            turn, back = cos(radians(angle)), sin(radians(angle))
            cx, cy = centre if len(centre) == 2 else (0.0, 0.0)
            return turn, back, -back, turn, cx - cx * turn + cy * back, cy - cx * back - cy * turn
        case "skewX", [angle]:
            return 1, 0, tan(radians(angle)), 1, 0, 0
        case "skewY", [angle]:
            return 1, tan(radians(angle)), 0, 1, 0, 0
    raise LogoRefused.has(name)


def _n(value: float, digits: int = 2) -> str:
    if not abs(value) < 1e6:
        raise LogoRefused.damaged()
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
