"""The letters on what we draw: four faces of the house style, each with a stand-in that knows more alphabets.

Archivo and Atkinson Hyperlegible have no Greek or Cyrillic, and Atkinson has no Vietnamese. A text that its own face
cannot write is written in Inter as a whole: a name in two faces would look like a ransom note.
"""

import functools
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"
FACES = {
    "head": ("Archivo_600SemiBold", "Inter_600SemiBold"),
    "text": ("AtkinsonHyperlegibleNext_400Regular", "Inter_400Regular"),
    "strong": ("AtkinsonHyperlegibleNext_600SemiBold", "Inter_600SemiBold"),
    "code": ("AtkinsonHyperlegibleMono_400Regular", "Inter_400Regular"),
}
_WHITE = re.compile(r"[ \t\r\n\f\v\x85\u2028\u2029]+")


class Undrawable(ValueError):
    """The text has characters that no face of ours can write; an empty box on a certificate is worse than none."""

    def __init__(self, characters: set[str]):
        self.characters = characters
        super().__init__("No letter for: " + " ".join(f"U+{ord(c):04X} {c}" for c in sorted(characters)))


_SETTING = threading.RLock()


@contextmanager
def one_document_at_a_time() -> Iterator[None]:
    """Around whatever draws a document with these fonts; also as a decorator.

    All threads of a process share ReportLab's fonts, which are made for one: the first documents of a worker, drawn at
    once, failed over letters that another was still reading.
    """
    with _SETTING:
        yield


def fonts() -> dict[str, TTFont]:
    """Every face by file name, read and registered once per process; what is embedded is a subset per document."""
    with _SETTING:
        return _fonts()


@functools.cache
def _fonts() -> dict[str, TTFont]:
    found: dict[str, TTFont] = {}
    for name in {name for pair in FACES.values() for name in pair}:
        found[name] = TTFont(name, str(FOLDER / f"{name}.ttf"), asciiReadable=False)
        pdfmetrics.registerFont(found[name])
    return found


@functools.lru_cache(maxsize=2048)
def tidy(text: str) -> str:
    """The text as it can be set: composed accents, single spaces, no invisible characters (direction marks, soft
    hyphens, controls). A non-breaking hyphen becomes a plain one: lines break at spaces only.
    """
    text = _WHITE.sub(" ", unicodedata.normalize("NFC", text)).replace("\u2011", "-")
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf")).strip(" ")


def undrawable(text: str) -> set[str]:
    """The characters of this text for which there is no letter. The stand-in decides: it covers all other faces."""
    return set(tidy(text)) - _letters("Inter_400Regular", "Inter_600SemiBold")


@functools.lru_cache(maxsize=2048)
def font_for(face: str, text: str) -> str:
    """The font in which this whole (tidied) text is written. Raises Undrawable."""
    fonts()  # also for no text at all: whoever asks for a font is about to write with it
    own, stand_in = FACES[face]
    if _letters(own).issuperset(text):
        return own
    if missing := undrawable(text):
        raise Undrawable(missing)
    return stand_in


def width(text: str, font: str, size: float) -> float:
    """In points, without tracking."""
    return _width_at_one_point(text, font) * size


@functools.lru_cache(maxsize=8192)
def _width_at_one_point(text: str, font: str) -> float:
    """A layout is tried at many sizes; a word is measured once."""
    return float(fonts()[font].stringWidth(text, 1000)) / 1000


@functools.cache
def _letters(*names: str) -> frozenset[str]:
    """The characters that each of these fonts has."""
    return frozenset.intersection(*(frozenset(map(chr, fonts()[name].face.charToGlyph)) for name in names))
