"""The first page: the certificate itself."""

from dataclasses import dataclass

from reportlab.lib.units import mm

from certificates.drawing import artwork
from certificates.drawing.artwork import Colour
from certificates.drawing.figures import draw_mark, draw_scale, eu_emblem, qr_operators
from certificates.drawing.typesetting import (
    BOTTOM,
    CODE,
    FRAME,
    HAIR,
    HEADLINE,
    HEADLINE_OTHER,
    HEIGHT,
    INK,
    LABEL,
    LABEL_OTHER,
    NAME,
    SENTENCE,
    SENTENCE_OTHER,
    SMALL,
    SMALL_OTHER,
    SMALL_STRONG,
    TITLE,
    TITLE_OTHER,
    TOP,
    VALUE,
    WHITE,
    WIDTH,
    Block,
    DoesNotFit,
    Sheet,
    Span,
    Style,
    bilingual,
    bullet,
    dimension_line,
    inline,
    paragraph,
    set_lines,
    space,
    stacked,
    stepped,
)
from certificates.drawing.wording import TO, WORDS, Bilingual, Facts, Snapshot
from certificates.numbers import grouped

SIDE = 72 * mm  # the cover beside the text
BAND = 36 * mm  # the issuer's name, below the cover
LEFT, RIGHT = SIDE + 15 * mm, WIDTH - 14 * mm
WIDE = RIGHT - LEFT
QR_SIZE = 25 * mm


@dataclass(frozen=True)
class Front:
    """What stands on the first page, measured: from the top down, from the bottom up, and what lies between."""

    main: Block
    between: Block
    foot: Block


def main_block(facts: Facts, scale: float, air: float = 1.0) -> Block:
    """Heading, name, title and the box of facts."""
    snapshot, gap = facts.snapshot, mm * air * min(1, scale + 0.1)

    def spans(text: Bilingual, lead: Style, other: Style, between: str = " / ") -> list[Span]:
        return inline(facts, text, lead.scaled(scale), other.scaled(scale), between)

    heading = WORDS[facts.kind]
    blocks = [
        paragraph([Span(facts.lead(heading), HEADLINE.scaled(scale))], WIDE, "H1"),
        space(1.2 * gap),
        paragraph([Span(facts.other(heading), HEADLINE_OTHER.scaled(scale), facts.other_language)], WIDE),
        space(4 * gap),
        dimension_line(WIDE),
        space(5 * gap),
        paragraph(spans(facts.declares, SENTENCE, SENTENCE_OTHER), WIDE),
        space(1.2 * gap),
        stepped(snapshot["learner"]["name"], NAME.scaled(scale), WIDE, lines=1, smallest=20),
        space(4.2 * gap),
        paragraph(spans(facts.achieved, SENTENCE, SENTENCE_OTHER), WIDE),
        space(1.2 * gap),
        stepped(facts.lead(facts.title), TITLE.scaled(scale), WIDE, lines=2, smallest=14, role="H2"),
    ]
    if other := facts.other(facts.title):
        blocks += [
            space(0.8 * gap),
            paragraph([Span(other, TITLE_OTHER.scaled(scale), facts.other_language)], WIDE),
        ]
    blocks += [space(6 * gap), _facts_box(facts)]
    return stacked(blocks)


def _facts_box(facts: Facts) -> Block:
    """When, how long, where: four cells with the leading values; the elements have them in both languages."""
    pad = 2.5 * mm
    widths = [WIDE * share for share in (0.275, 0.25, 0.24, 0.235)]
    extra_issued = [facts.lead(facts.valid_until)] if facts.valid_until else []
    cells = []
    contents: list[tuple[Bilingual, list[str], list[str]]] = [
        (WORDS["period"], _dates(facts, widths[0] - 2 * pad), []),
        (WORDS["issued"], [facts.lead(facts.issued_on)], extra_issued),
        (WORDS["workload"], [facts.lead(facts.total)], [facts.lead(spent) for spent in facts.hours_spent]),
        (WORDS["provider"], [facts.provider], []),
    ]
    for cell, (label, values, extras) in zip(widths, contents, strict=True):
        inner = cell - 2 * pad
        cells.append(
            stacked(
                [
                    paragraph(inline(facts, label, LABEL, LABEL_OTHER), inner),
                    *(paragraph([Span(value, VALUE)], inner) for value in values),
                    *(paragraph([Span(extra, LABEL)], inner) for extra in extras),
                ]
            )
        )
    height = max(block.height for block in cells) + 3.8 * mm

    def draw(sheet: Sheet, x: float, top: float) -> None:
        with sheet.marker.decoration():
            sheet.canvas.setLineWidth(0.75)
            sheet.canvas.setStrokeColorRGB(*FRAME)
            sheet.canvas.rect(x, top - height, WIDE, height, stroke=1, fill=0)
        left = x
        for cell, block in zip(widths, cells, strict=True):
            if left > x:
                sheet.rule(left, top - height + 0.4, left, top - 0.4, HAIR)
            block.draw(sheet, left + pad, top - 1.9 * mm)
            left += cell

    return Block(height, draw)


def _dates(facts: Facts, width: float) -> list[str]:
    """The period; on two lines it breaks between the days, not within one."""
    text = facts.lead(facts.period)
    between = TO[facts.language]
    if between not in text or len(set_lines([Span(text, VALUE)], width)) == 1:
        return [text]
    first, last = text.split(between)
    return [first, between.lstrip() + last]


def highlights_block(facts: Facts) -> Block:
    """Short lines for the front, in two columns: the skills, or else the outcomes; all about them is behind."""
    listed, words = [skill["label"] for skill in facts.snapshot["skills"]], "skills-"
    if not listed:
        listed, words = facts.snapshot["outcomes"], "outcomes-"
    if not listed:
        return overleaf_block(facts)
    column = (WIDE - 5 * mm) / 2
    style = SENTENCE.at(10.2)
    items = [
        bullet(paragraph([Span(facts.lead(text), style.inked(INK))], column - 4 * mm, "LBody"), style)
        for text in listed
    ]
    rows = [items[start : start + 2] for start in range(0, len(items), 2)]

    def draw_rows(sheet: Sheet, x: float, top: float) -> None:
        with sheet.marker.part("L"):
            for row in rows:
                for number, item in enumerate(row):
                    item.draw(sheet, x + number * (column + 5 * mm), top)
                top -= max(item.height for item in row) + 0.8 * mm

    body = Block(sum(max(item.height for item in row) + 0.8 * mm for row in rows), draw_rows)
    heading = inline(facts, WORDS[words + facts.kind], SENTENCE, SENTENCE_OTHER)
    return stacked([space(5.5 * mm), paragraph(heading, WIDE), space(1 * mm), body, overleaf_block(facts)])


def overleaf_block(facts: Facts) -> Block:
    return stacked([space(3.5 * mm), paragraph(inline(facts, WORDS["overleaf"], LABEL, LABEL_OTHER), WIDE)])


def foot_block(facts: Facts) -> Block:
    """Who vouches and who paid on the left; how to check it on the right, with the QR code in the corner."""
    check_width = 52 * mm
    left_width = WIDE - check_width - QR_SIZE - 10 * mm
    left = stacked([*_signatories(facts, left_width), *_funding(facts, left_width)])
    check = _check(facts, check_width)
    height = max(left.height, check.height, QR_SIZE)

    def draw(sheet: Sheet, x: float, top: float) -> None:
        left.draw(sheet, x, top - (height - left.height))
        check.draw(sheet, x + WIDE - QR_SIZE - 3 * mm - check_width, top - (height - check.height))
        _draw_qr(sheet, facts, x + WIDE - QR_SIZE, top - height)

    return Block(height, draw)


def _signatories(facts: Facts, width: float) -> list[Block]:
    """The role first: people change, the office that vouches does not."""
    signatories = [one for one in facts.snapshot["signatories"] if facts.lead(one["role"]) or one["name"]]
    if not signatories:
        return []
    per_row = 2 if len(signatories) in (2, 4) else min(len(signatories), 3)
    cell = (width - (per_row - 1) * 5 * mm) / per_row
    cells = []
    for signatory in signatories:
        lines = []
        if facts.lead(signatory["role"]):
            lines.append(bilingual(facts, signatory["role"], VALUE.at(9.4), SMALL_OTHER, cell))
        if signatory["name"]:
            lines.append(paragraph([Span(signatory["name"], SMALL)], cell))
        cells.append(stacked(lines))
    rows = [cells[start : start + per_row] for start in range(0, len(cells), per_row)]

    def row_block(row: list[Block]) -> Block:
        height = max(block.height for block in row) + 1.6 * mm

        def draw(sheet: Sheet, x: float, top: float) -> None:
            for number, block in enumerate(row):
                at = x + number * (cell + 5 * mm)
                sheet.rule(at, top, at + cell, top, INK, 0.75)
                block.draw(sheet, at, top - 1.6 * mm)

        return Block(height, draw)

    blocks = [paragraph(inline(facts, WORDS["on-behalf"], LABEL, LABEL_OTHER), width), space(1.4 * mm)]
    for number, row in enumerate(rows):
        blocks += [space(2 * mm)] * bool(number) + [row_block(row)]
    return blocks


def _funding(facts: Facts, width: float) -> list[Block]:
    """The funder's sentence, and the emblem of the Union: unaltered, and no smaller than the issuer's mark."""
    funding = facts.snapshot["funding"]
    emblem = funding["emblem"] == "eu"
    if not emblem and not funding["statement"]:
        return []
    wide, high = (17.1 * mm, 11.4 * mm) if emblem else (0.0, 0.0)
    beside = wide + 3 * mm if emblem else 0.0
    statement = (
        bilingual(facts, funding["statement"], SMALL_STRONG if emblem else SMALL, SMALL_OTHER, width - beside)
        if funding["statement"]
        else space(0)
    )
    height = max(high, statement.height)

    def draw(sheet: Sheet, x: float, top: float) -> None:
        if emblem:
            y = top - height
            box = (x, y, x + wide, y + high)
            with (
                sheet.marker.part("Figure", alt=facts.lead(WORDS["emblem"]), box=box),
                sheet.marker.content(),
            ):
                sheet.operators(eu_emblem(wide, high), x, y)
        statement.draw(sheet, x + beside, top - (height - statement.height) / 2)

    return [space(4.5 * mm), Block(height, draw)]


def _check(facts: Facts, width: float) -> Block:
    """Where to check, the number, and whether there is a seal. An address too long for its column breaks."""
    snapshot, number = facts.snapshot, grouped(facts.snapshot["number"])
    address: str = snapshot["verify_url"]
    shown = address.split("://", 1)[-1].removesuffix(number)
    lines = [
        paragraph(inline(facts, WORDS["verify"], LABEL, LABEL_OTHER), width, right=True),
        _address(facts, shown, address, width),
        paragraph([Span(number, CODE)], width, right=True),
    ]
    said = WORDS[_seal_of(snapshot)]
    other = Span(facts.other(said), SMALL_OTHER, facts.other_language)
    lines += [
        space(1.2 * mm),
        paragraph([Span(facts.lead(said), SMALL_STRONG.at(7.4))], width, right=True),
        paragraph([other], width, right=True),
    ]
    return stacked(lines)


def _seal_of(snapshot: Snapshot) -> str:
    """The words for the seal: the field itself stays invisible, so that no reader draws text of its own."""
    if snapshot["seal"] is None:
        return "unsealed"
    return "sealed-demo" if snapshot["seal"]["demo"] else "sealed"


def _address(facts: Facts, shown: str, address: str, width: float) -> Block:
    """The address as a link, set flush right."""
    lines = set_lines([Span(shown, SMALL_STRONG)], width)
    height = SMALL_STRONG.size * SMALL_STRONG.leading * len(lines)

    def draw(sheet: Sheet, x: float, top: float) -> None:
        left = x + width - max(line[-1].x + line[-1].width for line in lines)
        with sheet.marker.part("P"), sheet.marker.part("Link"):
            sheet.text(lines, x, top, right_to=x + width)
            says = f"{facts.lead(WORDS['verify'])} {address}"
            sheet.marker.link(address, (left, top - height, x + width, top), says)

    return Block(height, draw)


def _draw_qr(sheet: Sheet, facts: Facts, x: float, y: float) -> None:
    with (
        sheet.marker.part("Figure", alt=facts.lead(WORDS["qr"]), box=(x, y, x + QR_SIZE, y + QR_SIZE)),
        sheet.marker.content(),
    ):
        sheet.operators(qr_operators(facts.snapshot["verify_url"], QR_SIZE), x, y)


def draw(sheet: Sheet, facts: Facts, front: Front) -> None:
    _draw_side(sheet, facts)
    front.main.draw(sheet, LEFT, TOP)
    front.between.draw(sheet, LEFT, TOP - front.main.height)
    front.foot.draw(sheet, LEFT, BOTTOM + front.foot.height)


def _draw_side(sheet: Sheet, facts: Facts) -> None:
    """The cover of the course, and below a measuring scale the issuer's name beside the tool-path mark."""
    colours = artwork.palette(facts.snapshot["cover"])
    issuer = facts.snapshot["issuer"]
    with sheet.marker.decoration():
        canvas = sheet.canvas
        sheet.operators(artwork.strip(facts.snapshot["cover"], SIDE, HEIGHT - BAND), 0, BAND)
        canvas.setFillColorRGB(*colours.ground)
        canvas.rect(0, 0, SIDE, BAND, stroke=0, fill=1)
        draw_scale(canvas, colours, 0, BAND, SIDE)
        draw_mark(canvas, 10 * mm, 11.5 * mm, 11 * mm)
    _issuer(issuer, colours.line).draw(sheet, 24 * mm, 17 * mm)


def _issuer(issuer: dict[str, str], quiet: Colour) -> Block:
    """Name and region, as large as the band allows; drawn round the height of the mark's middle."""
    width, room = SIDE - 24 * mm - 5 * mm, 24 * mm
    longest_word = max(issuer["name"].split(), key=len)
    both = space(0)
    for size in (17, 15, 13, 11, 9.5, 8, 6.6):
        style = Style("head", size, WHITE, leading=1.12)
        blocks = [paragraph([Span(issuer["name"], style)], width)]
        if issuer["region"]:
            blocks += [space(0.6 * mm), paragraph([Span(issuer["region"], LABEL.inked(quiet))], width)]
        both = stacked(blocks)
        if both.height <= room and len(set_lines([Span(longest_word, style)], width)) == 1:
            break
    if both.height > room:
        raise DoesNotFit("The name of the issuer does not fit beside the mark.")
    return Block(0, lambda sheet, x, middle: both.draw(sheet, x, middle + both.height / 2))
