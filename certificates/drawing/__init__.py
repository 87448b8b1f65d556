"""A certificate on paper: ``draw_certificate(snapshot)`` gives the bytes of a PDF and knows nothing else.

No database, clock, settings, request or network: what the snapshot says is what is drawn, today and in ten years, and
the same snapshot gives the same bytes. The front is the certificate. What it states (learning outcomes, the eleven
elements of the European recommendation on micro-credentials, skills) stands below it where that fits, otherwise on
the pages behind it.

Every text exists in Dutch and English; the snapshot's language leads, the other follows smaller. Whatever is drawn is
measured first, so nothing can run out of its box: long names and titles step down, long lists turn the page.
"""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing import parts, statement
from certificates.drawing.designs import DESIGNS, Design
from certificates.drawing.pictures import Picture
from certificates.drawing.tagging import with_structure
from certificates.drawing.typesetting import BRAND, ORANGE, Block, DoesNotFit, Sheet, space, stacked
from certificates.drawing.wording import LOCALES, WORDS, Facts, PictureMissing, Snapshot
from certificates.numbers import grouped
from lms.kernel import lettering
from lms.kernel.lettering import Undrawable

__all__ = ["DoesNotFit", "Picture", "PictureMissing", "Undrawable", "draw_certificate", "unwritable"]


def unwritable(snapshot: Snapshot) -> set[str]:
    """The characters of a snapshot that no font of ours has: what is asked before it is frozen."""
    return set().union(*(lettering.undrawable(text) for text in _texts(snapshot)))


@lettering.one_document_at_a_time()
def draw_certificate(
    snapshot: Snapshot, *, credential: bytes | None = None, pictures: Mapping[str, Picture] | None = None
) -> bytes:
    """The PDF of this snapshot, PDF/A-3a and PDF/UA-1, with the credential inside and a field for the seal it names.

    ``pictures`` are the logos that the snapshot names by the hash of their content. Raises Undrawable or DoesNotFit
    instead of drawing badly, and PictureMissing instead of leaving a logo out.
    """
    if missing := unwritable(snapshot):
        raise Undrawable(missing)
    facts = Facts(snapshot, pictures)
    design = DESIGNS[facts.look.design]
    first, pages = _plan(facts, design)

    target = io.BytesIO()
    canvas = Canvas(
        target,
        pagesize=design.page,
        pageCompression=0,  # the structure is written afterwards, and compresses then
        pdfVersion=(1, 7),
        invariant=1,
        initialFontName=lettering.font_for("text", ""),  # type: ignore[arg-type]  # the stub says a number
        lang=LOCALES[facts.language],
    )
    kind = WORDS[snapshot["kind"]][facts.language]
    canvas.setTitle(lettering.tidy(f"{kind}: {facts.lead(snapshot['title'])}, {snapshot['learner']['name']}"))
    canvas.setAuthor(lettering.tidy(snapshot["issuer"]["name"]))
    canvas.setSubject(WORDS["states-" + snapshot["kind"]][facts.language])
    canvas.setKeywords(grouped(snapshot["number"]))
    canvas.setCreator("lms")

    look = facts.look
    inks = {house: own for house, own in ((BRAND, look.own), (ORANGE, look.accent)) if own}
    sheet = Sheet(canvas, facts.language, inks)
    design.decorate(sheet, facts)
    first.main.draw(sheet, design.front.left, design.front.top)
    first.between.draw(sheet, design.front.left, design.front.top - first.main.height)
    first.foot.draw(sheet, design.front.left, design.front.bottom + first.foot.height)
    for number, columns in enumerate(pages, start=2):
        sheet.marker.turn_page()
        design.decorate_back(sheet, facts)
        statement.draw(sheet, facts, design.back, columns, number, len(pages) + 1)
    canvas.save()
    return with_structure(
        target.getvalue(),
        sheet.marker.root,
        language=LOCALES[facts.language],
        dated=snapshot["issued_on"],
        credential=credential,
        seal_says=WORDS["seal-of-issuer"][facts.language] if snapshot["seal"] else "",
    )


def _texts(snapshot: Any) -> Iterator[str]:
    """Every text of a snapshot that can reach the paper."""
    if isinstance(snapshot, str):
        yield snapshot
    elif isinstance(snapshot, dict):
        for key, value in snapshot.items():
            if key not in ("uri", "seal", "credential", "logo"):
                yield from _texts(value)
    elif isinstance(snapshot, list):
        for value in snapshot:
            yield from _texts(value)


def _plan(facts: Facts, design: Design) -> tuple[parts.Front, list[statement.Columns]]:
    """One page if everything fits on it at a good size; else the front, and pages of two columns behind it."""
    foot, wide = design.foot(facts), design.front.wide
    room = design.front.high - foot.height - 6 * mm
    sizes, main_sizes, air = (0.9, 0.82, 0.76), (1.0, 0.92, 0.84), 5 * mm

    def whole(scale: float) -> Block:
        return stacked([space(air), statement.on_the_front(facts, wide, scale)])

    if not design.turns_the_page:
        mains = [design.main(facts, scale, 0.5) for scale in main_sizes]
        if mains[-1].height + whole(sizes[-1]).height <= room:
            for below in map(whole, sizes):
                for main in mains:
                    if main.height + below.height <= room:
                        return parts.Front(main, below, foot), []

    pages = statement.pages(facts, design.back)
    hints = parts.highlights_block(facts, wide), parts.overleaf_block(facts, wide)
    for scale in (1.0, 0.92, 0.84, 0.76, 0.68, 0.6, 0.5):
        main = design.main(facts, scale, 1.0)
        for below in hints:
            if main.height + below.height <= room:
                return parts.Front(main, below, foot), pages
    raise DoesNotFit("The name, titles and co-issuers do not fit on the front.")
