"""Charts drawn by the server: geometry in, attributes of SVG out. No styles, no scripts; the figures stand in a table.

Every series has its own hatching, so that nothing depends on colour. Figures in attributes are written with a point
whatever the language is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.kernel.formats import number
from lms.kpis.figures import Goal, Quarter

SERIES = 4  # employees, career switchers, students, others
SMALL = SERIES  # the place of what is told together only, above the others
GAP = 1.0
TICKS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """One piece of a column."""

    series: int
    x: str
    y: str
    width: str
    height: str
    hatch: str  # a path, empty for the plain series


@dataclass(frozen=True)
class Column:
    bars: list[Bar]
    middle: str
    total_y: str
    total: str
    label: str


@dataclass(frozen=True)
class Line:
    """A line across the chart, with its figure at the left."""

    path: str
    text_y: str
    label: str
    is_base: bool


@dataclass(frozen=True)
class Chart:
    """Everything that the template writes down."""

    css: str
    width: str
    height: str
    label_x: str
    base_y: str
    columns: list[Column]
    lines: list[Line]
    goal: str


def stacked_quarters(quarters: Sequence[Quarter], goal: Goal | None, *, narrow: bool) -> Chart:
    """Columns of quarters; the narrow one, for phones, holds the last five, the wide one the last twelve."""
    shown = quarters[-5:] if narrow else quarters[-12:]
    width, height = (340, 300) if narrow else (1120, 340)
    left, right, top, base = 38.0, width - 8.0, 22.0, height - 30.0
    per_quarter = goal.value / goal.quarters if goal else 0
    highest = max([quarter.total for quarter in shown] + [per_quarter, 1])
    step = tick_step(highest)
    full = step * -(-highest // step)
    scale = (base - top) / full
    slot = (right - left) / max(len(shown), 1)
    thick = min(slot * 0.62, 54.0)
    return Chart(
        css="narrow" if narrow else "wide",
        width=str(width),
        height=str(height),
        label_x=_n(left - 8),
        base_y=_n(height - 9),
        columns=[
            _column(quarter, left + slot * (place + 0.5), thick, base, scale) for place, quarter in enumerate(shown)
        ],
        lines=[
            Line(
                path=f"M{_n(left)} {_n(base - value * scale)}H{_n(right)}",
                text_y=_n(base - value * scale + 4),
                label=number(value),
                is_base=value == 0,
            )
            for value in range(0, int(full) + 1, step)
        ],
        goal=f"M{_n(left)} {_n(base - per_quarter * scale)}H{_n(right)}" if per_quarter else "",
    )


def tick_step(highest: float) -> int:
    """1, 2 or 5 times a power of ten, so that there are at most six lines above the base."""
    power = 1
    while True:
        for one in TICKS:
            if highest <= one * power * 6:
                return one * power
        power *= 10


def _column(quarter: Quarter, middle: float, thick: float, base: float, scale: float) -> Column:
    bars, y = [], base
    counts: list[Any] = [*enumerate(quarter.counts), (SMALL, quarter.small)]
    for series, count in counts:
        if not count:
            continue
        height = count * scale
        y -= height
        bars.append(_bar(series, middle - thick / 2, y, thick, max(height - GAP, 0.5)))
    return Column(
        bars=bars,
        middle=_n(middle),
        total_y=_n(y - 7),
        total=number(quarter.total) if quarter.total else "",
        label=quarter.label,
    )


def _bar(series: int, x: float, y: float, width: float, height: float) -> Bar:
    return Bar(series, _n(x), _n(y), _n(width), _n(height), hatching(series, x, y, width, height))


def hatching(series: int, x: float, y: float, width: float, height: float) -> str:
    """Lines that tell a series apart without its colour: none, lying, standing, steps, a cross in each."""
    match series:
        case 1:
            return "".join(f"M{_n(x)} {_n(line)}h{_n(width)}" for line in _every(4, y + 3, y + height))
        case 2:
            return "".join(f"M{_n(line)} {_n(y)}v{_n(height)}" for line in _every(6, x + 5, x + width))
        case 3:
            return "".join(
                f"M{_n(line)} {_n(y + height)}l{_n(min(height, 6))} {_n(-min(height, 6))}"
                for line in _every(8, x + 1, x + width - 6)
            )
        case 4:
            return f"M{_n(x)} {_n(y)}l{_n(width)} {_n(height)}M{_n(x)} {_n(y + height)}l{_n(width)} {_n(-height)}"
    return ""


def _every(step: float, first: float, end: float) -> list[float]:
    lines, line = [], first
    while line < end:
        lines.append(line)
        line += step
    return lines


def _n(value: float) -> str:
    """With a point, at most one decimal: ``72``, ``72.5``."""
    return f"{value:.1f}".removesuffix(".0")
