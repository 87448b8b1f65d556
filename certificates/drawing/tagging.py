"""Structure for a drawn PDF: what is heading, list, table or mere decoration, and in which language.

ReportLab draws marks on paper and knows no structure. While drawing, ``Marker`` brackets every stroke with marked
content and remembers the tree; ``with_structure`` then writes that tree into the finished file, so that a screen
reader reads a certificate in order, with the English parts in English.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing import archive

LAYOUT_ATTRIBUTES, TABLE_ATTRIBUTES = Name.Layout, Name.Table


@dataclass
class Part:
    """One element of the structure tree; leaves hold (page, marked-content number) or a link's number."""

    role: str
    lang: str = ""
    alt: str = ""
    box: tuple[float, float, float, float] | None = None
    inside: list["Part | Mark | Link"] = field(default_factory=list)


@dataclass(frozen=True)
class Mark:
    page: int
    number: int


@dataclass(frozen=True)
class Link:
    page: int
    position: int
    says: str


def write(canvas: Canvas, operators: str) -> None:
    """Put operators on the page as they are: ReportLab has no public door for marked content."""
    canvas._code.append(operators)  # type: ignore[attr-defined]  # noqa: SLF001


class Marker:
    """Brackets what is drawn on one canvas. Everything on it must be drawn inside ``content`` or ``decoration``."""

    def __init__(self, canvas: Canvas):
        self.canvas = canvas
        self.root = Part("Document")
        self._open = [self.root]
        self._page = self._marks = self._links = 0

    @contextmanager
    def part(self, role: str, **about: Any) -> Iterator[None]:
        """An element that holds others. Items of a list and rows of a table are drawn one by one: they join the list
        or table that was drawn last, if nothing else came between.
        """
        siblings = self._open[-1].inside
        last = siblings[-1] if siblings else None
        if role in ("L", "Table") and isinstance(last, Part) and last.role == role:
            part = last
        else:
            part = Part(role, **about)
            siblings.append(part)
        self._open.append(part)
        yield
        self._open.pop()

    @contextmanager
    def content(self) -> Iterator[None]:
        """What is drawn inside belongs to the element that is open now."""
        part = self._open[-1]
        part.inside.append(Mark(self._page, self._marks))
        write(self.canvas, f"/{part.role} <</MCID {self._marks}>> BDC")
        self._marks += 1
        yield
        write(self.canvas, "EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn inside says nothing that is not said elsewhere."""
        write(self.canvas, "/Artifact BMC")
        yield
        write(self.canvas, "EMC")

    def link(self, address: str, box: tuple[float, float, float, float], says: str) -> None:
        """Make this area clickable, as part of the element (a Link) that is open now."""
        self.canvas.linkURL(address, box, relative=0)
        self._open[-1].inside.append(Link(self._page, self._links, says))
        self._links += 1

    def turn_page(self) -> None:
        self.canvas.showPage()
        self._page, self._marks, self._links = self._page + 1, 0, 0


def with_structure(
    drawn: bytes, root: Part, *, language: str, dated: str, credential: bytes | None, seal_says: str
) -> bytes:
    """The drawn file as an archive, with its tree, its credential and, where ``seal_says`` what the seal is, the empty
    field for it. ``dated`` is ``YYYY-MM-DD``; the same input gives the same bytes.
    """
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        pages = [page.obj for page in pdf.pages]
        tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        owners: dict[int, list[Any]] = {number: [] for number in range(len(pages))}
        next_key = len(pages)
        linked: list[tuple[int, Any]] = []

        def build(part: Part, parent: Any) -> Any:
            nonlocal next_key
            element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{part.role}"), P=parent))
            if part.lang:
                element.Lang = String(part.lang)
            if part.alt:
                element.Alt = String(part.alt)
            if part.box:
                box = Array([round(edge, 2) for edge in part.box])
                element.A = Dictionary(O=LAYOUT_ATTRIBUTES, Placement=Name.Block, BBox=box)
            if part.role == "TH":
                element.A = Dictionary(O=TABLE_ATTRIBUTES, Scope=Name.Row)
            kids: list[Any] = []
            for kid in part.inside:
                if isinstance(kid, Part):
                    kids.append(build(kid, element))
                elif isinstance(kid, Mark):
                    element.Pg = pages[kid.page]
                    kids.append(kid.number)
                    owners[kid.page].append(element)  # marks are numbered in the order in which they were drawn
                else:
                    note = pages[kid.page].Annots[kid.position]
                    if not note.is_indirect:
                        note = pages[kid.page].Annots[kid.position] = pdf.make_indirect(note)
                    note.StructParent, note.F, note.Contents = next_key, 4, String(kid.says)
                    linked.append((next_key, element))
                    next_key += 1
                    kids.append(Dictionary(Type=Name.OBJR, Obj=note, Pg=pages[kid.page]))
            element.K = Array(kids)
            return element

        document = build(root, tree)
        tree.K = Array([document])
        if seal_says:
            linked.append((next_key, archive.add_seal_field(pdf, document, key=next_key, says=seal_says)))
            next_key += 1
        numbers: list[Any] = []
        for number, page in enumerate(pages):
            page.StructParents, page.Tabs = number, Name.S
            numbers += [number, pdf.make_indirect(Array(owners[number]))]
        for key, element in linked:
            numbers += [key, element]
        tree.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        tree.ParentTreeNextKey = next_key

        pdf.Root.StructTreeRoot = tree
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.Lang = String(language)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        archive.make_archival(pdf, language=language, dated=dated)
        if credential is not None:
            archive.attach_credential(pdf, credential, dated=dated)

        finished = io.BytesIO()
        pdf.save(
            finished,
            min_version="1.7",
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
            fix_metadata_version=False,  # the packet has no version that could be another
        )
        return finished.getvalue()
