"""Structure for a drawn PDF: what is heading, list, table or mere decoration, and in which language.

ReportLab draws marks on paper and knows no structure. While drawing, ``Marker`` brackets every stroke with marked
content and remembers the tree; ``with_structure`` then writes that tree into the finished file, so that a screen
reader reads a certificate in order, with the English parts in English.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing import archive


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
    tree = _Tree(drawn, root)
    with pikepdf.open(io.BytesIO(tree.written)) as pdf:
        pages = [page.obj for page in pdf.pages]
        top, document = pdf.get_object(tree.top, 0), pdf.get_object(tree.document, 0)
        linked: list[tuple[int, Any]] = []
        for number, page in enumerate(pages):
            page.StructParents, page.Tabs = number, Name.S
        for key, (link, place, owner) in enumerate(tree.links, start=len(pages)):
            note = pages[link.page].Annots[link.position]
            if not note.is_indirect:
                note = pages[link.page].Annots[link.position] = pdf.make_indirect(note)
            note.StructParent, note.F, note.Contents = key, 4, String(link.says)
            element = pdf.get_object(owner, 0)
            element.K.insert(place, Dictionary(Type=Name.OBJR, Obj=note, Pg=pages[link.page]))
            linked.append((key, element))
        if seal_says:
            key = len(pages) + len(linked)
            linked.append((key, archive.add_seal_field(pdf, document, key=key, says=seal_says)))
        for key, element in linked:
            top.ParentTree.Nums.append(key)
            top.ParentTree.Nums.append(element)
        top.ParentTreeNextKey = len(pages) + len(linked)

        pdf.Root.StructTreeRoot = top
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


class _Tree:
    """The elements as text, added to the drawn file as its next revision; links wait until they can be looked up.

    A certificate has two hundred elements: written like this they take a tenth of the time of making each by hand.
    """

    def __init__(self, drawn: bytes, root: Part) -> None:
        trailer = drawn[drawn.rindex(b"trailer") :]
        self._first = int(_found(rb"/Size (\d+)", trailer))
        self._pages = re.findall(rb"(\d+) 0 R", _found(rb"/Kids \[([^]]*)\]", drawn))
        self._owners: list[list[int]] = [[] for _page in self._pages]
        self._objects: list[bytes] = []
        self.links: list[tuple[Link, int, int]] = []
        self.top = self._new()
        self.document = self._element(root, self.top)
        numbers = []
        for page, owners in enumerate(self._owners):
            list_of = self._new()
            self._write(list_of, "[" + " ".join(f"{owner} 0 R" for owner in owners) + "]")
            numbers.append(f"{page} {list_of} 0 R")
        nums = self._new()
        self._write(nums, f"<</Nums [{' '.join(numbers)}]>>")
        self._write(self.top, f"<</Type/StructTreeRoot/K [{self.document} 0 R]/ParentTree {nums} 0 R>>")
        self.written = self._added_to(drawn, trailer)

    def _new(self) -> int:
        self._objects.append(b"")
        return self._first + len(self._objects) - 1

    def _write(self, number: int, text: str) -> None:
        self._objects[number - self._first] = f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")

    def _element(self, part: Part, parent: int) -> int:
        number, kids, page = self._new(), [], None
        for place, kid in enumerate(part.inside):
            if isinstance(kid, Part):
                kids.append(f"{self._element(kid, number)} 0 R")
            elif isinstance(kid, Mark):
                kids.append(str(kid.number))
                self._owners[kid.page].append(number)  # marks are numbered in the order in which they were drawn
                page = kid.page
            else:
                self.links.append((kid, place, number))
        said = [f"<</Type/StructElem/S/{part.role}/P {parent} 0 R/K [{' '.join(kids)}]"]
        if page is not None:
            said.append(f"/Pg {self._pages[page].decode()} 0 R")
        if part.lang:
            said.append(f"/Lang {_text(part.lang)}")
        if part.alt:
            said.append(f"/Alt {_text(part.alt)}")
        if part.box:
            box = " ".join(f"{edge:.2f}" for edge in part.box)
            said.append(f"/A <</O/Layout/Placement/Block/BBox [{box}]>>")
        elif part.role == "TH":
            said.append("/A <</O/Table/Scope/Row>>")
        self._write(number, "".join([*said, ">>"]))
        return number

    def _added_to(self, drawn: bytes, trailer: bytes) -> bytes:
        """The drawn file with these objects as a revision of their own (ISO 32000, 7.5.6)."""
        at, places = len(drawn), []
        for one in self._objects:
            places.append(b"%010d 00000 n \n" % at)
            at += len(one)
        ends = b"xref\n%d %d\n%strailer\n<</Size %d/Root %s 0 R/Info %s 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
            self._first,
            len(places),
            b"".join(places),
            self._first + len(places),
            _found(rb"/Root (\d+) 0 R", trailer),
            _found(rb"/Info (\d+) 0 R", trailer),
            _found(rb"startxref\s+(\d+)", trailer),
            at,
        )
        return b"".join([drawn, *self._objects, ends])


def _found(pattern: bytes, text: bytes) -> bytes:
    """What stands there in every file that ReportLab writes."""
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"No {pattern!r} in what was drawn.")
    return found[1]


def _text(text: str) -> str:
    """A string as PDF writes it: in hexadecimal, so that nothing needs escaping."""
    return f"<{text.encode().hex()}>" if text.isascii() else f"<feff{text.encode('utf-16-be').hex()}>"
