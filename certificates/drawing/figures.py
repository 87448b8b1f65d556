"""The figures of a certificate: QR code, emblem of the Union, mark and measuring scale."""

import functools
from itertools import groupby
from math import cos, pi, sin

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.artwork import ORANGE, Colour, Palette, colour
from certificates.drawing.typesetting import INK, WHITE

EU_BLUE, EU_YELLOW = colour("#003399"), colour("#ffcc00")


def qr_operators(address: str, size: float) -> str:
    """The code as one path of merged runs: no seams between modules, and a hundredth of the operators."""
    matrix = segno.make(address, error="m", micro=False).matrix
    count = len(matrix)
    runs = []
    for row, modules in enumerate(matrix):
        column = 0
        for dark, group in groupby(modules):
            length = len(list(group))
            if dark:
                runs.append(f"{column} {count - row - 1} {length} 1 re")
            column += length
    unit = size / count
    return f"{_rgb(INK)} rg {unit:.5f} 0 0 {unit:.5f} 0 0 cm\n" + "\n".join(runs) + "\nf"


@functools.cache
def eu_emblem(width: float, height: float) -> str:
    """Twelve stars on a circle of a third of the height, each in a circle of an eighteenth, one point up."""
    stars = []
    for hour in range(12):
        cx, cy = width / 2 + height / 3 * sin(pi * hour / 6), height / 2 + height / 3 * cos(pi * hour / 6)
        points = []
        for corner in range(10):
            radius = height / 18 * (1 if corner % 2 == 0 else 0.381966)
            points.append((cx + radius * sin(pi * corner / 5), cy + radius * cos(pi * corner / 5)))
        stars.append(" ".join(f"{x:.3f} {y:.3f} {'l' if i else 'm'}" for i, (x, y) in enumerate(points)) + " h")
    field = f"{_rgb(EU_BLUE)} rg 0 0 {width:.3f} {height:.3f} re f"
    return field + f"\n{_rgb(EU_YELLOW)} rg\n" + "\n".join(stars) + " f"


def _rgb(ink: Colour) -> str:
    return " ".join(f"{part:.3f}" for part in ink)


def draw_scale(canvas: Canvas, colours: Palette, x: float, y: float, width: float) -> None:
    """A rule in millimetres, longer every five and ten."""
    canvas.setStrokeColorRGB(*colours.faded(0.75))
    canvas.setLineWidth(0.6)
    canvas.line(x, y, x + width, y)
    for number in range(1, int(width / (2 * mm))):
        at = x + number * 2 * mm
        canvas.line(at, y, at, y - (3.2 * mm if number % 10 == 0 else 2.2 * mm if number % 5 == 0 else 1.2 * mm))


def draw_mark(canvas: Canvas, x: float, y: float, size: float, ink: Colour = WHITE) -> None:
    """The S as a tool path; the dot is where the tool is now."""
    unit = size / 40
    canvas.saveState()
    canvas.transform(unit, 0, 0, -unit, x, y + size)
    canvas.setStrokeColorRGB(*ink)
    canvas.setLineWidth(4.6)
    canvas.setLineCap(1)
    path = canvas.beginPath()
    k = 6 * 0.4477
    path.moveTo(31, 8)
    path.lineTo(13.5, 8)
    path.curveTo(13.5 - 6 + k, 8, 7.5, 8 + k, 7.5, 14)
    path.curveTo(7.5, 20 - k, 13.5 - 6 + k, 20, 13.5, 20)
    path.lineTo(26.5, 20)
    path.curveTo(26.5 + 6 - k, 20, 32.5, 20 + k, 32.5, 26)
    path.curveTo(32.5, 32 - k, 26.5 + 6 - k, 32, 26.5, 32)
    path.lineTo(7, 32)
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setFillColorRGB(*ORANGE)
    canvas.circle(33, 8, 5, stroke=0, fill=1)
    canvas.restoreState()
