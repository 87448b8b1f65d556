"""What stands on the front of every design, as blocks of a given width: who, what, when, who vouches, how to check."""

from dataclasses import dataclass

from reportlab.lib.units import mm

from certificates.drawing.artwork import Colour
from certificates.drawing.figures import eu_emblem, qr_operators
from certificates.drawing.pictures import Picture
from certificates.drawing.typesetting import (
    BODY,
    BODY_OTHER,
    CODE,
    FRAME,
    HAIR,
    HEADLINE,
    HEADLINE_OTHER,
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
    VALUE,
    WHITE,
    Block,
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
from certificates.drawing.wording import TO, WORDS, Bilingual, Facts, Snapshot, filled, same
from certificates.numbers import grouped
from lms.kernel import lettering

QR_SIZE = 25 * mm
LOGO_WIDTH, LOGO_HEIGHT = 26 * mm, 9 * mm  # never higher than the emblem of the Union, which no logo may outdo


@dataclass(frozen=True)
class Front:
    """What stands on the first page, measured: from the top down, from the bottom up, and what lies between."""

    main: Block
    between: Block
    foot: Block


def main_block(
    facts: Facts, wide: float, scale: float, air: float = 1.0, *, heading: bool = True, per_row: int = 4
) -> Block:
    """Heading, name, title and the box of facts with so many cells on a row."""
    snapshot, gap = facts.snapshot, mm * air * min(1, scale + 0.1)

    def spans(text: Bilingual, lead: Style, other: Style, between: str = " / ") -> list[Span]:
        return inline(facts, text, lead.scaled(scale), other.scaled(scale), between)

    blocks = [*heading_blocks(facts, wide, scale, gap), dimension_line(wide), space(5 * gap)] if heading else []
    blocks += [
        paragraph(spans(facts.declares, SENTENCE, SENTENCE_OTHER), wide),
        space(1.2 * gap),
        stepped(snapshot["learner"]["name"], NAME.scaled(scale), wide, lines=1, smallest=20),
        space(4.2 * gap),
        paragraph(spans(facts.achieved, SENTENCE, SENTENCE_OTHER), wide),
        space(1.2 * gap),
        stepped(facts.lead(facts.title), TITLE.scaled(scale), wide, lines=2, smallest=14, role="H2"),
    ]
    if other := facts.other(facts.title):
        blocks += [
            space(0.8 * gap),
            paragraph([Span(other, TITLE_OTHER.scaled(scale), facts.other_language)], wide),
        ]
    blocks += [space(6 * gap), _facts_box(facts, wide, per_row)]
    if facts.lead(facts.words):
        blocks += [space(3.5 * gap), bilingual(facts, facts.words, BODY.scaled(scale), BODY_OTHER.scaled(scale), wide)]
    return stacked(blocks)


def heading_blocks(facts: Facts, wide: float, scale: float, gap: float, ink: Colour | None = None) -> list[Block]:
    """What kind of document it is, in both languages; in one colour on a ground."""
    words = WORDS[facts.kind]
    lead, other = HEADLINE.scaled(scale), HEADLINE_OTHER.scaled(scale)
    if ink:
        lead, other = lead.inked(ink), other.inked(ink)
    return [
        paragraph([Span(facts.lead(words), lead)], wide, "H1"),
        space(1.2 * gap),
        paragraph([Span(facts.other(words), other, facts.other_language)], wide),
        space(4 * gap),
    ]


def _facts_box(facts: Facts, wide: float, per_row: int) -> Block:
    """When, how long, where: cells with the leading values; the elements have them in both languages."""
    shares = (0.275, 0.25, 0.24, 0.235) if per_row == 4 else (0.5,) * 4
    widths, pad = [wide * share for share in shares], 2.5 * mm
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
    rows = [list(zip(widths, cells, strict=True))[start : start + per_row] for start in range(0, 4, per_row)]
    heights = [max(block.height for _, block in row) + 3.8 * mm for row in rows]
    height = sum(heights)

    def draw(sheet: Sheet, x: float, top: float) -> None:
        with sheet.marker.decoration():
            sheet.canvas.setLineWidth(0.75)
            sheet.canvas.setStrokeColorRGB(*FRAME)
            sheet.canvas.rect(x, top - height, wide, height, stroke=1, fill=0)
        for number, (row, high) in enumerate(zip(rows, heights, strict=True)):
            if number:
                sheet.rule(x + 0.4, top, x + wide - 0.4, top, HAIR)
            left = x
            for cell, block in row:
                if left > x:
                    sheet.rule(left, top - high + 0.4, left, top - 0.4, HAIR)
                block.draw(sheet, left + pad, top - 1.9 * mm)
                left += cell
            top -= high

    return Block(height, draw)


def _dates(facts: Facts, width: float) -> list[str]:
    """The period; on two lines it breaks between the days, not within one."""
    text = facts.lead(facts.period)
    between = TO[facts.language]
    if between not in text or len(set_lines([Span(text, VALUE)], width)) == 1:
        return [text]
    first, last = text.split(between)
    return [first, between.lstrip() + last]


def highlights_block(facts: Facts, wide: float) -> Block:
    """Short lines for the front, in two columns: the skills, or else the outcomes; all about them is behind."""
    listed, words = [skill["label"] for skill in facts.snapshot["skills"]], "skills-"
    if not listed:
        listed, words = facts.snapshot["outcomes"], "outcomes-"
    if not listed:
        return overleaf_block(facts, wide)
    column = (wide - 5 * mm) / 2
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
    return stacked([space(5.5 * mm), paragraph(heading, wide), space(1 * mm), body, overleaf_block(facts, wide)])


def overleaf_block(facts: Facts, wide: float) -> Block:
    return stacked([space(3.5 * mm), paragraph(inline(facts, WORDS["overleaf"], LABEL, LABEL_OTHER), wide)])


def foot_block(facts: Facts, wide: float) -> Block:
    """Who vouches and who paid on the left; how to check it on the right, with the QR code in the corner."""
    check_width = 52 * mm
    left_width = wide - check_width - QR_SIZE - 10 * mm
    left = [*signatories(facts, left_width), *funding(facts, left_width)]
    if not facts.logos:
        return beside_the_check(facts, stacked(left), wide, check_width)
    above = logos_row(facts, check_width + QR_SIZE + 3 * mm, to_right=True)
    first = stacked([logos_row(facts, left_width), space(4.5 * mm), *left])
    # The logos stand where they cost the least: above the check, or above who vouches.
    ways = [
        beside_the_check(facts, stacked(left), wide, check_width, above),
        beside_the_check(facts, first, wide, check_width),
    ]
    return min(ways, key=lambda way: way.height)


def beside_the_check(facts: Facts, left: Block, wide: float, check_width: float, above: Block | None = None) -> Block:
    """Something on the left, on the same line as the check and the QR code on the right; what is above those."""
    check, air = _check(facts, check_width), 4.5 * mm
    right = max(check.height, QR_SIZE)
    height = max(left.height, right + (above.height + air if above else 0))

    def draw(sheet: Sheet, x: float, top: float) -> None:
        left.draw(sheet, x, top - (height - left.height))
        check.draw(sheet, x + wide - QR_SIZE - 3 * mm - check_width, top - (height - check.height))
        _draw_qr(sheet, facts, x + wide - QR_SIZE, top - height)
        if above:
            above.draw(sheet, x + wide - QR_SIZE - 3 * mm - check_width, top - height + right + air + above.height)

    return Block(height, draw)


def logos_row(facts: Facts, wide: float, *, to_right: bool = False) -> Block:
    """The logos of who stands behind it, on white and of one height at most, on as many rows as they need."""
    gap, x = 6 * mm, 0.0
    rows: list[list[tuple[float, float, float, Picture, str]]] = [[]]
    for picture, name in facts.logos:
        width, height = picture.fitted(LOGO_WIDTH, LOGO_HEIGHT)
        if rows[-1] and x + width > wide:
            rows.append([])
            x = 0.0
        rows[-1].append((x, width, height, picture, name))
        x += width + gap

    def draw(sheet: Sheet, left: float, top: float) -> None:
        for row in rows:
            begin = left + wide - row[-1][0] - row[-1][1] if to_right else left
            for x, width, height, picture, name in row:
                logo(sheet, facts, picture, name, begin + x, top - (LOGO_HEIGHT + height) / 2, width, height)
            top -= LOGO_HEIGHT + 3 * mm

    return Block(len(rows) * (LOGO_HEIGHT + 3 * mm) - 3 * mm, draw)


def logo(
    sheet: Sheet, facts: Facts, picture: Picture, name: str, x: float, y: float, width: float, height: float
) -> None:
    """A logo as a figure that says whose it is."""
    says = facts.lead(filled("logo-of", name=same(lettering.tidy(name))))
    with (
        sheet.marker.part("Figure", alt=says, box=(x, y, x + width, y + height)),
        sheet.marker.content(),
    ):
        picture.draw(sheet, x, y, width, height)


def own_logo(facts: Facts, wide: float, high: float) -> tuple[Picture, float, float] | None:
    """The layout's own logo with the size at which it fits in a box."""
    if not facts.look.logo:
        return None
    picture = facts.picture(facts.look.logo)
    return picture, *picture.fitted(wide, high)


def plate(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    """White ground under a logo, which on a colour nobody can vouch for."""
    with sheet.marker.decoration():
        sheet.canvas.setFillColorRGB(*WHITE)
        sheet.canvas.roundRect(x, y, width, height, 1.2 * mm, stroke=0, fill=1)


def signatories(facts: Facts, width: float) -> list[Block]:
    """The role first: people change, the office that vouches does not."""
    vouching = [one for one in facts.snapshot["signatories"] if facts.lead(one["role"]) or one["name"]]
    if not vouching:
        return []
    per_row = 2 if len(vouching) in (2, 4) else min(len(vouching), 3)
    cell = (width - (per_row - 1) * 5 * mm) / per_row
    cells = []
    for signatory in vouching:
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


def funding(facts: Facts, width: float) -> list[Block]:
    """The funder's sentence, and the emblem of the Union: unaltered, and no smaller than the issuer's mark."""
    paid = facts.snapshot["funding"]
    emblem = paid["emblem"] == "eu"
    if not emblem and not paid["statement"]:
        return []
    wide, high = (17.1 * mm, 11.4 * mm) if emblem else (0.0, 0.0)
    beside = wide + 3 * mm if emblem else 0.0
    statement = (
        bilingual(facts, paid["statement"], SMALL_STRONG if emblem else SMALL, SMALL_OTHER, width - beside)
        if paid["statement"]
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
