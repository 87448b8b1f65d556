"""A4 landscape under a coloured band: what it is on the left of the band, the cover of the course on its right."""

from __future__ import annotations

from reportlab.lib.units import mm

from certificates.drawing import artwork, parts
from certificates.drawing.designs.design import Design
from certificates.drawing.designs.reference import issuer_block
from certificates.drawing.figures import draw_mark, draw_scale
from certificates.drawing.typesetting import BOTTOM, HEIGHT, WHITE, WIDTH, Block, Frame, Sheet, stacked
from certificates.drawing.wording import Facts

BAND, ART = 46 * mm, 74 * mm
MARGIN, EDGE = 18 * mm, 7 * mm
FRONT = Frame(MARGIN, WIDTH - MARGIN, HEIGHT - BAND - 9 * mm, BOTTOM)
BACK = Frame(MARGIN, WIDTH - MARGIN, HEIGHT - EDGE - 10 * mm, BOTTOM)
HEADING = 110 * mm


def decorate(sheet: Sheet, facts: Facts) -> None:
    """The band: heading, issuer, logo, cover."""
    look, lower = facts.look, HEIGHT - BAND
    with sheet.marker.decoration():
        canvas = sheet.canvas
        canvas.setFillColorRGB(*look.palette.ground)
        canvas.rect(0, lower, WIDTH, BAND, stroke=0, fill=1)
        art = artwork.strip(facts.snapshot["cover"], ART, BAND, look.palette if look.own else None)
        sheet.operators(art, WIDTH - ART, lower)
        draw_scale(canvas, look.palette, 0, lower + 3.6 * mm, WIDTH - ART)
    heading = stacked(parts.heading_blocks(facts, HEADING, 0.86, 1 * mm, WHITE))
    heading.draw(sheet, MARGIN, HEIGHT - 9 * mm)
    issuer, left = facts.snapshot["issuer"], MARGIN + HEADING + 4 * mm
    middle, room = lower + BAND / 2 + 2 * mm, WIDTH - ART - left - 6 * mm
    if fitted := parts.own_logo(facts, room - 8 * mm, 17 * mm):
        picture, width, height = fitted
        parts.plate(sheet, left, middle - height / 2 - 3 * mm, width + 8 * mm, height + 6 * mm)
        parts.logo(sheet, facts, picture, issuer["name"], left + 4 * mm, middle - height / 2, width, height)
    else:
        with sheet.marker.decoration():
            draw_mark(sheet.canvas, left, middle - 5.5 * mm, 11 * mm)
        issuer_block(issuer, look.quiet_on_ground, room - 14 * mm, 26 * mm).draw(sheet, left + 14 * mm, middle)


def decorate_back(sheet: Sheet, facts: Facts) -> None:
    with sheet.marker.decoration():
        sheet.canvas.setFillColorRGB(*facts.look.palette.ground)
        sheet.canvas.rect(0, HEIGHT - EDGE, WIDTH, EDGE, stroke=0, fill=1)


def main(facts: Facts, scale: float, air: float) -> Block:
    return parts.main_block(facts, FRONT.wide, scale, air, heading=False)


DESIGN = Design(
    page=(WIDTH, HEIGHT),
    front=FRONT,
    back=BACK,
    main=main,
    foot=lambda facts: parts.foot_block(facts, FRONT.wide),
    decorate=decorate,
    decorate_back=decorate_back,
)
