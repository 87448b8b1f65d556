"""The catalogue as one visitor asked for it: searched, narrowed, sorted, cut into pages, each step an address.

What there is, is read as bare facts (``cms.shelf``); what fits is then a matter of counting in memory. That keeps the
number of queries the same whatever is asked and however many courses there are, and the answers the same on every
database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms import search
from cms.cards.courses import CourseCard
from cms.comparing import course_param
from cms.facets import Chosen, CourseFacts, Facet, Narrowing
from cms.models import CourseIndexPage
from cms.search.spelling import known_words
from cms.shelf import Item, Shelf, asked_of, by_title, here_params

PER_PAGE = 8
# A search box is for a few words; what is longer is cut, or one request could ask for thousands of comparisons.
LONGEST_QUESTION = 100
# Fewer finds than this, and we say what else may have been meant.
FEW = 3


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Advice:
    """What to try when nothing was found: the one filter whose removal brings most back."""

    without: str
    without_url: str
    without_count: int


class Catalogue:
    """What templates/cms/course_index_page.html draws."""

    def __init__(self, index: CourseIndexPage, request: HttpRequest, moment: datetime) -> None:
        self.request = request
        self.question = " ".join(request.GET.get("q", "").split())[:LONGEST_QUESTION]
        self.shelf = Shelf(index.locale.language_code, moment, index)
        self._labels = self.shelf.labels()
        self.chosen: Chosen = self._chosen()
        self._search()

    # What was asked ------------------------------------------------------------------------------------------------

    def _chosen(self) -> Chosen:
        """The choices that exist; anything else in the address is left out, so that a stray link still finds."""
        found = {}
        for facet, labels in self._labels.items():
            known = {value for value, _label in labels}
            if picked := frozenset(known.intersection(asked_of(self.request, facet))):
                found[facet] = picked
        return found

    def _search(self) -> None:
        """Find what was asked; where there is nothing, find what may have been meant. With few finds, say it only."""
        language = self.shelf.language
        self.worth = search.find(self.question, language)
        self.meant = self.instead = ""
        if self.question and len(self._searched_of(self.worth)) < FEW:
            self.meant = search.meant(self.question, known_words(language), language)
            if self.meant and not self._searched_of(self.worth):
                self.worth, self.instead = search.find(self.meant, language), self.meant

    @property
    def sort(self) -> str:
        asked = self.request.GET.get("sort", "")
        known = [value for value, _label in self.sorts]
        return asked if asked in known else known[0]

    @property
    def sorts(self) -> list[tuple[str, str]]:
        """The orders on offer, the usual one first. Without a question what fits best is what starts first."""
        return [
            ("match", _("Most relevant")),
            ("start", _("Earliest start")),
            ("title", _("Title, A to Z")),
            ("hours", _("Shortest first")),
            ("price", _("Lowest price")),
        ]

    # What was found ------------------------------------------------------------------------------------------------

    def _searched_of(self, worth: dict[int, float]) -> list[Item]:
        return [item for item in self.shelf.items if not self.question or item.course in worth]

    @cached_property
    def _searched(self) -> list[Item]:
        return self._searched_of(self.worth)

    @cached_property
    def _narrowing(self) -> Narrowing:
        facts: list[CourseFacts] = [item.facts for item in self._searched]
        return Narrowing(facts)

    @cached_property
    def _found(self) -> list[Item]:
        fitting = self._narrowing.keys(self.chosen)
        return sorted((item for item in self._searched if item.course in fitting), key=self._order())

    def _order(self) -> Callable[[Item], Any]:
        start = self.shelf.by_start(self.chosen)
        match self.sort:
            case "match":
                return lambda item: (-self.worth.get(item.course, 0), *start(item))
            case "title":
                return by_title
            case "price":
                return lambda item: (item.cents is None, item.cents or 0, *start(item))
            case "hours":
                return lambda item: (item.minutes, *start(item))
            case _:
                return start

    @cached_property
    def shown(self) -> Page:
        return Paginator(self._found, PER_PAGE).get_page(self.request.GET.get("page"))

    @cached_property
    def cards(self) -> list[CourseCard]:
        return self.shelf.cards(list(self.shown.object_list), self.request, self.chosen)

    @property
    def count(self) -> int:
        return len(self._found)

    @property
    def count_said(self) -> str:
        return ngettext("%(count)s course", "%(count)s courses", self.count) % {"count": self.count}

    @property
    def range_said(self) -> str:
        """Which of them are on this page; nothing when all are."""
        if not self.shown.has_other_pages():
            return ""
        return _("%(first)s to %(last)s shown") % {"first": self.shown.start_index(), "last": self.shown.end_index()}

    # How to go on --------------------------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> list[Facet]:
        legends = {
            "who": _("For whom"),
            "theme": _("Subject"),
            "lab": _("Lab"),
            "start": _("Starts in"),
            "free": _("Availability"),
            "level": _("Level"),
            "duration": _("Hours of study"),
            "price": _("Price"),
            "form": _("Form"),
            "language": _("Language of the course"),
        }
        names = here_params()
        return [
            Facet(facet, names[facet], legend, self._narrowing.options(self.chosen, facet, labels))
            for facet, legend in legends.items()
            if len(labels := self._labels[facet]) > 1 or (facet == "free" and labels)
        ]

    @property
    def filters(self) -> int:
        """How many choices are in force."""
        return sum(len(values) for values in self.chosen.values())

    def address(self, *, question: str | None = None, leave_out: tuple[str, str] | None = None) -> str:
        """The query of an address like this one: another question, one choice less. Always back on page one."""
        pairs = [
            (name, value)
            for facet, name in here_params().items()
            for value in sorted(self.chosen.get(facet, ()))
            if (facet, value) != leave_out
        ]
        if asked := self.question if question is None else question:
            pairs.insert(0, ("q", asked))
        if self.sort != self.sorts[0][0]:
            pairs.append(("sort", self.sort))
        return f"?{urlencode(pairs)}" if pairs else "?"

    @property
    def here(self) -> str:
        """The address of what is shown now, as one would share it."""
        number = self.shown.number
        query = self.address() if number == 1 else f"{self.page_address}{number}"
        return f"{self.request.path}{'' if query == '?' else query}"

    @property
    def page_address(self) -> str:
        """What stands before the number of a page."""
        here = self.address()
        return f"{here}page=" if here == "?" else f"{here}&page="

    @property
    def meant_url(self) -> str:
        return self.address(question=self.meant)

    @property
    def compare_param(self) -> str:
        return course_param()

    @cached_property
    def chips(self) -> list[Chip]:
        found = []
        if self.question:
            found.append(Chip(_("“%(words)s”") % {"words": self.question}, self.address(question="")))
        for facet, labels in self._labels.items():
            picked = self.chosen.get(facet, frozenset())
            found += [Chip(label, self.address(leave_out=(facet, value))) for value, label in labels if value in picked]
        return found

    @cached_property
    def advice(self) -> Advice:
        best = (0, "", "")
        for facet, values in self.chosen.items():
            for value in sorted(values):
                count = self._narrowing.count({**self.chosen, facet: values - {value}})
                if count > best[0]:
                    best = (count, dict(self._labels[facet])[value], self.address(leave_out=(facet, value)))
        count, label, url = best
        return Advice(label, url, count)
