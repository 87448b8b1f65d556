"""The words of a PDF in the order in which they are drawn, enough to say what differs between two of them.

No layout is rebuilt: the pieces of text of each page, read with the table that every font carries for copying
(``ToUnicode``). A file whose fonts have none, or a scan, gives few words or none.
"""

from __future__ import annotations

import re
from typing import Any

import pikepdf

MOST_LINES, LONGEST_LINE = 600, 400
_DEEPEST = 4  # a drawing inside a drawing; ours have one level at most
_GAP = -180  # thousandths of the size of the letters: a step this wide is a space
_HEX = re.compile(rb"<([0-9a-fA-F\s]*)>")
_BLOCK = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*(<[0-9a-fA-F\s]*>|\[[^\]]*\])")
_MOST_CODES = 70_000

Table = tuple[int, dict[int, str]]


def lines_of(pdf: pikepdf.Pdf) -> list[str]:
    """The pieces of text, page after page; never more than a certificate could have."""
    found: list[str] = []
    for page in pdf.pages:
        _read(page.obj, found, 0)
        if len(found) >= MOST_LINES:
            break
    return [" ".join(line.split())[:LONGEST_LINE] for line in found[:MOST_LINES] if line.strip()]


def _read(drawing: Any, found: list[str], depth: int) -> None:
    resources = drawing.get("/Resources", pikepdf.Dictionary())
    tables: dict[str, Table | None] = {}
    table: Table | None = None
    line: list[str] = []
    for step in pikepdf.parse_content_stream(drawing):
        operands: Any = step.operands
        match str(step.operator):
            case "Tf":
                name = str(operands[0])
                if name not in tables:
                    tables[name] = _table_of(resources.get("/Font", {}).get(name))
                table = tables[name]
            case "Tj":
                line.append(_said(bytes(operands[0]), table))
            case "'" | '"':
                _end(line, found)
                line.append(_said(bytes(operands[-1]), table))
            case "TJ":
                for piece in operands[0]:
                    if isinstance(piece, pikepdf.String):
                        line.append(_said(bytes(piece), table))
                    elif float(piece) < _GAP:
                        line.append(" ")
            case "Td" | "TD" | "Tm" | "T*" | "ET":
                _end(line, found)
            case "Do" if depth < _DEEPEST:
                inner = resources.get("/XObject", {}).get(str(operands[0]))
                if inner is not None and inner.get("/Subtype") == "/Form":
                    _read(inner, found, depth + 1)
        if len(found) >= MOST_LINES:
            return
    _end(line, found)


def _end(line: list[str], found: list[str]) -> None:
    if line:
        found.append("".join(line))
        line.clear()


def _said(raw: bytes, table: Table | None) -> str:
    if table is None:
        return raw.decode("cp1252", "replace")
    width, meanings = table
    codes = (int.from_bytes(raw[at : at + width], "big") for at in range(0, len(raw), width))
    return "".join(meanings.get(code, "\ufffd") for code in codes)


def _table_of(font: Any) -> Table | None:
    """From a font's codes to characters, and how many bytes a code has."""
    if font is None or "/ToUnicode" not in font:
        return None
    text = font.ToUnicode.read_bytes()
    width, meanings = 1, {}
    for kind, block in _BLOCK.findall(text):
        if kind == b"codespacerange":
            if found := _HEX.search(block):
                width = max(1, min(4, len(found.group(1)) // 2))
        elif kind == b"bfchar":
            pairs = _HEX.findall(block)
            for code, meaning in zip(pairs[::2], pairs[1::2], strict=False):
                meanings[int(code, 16)] = _characters(meaning)
        else:
            for first, last, meaning in _RANGE.findall(block):
                _fill(meanings, int(first, 16), int(last, 16), meaning)
        if len(meanings) > _MOST_CODES:
            return None
    return width, meanings


def _fill(meanings: dict[int, str], first: int, last: int, meaning: bytes) -> None:
    last = min(last, first + 0xFFFF)
    if meaning.startswith(b"["):
        for code, one in zip(range(first, last + 1), _HEX.findall(meaning), strict=False):
            meanings[code] = _characters(one)
        return
    start = _characters(meaning.strip(b"<>"))
    if not start:
        return
    for code in range(first, last + 1):
        point = ord(start[-1]) + code - first
        if point > 0x10FFFF:
            return
        meanings[code] = start[:-1] + chr(point)


def _characters(digits: bytes) -> str:
    packed = b"".join(digits.split())
    return bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode()).decode("utf-16-be", "replace")
