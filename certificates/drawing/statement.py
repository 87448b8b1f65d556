"""What a certificate states: learning outcomes, the eleven elements of the European recommendation, skills."""

from collections.abc import Sequence

from reportlab.lib.units import mm

from certificates.drawing.typesetting import (
    BODY,
    BODY_OTHER,
    CODE,
    CODE_SMALL,
    HAIR,
    HEADLINE,
    HEADLINE_OTHER,
    LABEL,
    LABEL_OTHER,
    SECTION,
    SECTION_OTHER,
    SENTENCE,
    SMALL,
    SMALL_OTHER,
    SMALL_STRONG,
    Block,
    DoesNotFit,
    Frame,
    Sheet,
    Span,
    bilingual,
    bullet,
    dimension_line,
    inline,
    one_line,
    paragraph,
    space,
    stacked,
)
from certificates.drawing.wording import WORDS, Facts, filled, same

GAP = 13 * mm
HEAD, FOOT = 24 * mm, 10 * mm  # of the frame: whose page it is, and how to check it

Columns = list[list[Block]]


def on_the_front(facts: Facts, width: float, scale: float) -> Block:
    """All of it in the room of one block, below the certificate itself."""
    gap = 9 * mm
    column = (width - gap) / 2
    return _side_by_side(_balanced(_parts(facts, column, scale)), column + gap)


def pages(facts: Facts, frame: Frame) -> list[Columns]:
    """On a page of its own, or at the smallest good size on as many as it needs."""
    laid: list[Columns] = []
    for scale in (1.0, 0.95, 0.9, 0.85):
        laid = _paginate(_in_two_columns(_parts(facts, (frame.wide - GAP) / 2, scale)), frame.high - HEAD - FOOT)
        if len(laid) == 1:
            break
    return laid


def _parts(facts: Facts, width: float, scale: float) -> Columns:
    """Outcomes, elements and skills, each a list of blocks that may not be broken."""
    return [part(facts, width, scale) for part in (_outcomes, _elements, _skills)]


def _joined(parts: Sequence[list[Block]], gap: float = 4 * mm) -> list[Block]:
    """One column of several parts, with air between them."""
    column: list[Block] = []
    for blocks in parts:
        column += [stacked([space(gap), blocks[0]]), *blocks[1:]] if column and blocks else blocks
    return column


def _height(column: Sequence[Block]) -> float:
    return sum(block.height for block in column)


def _in_two_columns(parts: Columns) -> Columns:
    """Outcomes left, elements right, skills where there is more room: how the pages behind are laid out."""
    outcomes, elements, skills = parts
    if _height(outcomes) <= _height(elements):
        return [_joined([outcomes, skills]), elements]
    return [outcomes, _joined([elements, skills])]


def _balanced(parts: Columns) -> Columns:
    """All in one flow over two columns of much the same height: how they take the least room on the front."""
    outcomes, elements, skills = parts
    flow = _joined([outcomes, skills, elements], gap=3 * mm)
    at = min(range(1, len(flow)), key=lambda cut: max(_height(flow[:cut]), _height(flow[cut:])))
    return [flow[:at], flow[at:]]


def _section(facts: Facts, words: str, width: float, scale: float) -> Block:
    spans = inline(facts, WORDS[words], SECTION.scaled(scale), SECTION_OTHER.scaled(scale))
    return stacked([paragraph(spans, width, "H2"), space(1.2 * mm * scale)])


def _listed(heading: Block, items: list[Block]) -> list[Block]:
    """A heading never stays behind without its first item."""
    return [stacked([heading, items[0]]), *items[1:]] if items else []


def _outcomes(facts: Facts, width: float, scale: float) -> list[Block]:
    lead, other = BODY.scaled(scale), BODY_OTHER.scaled(scale)
    items = []
    for outcome in facts.snapshot["outcomes"]:
        item = bullet(bilingual(facts, outcome, lead, other, width - 4 * mm, "LBody"), lead)
        items.append(stacked([item, space(1.3 * mm * scale)], "L"))
    return _listed(_section(facts, "outcomes-" + facts.kind, width, scale), items)


def _skills(facts: Facts, width: float, scale: float) -> list[Block]:
    """Each skill with the framework it comes from: a label alone says little to whoever compares."""
    lead, other = BODY.scaled(scale), BODY_OTHER.scaled(scale)
    items = []
    for skill in facts.snapshot["skills"]:
        source = " ".join(filter(None, (skill["framework"], skill["code"], skill["level"])))
        spans = [*inline(facts, skill["label"], lead, other), Span(f" {source}", CODE_SMALL)]
        item = bullet(paragraph(spans, width - 4 * mm, "LBody"), lead)
        items.append(stacked([item, space(0.8 * mm * scale)], "L"))
    return _listed(_section(facts, "skills-" + facts.kind, width, scale), items)


def _elements(facts: Facts, width: float, scale: float) -> list[Block]:
    """The table of eleven, one block per row."""
    label_width, between = width * 0.36, 3 * mm
    label_styles = LABEL.at(8.4).scaled(scale), LABEL_OTHER.at(7.4).scaled(scale)
    first, more = SMALL_STRONG.at(8.8).scaled(scale), SMALL.at(8.6).scaled(scale)
    other = SMALL_OTHER.at(8).scaled(scale)
    rows = []
    for label, values in facts.elements:
        said = [value for value in values if facts.lead(value).strip()] or [WORDS["none"]]
        blocks = [
            bilingual(facts, value, more if number else first, other, width - label_width - between)
            for number, value in enumerate(said)
        ]
        heading = bilingual(facts, label, *label_styles, label_width, "TH")
        rows.append(_row(heading, blocks, width, label_width + between, pad=1.1 * mm * scale * scale))
    return _listed(_section(facts, "elements", width, scale), rows)


def _row(label: Block, values: list[Block], width: float, offset: float, *, pad: float) -> Block:
    value = stacked(values, "TD")
    height = max(label.height, value.height) + 2 * pad

    def draw(sheet: Sheet, x: float, top: float) -> None:
        sheet.rule(x, top, x + width, top, HAIR)
        with sheet.marker.part("Table"), sheet.marker.part("TR"):
            label.draw(sheet, x, top - pad)
            value.draw(sheet, x + offset, top - pad)

    return Block(height, draw)


def _side_by_side(columns: Columns, step: float) -> Block:
    stacks = [stacked(column) for column in columns]

    def draw(sheet: Sheet, x: float, top: float) -> None:
        for number, column in enumerate(stacks):
            column.draw(sheet, x + number * step, top)

    return Block(max(column.height for column in stacks), draw)


def _paginate(columns: Columns, room: float) -> list[Columns]:
    """Fill page after page, each column on its own, until both are empty."""
    waiting = [list(column) for column in columns]
    pages = []
    while any(waiting):
        page = []
        for column in waiting:
            taken: list[Block] = []
            while column and _height(taken) + column[0].height <= room:
                taken.append(column.pop(0))
            if column and not taken:
                raise DoesNotFit("One learning outcome or element is longer than a page.")
            page.append(taken)
        pages.append(page)
    return pages


def draw(sheet: Sheet, facts: Facts, frame: Frame, columns: Columns, number: int, pages: int) -> None:
    """A page behind the front: whose it is above, how to check it below."""
    width = frame.wide
    heading = inline(facts, WORDS["states-" + facts.kind], HEADLINE.at(19), HEADLINE_OTHER.at(12))
    stacked(
        [
            paragraph(heading, width, "H2"),
            space(1.6 * mm),
            one_line(f"{facts.snapshot['learner']['name']} · {facts.lead(facts.title)}", SENTENCE, width),
            space(2.6 * mm),
            dimension_line(width),
        ]
    ).draw(sheet, frame.left, frame.top)
    for position, column in enumerate(columns):
        left = frame.left + position * (width + GAP) / 2
        stacked(column).draw(sheet, left, frame.top - HEAD)

    address = facts.snapshot["verify_url"].split("://", 1)[-1]
    third = width / 3
    below = frame.bottom + 4 * mm
    page = filled("page", page=same(str(number)), pages=same(str(pages)))
    sheet.rule(frame.left, below + 2 * mm, frame.right, below + 2 * mm, HAIR)
    one_line(address, CODE.at(8), 2 * third).draw(sheet, frame.left, below)
    paragraph(inline(facts, page, LABEL, LABEL_OTHER), third, right=True).draw(sheet, frame.left + 2 * third, below)
