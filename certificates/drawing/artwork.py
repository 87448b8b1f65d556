"""The covers of the courses as line drawings in PDF operators, for the side of a certificate.

Eight drawings by number, the same as the covers on the site: 1 circuit, 2 cobot sweep, 3 weld layers, 4 optics,
5 fibre lay-up, 6 vibration spectra, 7 exploded assembly, 8 mesh. They are made in the site's space (640 × 400, y down)
and cut to an upright strip. Fading lines are mixed with the ground instead of made transparent: paper has no alpha,
and neither do all archives and printers.
"""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, exp, hypot, pi, sin, sqrt

WIDTH, HEIGHT = 640, 400
STRIP = 137  # how much of the width an upright strip shows

Colour = tuple[float, float, float]
Point = tuple[float, float]


def colour(code: str) -> Colour:
    """``#0b4a5b`` as red, green and blue between 0 and 1."""
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


@dataclass(frozen=True)
class Palette:
    ground: Colour
    line: Colour
    accent: Colour
    light: Colour = (1.0, 1.0, 1.0)

    def faded(self, strength: float, ink: Colour | None = None) -> Colour:
        """The ink as it looks at this opacity on the ground."""
        r, g, b = (a * strength + b * (1 - strength) for a, b in zip(ink or self.line, self.ground, strict=True))
        return r, g, b


ORANGE = colour("#ff8b4d")
PALETTES = {
    1: Palette(colour("#0b4a5b"), colour("#cfe7ed"), ORANGE),
    2: Palette(colour("#2b363c"), colour("#d5dfe2"), ORANGE),
    3: Palette(colour("#7a2f14"), colour("#f8dccb"), colour("#ffb257")),
    4: Palette(colour("#23285a"), colour("#d5d9f7"), ORANGE),
    5: Palette(colour("#33452f"), colour("#dbe8cf"), ORANGE),
    6: Palette(colour("#0c5f5c"), colour("#cdeeea"), ORANGE),
    7: Palette(colour("#4c2c46"), colour("#f0d9ea"), ORANGE),
    8: Palette(colour("#072f3b"), colour("#bfd6dc"), ORANGE),
}
FOCUS = {1: 384, 2: 366, 3: 330, 4: 325, 5: 250, 6: 414, 7: 262, 8: 430}


def palette(number: int) -> Palette:
    """The colours of this cover; numbers past eight go round."""
    return PALETTES[(number - 1) % 8 + 1]


@functools.lru_cache(maxsize=64)
def strip(number: int, width: float, height: float, colours: Palette | None = None) -> str:
    """PDF operators for the cover, cut to this many points, its lower left corner in the origin."""
    number = (number - 1) % 8 + 1
    left = FOCUS[number] - STRIP / 2
    scale = max(width / STRIP, height / HEIGHT)
    pen = Pen(colours or PALETTES[number], left, left + STRIP)
    pen.grid()
    DRAWINGS[number](pen, Dice(number))
    across = (width - STRIP * scale) / 2 - left * scale
    up = height - (height - HEIGHT * scale) / 2
    return (
        f"q 0 0 {_n(width)} {_n(height)} re W n {_fill(pen.colours.ground)} 0 0 {_n(width)} {_n(height)} re f "
        f"{scale:.5f} 0 0 {-scale:.5f} {_n(across)} {_n(up)} cm\n" + "\n".join(pen.operators) + "\nQ"
    )


class Dice:
    """The generator behind the covers: the same number always throws the same, here and on the site."""

    def __init__(self, seed: int):
        self._state = (seed * 2654435761 + 12345) & 0xFFFFFFFF

    def __call__(self, low: float = 0.0, high: float = 1.0) -> float:
        for _ in range(2):
            self._state = (1664525 * self._state + 1013904223) & 0xFFFFFFFF
        return low + (high - low) * (self._state >> 8) / 16777216


def line(points: Iterable[Point], close: bool = False) -> str:
    """A path through the points."""
    steps = [f"{_n(x)} {_n(y)} {'l' if i else 'm'}" for i, (x, y) in enumerate(points)]
    return " ".join(steps) + (" h" if close else "")


def ellipse(
    centre: Point, radius: float, across: Point = (1.0, 0.0), down: Point = (0.0, 1.0), *, half: bool = False
) -> str:
    """A circle as Bézier curves, seen in the plane of the two axes; ``half`` is the upper half, left to right."""
    (cx, cy), bend = centre, 0.5523

    def at(x: float, y: float) -> str:
        x, y = x * radius, y * radius
        return f"{_n(cx + x * across[0] + y * down[0])} {_n(cy + x * across[1] + y * down[1])}"

    upper = f"{at(-1, 0)} m {at(-1, -bend)} {at(-bend, -1)} {at(0, -1)} c {at(bend, -1)} {at(1, -bend)} {at(1, 0)} c"
    if half:
        return upper
    return upper + f" {at(1, bend)} {at(bend, 1)} {at(0, 1)} c {at(-bend, 1)} {at(-1, bend)} {at(-1, 0)} c h"


def box(x: float, y: float, width: float, height: float, radius: float) -> str:
    """A rectangle with round corners."""
    r, k = radius, radius * 0.4477
    right, bottom = x + width, y + height
    return (
        f"{_n(x + r)} {_n(y)} m {_n(right - r)} {_n(y)} l "
        f"{_n(right - k)} {_n(y)} {_n(right)} {_n(y + k)} {_n(right)} {_n(y + r)} c {_n(right)} {_n(bottom - r)} l "
        f"{_n(right)} {_n(bottom - k)} {_n(right - k)} {_n(bottom)} {_n(right - r)} {_n(bottom)} c "
        f"{_n(x + r)} {_n(bottom)} l {_n(x + k)} {_n(bottom)} {_n(x)} {_n(bottom - k)} {_n(x)} {_n(bottom - r)} c "
        f"{_n(x)} {_n(y + r)} l {_n(x)} {_n(y + k)} {_n(x + k)} {_n(y)} {_n(x + r)} {_n(y)} c h"
    )


class Pen:
    """Collects operators; leaves out what lies beside the strip, so that a file does not carry the whole cover."""

    def __init__(self, colours: Palette, left: float, right: float):
        self.colours, self._left, self._right = colours, left - 20, right + 20
        self.operators: list[str] = []

    def stroke(self, path: str, ink: Colour, width: float = 1.25, dash: str = "", *, round_ends: bool = False) -> None:
        ends = "1 J 1 j" if round_ends else "0 J 0 j"
        self.operators.append(f"{_stroke(ink)} {_n(width)} w {ends} [{dash}] 0 d {path} S")

    def fill(self, path: str, ink: Colour) -> None:
        self.operators.append(f"{_fill(ink)} {path} f")

    def solid(self, path: str, ink: Colour, width: float = 1.25, ground: Colour | None = None) -> None:
        """A stroked shape that hides what lies behind it."""
        self.operators.append(
            f"{_fill(ground or self.colours.ground)} {_stroke(ink)} {_n(width)} w 0 J 0 j [] 0 d {path} B"
        )

    def dot(self, centre: Point, radius: float, ink: Colour | None = None) -> None:
        if self.sees(centre[0]):
            self.fill(ellipse(centre, radius), ink or self.colours.accent)

    def sees(self, *xs: float) -> bool:
        """Whether something that spans these x-coordinates touches the strip."""
        return max(xs) >= self._left and min(xs) <= self._right

    def lines(self, many: Iterable[list[Point]]) -> str:
        """One path of all the lines that touch the strip."""
        return " ".join(line(points) for points in many if self.sees(*(x for x, _ in points)))

    def grid(self) -> None:
        upright: list[list[Point]] = [[(x, 0), (x, HEIGHT)] for x in range(40, WIDTH, 40)]
        level: list[list[Point]] = [[(self._left, y), (self._right, y)] for y in range(40, HEIGHT, 40)]
        self.stroke(self.lines(upright + level), self.colours.faded(0.1), 1)


def circuit(pen: Pen, dice: Dice) -> None:
    """Sensor traces leaving a chip."""
    cx, cy, s, n = 384, 200, 56, 9
    traces: list[list[Point]] = []
    chosen: list[Point] = []
    for side in range(4):
        for i in range(n):
            t = i - (n - 1) / 2
            k, a, sign = t * (2 * s / (n + 0.5)), abs(t), 1 if t > 0 else -1
            run = 26 + (n / 2 - a) * 9 + 14 * ((i * 7 + side * 3) % 3)
            length = 60 + dice(0, 190)
            slant = 34 + 15 * a if t else 0.0
            if side < 2:
                d, far = (-1, length) if side == 0 else (1, length * 0.7)
                y, x = cy + k + sign * slant, cx + d * (s + run + slant)
                points = [(cx + d * s, cy + k), (cx + d * (s + run), cy + k), (x, y), (x + d * far, y)]
            else:
                d = -1 if side == 2 else 1
                x, y = cx + k + sign * slant, cy + d * (s + run * 0.6 + slant)
                points = [(cx + k, cy + d * s), (cx + k, cy + d * (s + run * 0.6)), (x, y), (x, y + d * length * 0.4)]
            if (side, i) == (0, 2):
                chosen = points
            else:
                traces.append(points)
    c = pen.colours
    pen.stroke(pen.lines(traces), c.faded(0.6), 1.3)
    for points in traces:
        if pen.sees(points[-1][0]):
            pen.solid(ellipse(points[-1], 3.5), c.line, 1.4)
    pen.stroke(line(chosen), c.accent, 2.5)
    pen.dot(chosen[-1], 6)
    pen.solid(box(cx - s, cy - s, 2 * s, 2 * s, 6), c.line, 2)
    pen.stroke(box(cx - s + 14, cy - s + 14, 2 * s - 28, 2 * s - 28, 3), c.faded(0.55), 1)
    pen.stroke(" ".join(ellipse((cx, cy + 14), q, half=True) for q in (10, 20, 30)), c.faded(0.9, c.light), 2.5)
    pen.dot((cx, cy + 18), 4, c.light)


def cobot(pen: Pen, dice: Dice) -> None:
    """Ghosts of an arm along the path of its tool."""
    c, (bx, by), (upper, lower, hand), steps = pen.colours, (310, 366), (168, 142, 58), 26
    pen.stroke(
        " ".join(ellipse((bx, by), q, half=True) for q in (upper, 210, upper + lower, upper + lower + hand)),
        c.faded(0.22),
        1,
        "2 6",
    )
    tips: list[Point] = []
    joints: list[tuple[Point, float, Colour]] = []
    arm: list[Point] = []
    for i in range(steps):
        t = i / (steps - 1)
        a = pi * (1.0 - 0.22 - 0.56 * t)
        b = a - 1.28 + 0.95 * sin(t * pi)
        e = b - 0.95 + 0.5 * t
        elbow = (bx + upper * cos(a), by - upper * sin(a))
        wrist = (elbow[0] + lower * cos(b), elbow[1] - lower * sin(b))
        tip = (wrist[0] + hand * cos(e), wrist[1] - hand * sin(e))
        tips.append(tip)
        pen.stroke(line([(bx, by), elbow, wrist, tip]), c.faded(0.16 + 0.4 * t), 1.2)
        joints += [(elbow, 4, c.faded(0.2 + 0.5 * t)), (wrist, 3, c.faded(0.2 + 0.5 * t))]
        if i == steps - 8:
            arm = [(bx, by), elbow, wrist, tip]
    for centre, radius, ink in joints:
        if pen.sees(centre[0]):
            pen.stroke(ellipse(centre, radius), ink, 1)
    pen.stroke(line(tips), c.accent, 2.5)
    pen.stroke(line(arm), c.light, 13, round_ends=True)
    pen.stroke(line(arm), c.ground, 8, round_ends=True)
    for joint in arm[1:3]:
        pen.solid(ellipse(joint, 11), c.line, 2)
        pen.dot(joint, 3, c.light)
    pen.dot(arm[3], 7)
    west, east, top, shoulder = bx - 46, bx + 46, by - 18, f"{by - 4.6:.1f}"
    foot = (
        f"{west} {by + 34} m {west} {by + 12} l {west} {shoulder} {bx - 25.4:.1f} {top} {bx} {top} c "
        f"{bx + 25.4:.1f} {top} {east} {shoulder} {east} {by + 12} c {east} {by + 34} l h"
    )
    pen.solid(foot, c.line, 2)
    pen.stroke(line([(0, by + 34), (WIDTH, by + 34)]), c.faded(0.5), 1.3)


def weld(pen: Pen, dice: Dice) -> None:
    """Stacked, twisting layers of weld metal."""
    c, layers, cx = pen.colours, 44, 330
    points: list[Point] = []
    for i in range(layers):
        t = i / (layers - 1)
        y, radius = 352 - i * 6.4, 128 + 36 * sin(t * 3.6 + 0.5) - 62 * t
        twist, depth = t * 1.15, 20 * (1 - 0.45 * t)
        points = []
        for k in range(56):
            angle = 2 * pi * k / 56
            q = radius + depth * cos(5 * (angle + twist))
            points.append((cx + q * cos(angle), y + q * sin(angle) * 0.3))
        last = i == layers - 1
        ink, width = (c.accent, 2.6) if last else (c.faded(0.25 + 0.6 * t), 1.3)
        pen.solid(line(points, close=True), ink, width)
    x, y = points[6]
    nozzle = [(x, y - 6), (x - 9, y - 32), (x - 9, y - 92), (x + 9, y - 92), (x + 9, y - 32)]
    pen.solid(line(nozzle, close=True), c.line, 2)
    pen.dot((x, y), 7)


def optics(pen: Pen, dice: Dice) -> None:
    """Parallel rays through two lenses, and Newton's rings."""
    c, cy, first, focus, second, end = pen.colours, 200, 190, 330, 420, 640
    ratio = (second - focus) / (focus - first)
    lenses = [(first, 158, 58), (second, 108, 44)]

    def lens(x: float, h: float, b: float) -> str:
        side = 2 / 3
        return (
            f"{_n(x)} {_n(cy - h)} m {_n(x + b * side)} {_n(cy - h / 3)} {_n(x + b * side)} {_n(cy + h / 3)} "
            f"{_n(x)} {_n(cy + h)} c {_n(x - b * side)} {_n(cy + h / 3)} {_n(x - b * side)} {_n(cy - h / 3)} "
            f"{_n(x)} {_n(cy - h)} c h"
        )

    for glass in lenses:  # the glass first: the rays are seen through it
        pen.fill(lens(*glass), c.faded(0.14))
    for k in range(11):
        pen.stroke(ellipse((540, cy), sqrt(k + 1) * 31), c.faded(0.5 - 0.035 * k), 5 - 0.4 * k)
    heights = [i * 10.5 for i in range(-12, 13)]
    ways: list[list[Point]] = [
        [(0, cy + h), (first, cy + h), (focus, cy), (second, cy - h * ratio), (end, cy - h * ratio)] for h in heights
    ]
    chosen = ways.pop(17)
    pen.stroke(pen.lines(ways), c.faded(0.62), 1.1)
    pen.stroke(line(chosen), c.accent, 2.5)
    for glass in lenses:
        pen.stroke(lens(*glass), c.light, 1.8)
    pen.stroke(line([(0, cy), (WIDTH, cy)]), c.faded(0.5), 1, "14 5 2 5")
    pen.dot((focus, cy), 6)


def fibre(pen: Pen, dice: Dice) -> None:
    """Courses of fibre draped over a panel that curves both ways, and the head that lays them."""

    def at(u: float, v: float) -> Point:
        z = 84 * sin(pi * u * 1.05 + 0.25) * (1 - 0.35 * v) + 26 * sin(2 * pi * v * 0.9 + u * 2)
        return 10 + u * 560 + v * 60, 358 - v * 236 - z * 0.9 + (u - 0.5) * 30

    c = pen.colours
    steps = [k / 22 for k in range(23)]
    along = [[at(s, i / 30) for s in steps] for i in range(31)]
    across = [[at(i / 24, s) for s in steps] for i in range(25)]
    bias = [[(i / 34 * 1.9 - 0.9 + s * 0.9, s) for s in steps] for i in range(35)]
    slanted = [[at(u, v) for u, v in way if 0 <= u <= 1] for way in bias]
    for family, strength in ((along, 0.6), (across, 0.34), ([way for way in slanted if len(way) > 1], 0.22)):
        pen.stroke(pen.lines(family), c.faded(strength), 1.15)
    band = [at(0.06 + 0.9 * k / 40 * 0.82, k / 40) for k in range(27)]
    pen.stroke(line(band), c.ground, 15)
    for q in (-5, 0, 5):
        pen.stroke(line((x + q * 0.8, y + q * 0.5) for x, y in band), c.accent, 2.1)
    pen.solid(ellipse(band[-1], 15), c.line, 2)
    pen.dot(band[-1], 5)


def spectra(pen: Pen, dice: Dice) -> None:
    """Stacked vibration spectra with one fault peak that grows."""
    c, rows = pen.colours, 25
    points: list[Point] = []
    for i in range(rows):
        base, t = 112 + i * 11.4, i / (rows - 1)
        peaks: list[tuple[float, float, float]] = []
        for middle, shake, height, more, spread in (
            (150, 4, 16, 8, 16),
            (262, 6, 9, 10, 10),
            (330, 4, 6, 10, 9),
            (508, 5, 10, 8, 14),
        ):
            shift = dice(-shake, shake)  # the order of the throws is part of the drawing
            peaks.append((middle + shift, height + dice(0, more), spread))
        peaks.append((414, 6 + 92 * t * t, 10))
        phase = dice(0, 6)
        points = []
        for x in sorted({*range(0, 641, 8), *range(388, 444, 4)}):
            peak = sum(a * exp(-(((x - m) / s) ** 2)) for m, a, s in peaks)
            hum = 1.6 * sin(x * 0.21 + phase) * exp(-(((x - 320) / 230) ** 2)) + 1.1 * sin(x * 0.53 + phase * 2)
            points.append((x, base - peak - hum))
        last = i == rows - 1
        seen = [(x, y) for x, y in points if pen.sees(x - 20, x + 20)]
        outline = [(seen[0][0] - 9, base + 4), *seen, (seen[-1][0] + 9, base + 4)]
        ink, width = (c.accent, 2.5) if last else (c.faded(0.28 + 0.5 * t), 1.25)
        pen.solid(line(outline), ink, width)
    top = min((p for p in points if 380 < p[0] < 450), key=lambda p: p[1])
    pen.dot(top, 6.5)
    pen.stroke(line([(top[0], top[1] - 16), (top[0], 70)]), c.faded(0.9, c.accent), 1.3, "4 4")


def assembly(pen: Pen, dice: Dice) -> None:
    """Parts of a machine drawn apart along one axis, and the corners of a headset's view."""
    c, across, down = pen.colours, (0.378, 0.151), (0.16, 0.98)

    def at(s: float) -> Point:
        return 88 + s * 0.9, 318 - s * 0.44

    def gear(centre: Point, radius: float) -> str:
        points = []
        for k in range(60):
            q, angle = radius + (9 if k % 4 in (1, 2) else 0), 2 * pi * k / 60
            x, y = q * cos(angle), q * sin(angle)
            points.append((centre[0] + x * across[0] + y * down[0], centre[1] + x * across[1] + y * down[1]))
        return line(points, close=True)

    pen.stroke(line([at(-60), at(640)]), c.faded(0.7), 1.1, "16 5 3 5")
    hot_at = at(0)
    for start, radius, depth, kind in (
        (20, 62, 26, "ring"),
        (108, 84, 30, "gear"),
        (206, 74, 38, "bearing"),
        (318, 96, 34, "flange"),
        (420, 56, 46, "ring"),
        (500, 34, 90, "rod"),
    ):
        layers, hot = max(3, depth // (10 if kind == "gear" else 6)), kind == "bearing"
        face = at(start)
        for j in range(layers + 1):
            face, top = at(start + depth * j / layers), j == layers
            shape = gear(face, radius) if kind == "gear" else ellipse(face, radius, across, down)
            ink = c.faded(1 if top else 0.42, c.accent if hot and top else c.line)
            pen.solid(shape, ink, (2.4 if hot else 1.8) if top else 1)
        for share in (0.5,) if kind == "rod" else (0.72, 0.5, 0.28):
            ink = c.faded(0.95 if hot else 0.6, c.accent if hot else c.line)
            pen.stroke(ellipse(face, radius * share, across, down), ink, 1.2)
        if kind == "flange":
            for k in range(8):
                x, y = radius * 0.86 * cos(pi * k / 4), radius * 0.86 * sin(pi * k / 4)
                hole = (face[0] + x * across[0] + y * down[0], face[1] + x * across[1] + y * down[1])
                pen.stroke(ellipse(hole, 6, across, down), c.line, 1.2)
        if hot:
            hot_at = at(start + depth / 2)
    hx, hy = hot_at
    corners = []
    for sx in (-1, 1):
        for sy in (-1, 1):
            x, y = hx + sx * 104, hy + sy * 104
            corners.append([(x, y - sy * 26), (x, y), (x - sx * 26, y)])
    pen.stroke(pen.lines(corners), c.accent, 2.6)


def mesh(pen: Pen, dice: Dice) -> None:
    """Nodes of a network round a gateway."""
    c, gateway = pen.colours, (430, 205)
    nodes: list[Point] = []
    for i in range(-3, 13):
        for j in range(-1, 9):
            x = i * 58 + (29 if j % 2 else 0) + dice(-9, 9)
            nodes.append((x, j * 50 + dice(-9, 9)))
    near = [[(x, y), (u, v)] for i, (x, y) in enumerate(nodes) for u, v in nodes[i + 1 :] if hypot(u - x, v - y) < 66]
    pen.stroke(pen.lines(near), c.faded(0.3), 1)
    for k in range(1, 8):
        pen.stroke(ellipse(gateway, k * 46), c.faded(0.75 - 0.09 * k), 1.6)
    for node in nodes:
        radius = 2.2 + (2.6 if dice() > 0.75 else 0)
        if pen.sees(node[0]):
            pen.solid(ellipse(node, radius), c.line, 1.4)
    by_distance = sorted(nodes, key=lambda p: hypot(p[0] - gateway[0], p[1] - gateway[1]))
    for node in by_distance[3:15:4]:
        pen.stroke(line([gateway, node]), c.accent, 2.4)
        pen.dot(node, 6)
    pen.solid(ellipse(gateway, 20), c.line, 2)
    pen.dot(gateway, 7)


DRAWINGS: dict[int, Callable[[Pen, Dice], None]] = {
    1: circuit,
    2: cobot,
    3: weld,
    4: optics,
    5: fibre,
    6: spectra,
    7: assembly,
    8: mesh,
}


def _n(value: float) -> str:
    """A coordinate with two decimals at most and no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _stroke(ink: Colour) -> str:
    return " ".join(f"{part:.3f}" for part in ink) + " RG"


def _fill(ink: Colour) -> str:
    return " ".join(f"{part:.3f}" for part in ink) + " rg"
