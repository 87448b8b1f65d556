"""The house's own: A4 landscape, the cover of the course along the side, and the certificate beside it."""

from __future__ import annotations

from reportlab.lib.units import mm

from certificates.drawing import artwork, parts
from certificates.drawing.artwork import Colour
from certificates.drawing.designs.design import Design
from certificates.drawing.figures import draw_mark, draw_scale
from certificates.drawing.typesetting import (
    BOTTOM,
    HEIGHT,
    LABEL,
    TOP,
    WHITE,
    WIDTH,
    Block,
    DoesNotFit,
    Frame,
    Sheet,
    Span,
    Style,
    paragraph,
    set_lines,
    space,
    stacked,
)
from certificates.drawing.wording import Facts

SIDE = 72 * mm  # the cover beside the text
BAND = 36 * mm  # the issuer's name, below the cover
SPINE = 17 * mm  # the colour of the cover along the pages behind
FRONT = Frame(SIDE + 15 * mm, WIDTH - 14 * mm, TOP, BOTTOM)
BACK = Frame(SPINE + 15 * mm, WIDTH - 14 * mm, TOP, BOTTOM)


def decorate(sheet: Sheet, facts: Facts) -> None:
    """The cover of the course, and below a measuring scale the issuer's name beside the tool-path mark."""
    colours = facts.look.palette
    own = facts.look.palette if facts.look.own else None
    with sheet.marker.decoration():
        canvas = sheet.canvas
        sheet.operators(artwork.strip(facts.snapshot["cover"], SIDE, HEIGHT - BAND, own), 0, BAND)
        canvas.setFillColorRGB(*colours.ground)
        canvas.rect(0, 0, SIDE, BAND, stroke=0, fill=1)
        draw_scale(canvas, colours, 0, BAND, SIDE)
        draw_mark(canvas, 10 * mm, 11.5 * mm, 11 * mm)
    if fitted := parts.own_logo(facts, SIDE - 28 * mm, 18 * mm):
        picture, width, height = fitted
        top = HEIGHT - 10 * mm
        parts.plate(sheet, 10 * mm, top - height - 6 * mm, width + 8 * mm, height + 6 * mm)
        name = facts.snapshot["issuer"]["name"]
        parts.logo(sheet, facts, picture, name, 14 * mm, top - height - 3 * mm, width, height)
    issuer_block(facts.snapshot["issuer"], facts.look.quiet_on_ground, SIDE - 24 * mm - 5 * mm, 24 * mm).draw(
        sheet, 24 * mm, 17 * mm
    )


def decorate_back(sheet: Sheet, facts: Facts) -> None:
    with sheet.marker.decoration():
        sheet.canvas.setFillColorRGB(*facts.look.palette.ground)
        sheet.canvas.rect(0, 0, SPINE, HEIGHT, stroke=0, fill=1)
        draw_mark(sheet.canvas, (SPINE - 8 * mm) / 2, BOTTOM - 1 * mm, 8 * mm)


def issuer_block(issuer: dict[str, str], quiet: Colour, width: float, room: float, ink: Colour = WHITE) -> Block:
    """Name and region, as large as the room allows; drawn round the height of the mark's middle."""
    longest_word = max(issuer["name"].split(), key=len)
    both = space(0)
    for size in (17, 15, 13, 11, 9.5, 8, 6.6):
        style = Style("head", size, ink, leading=1.12)
        blocks = [paragraph([Span(issuer["name"], style)], width)]
        if issuer["region"]:
            blocks += [space(0.6 * mm), paragraph([Span(issuer["region"], LABEL.inked(quiet))], width)]
        both = stacked(blocks)
        if both.height <= room and len(set_lines([Span(longest_word, style)], width)) == 1:
            break
    if both.height > room:
        raise DoesNotFit("The name of the issuer does not fit beside the mark.")
    return Block(0, lambda sheet, x, middle: both.draw(sheet, x, middle + both.height / 2))


DESIGN = Design(
    page=(WIDTH, HEIGHT),
    front=FRONT,
    back=BACK,
    main=lambda facts, scale, air: parts.main_block(facts, FRONT.wide, scale, air),
    foot=lambda facts: parts.foot_block(facts, FRONT.wide),
    decorate=decorate,
    decorate_back=decorate_back,
)
