"""What stands in the catalogue at a moment: every course that has a page, with its coming editions, as bare facts.

Read in five narrow queries whatever the number of courses, so that a thousand editions can be counted, sorted and
narrowed in memory; only what is drawn is then read as a whole (``cards``). Lists of choices are made here too, since
they are of what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db.models import ExpressionWrapper, F, IntegerField, Prefetch, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext
from wagtail.query import PageQuerySet

from cms.cards import courses as cards
from cms.facets import Chosen, CourseFacts, EditionFacts
from cms.models import CourseIndexPage, CoursePage
from cms.search import words_of
from courses.models import Course, Edition, Mode, Price
from enrolments.models import LearnerCategory
from lms.kernel import formats
from lms.kernel.languages import LANGUAGES, current_language

# Hours of study in all, and euros at the standard price: up to and including, the last one being all above.
HOURS = (8, 24, 40, 80)
EUROS = (500, 1000, 2000)
MORE = "more"
NO_CHARGE = "free"


@dataclass(frozen=True, slots=True)
class Run(EditionFacts):
    """A coming edition: what it is narrowed by, and what one sorts and chooses by."""

    starts_at: datetime | None = None
    takes_enrolments: bool = False


@dataclass(slots=True)
class Item:
    """A course with a page in one language."""

    page: int
    course: int
    code: str
    title: str
    mode: str
    minutes: int
    facts: CourseFacts
    cents: int | None = None
    runs: list[Run] = field(default_factory=list)

    def next_run(self, chosen: Chosen) -> Run | None:
        """The edition its card speaks of: of those asked for the soonest that can be joined, else the soonest."""
        fitting = [run for run in self.runs if run.fits(chosen)] or self.runs
        return next((run for run in fitting if run.takes_enrolments), None) or next(iter(fitting), None)


@lru_cache
def params() -> dict[str, dict[str, str]]:
    """By language, how each facet is called in an address."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = {
                "who": pgettext("in an address", "who"),
                "theme": pgettext("in an address", "theme"),
                "lab": pgettext("in an address", "lab"),
                "form": pgettext("in an address", "form"),
                "language": pgettext("in an address", "language"),
                "level": pgettext("in an address", "level"),
                "start": pgettext("in an address", "start"),
                "duration": pgettext("in an address", "duration"),
                "price": pgettext("in an address", "price"),
                "free": pgettext("in an address", "free"),
            }
    return found


def asked_of(request: HttpRequest, facet: str) -> list[str]:
    """What an address asks of a facet, under its name in any of our languages: links travel between them."""
    names = dict.fromkeys([facet, *(of[facet] for of in params().values())])
    return [value for name in names for value in request.GET.getlist(name)]


class Shelf:
    """All of it, for one language."""

    def __init__(self, language: str, moment: datetime, index: CourseIndexPage | None = None) -> None:
        self.language, self.moment = language, moment
        pages = CoursePage.objects.live().filter(locale__language_code=language)
        if index is not None:  # the preview of a catalogue that is not saved yet has nothing under it
            pages = pages.descendant_of(index) if index.pk else pages.none()
        self.pages = pages
        # Per facet the values that occur, with what they are called.
        self._names: dict[str, dict[str, str]] = {facet: {} for facet in params()[language]}
        self.items = self._read()
        self.facts = [item.facts for item in self.items]

    def _read(self) -> list[Item]:
        houses = self._houses()
        themes = self._themes()
        prices = self._prices()
        found: dict[int, Item] = {}
        for row in self.pages.values(
            "pk",
            "title",
            "course_id",
            "course__code",
            "course__mode",
            "course__categories",
            f"course__level_label_{self.language}",
            "course__level_label_nl",
            "course__contact_minutes",
            "course__self_study_minutes",
            "course__assessment_minutes",
            "course__provider_id",
            "course__provider__code",
            "course__provider__name",
        ):
            course = row["course_id"]
            minutes = sum(row[f"course__{kind}_minutes"] for kind in ("contact", "self_study", "assessment"))
            level = slugify(row["course__level_label_nl"])  # the same address in both languages
            cents = prices.get(course, {})
            standard = cents.get(Price.Audience.STANDARD)
            own = {row["course__provider__code"] or str(row["course__provider_id"]): row["course__provider__name"]}
            lent = houses.get(course) or own
            self._names["level"][level] = row[f"course__level_label_{self.language}"] or row["course__level_label_nl"]
            self._names["lab"] |= lent
            runs: list[Run] = []
            found[course] = Item(
                page=row["pk"],
                course=course,
                code=row["course__code"],
                title=row["title"],
                mode=row["course__mode"],
                minutes=minutes,
                cents=standard,
                runs=runs,
                facts=CourseFacts(
                    key=course,
                    values={
                        "who": frozenset(map(str, row["course__categories"])),
                        "theme": themes.get(course, frozenset()),
                        "lab": frozenset(lent),
                        "form": frozenset({row["course__mode"]}),
                        "level": frozenset({level}),
                        "duration": frozenset({_step(minutes / 60, HOURS)}),
                        "price": frozenset(_prices(standard, cents.values())),
                    },
                    editions=runs,
                ),
            )
        for course, run in self._runs():
            if course in found:
                found[course].runs.append(run)
        return list(found.values())

    def _houses(self) -> dict[int, dict[str, str]]:
        found: dict[int, dict[str, str]] = {}
        rows = Course.labs.through.objects.values_list(
            "course_id", "organisation_id", "organisation__code", "organisation__name"
        )
        for course, pk, code, name in rows:
            found.setdefault(course, {})[code or str(pk)] = name
        return found

    def _themes(self) -> dict[int, frozenset[str]]:
        shown = Course.themes.through.objects.filter(course__in=self.pages.values("course"))
        found: dict[int, set[str]] = {}
        for course, code, name, other in shown.values_list(
            "course_id", "theme__code", f"theme__name_{self.language}", "theme__name_nl"
        ):
            found.setdefault(course, set()).add(code)
            self._names["theme"][code] = name or other
        return {course: frozenset(codes) for course, codes in found.items()}

    def _prices(self) -> dict[int, dict[str, int]]:
        found: dict[int, dict[str, int]] = {}
        for course, audience, cents in Price.objects.values_list("course_id", "audience", "cents"):
            found.setdefault(course, {})[audience] = cents
        return found

    def _runs(self) -> Iterable[tuple[int, Run]]:
        """The coming editions, soonest first. What is open is asked of the database: a thousand rows stay narrow."""
        open_now = Q(enrolment_opens_at__lte=self.moment, enrolment_closes_at__gt=self.moment)
        here = timezone.get_current_timezone()
        # As whole numbers: SQLite's booleans are turned into Python's one by one.
        rows = Edition.objects.upcoming(self.moment).annotate(
            takes=ExpressionWrapper(open_now, IntegerField()),
            has_places=ExpressionWrapper(Q(seats_taken__lt=F("capacity")), IntegerField()),
        )
        for pk, course, language, starts_at, takes, has_places in rows.values_list(
            "pk", "course_id", "language", "starts_at", "takes", "has_places"
        ):
            day = starts_at.astimezone(here)
            month = f"{day.year}-{day.month:02}"
            yield course, Run(language, month, bool(takes and has_places), pk, starts_at, bool(takes))

    # What one can choose from ----------------------------------------------------------------------------------------

    def labels(self) -> dict[str, list[tuple[str, str]]]:
        """Per facet the values that occur, with their names, in the order in which they are shown."""
        occurring: dict[str, set[str]] = {}
        for facts in self.facts:
            for facet, values in facts.values.items():
                occurring.setdefault(facet, set()).update(values)
        runs = [run for item in self.items for run in item.runs]
        languages, months = {run.language for run in runs}, {run.start for run in runs}
        plural = groups()

        def those(facet: str, labels: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
            return [(value, label) for value, label in labels if value in occurring.get(facet, ())]

        def by_name(facet: str) -> list[tuple[str, str]]:
            return sorted(those(facet, self._names[facet].items()), key=lambda pair: (pair[1].casefold(), pair[0]))

        return {
            "who": those("who", plural.items()),
            "theme": by_name("theme"),
            "lab": by_name("lab"),
            "form": those("form", ((one.value, str(one.label).capitalize()) for one in Mode)),
            "language": [(code, name) for code, name in _languages() if code in languages],
            "level": by_name("level"),
            "start": [(month, _month_said(month)) for month in sorted(months)],
            "duration": those("duration", _durations()),
            "price": those("price", _price_steps()),
            "free": [("1", _("Only with places free"))],
        }

    # What is drawn ---------------------------------------------------------------------------------------------------

    def by_start(self, chosen: Chosen) -> Callable[[Item], tuple[Any, ...]]:
        """The order in which what is asked for begins; what has no date comes last."""

        def order(item: Item) -> tuple[Any, ...]:
            run = item.next_run(chosen)
            return (run is None, run.starts_at if run else self.moment, item.code)

        return order

    def cards(self, items: Sequence[Item], request: HttpRequest, chosen: Chosen) -> list[cards.CourseCard]:
        """The cards of these, in this order, each with the edition that was asked for. Three queries."""
        spoken_of = {item.course: item.next_run(chosen) for item in items}
        wanted = Edition.objects.filter(pk__in=[run.key for run in spoken_of.values() if run])
        by_page: Mapping[int, CoursePage] = {page.pk: page for page in _whole(self.pages, items, wanted)}
        return [cards.card_of(by_page[item.page], request, self.moment) for item in items if item.page in by_page]


def _whole(pages: PageQuerySet, items: Sequence[Item], editions: Any) -> PageQuerySet:
    """The pages themselves, with all that a card shows."""
    return (
        cards.with_parts(pages.filter(pk__in=[item.page for item in items]))
        .defer("body")
        .select_related("course__provider")
        .prefetch_related(
            "course__prices",
            Prefetch("course__editions", editions.select_related("location", "provider"), to_attr="coming"),
        )
    )


# What things are called ----------------------------------------------------------------------------------------------


def by_title(item: Item) -> tuple[list[str], str]:
    return words_of(item.title), item.code


def _step(value: float, steps: Sequence[int]) -> str:
    return next((str(step) for step in steps if value <= step), MORE)


def _prices(standard: int | None, every: Iterable[int]) -> set[str]:
    found = {NO_CHARGE} if 0 in every else set()
    if standard:
        found.add(_step(standard / 100, EUROS))
    return found


def groups() -> dict[str, str]:
    """The categories of learners as groups one may belong to."""
    return {
        LearnerCategory.EMPLOYEE.value: _("Employees"),
        LearnerCategory.CAREER_SWITCHER.value: _("Career switchers"),
        LearnerCategory.STUDENT.value: _("Students"),
        LearnerCategory.SELF_EMPLOYED.value: _("Self-employed"),
        LearnerCategory.JOB_SEEKER.value: _("Job seekers"),
        LearnerCategory.TEACHER.value: _("Teachers"),
        LearnerCategory.OTHER.value: _("Others"),
    }


def _languages() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in settings.LANGUAGES]


def _month_said(month: str) -> str:
    year, number = map(int, month.split("-"))
    return date_format(date(year, number, 1), "F Y")


def _between(
    steps: Sequence[int], said: Callable[[int], str], first: str, middle: str, last: str, after: int = 0
) -> dict[str, str]:
    """What each step is called: from the one below it, or from so much after that."""
    names = {str(steps[0]): first % {"to": said(steps[0])}}
    for below, step in pairwise(steps):
        names[str(step)] = middle % {"from": said(below + after), "to": said(step)}
    names[MORE] = last % {"from": said(steps[-1])}
    return names


def _durations() -> list[tuple[str, str]]:
    def said(hours: int) -> str:
        return formats.number(hours)

    texts = _("Up to %(to)s hours"), _("%(from)s to %(to)s hours"), _("More than %(from)s hours")
    return list(_between(HOURS, said, *texts, after=1).items())


def _price_steps() -> list[tuple[str, str]]:
    def said(euros: int) -> str:
        return formats.money(euros * 100)

    texts = _("Up to %(to)s"), _("%(from)s to %(to)s"), _("More than %(from)s")
    return [(NO_CHARGE, _("Free, for everyone or for a group")), *_between(EUROS, said, *texts).items()]


def here_params() -> dict[str, str]:
    """How each facet is called in an address, in the active language."""
    return params()[current_language()]
