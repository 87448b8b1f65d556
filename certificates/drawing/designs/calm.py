"""A4 upright and much white: mark or logo above, one measuring line, nothing else that asks for attention."""

from __future__ import annotations

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from certificates.drawing import parts
from certificates.drawing.designs.design import Design
from certificates.drawing.designs.reference import issuer_block
from certificates.drawing.figures import draw_mark
from certificates.drawing.typesetting import BRAND, INK, QUIET, Block, Frame, Sheet, space, stacked
from certificates.drawing.wording import Facts

WIDTH, HEIGHT = A4
MARGIN, HEAD = 20 * mm, 44 * mm
FRONT = Frame(MARGIN, WIDTH - MARGIN, HEIGHT - HEAD, 16 * mm)
BACK = Frame(MARGIN, WIDTH - MARGIN, HEIGHT - 18 * mm, 14 * mm)
EDGE = 3 * mm


def decorate(sheet: Sheet, facts: Facts) -> None:
    """Who gives it, at the head; a thin edge of the colour along the top."""
    middle, issuer = HEIGHT - 24 * mm, facts.snapshot["issuer"]
    _edge(sheet)
    left, high = MARGIN, 15 * mm
    if fitted := parts.own_logo(facts, 48 * mm, high):
        picture, width, height = fitted
        parts.logo(sheet, facts, picture, issuer["name"], left, middle - height / 2, width, height)
        left += width + 6 * mm
    else:
        with sheet.marker.decoration():
            draw_mark(sheet.canvas, left, middle - 5.5 * mm, 11 * mm, sheet.ink(BRAND))
        left += 14 * mm
    issuer_block(issuer, QUIET, FRONT.right - left, 20 * mm, INK).draw(sheet, left, middle)


def _edge(sheet: Sheet) -> None:
    with sheet.marker.decoration():
        sheet.canvas.setFillColorRGB(*sheet.ink(BRAND))
        sheet.canvas.rect(0, HEIGHT - EDGE, WIDTH, EDGE, stroke=0, fill=1)


def main(facts: Facts, scale: float, air: float) -> Block:
    return parts.main_block(facts, FRONT.wide, scale, air * 1.35, per_row=2)


def foot(facts: Facts) -> Block:
    """Who vouches over the whole width; below it who paid and who took part, beside the check."""
    check_width = 52 * mm
    left_width = FRONT.wide - check_width - parts.QR_SIZE - 10 * mm
    logos = [parts.logos_row(facts, left_width)] if facts.logos else []
    below = parts.beside_the_check(facts, stacked([*logos, *parts.funding(facts, left_width)]), FRONT.wide, check_width)
    vouching = parts.signatories(facts, FRONT.wide)
    return stacked([*vouching, *([space(8 * mm)] if vouching else []), below])


DESIGN = Design(
    page=(WIDTH, HEIGHT),
    front=FRONT,
    back=BACK,
    main=main,
    foot=foot,
    decorate=decorate,
    decorate_back=lambda sheet, facts: _edge(sheet),
    turns_the_page=True,
)
