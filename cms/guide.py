"""The choice helper: three questions, and courses that answer to them, each with the reasons why.

Every step is an address that holds the answers so far; nothing is kept anywhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from cms import menus
from cms.cards.courses import CourseCard, hours_of
from cms.facets import Chosen
from cms.shelf import Item, Shelf, groups, here_params, params
from enrolments.models import LearnerCategory
from lms.kernel import formats
from lms.kernel.languages import LANGUAGES, current_language

SHOWN = 3
# The answer that asks for nothing.
ANY = "any"
SOON = timedelta(days=92)


class Time(NamedTuple):
    """An answer to "how much time": what fits it, and the filters of the list that say the same."""

    hours: int | None = None
    soon: bool = False


# The steps of the list's own filter on hours (cms.shelf.HOURS), so that the list shows what the advice is made of.
TIMES = {"day": Time(hours=8), "week": Time(hours=40), "soon": Time(soon=True), "long": Time()}


class Answer(NamedTuple):
    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """One step: its name in the address, the question, the answers."""

    name: str
    param: str
    asks: str
    short: str
    answers: Sequence[Answer]

    def label_of(self, value: str) -> str:
        return next((answer.label for answer in self.answers if answer.value == value), "")


@dataclass(frozen=True)
class Suggestion:
    """A course, why it is suggested, and what is otherwise than was asked."""

    card: CourseCard
    reasons: Sequence[str]
    but: Sequence[str]


def _time_params() -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = pgettext("in an address", "time")
    return found


class Guide:
    """What templates/cms/guide.html draws."""

    def __init__(self, request: HttpRequest, moment: datetime) -> None:
        self.request, self.moment = request, moment
        self.shelf = Shelf(current_language(), moment)
        self._labels = self.shelf.labels()
        self.answers = self._answers()
        # The question that is still to be answered; none when all are.
        self.question = next((one for one in self.questions if one.name not in self.answers), None)

    # What is asked ---------------------------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> list[Question]:
        names = here_params()
        them = _themselves()
        who = [Answer(value, them.get(value, label)) for value, label in self._labels["who"]]
        themes = [Answer(value, label) for value, label in self._labels["theme"]]
        return [
            Question(
                "who", names["who"], _("Who are you?"), _("About you"), [*who, Answer(ANY, _("I would rather not say"))]
            ),
            Question(
                "theme",
                names["theme"],
                _("What do you want to work on?"),
                _("Subject"),
                [*themes, Answer(ANY, _("I do not know yet"))],
            ),
            Question("time", _time_params()[current_language()], _("How much time do you have?"), _("Time"), _times()),
        ]

    def _answers(self) -> dict[str, str]:
        """The answers so far. What is no answer is not there, and is asked again."""
        found = {}
        for question in self.questions:
            names = dict.fromkeys([question.name, *_in_every_language(question.name)])
            said = next((value for name in names for value in self.request.GET.getlist(name)), "")
            if said in {answer.value for answer in question.answers}:
                found[question.name] = said
        return found

    @property
    def is_unanswered(self) -> bool:
        """The form came back without an answer to the question it asked."""
        return self.question is not None and self.request.GET.get("asked") == self.question.name

    @property
    def number(self) -> int:
        return self.questions.index(self.question) + 1 if self.question else len(self.questions) + 1

    @property
    def steps(self) -> list[str]:
        return [question.short for question in self.questions]

    @property
    def given(self) -> list[dict[str, str]]:
        """The answers so far, in words, each with the address where it is given anew; the later ones are kept."""
        return [
            {
                "asks": question.asks,
                "param": question.param,
                "value": self.answers[question.name],
                "said": question.label_of(self.answers[question.name]),
                "url": self._address({name: value for name, value in self.answers.items() if name != question.name}),
            }
            for question in self.questions
            if question.name in self.answers
        ]

    @property
    def back_url(self) -> str:
        """One question back, if there is one."""
        before = [question.name for question in self.questions if question.name in self.answers]
        return self._address({name: self.answers[name] for name in before[:-1]}) if before else ""

    def _address(self, answers: Mapping[str, str]) -> str:
        query = urlencode([(one.param, answers[one.name]) for one in self.questions if one.name in answers])
        return f"{reverse('cms:guide')}{'?' if query else ''}{query}"

    @property
    def start_url(self) -> str:
        return self._address({})

    # What is advised -------------------------------------------------------------------------------------------------

    def _asked(self, name: str) -> str:
        """The answer, where it asks for something."""
        value = self.answers.get(name, ANY)
        return "" if value == ANY else value

    @property
    def _time(self) -> Time:
        return TIMES[self.answers.get("time", "long")]

    def _tests(self) -> list[Callable[[Item], tuple[bool, str]]]:
        """What was asked, the weightiest first: of a course whether it has it, and how that is said either way."""
        tests: list[Callable[[Item], tuple[bool, str]]] = []
        if who := self._asked("who"):
            tests.append(lambda item: self._has(item, "who", who))
        if theme := self._asked("theme"):
            tests.append(lambda item: self._has(item, "theme", theme))
        if self._time.soon:
            tests.append(self._starts_soon)
        elif self._time.hours is not None:
            tests.append(self._is_short)
        return tests

    def _has(self, item: Item, facet: str, value: str) -> tuple[bool, str]:
        fits = value in item.facts.values[facet]
        label = groups()[value].lower() if facet == "who" else dict(self._labels[facet])[value]
        if facet == "who":
            text = _("It is meant for %(group)s.") if fits else _("It is not meant for %(group)s in the first place.")
            return fits, text % {"group": label}
        return fits, (_("It is about %(theme)s.") if fits else _("It is about another subject.")) % {"theme": label}

    def _starts_soon(self, item: Item) -> tuple[bool, str]:
        run = item.next_run(self.filters)
        if run is None or run.starts_at is None:
            return False, _("No date is planned yet.")
        day = {"day": formats.plain_date(run.starts_at)}
        if run.starts_at - self.moment <= SOON:
            return True, _("It starts soon, on %(day)s.") % day
        return False, _("It starts later, on %(day)s.") % day

    def _is_short(self, item: Item) -> tuple[bool, str]:
        fits = item.minutes <= (self._time.hours or 0) * 60
        said = {"hours": hours_of(item.minutes)}
        return fits, (_("It takes %(hours)s in all.") if fits else _("It takes longer: %(hours)s in all.")) % said

    @cached_property
    def filters(self) -> Chosen:
        """The list's filters that come closest to the answers."""
        chosen: dict[str, frozenset[str]] = {}
        for facet in ("who", "theme"):
            if value := self._asked(facet):
                chosen[facet] = frozenset({value})
        if self._time.hours is not None:
            steps = [value for value, _label in self._labels["duration"] if value.isdigit()]
            chosen["duration"] = frozenset(value for value in steps if int(value) <= (self._time.hours or 0))
        if self._time.soon:
            until = formats.local(self.moment + SOON)
            months = [month for month, _label in self._labels["start"] if month <= f"{until.year}-{until.month:02}"]
            chosen["start"] = frozenset(months)
        return {facet: values for facet, values in chosen.items() if values}

    @property
    def list_url(self) -> str:
        """The list with these filters."""
        entry = menus.entries_of(self.request).get("courses")
        names = here_params()
        query = urlencode([(names[facet], value) for facet, values in self.filters.items() for value in sorted(values)])
        return f"{entry.url}{'?' if query else ''}{query}" if entry else ""

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """The courses that have most of what was asked, the weightiest wish first, then what starts first."""
        tests = self._tests()
        start = self.shelf.by_start(self.filters)
        told = {item.course: [test(item) for test in tests] for item in self.shelf.items}
        best = sorted(
            (item for item in self.shelf.items if not tests or any(fits for fits, _said in told[item.course])),
            key=lambda item: ([not fits for fits, _said in told[item.course]], self._is_full(item), *start(item)),
        )[:SHOWN]
        cards = self.shelf.cards(best, self.request, self.filters)
        return [
            Suggestion(
                card,
                [said for fits, said in told[item.course] if fits] + self._also(item),
                [said for fits, said in told[item.course] if not fits]
                + ([_("It is full now, but there is a waiting list.")] if self._is_full(item) else []),
            )
            for item, card in zip(best, cards, strict=True)
        ]

    def _is_full(self, item: Item) -> bool:
        run = item.next_run(self.filters)
        return run is not None and run.takes_enrolments and not run.free

    def _also(self, item: Item) -> list[str]:
        """A reason that nobody has to ask for: one can still join."""
        run = item.next_run(self.filters)
        if run is None or run.starts_at is None or not run.free:
            return []
        if self._time.soon and run.starts_at - self.moment <= SOON:
            return [_("There are places free.")]
        return [_("There are places free from %(day)s.") % {"day": formats.plain_date(run.starts_at)}]


def _themselves() -> dict[str, str]:
    """The groups as one says it of oneself."""
    return {
        LearnerCategory.EMPLOYEE.value: _("I work for an employer"),
        LearnerCategory.CAREER_SWITCHER.value: _("I want to move to work in technology"),
        LearnerCategory.STUDENT.value: _("I am studying"),
        LearnerCategory.SELF_EMPLOYED.value: _("I work for myself"),
        LearnerCategory.JOB_SEEKER.value: _("I am looking for work"),
        LearnerCategory.TEACHER.value: _("I teach"),
        LearnerCategory.OTHER.value: _("Something else"),
    }


def _times() -> list[Answer]:
    return [
        Answer("day", _("A day"), _("Eight hours at most, study at home included")),
        Answer("week", _("About a week"), _("Forty hours at most, study at home included")),
        Answer("soon", _("It does not matter, but I want to start soon"), _("Within three months")),
        Answer("long", _("It does not matter")),
    ]


def _in_every_language(name: str) -> list[str]:
    if name == "time":
        return list(_time_params().values())
    return [of[name] for of in params().values()]
