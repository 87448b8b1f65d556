"""Outlines of an SVG in the terms of a PDF: move, line, curve, close."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import acos, ceil, cos, hypot, pi, radians, sin, sqrt, tan

from certificates.logos.refusing import LogoRefused

Point = tuple[float, float]
Outline = list[tuple[str, list[Point]]]
Matrix = tuple[float, float, float, float, float, float]

ROUND = 0.5523
_COUNT = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
# The two flags of an arc may be written against the number behind them: "a1 1 0 01.5 2".
_FLAG = re.compile(r"[\s,]*([01])")
_REAL = re.compile(r"[\s,]*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_LETTER = re.compile(r"[\s,]*([MmLlHhVvCcSsQqTtAaZz])")


def times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def dot(point: Point, matrix: Matrix) -> Point:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return x * a + y * c + e, x * b + y * d + f


def rectangle(x: float, y: float, width: float, height: float, rx: float, ry: float) -> Outline:
    if width <= 0 or height <= 0:
        return []
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    right, bottom = x + width, y + height
    if rx <= 0 or ry <= 0:
        return [("m", [(x, y)]), ("l", [(right, y)]), ("l", [(right, bottom)]), ("l", [(x, bottom)]), ("h", [])]
    kx, ky = rx * (1 - ROUND), ry * (1 - ROUND)
    return [
        ("m", [(x + rx, y)]),
        ("l", [(right - rx, y)]),
        ("c", [(right - kx, y), (right, y + ky), (right, y + ry)]),
        ("l", [(right, bottom - ry)]),
        ("c", [(right, bottom - ky), (right - kx, bottom), (right - rx, bottom)]),
        ("l", [(x + rx, bottom)]),
        ("c", [(x + kx, bottom), (x, bottom - ky), (x, bottom - ry)]),
        ("l", [(x, y + ry)]),
        ("c", [(x, y + ky), (x + kx, y), (x + rx, y)]),
        ("h", []),
    ]


def ellipse(cx: float, cy: float, rx: float, ry: float) -> Outline:
    if rx <= 0 or ry <= 0:
        return []
    kx, ky = rx * ROUND, ry * ROUND
    return [
        ("m", [(cx + rx, cy)]),
        ("c", [(cx + rx, cy + ky), (cx + kx, cy + ry), (cx, cy + ry)]),
        ("c", [(cx - kx, cy + ry), (cx - rx, cy + ky), (cx - rx, cy)]),
        ("c", [(cx - rx, cy - ky), (cx - kx, cy - ry), (cx, cy - ry)]),
        ("c", [(cx + kx, cy - ry), (cx + rx, cy - ky), (cx + rx, cy)]),
        ("h", []),
    ]


def outline_of(said: str) -> Outline:
    """The ``d`` of a path, with every step absolute and every curve cubic."""
    outline: Outline = []
    at = start = (0.0, 0.0)
    before, bend = "", (0.0, 0.0)
    for letter, numbers in _steps(said):
        kind, is_relative = letter.upper(), letter.islower()
        ox, oy = at if is_relative else (0.0, 0.0)
        pairs = [(x + ox, y + oy) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
        if kind == "Z":
            outline.append(("h", []))
            at = start
        elif kind == "M":
            at = start = pairs[0]
            outline.append(("m", [at]))
        elif kind in "LHV":
            at = {"L": pairs[0] if pairs else at, "H": (numbers[0] + ox, at[1]), "V": (at[0], numbers[0] + oy)}[kind]
            outline.append(("l", [at]))
        elif kind == "A":
            rx, ry, turn, large, sweep, x, y = numbers
            end = (x + ox, y + oy)
            outline += _arc(at, end, rx, ry, turn, bool(large), bool(sweep))
            at = end
        else:
            mirrored = (2 * at[0] - bend[0], 2 * at[1] - bend[1])
            if kind == "C":
                first, second, end = pairs
            elif kind == "S":
                first, second, end = mirrored if before in "CS" and before else at, *pairs
            else:
                middle = pairs[0] if kind == "Q" else mirrored if before in "QT" and before else at
                end = pairs[-1]
                first = (at[0] + 2 / 3 * (middle[0] - at[0]), at[1] + 2 / 3 * (middle[1] - at[1]))
                second = (end[0] + 2 / 3 * (middle[0] - end[0]), end[1] + 2 / 3 * (middle[1] - end[1]))
            outline.append(("c", [first, second, end]))
            bend = middle if kind in "QT" else second
            at = end
        before = kind
    return outline


def _steps(said: str) -> Iterator[tuple[str, list[float]]]:
    place, letter, is_first = 0, "", True
    said = said.strip()
    while place < len(said):
        if found := _LETTER.match(said, place):
            letter, place, is_first = found.group(1), found.end(), True
        elif not letter or letter in "Zz":
            raise LogoRefused.damaged()
        elif letter in "Mm" and not is_first:
            letter = "L" if letter == "M" else "l"  # more points after a move are lines
        numbers: list[float] = []
        for number in range(_COUNT[letter.upper()]):
            pattern = _FLAG if letter in "Aa" and number in (3, 4) else _REAL
            if not (found := pattern.match(said, place)):
                raise LogoRefused.damaged()
            numbers.append(float(found.group(1)))
            place = found.end()
        yield letter, numbers
        is_first = False
        while place < len(said) and said[place] in " \t\r\n,":
            place += 1


def _arc(start: Point, end: Point, rx: float, ry: float, turn: float, large: bool, sweep: bool) -> Outline:
    """An elliptical arc as cubic curves of a quarter turn at most (SVG 1.1, appendix F.6)."""
    rx, ry, phi = abs(rx), abs(ry), radians(turn)
    if start == end:
        return []
    if not rx or not ry:
        return [("l", [end])]
    dx, dy = (start[0] - end[0]) / 2, (start[1] - end[1]) / 2
    x, y = cos(phi) * dx + sin(phi) * dy, -sin(phi) * dx + cos(phi) * dy
    if (stretch := (x / rx) ** 2 + (y / ry) ** 2) > 1:
        rx, ry = rx * sqrt(stretch), ry * sqrt(stretch)
    under = (rx * y) ** 2 + (ry * x) ** 2
    root = sqrt(max(0.0, ((rx * ry) ** 2 - under) / under)) * (-1 if large == sweep else 1)
    cx, cy = root * rx * y / ry, -root * ry * x / rx
    middle = (
        cos(phi) * cx - sin(phi) * cy + (start[0] + end[0]) / 2,
        sin(phi) * cx + cos(phi) * cy + (start[1] + end[1]) / 2,
    )
    begin = _angle((1, 0), ((x - cx) / rx, (y - cy) / ry))
    whole = _angle(((x - cx) / rx, (y - cy) / ry), ((-x - cx) / rx, (-y - cy) / ry))
    if sweep and whole < 0:
        whole += 2 * pi
    if not sweep and whole > 0:
        whole -= 2 * pi
    count = max(1, ceil(abs(whole) / (pi / 2) - 1e-9))
    step = whole / count
    reach = 4 / 3 * tan(step / 4)

    def place(u: float, v: float) -> Point:
        u, v = u * rx, v * ry
        return cos(phi) * u - sin(phi) * v + middle[0], sin(phi) * u + cos(phi) * v + middle[1]

    outline: Outline = []
    for number in range(count):
        one, two = begin + number * step, begin + (number + 1) * step
        outline.append(
            (
                "c",
                [
                    place(cos(one) - reach * sin(one), sin(one) + reach * cos(one)),
                    place(cos(two) + reach * sin(two), sin(two) - reach * cos(two)),
                    end if number == count - 1 else place(cos(two), sin(two)),
                ],
            )
        )
    return outline


def _angle(u: Point, v: Point) -> float:
    length = hypot(*u) * hypot(*v)
    turn = acos(min(1.0, max(-1.0, (u[0] * v[0] + u[1] * v[1]) / length)))
    return turn if u[0] * v[1] - u[1] * v[0] >= 0 else -turn
