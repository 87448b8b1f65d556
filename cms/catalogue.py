"""The catalogue as one visitor asked for it: searched, narrowed, sorted, cut into pages, each step an address.

All courses are read once, with their coming editions; what fits is then a matter of comparing in memory. That keeps
the number of queries the same whatever is asked, and the answers the same on every database.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cms import search
from cms.cards import courses as cards
from cms.facets import Chosen, CourseFacts, EditionFacts, Facet, options_of
from cms.models import CourseIndexPage, CoursePage
from courses.models import Course, Mode, Theme
from courses.phases import Phase
from enrolments.models import LearnerCategory
from lms.kernel import formats
from lms.kernel.languages import in_language
from lms.people.models import Organisation

PER_PAGE = 8
# A search box is for a few words; what is longer is cut, or one request could ask for thousands of comparisons.
LONGEST_QUESTION = 100


def params() -> dict[str, str]:
    """The names of the facets in an address, in the active language."""
    return {
        "who": pgettext("in an address", "who"),
        "theme": pgettext("in an address", "theme"),
        "lab": pgettext("in an address", "lab"),
        "form": pgettext("in an address", "form"),
        "language": pgettext("in an address", "language"),
        "start": pgettext("in an address", "start"),
        "free": pgettext("in an address", "free"),
    }


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class Advice:
    """What to try when nothing was found."""

    suggestion: str
    suggestion_url: str
    without: str
    without_url: str
    without_count: int


class Catalogue:
    """What templates/cms/course_index_page.html draws."""

    def __init__(self, index: CourseIndexPage, request: HttpRequest, moment: datetime) -> None:
        self.request, self.moment = request, moment
        self.question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
        pages = CoursePage.objects.filter(locale=index.locale_id)
        pages = pages.descendant_of(index) if index.pk else pages.none()
        self.pages: list[CoursePage] = list(
            cards.with_editions(pages, moment).prefetch_related("course__themes", "course__labs")
        )
        language = index.locale.language_code
        self.worth = search.find(self.question, language)
        self.facts = {page.pk: self._facts_of(page) for page in self.pages}
        self.chosen: Chosen = self._chosen()

    # What there is -------------------------------------------------------------------------------------------------

    def _facts_of(self, page: CoursePage) -> CourseFacts:
        course: Course = page.course
        houses = list(course.labs.all()) or [course.provider]
        return CourseFacts(
            key=course.pk,
            values={
                "who": frozenset(course.categories),
                "theme": frozenset(theme.code for theme in course.themes.all()),
                "lab": frozenset(_code_of(house) for house in houses),
                "form": frozenset({course.mode}),
            },
            editions=[
                EditionFacts(
                    language=edition.language,
                    start=f"{formats.local(edition.starts_at):%Y-%m}",
                    free=edition.phase(self.moment) in {Phase.OPEN, Phase.LAST_SEATS},
                )
                for edition in cards.coming(course)
                if edition.starts_at
            ],
        )

    @cached_property
    def _labels(self) -> dict[str, list[tuple[str, str]]]:
        """Per facet the values that occur, with their names, in the order in which they are shown."""
        themes: dict[str, Theme] = {}
        houses: dict[str, Organisation] = {}
        for page in self.pages:
            themes |= {theme.code: theme for theme in page.course.themes.all()}
            houses |= {_code_of(house): house for house in page.course.labs.all() or [page.course.provider]}
        every = list(self.facts.values())
        categories = {value for facts in every for value in facts.values["who"]}
        modes = {value for facts in every for value in facts.values["form"]}
        languages = {edition.language for facts in every for edition in facts.editions}
        months = {edition.start for facts in every for edition in facts.editions}
        plural = _plurals()
        return {
            "who": [(one.value, plural[one]) for one in LearnerCategory if one.value in categories],
            "theme": sorted(
                ((code, in_language(theme, "name")) for code, theme in themes.items()), key=lambda pair: pair[1]
            ),
            "lab": sorted(((code, house.name) for code, house in houses.items()), key=lambda pair: pair[1].casefold()),
            "form": [(one.value, str(one.label).capitalize()) for one in Mode if one.value in modes],
            "language": [
                (code, name) for code, name in (("nl", _("Dutch")), ("en", _("English"))) if code in languages
            ],
            "start": [(month, _month_said(month)) for month in sorted(months)],
            "free": [("1", _("Only with places free"))],
        }

    # What was asked ------------------------------------------------------------------------------------------------

    def _chosen(self) -> Chosen:
        """The choices that exist; anything else in the address is left out, so that a stray link still finds."""
        found = {}
        for facet, param in params().items():
            known = {value for value, _label in self._labels[facet]}
            # The English name is understood everywhere: links from elsewhere need not know our languages.
            asked = {*self.request.GET.getlist(param), *self.request.GET.getlist(facet)}
            if picked := frozenset(asked & known):
                found[facet] = picked
        return found

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
            ("price", _("Lowest price")),
            ("hours", _("Shortest first")),
        ]

    # What was found ------------------------------------------------------------------------------------------------

    @cached_property
    def _searched(self) -> list[CoursePage]:
        return [page for page in self.pages if not self.question or page.course_id in self.worth]

    @cached_property
    def _searched_facts(self) -> list[CourseFacts]:
        return [self.facts[page.pk] for page in self._searched]

    @cached_property
    def _found(self) -> list[CoursePage]:
        return sorted((page for page in self._searched if self.facts[page.pk].fits(self.chosen)), key=self._order)

    @property
    def _order(self) -> Callable[[CoursePage], Any]:
        def start(page: CoursePage) -> tuple:
            edition = cards.next_of(cards.coming(page.course), self.moment)
            return (edition is None, edition.starts_at if edition else self.moment, page.course.code)

        def price(page: CoursePage) -> tuple:
            cents = cards.standard_price(page.course)
            return (cents is None, cents or 0, *start(page))

        match self.sort:
            case "match":
                return lambda page: (-self.worth.get(page.course_id, 0), *start(page))
            case "price":
                return price
            case "hours":
                return lambda page: (page.course.total_minutes, *start(page))
            case _:
                return start

    @cached_property
    def shown(self) -> Page:
        return Paginator(self._found, PER_PAGE).get_page(self.request.GET.get("page"))

    @cached_property
    def cards(self) -> list[cards.CourseCard]:
        return [cards.card_of(page, self.request, self.moment) for page in self.shown.object_list]

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
            "form": _("Form"),
            "language": _("Language of the course"),
            "start": _("Starts in"),
            "free": _("Availability"),
        }
        return [
            Facet(facet, param, legends[facet], options_of(self._searched_facts, self.chosen, facet, labels))
            for facet, param in params().items()
            if len(labels := self._labels[facet]) > 1 or (facet == "free" and labels)
        ]

    @property
    def filters(self) -> int:
        """How many choices are in force."""
        return sum(len(values) for values in self.chosen.values())

    def address(self, *, question: str | None = None, leave_out: tuple[str, str] | None = None) -> str:
        """The query of an address like this one: another question, one choice less. Always back on page one."""
        names = params()
        pairs = [
            (names[facet], value)
            for facet in names
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

    @cached_property
    def chips(self) -> list[Chip]:
        found = []
        if self.question:
            found.append(Chip(_("“%(words)s”") % {"words": self.question}, self.address(question="")))
        for facet, labels in self._labels.items():
            picked = self.chosen.get(facet, frozenset())
            found += [Chip(label, self.address(leave_out=(facet, value))) for value, label in labels if value in picked]
        return found

    @property
    def advice(self) -> Advice:
        """The nearest word we know, and the one filter whose removal brings most back."""
        meant = search.suggestion(self.question, self.pages) if self.question and not self._searched else ""
        best = (0, "", "")
        for facet, values in self.chosen.items():
            for value in values:
                fewer = {**self.chosen, facet: values - {value}}
                count = sum(facts.fits(fewer) for facts in self._searched_facts)
                if count > best[0]:
                    best = (count, dict(self._labels[facet])[value], self.address(leave_out=(facet, value)))
        count, label, url = best
        return Advice(meant, self.address(question=meant) if meant else "", label, url, count)


def _code_of(house: Organisation) -> str:
    return house.code or str(house.pk)


def _month_said(month: str) -> str:
    year, number = map(int, month.split("-"))
    return date_format(date(year, number, 1), "F Y")


def _plurals() -> dict[str, str]:
    """The categories as groups one may belong to."""
    return {
        LearnerCategory.EMPLOYEE: _("Employees"),
        LearnerCategory.CAREER_SWITCHER: _("Career switchers"),
        LearnerCategory.STUDENT: _("Students"),
        LearnerCategory.SELF_EMPLOYED: _("Self-employed"),
        LearnerCategory.JOB_SEEKER: _("Job seekers"),
        LearnerCategory.TEACHER: _("Teachers"),
        LearnerCategory.OTHER: _("Others"),
    }
