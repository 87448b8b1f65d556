"""Text on paper: styles, lines, and blocks that are measured before anything is drawn."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.artwork import Colour, colour
from certificates.drawing.tagging import Marker, write
from certificates.drawing.wording import LOCALES, Bilingual, Facts
from lms.kernel import lettering

WIDTH, HEIGHT = landscape(A4)
TOP, BOTTOM = HEIGHT - 13 * mm, 11 * mm


@dataclass(frozen=True)
class Frame:
    """The part of a page that text may fill, in points from the lower left corner."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def wide(self) -> float:
        return self.right - self.left

    @property
    def high(self) -> float:
        return self.top - self.bottom


INK, QUIET, BRAND = colour("#0e1c21"), colour("#42525a"), colour("#0b4a5b")
ORANGE = colour("#de4e0b")
FRAME, HAIR, WHITE = colour("#75827f"), colour("#d3dad7"), colour("#ffffff")

# Where a word too wide for its line may break: behind a hyphen, a dot or a slash.
_BREAKS = re.compile(r"[^-./]+[-./]*|[-./]+")


class DoesNotFit(ValueError):
    """A text is longer than a page can hold at the smallest size we print."""


@dataclass(frozen=True)
class Style:
    face: str
    size: float
    ink: Colour = INK
    leading: float = 1.35
    tracking: float = 0.0  # in em

    def at(self, size: float) -> "Style":
        return replace(self, size=size)

    def inked(self, ink: Colour) -> "Style":
        return replace(self, ink=ink)

    def scaled(self, scale: float) -> "Style":
        """Smaller, but never too small to read."""
        return self.at(max(self.size * scale, min(self.size, SMALLEST)))


SMALLEST = 6.6
HEADLINE = Style("head", 38, leading=1.0, tracking=-0.02)
HEADLINE_OTHER = Style("text", 14.5, QUIET)
NAME = Style("head", 34, leading=1.12, tracking=-0.015)
TITLE = Style("head", 21, BRAND, leading=1.2, tracking=-0.01)
TITLE_OTHER = Style("text", 12, QUIET)
SENTENCE = Style("text", 11.5, QUIET)
SENTENCE_OTHER = SENTENCE.at(10)
LABEL = Style("text", 8, QUIET, leading=1.3)
LABEL_OTHER = LABEL.at(7.2)
VALUE = Style("strong", 10.2, leading=1.25)
SMALL = Style("text", 8, leading=1.32)
SMALL_STRONG = Style("strong", 8, leading=1.32)
SMALL_OTHER = Style("text", 7.2, QUIET, leading=1.35)
CODE = Style("code", 9.4, leading=1.4)
CODE_SMALL = Style("code", 6.6, QUIET, leading=1.5)
BODY = Style("text", 9.6, leading=1.35)
BODY_OTHER = Style("text", 8.6, QUIET, leading=1.35)
SECTION = Style("head", 11.5, BRAND, leading=1.3)
SECTION_OTHER = Style("text", 9, QUIET, leading=1.3)


@dataclass(frozen=True)
class Span:
    text: str
    style: Style
    lang: str = ""  # only where it differs from the document's


@dataclass
class Piece:
    """Words of one style on one line, measured. It grows word by word while its line is set, and not after."""

    text: str
    font: str
    style: Style
    lang: str
    x: float
    width: float


Line = tuple[Piece, ...]


def set_lines(spans: Sequence[Span], width: float) -> Sequence[Line]:
    """Break the spans over lines of this width, at spaces; a word wider than a line breaks where the line ends."""
    return _set(tuple(spans), width)


@lru_cache(maxsize=4096)
def _set(spans: tuple[Span, ...], width: float) -> Sequence[Line]:
    """Most of what one certificate says the next one says as well, and trying sizes asks for the same lines again."""
    lines: list[list[Piece]] = [[]]
    x = 0.0
    for span in spans:
        text = lettering.tidy(span.text)
        font = lettering.font_for(span.style.face, text)
        size, tracking = span.style.size, span.style.tracking * span.style.size
        gap = lettering.width(" ", font, size) + tracking
        for number, word in enumerate(text.split(" ")):
            wide = lettering.width(word, font, size) + tracking * len(word)
            for part in (word,) if wide <= width else _parts(word, font, span.style, width):
                if part is not word:
                    wide = lettering.width(part, font, size) + tracking * len(part)
                before = gap if (number or span.text.startswith(" ")) and lines[-1] else 0.0
                if lines[-1] and x + before + wide > width + 0.01:
                    lines.append([])
                    x, before = 0.0, 0.0
                last = lines[-1][-1] if lines[-1] else None
                if last and last.font == font and last.lang == span.lang and last.style == span.style:
                    last.text += f" {part}" if before else part
                    last.width += before + wide
                else:
                    lines[-1].append(Piece(part, font, span.style, span.lang, x + before, wide))
                x += before + wide
    return tuple(tuple(line) for line in lines)


def _parts(word: str, font: str, style: Style, width: float) -> Iterator[str]:
    """The word, or the pieces that fit on a line each: broken after a hyphen, dot or slash, or else anywhere."""
    tracking = style.tracking * style.size

    def fits(text: str) -> bool:
        return lettering.width(text, font, style.size) + tracking * len(text) <= width

    if fits(word):
        yield word
        return
    part = ""
    for piece in _BREAKS.findall(word):
        if part and not fits(part + piece):
            yield part
            part = ""
        for character in [piece] if fits(piece) else piece:
            if part and not fits(part + character):
                yield part
                part = ""
            part += character
    yield part


class Sheet:
    """The canvas with its marker: text goes on it as structure, everything else as figure or decoration."""

    def __init__(self, canvas: Canvas, language: str, inks: Mapping[Colour, Colour] | None = None):
        self.canvas, self.language, self.marker = canvas, language, Marker(canvas)
        self._inks = inks or {}

    def ink(self, colour: Colour) -> Colour:
        """The colour that this layout puts in the place of one of the house style."""
        return self._inks.get(colour, colour)

    def text(self, lines: Sequence[Line], x: float, top: float, *, right_to: float | None = None) -> None:
        """Draw set lines inside the element that is open; a change of language becomes a Span of its own."""
        flat: list[tuple[Piece, float, float, bool]] = []
        for number, line in enumerate(lines):
            if not line:
                continue
            height = max(piece.style.size * piece.style.leading for piece in line)
            size = max(piece.style.size for piece in line)
            baseline = top - (height - size) / 2 - size * 0.79
            left = x if right_to is None else right_to - (line[-1].x + line[-1].width)
            for piece in line:
                goes_on = piece is line[-1] and number < len(lines) - 1
                flat.append((piece, left + piece.x, baseline, goes_on))
            top -= height
        for lang, run in groupby(flat, key=lambda entry: entry[0].lang):
            if lang:
                with self.marker.part("Span", lang=LOCALES[lang]), self.marker.content():
                    self._show(run)
            else:
                with self.marker.content():
                    self._show(run)

    def _show(self, run: Iterator[tuple[Piece, float, float, bool]]) -> None:
        for piece, x, baseline, goes_on in run:
            written = self.canvas.beginText(x, baseline)
            written.setFont(piece.font, piece.style.size)
            written.setFillColorRGB(*self.ink(piece.style.ink))
            if piece.style.tracking:
                written.setCharSpace(piece.style.tracking * piece.style.size)
            written.textOut(piece.text + " " if goes_on else piece.text)  # or a reader would glue the words together
            if piece.style.tracking:
                written.setCharSpace(0)
            self.canvas.drawText(written)

    def rule(self, x: float, y: float, to_x: float, to_y: float, ink: Colour, width: float = 0.6) -> None:
        with self.marker.decoration():
            self.canvas.setStrokeColorRGB(*self.ink(ink))
            self.canvas.setLineWidth(width)
            self.canvas.line(x, y, to_x, to_y)

    def operators(self, operators: str, x: float, y: float) -> None:
        """Ready-made drawing operators, with their origin here."""
        write(self.canvas, f"q 1 0 0 1 {x:.2f} {y:.2f} cm\n{operators}\nQ")


@dataclass(frozen=True)
class Block:
    """Something measured: how high it is, and how to draw it from its top left corner."""

    height: float
    draw: Callable[[Sheet, float, float], None]


def paragraph(spans: Sequence[Span], width: float, role: str = "P", *, right: bool = False) -> Block:
    """Text as one element of structure."""
    lines = set_lines(spans, width)
    height = sum(max((p.style.size * p.style.leading for p in line), default=0.0) for line in lines)

    def draw(sheet: Sheet, x: float, top: float) -> None:
        with sheet.marker.part(role):
            sheet.text(lines, x, top, right_to=x + width if right else None)

    return Block(height, draw)


def space(height: float) -> Block:
    return Block(height, lambda sheet, x, top: None)


def stacked(blocks: Sequence[Block], role: str = "") -> Block:
    """Blocks under each other, as one element of structure if a role is given."""

    def draw_all(sheet: Sheet, x: float, top: float) -> None:
        for block in blocks:
            block.draw(sheet, x, top)
            top -= block.height

    def draw(sheet: Sheet, x: float, top: float) -> None:
        if role:
            with sheet.marker.part(role):
                draw_all(sheet, x, top)
        else:
            draw_all(sheet, x, top)

    return Block(sum(block.height for block in blocks), draw)


def inline(facts: Facts, text: Bilingual, lead: Style, other: Style, between: str = " / ") -> list[Span]:
    """The leading language, a stroke, then the other one, smaller: Datum / Date."""
    spans = [Span(facts.lead(text), lead)]
    if rest := facts.other(text):
        spans.append(Span(between + rest, other, facts.other_language))
    return spans


def bilingual(facts: Facts, text: Bilingual, lead: Style, other: Style, width: float, role: str = "P") -> Block:
    """On one line where both fit on it, else the other language below."""
    spans = inline(facts, text, lead, other)
    if len(spans) == 1 or len(set_lines(spans, width)) == 1:
        return paragraph(spans, width, role)
    below = Span(facts.other(text), other, facts.other_language)
    lead_lines, other_lines = set_lines(spans[:1], width), set_lines([below], width)
    height = lead.size * lead.leading * len(lead_lines)

    def draw(sheet: Sheet, x: float, top: float) -> None:
        with sheet.marker.part(role):
            sheet.text(lead_lines, x, top)
            sheet.text(other_lines, x, top - height)

    return Block(height + other.size * other.leading * len(other_lines), draw)


def stepped(text: str, style: Style, width: float, *, lines: int, smallest: float, role: str = "P") -> Block:
    """As large as it fits on so many lines; a text too long even for the smallest size takes the lines it needs."""
    longest_word = max(lettering.tidy(text).split(" "), key=len)
    for step in (1, 0.9, 0.8, 0.72, 0.65, 0.58, 0.52):
        smaller = style.at(style.size * step)
        if smaller.size < smallest:
            break
        whole = len(set_lines([Span(longest_word, smaller)], width)) == 1
        if whole and len(set_lines([Span(text, smaller)], width)) <= lines:
            return paragraph([Span(text, smaller)], width, role)
    return paragraph([Span(text, style.at(min(style.size, smallest)))], width, role)


def one_line(text: str, style: Style, width: float) -> Block:
    """On one line, however small that makes it; what cannot be read then is cut short with an ellipsis."""
    text = lettering.tidy(text)
    size = style.size
    while size > 7 and len(set_lines([Span(text, style.at(size))], width)) > 1:
        size -= 0.5
    if len(set_lines([Span(text, style.at(size))], width)) > 1:
        while len(set_lines([Span(text + "…", style.at(size))], width)) > 1:
            text = text[:-1]
        text += "…"
    return paragraph([Span(text, style.at(size))], width)


def dimension_line(width: float) -> Block:
    """The measuring line of the house style."""

    def draw(sheet: Sheet, x: float, top: float) -> None:
        middle, tick = top - 1.2 * mm, 1.2 * mm
        sheet.rule(x, middle, x + width, middle, ORANGE, 0.75)
        for end in (x, x + width):
            sheet.rule(end, middle - tick, end, middle + tick, ORANGE, 0.75)

    return Block(2.4 * mm, draw)


def bullet(body: Block, style: Style) -> Block:
    """An item of a list with the square mark of the house style, in the middle of its first line."""
    size = style.size * 0.42

    def draw(sheet: Sheet, x: float, top: float) -> None:
        with sheet.marker.part("LI"):
            with sheet.marker.decoration():
                sheet.canvas.setFillColorRGB(*sheet.ink(ORANGE))
                middle = top - style.size * (style.leading / 2 + 0.02)
                sheet.canvas.rect(x, middle - size / 2, size, size, stroke=0, fill=1)
            body.draw(sheet, x + 4 * mm, top)

    return Block(body.height, draw)
