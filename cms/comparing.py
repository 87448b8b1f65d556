"""Up to three courses beside each other. Which ones is in the address, so nobody has to remember a visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from wagtail.query import PageQuerySet

from cms import menus
from cms.cards.course_page import PAYERS
from cms.cards.courses import coming, hours_of, next_of, price_said, with_editions, without_date
from cms.cards.editions import BY_PARTS, Chip, chip_of, place_of
from cms.models import CoursePage
from courses.models import Course, Edition, Price
from lms.kernel import formats
from lms.kernel.languages import LANGUAGES, current_language, in_language

MOST = 3
# Codes in an address that are looked at; a longer address is nobody's choice.
_LOOKED_AT = 20


@lru_cache
def _names() -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = pgettext("in an address", "course")
    return found


def course_param() -> str:
    """How a course is called in an address, in the active language."""
    return _names()[current_language()]


def asked_codes(request: HttpRequest) -> list[str]:
    """The codes in an address, each once, under the name of any of our languages: links travel between them."""
    names = dict.fromkeys((*_names().values(), "course"))
    codes = [code.strip() for name in names for code in request.GET.getlist(name)]
    return list(dict.fromkeys(code for code in codes if code))[:_LOOKED_AT]


def compare_url(codes: Iterable[str] = ()) -> str:
    """The address that compares these."""
    query = urlencode([(course_param(), code) for code in codes])
    return f"{reverse('cms:compare')}{'?' if query else ''}{query}"


@dataclass(frozen=True)
class Cell:
    """What one course has for one row: lines of text, or the state of its next edition."""

    lines: Sequence[str] = ()
    chip: Chip | None = None


@dataclass(frozen=True)
class Row:
    """One fact of each course, in the order of the columns."""

    label: str
    cells: Sequence[Cell]
    columns: Sequence[Column]

    @property
    def differs(self) -> bool:
        return any(cell != self.cells[0] for cell in self.cells)

    @property
    def by_column(self) -> Iterable[tuple[Column, Cell]]:
        return zip(self.columns, self.cells, strict=True)

    @property
    def says_something(self) -> bool:
        return any(cell.lines or cell.chip for cell in self.cells)


@dataclass(frozen=True)
class Column:
    """One course at the head of the table."""

    page: CoursePage
    url: str
    remove_url: str
    edition: Edition | None
    editions: Sequence[Edition] = field(default_factory=tuple)

    @property
    def course(self) -> Course:
        course: Course = self.page.course
        return course


class Comparison:
    """What templates/cms/compare.html draws."""

    def __init__(self, request: HttpRequest, moment: datetime) -> None:
        self.request, self.moment = request, moment
        self.asked = asked_codes(request)
        self._pages = CoursePage.objects.live().filter(locale__language_code=current_language())
        by_code = {page.course.code: page for page in self._read()}
        known = [by_code[code] for code in self.asked if code in by_code]
        self.unknown = len(self.asked) - len(known)
        self.left_out = [page.title for page in known[MOST:]]
        self.codes = [page.course.code for page in known[:MOST]]
        self.columns = [self._column(page) for page in known[:MOST]]

    def _read(self) -> PageQuerySet:
        asked = self._pages.filter(course__code__in=self.asked)
        return with_editions(asked, self.moment).prefetch_related("course__labs", "course__course_skills__skill")

    def _column(self, page: CoursePage) -> Column:
        editions = coming(page.course)
        return Column(
            page=page,
            url=page.get_url(self.request) or "",
            remove_url=compare_url(code for code in self.codes if code != page.course.code),
            edition=next_of(editions, self.moment),
            editions=editions,
        )

    @property
    def param(self) -> str:
        return course_param()

    @property
    def _list(self) -> menus.Entry | None:
        return menus.entries_of(self.request).get("courses")

    @property
    def list_url(self) -> str:
        return self._list.url if self._list else ""

    @property
    def list_title(self) -> str:
        return self._list.label if self._list else ""

    @property
    def has_room(self) -> bool:
        return len(self.columns) < MOST

    @cached_property
    def others(self) -> list[tuple[str, str]]:
        """What one can add: code and title."""
        rows = self._pages.exclude(course__code__in=self.codes).order_by("title").values_list("course__code", "title")
        return list(rows)

    @cached_property
    def rows(self) -> list[Row]:
        rows = [Row(label, [cell(one) for one in self.columns], self.columns) for label, cell in self._cells()]
        return [row for row in rows if row.says_something]

    def _cells(self) -> list[tuple[str, Callable[[Column], Cell]]]:
        prices = [
            (_("Price: %(payer)s") % {"payer": said()}, _price_for(audience)) for audience, said in PAYERS.items()
        ]
        return [
            (_("Next start"), _start),
            (_("Places"), lambda column: Cell(chip=self._chip(column))),
            (_("Where"), _where),
            (_("Lab"), _lab),
            (_("Duration"), _duration),
            (_("Level"), lambda column: _said(column, "level_label")),
            (_("Form"), lambda column: _said(column, "format")),
            (_("Language"), _language),
            *prices,
            (_("What you get"), lambda column: Cell([_capital(column.course.get_certificate_kind_display())])),
            (_("Skills"), _skills),
            (_("What you need beforehand"), lambda column: _said(column, "admission")),
        ]

    def _chip(self, column: Column) -> Chip:
        return chip_of(column.edition, self.moment) if column.edition else without_date(column.page)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _said(column: Column, fact: str) -> Cell:
    words = in_language(column.course, fact)
    return Cell([_capital(words)] if words else [])


def _start(column: Column) -> Cell:
    if column.edition is None or column.edition.starts_at is None:
        return Cell([_("Taken in steps") if without_date(column.page) == BY_PARTS else _("No date planned")])
    return Cell([formats.short_date_year(column.edition.starts_at)])


def _where(column: Column) -> Cell:
    return Cell([place_of(column.edition) if column.edition else column.course.provider.city])


def _lab(column: Column) -> Cell:
    return Cell([house.name for house in column.course.labs.all()] or [column.course.provider.name])


def _duration(column: Column) -> Cell:
    course = column.course
    lines = [hours_of(course.total_minutes)]
    if course.contact_minutes != course.total_minutes:
        lines.append(_("%(hours)s taught") % {"hours": hours_of(course.contact_minutes)})
    return Cell(lines)


def _language(column: Column) -> Cell:
    return Cell(list(dict.fromkeys(_capital(str(one.get_language_display())) for one in column.editions)))


def _price_for(audience: str) -> Callable[[Column], Cell]:
    def price(column: Column) -> Cell:
        prices = {one.audience: one.cents for one in column.course.prices.all()}
        cents = prices.get(Price.Audience(audience))
        return Cell([] if cents is None else [_capital(price_said(cents))])

    return price


def _skills(column: Column) -> Cell:
    return Cell([_capital(in_language(one.skill, "name")) for one in column.course.course_skills.all()])
