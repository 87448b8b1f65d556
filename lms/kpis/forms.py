"""The filters above the figures: what is asked for, from the address alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from lms.kernel.forms import dress
from lms.kernel.languages import in_language
from lms.kpis.models import Fact, FactQuerySet, FundingProject
from lms.people.models import Organisation


@dataclass(frozen=True)
class Filters:
    """Which facts, and which period of the rows they give. Empty means all."""

    period: str = ""  # "2026", or "2026-4" for its fourth quarter
    project: str = ""
    lab: str = ""
    course: str = ""

    def facts(self) -> FactQuerySet:
        """The facts of the project, lab and course; the period is asked of the rows, see definitions."""
        facts: FactQuerySet = Fact.objects.all()
        if self.project:
            facts = facts.filter(project__code=self.project)
        if self.lab:
            facts = facts.filter(provider_code=self.lab)
        if self.course:
            facts = facts.filter(course_code=self.course)
        return facts

    @property
    def days(self) -> tuple[date | None, date | None]:
        """First and last day of the period, both in it."""
        if not self.period:
            return None, None
        year, _dash, quarter = self.period.partition("-")
        if not quarter:
            return date(int(year), 1, 1), date(int(year), 12, 31)
        first_month = int(quarter) * 3 - 2
        first = date(int(year), first_month, 1)
        following = date(int(year) + first_month // 10, (first_month + 2) % 12 + 1, 1)
        return first, following - timedelta(days=1)

    @property
    def query(self) -> str:
        """As part of an address; empty when nothing is filtered."""
        asked = {name: value for name, value in vars(self).items() if value}
        return f"?{urlencode(asked)}" if asked else ""

    def with_course(self, code: str) -> Filters:
        return Filters(self.period, self.project, self.lab, code)


class FilterForm(forms.Form):
    """Four lists. Whatever is not in them counts as not asked for: an address typed wrong shows everything."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    project = forms.ChoiceField(label=_("Funding project"), required=False)
    lab = forms.ChoiceField(label=_("Field lab"), required=False)
    course = forms.ChoiceField(label=_("Course"), required=False)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__()
        self._offer("period", _("Whole term"), periods(today))
        self._offer("project", _("All projects"), _named(FundingProject.objects.all(), "name"))
        labs = Organisation.objects.labs().values_list("code", "name")
        self._offer("lab", _("All labs"), labs)
        self._offer("course", _("All courses"), _named(Course.objects.only("code", "title_nl", "title_en"), "title"))
        dress(self)
        self.is_bound, self.data = True, {name: self._known(name, data.get(name, "")) for name in self.fields}

    def _known(self, name: str, asked: str) -> str:
        choices = self.fields[name].choices  # type: ignore[attr-defined]
        return asked if asked in {value for value, _label in choices} else ""

    def _offer(self, name: str, everything: Any, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        field.choices = [("", everything), *choices]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        self.full_clean()
        return Filters(**{name: self.cleaned_data.get(name, "") for name in self.fields})


def _named(things: Iterable[Any], field: str) -> list[tuple[str, str]]:
    return [(thing.code, in_language(thing, field)) for thing in things]


def periods(today: date) -> list[tuple[str, str]]:
    """This year and the ones before it, back to the first fact, each followed by its quarters so far."""
    first = Fact.objects.aggregate(first=Min("counts_on"))["first"] or today
    found = []
    for year in range(today.year, first.year - 1, -1):
        found.append((str(year), str(year)))
        quarters = (today.month + 2) // 3 if year == today.year else 4
        found += [(f"{year}-{quarter}", f"{quarter_name(quarter)} {year}") for quarter in range(quarters, 0, -1)]
    return found


def quarter_name(quarter: int) -> str:
    """``Q4``: the same in both languages."""
    return f"Q{quarter}"
