"""Everything we keep about one person, gathered from the declarations; as a page, as JSON and as PDF."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer

from lms.kernel.context import identity
from lms.kernel.formats import date_time, plain_date
from lms.kernel.lettering import fonts, one_document_at_a_time
from lms.kernel.privacy import REGISTER, Declaration, Subject

SHOWN = 20  # of one kind on the page; the files have all of them
VERSION = 1


@dataclass(frozen=True)
class Kept:
    """What one model keeps about someone: what for, until when, and the rows."""

    declaration: Declaration
    rows: list[dict[str, Any]]
    total: int

    @property
    def title(self) -> str:
        return capfirst(str(self.declaration.model._meta.verbose_name_plural))

    @property
    def label(self) -> str:
        return self.declaration.model._meta.label

    @property
    def told(self) -> list[list[tuple[str, str]]]:
        """The rows in words; what is empty, and what is only a number of ours, is left out."""
        return [lines for row in self.rows if (lines := self._lines(row))]

    @property
    def more(self) -> int:
        return self.total - len(self.rows)

    def _lines(self, row: dict[str, Any]) -> list[tuple[str, str]]:
        model = self.declaration.model
        return [
            (capfirst(_name_of(model, name)), said)
            for name, value in row.items()
            if name != "id" and (said := words(value))
        ]


def kept_about(subject: Subject, *, most: int | None = None) -> list[Kept]:
    """Every kind of row about this person that there is, by what it is called."""
    found = []
    for declaration in REGISTER.values():
        if declaration.personal and (declaration.owner or declaration.address or declaration.number):
            rows = []
            for row in declaration.export(subject):
                rows.append(row)
                if most is not None and len(rows) == most:
                    break
            if rows:
                total = len(rows) if most is None or len(rows) < most else declaration.rows_of(subject).count()
                found.append(Kept(declaration, rows, total))
    return sorted(found, key=lambda one: (one.label != "people.User", one.title))


def how_much(subject: Subject) -> int:
    """How many rows there are: what decides whether a file is made while one waits."""
    declared = [one for one in REGISTER.values() if one.owner or one.address or one.number]
    return sum(one.rows_of(subject).count() for one in declared)


def words(value: Any) -> str:
    """A value as a reader writes it."""
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return date_time(value)
        case date():
            return plain_date(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
        case _other:
            return str(value)


# Files ----------------------------------------------------------------------------------------------------------------


def written_as(file_format: str, subject: Subject, *, at: datetime) -> bytes:
    """All of it, in the language of the person."""
    with translation.override(subject.user.language):
        kept = kept_about(subject)
        return _pdf(kept, subject, at=at) if file_format == "pdf" else _json(kept, at=at)


def _json(kept: list[Kept], *, at: datetime) -> bytes:
    """Per model what for, on what ground, until when, what each column is called, and every row."""
    content = {
        "version": VERSION,
        "made_at": at,
        "about": _("Everything we keep about you. Dates are in ISO 8601, times in UTC; “columns” says what each is."),
        "kept": [
            {
                "model": one.label,
                "title": one.title,
                "purpose": str(one.declaration.purpose),
                "ground": str(one.declaration.ground),
                "kept": str(one.declaration.keep),
                "columns": {name: _name_of(one.declaration.model, name) for name in one.rows[0]},
                "rows": one.rows,
            }
            for one in kept
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder).encode()


def _name_of(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column, never a relation back


@cache
def _styles() -> dict[str, ParagraphStyle]:
    fonts()
    text = ParagraphStyle("text", fontName="AtkinsonHyperlegibleNext_400Regular", fontSize=9.5, leading=13)
    return {
        "text": text,
        "small": ParagraphStyle("small", parent=text, fontSize=8.5, leading=11.5, textColor=HexColor("#40535a")),
        "title": ParagraphStyle("title", fontName="Archivo_600SemiBold", fontSize=22, leading=27, spaceAfter=4 * mm),
        "head": ParagraphStyle(
            "head", fontName="Archivo_600SemiBold", fontSize=13, leading=17, spaceBefore=6 * mm, keepWithNext=True
        ),
        "row": ParagraphStyle("row", parent=text, leftIndent=4 * mm, spaceBefore=1.5 * mm),
    }


def _pdf(kept: list[Kept], subject: Subject, *, at: datetime) -> bytes:
    """To read and to print: the same words as the page, every row."""
    style, paper = _styles(), BytesIO()
    who = subject.user.full_name or subject.user.email
    story: list[Flowable] = [
        Paragraph(escape(_("Your own data")), style["title"]),
        Paragraph(escape(f"{who} · {identity().name} · {date_time(at)}"), style["text"]),
    ]
    for one in kept:
        story.append(Paragraph(escape(one.title), style["head"]))
        about = _("What for: %(purpose)s On what ground: %(ground)s. Until when: %(keep)s.") % {
            "purpose": one.declaration.purpose,
            "ground": one.declaration.ground,
            "keep": one.declaration.keep,
        }
        story.append(Paragraph(escape(about), style["small"]))
        for lines in one.told:
            said = "<br/>".join(f"{escape(term)}: {escape(words)[:4000]}" for term, words in lines)
            story.append(Paragraph(said, style["row"]))
    story.append(Spacer(1, 6 * mm))
    document = SimpleDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        title=_("Your own data"),
        author=identity().name,
        lang=subject.user.language,
    )
    with one_document_at_a_time():
        document.build(story)
    return paper.getvalue()
