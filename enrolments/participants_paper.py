"""The list of participants on paper: ``draw(paper)`` gives the bytes of a PDF, in the house style, and knows nothing
else. A4, upright, with room to tick by hand; title, language and author inside, and its letters embedded.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from lms.kernel import lettering

WIDTH, HEIGHT = A4
LEFT, RIGHT = 18 * mm, WIDTH - 18 * mm
TOP, BOTTOM = HEIGHT - 18 * mm, 22 * mm
INK, SOFT, LINE, OCEAN, ORANGE = (HexColor(one) for one in ("#14191c", "#47545b", "#b8c1be", "#0b4a5e", "#f26b1d"))
ROW = 10.5 * mm
EMBLEM = (15 * mm, 10 * mm)  # no lower than the Union wants it
# Number, name, employer, the space to tick: where each begins.
COLUMNS = (LEFT, LEFT + 12 * mm, LEFT + 84 * mm, LEFT + 148 * mm)
LOCALES = {"nl": "nl-NL", "en": "en-GB"}


@dataclass(frozen=True)
class Paper:
    """What stands on it, in one language."""

    language: str
    title: str
    kicker: str
    heading: str
    author: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[str]
    rows: Sequence[tuple[str, str, str, str]]
    nobody: str
    made: str
    page_of: str
    funding: str
    emblem: bytes  # a picture of 3 by 2, or nothing


@lettering.one_document_at_a_time()
def draw(paper: Paper) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(
        target,
        pagesize=A4,
        invariant=1,
        initialFontName=_font("text", ""),  # type: ignore[arg-type]  # the stub says a number
        lang=LOCALES.get(paper.language, paper.language),
    )
    canvas.setTitle(_tidy(f"{paper.heading}: {paper.title}"))
    canvas.setAuthor(_tidy(paper.author))
    canvas.setSubject(_tidy(paper.kicker))
    canvas.setCreator("lms")
    pages = _pages(paper)
    for number, rows in enumerate(pages, start=1):
        y = _head(canvas, paper) if number == 1 else TOP - 4 * mm
        _table(canvas, paper, rows, y)
        _foot(canvas, paper, number, len(pages))
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _pages(paper: Paper) -> list[Sequence[tuple[str, str, str, str]]]:
    """The rows of each page; the first has the heading above it."""
    first = int((TOP - 62 * mm - BOTTOM) // ROW)
    later = int((TOP - 14 * mm - BOTTOM) // ROW)
    pages = [paper.rows[:first]]
    rest = paper.rows[first:]
    pages += [rest[start : start + later] for start in range(0, len(rest), later)]
    return pages


def _head(canvas: Canvas, paper: Paper) -> float:
    """Kicker, title, facts; answers where the table begins."""
    _say(canvas, paper.kicker, LEFT, TOP - 3 * mm, "text", 10, SOFT, RIGHT - LEFT)
    _say(canvas, paper.title, LEFT, TOP - 12 * mm, "head", 22, INK, RIGHT - LEFT)
    _say(canvas, paper.heading, LEFT, TOP - 20 * mm, "strong", 13, OCEAN, RIGHT - LEFT)
    canvas.setFillColor(ORANGE)
    canvas.rect(LEFT, TOP - 24 * mm, 18 * mm, 1.1 * mm, stroke=0, fill=1)
    y = TOP - 32 * mm
    for term, words in paper.facts:
        if words:
            _say(canvas, term, LEFT, y, "text", 10, SOFT, 24 * mm)
            _say(canvas, words, LEFT + 26 * mm, y, "strong", 10, INK, RIGHT - LEFT - 26 * mm)
            y -= 6 * mm
    return TOP - 54 * mm


def _table(canvas: Canvas, paper: Paper, rows: Sequence[tuple[str, str, str, str]], y: float) -> None:
    widths = [after - before - 3 * mm for before, after in zip(COLUMNS, (*COLUMNS[1:], RIGHT), strict=True)]
    for x, width, heading in zip(COLUMNS, widths, paper.columns, strict=True):
        _say(canvas, heading, x, y, "strong", 10, SOFT, width)
    _rule(canvas, y - 2.5 * mm, OCEAN, 1.2)
    y -= 2.5 * mm
    if not paper.rows:
        _say(canvas, paper.nobody, LEFT, y - 7 * mm, "text", 11, INK, RIGHT - LEFT)
    for row in rows:
        y -= ROW
        for x, width, cell, face in zip(COLUMNS, widths, row, ("text", "strong", "text", "text"), strict=True):
            _say(canvas, cell, x, y + 3.6 * mm, face, 11, INK, width)
        canvas.setStrokeColor(SOFT)
        canvas.setLineWidth(0.7)
        canvas.rect(COLUMNS[3], y + 2.2 * mm, 6 * mm, 6 * mm, stroke=1, fill=0)
        _rule(canvas, y, LINE, 0.5)


def _foot(canvas: Canvas, paper: Paper, number: int, pages: int) -> None:
    _rule(canvas, 17 * mm, LINE, 0.5)
    left = LEFT
    if paper.emblem:
        picture = ImageReader(io.BytesIO(paper.emblem))
        canvas.drawImage(picture, LEFT, 6 * mm, *EMBLEM)
        left += EMBLEM[0] + 3 * mm
    _say(canvas, f"{paper.kicker} · {paper.made}", left, 12 * mm, "text", 8.5, SOFT, LEFT + 125 * mm - left)
    said = paper.page_of.format(page=number, pages=pages)
    font = _font("text", _tidy(said))
    canvas.setFont(font, 8.5)
    canvas.drawRightString(RIGHT, 12 * mm, _tidy(said))
    if paper.funding:
        _say(canvas, paper.funding, left, 8 * mm, "text", 8.5, SOFT, RIGHT - left)


def _rule(canvas: Canvas, y: float, colour: Color, thick: float) -> None:
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(thick)
    canvas.line(LEFT, y, RIGHT, y)


def _say(canvas: Canvas, text: str, x: float, y: float, face: str, size: float, colour: Color, width: float) -> None:
    """One line, smaller where it would not fit, and cut where it would be too small to read."""
    text = _tidy(text)
    font = _font(face, text)
    while size > 7 and lettering.width(text, font, size) > width:
        size -= 0.5
    while text and lettering.width(text, font, size) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)


def _tidy(text: str) -> str:
    """As it can be set. On a list a letter we do not have becomes a question mark: a name with a gap is still found."""
    text = lettering.tidy(text)
    missing = lettering.undrawable(text)
    return "".join("?" if letter in missing else letter for letter in text)


def _font(face: str, text: str) -> str:
    return lettering.font_for(face, text)
