"""The programme office's figures: the page, the rows under a figure, the evidence under a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.kernel.spreadsheets import Cell, csv_file, xlsx_file
from lms.kpis import charts
from lms.kpis.actions import record_export, record_look
from lms.kpis.definitions import INDICATORS, ORGANISATION, Indicator, Row
from lms.kpis.dossier import dossier_of, hours_of, pseudonym
from lms.kpis.figures import (
    Figure,
    by_course,
    figures,
    goals_of,
    group_labels,
    historic_tiles,
    kind_labels,
    learners_by_quarter,
    of_courses,
)
from lms.kpis.figures import figure as figure_of
from lms.kpis.forms import FilterForm
from lms.kpis.models import Evidence, Fact
from lms.kpis.policies import may
from lms.people.requests import SignedInRequest

PER_PAGE = 50
TOO_SMALL = "<5"
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _require_reader(request: SignedInRequest) -> None:
    """For anyone else than the programme office and its auditors these pages do not exist."""
    if not may(request.user, "view"):
        raise Http404


def _hides_small(request: SignedInRequest) -> bool:
    return not may(request.user, "see_small_groups")


# The figures ---------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def office(request: SignedInRequest) -> HttpResponse:
    """The figures against their targets, by quarter and by course. A change of filter fetches the figures alone."""
    _require_reader(request)
    now = timezone.now()
    form = FilterForm(request.GET, today=timezone.localdate(now))
    filters, hide_small = form.filters(), _hides_small(request)
    told = figures(filters, hide_small=hide_small)
    quarters = learners_by_quarter(filters, hide_small=hide_small)
    goal = told[0].goal
    fragment = request.htmx and not request.htmx.boosted and not request.htmx.history_restore_request
    return render(
        request,
        "kpis/office.html#answer" if fragment else "kpis/office.html",
        {
            "form": form,
            "filters": filters,
            "now": now,
            "today": timezone.localdate(now),
            "figures": told,
            "quarters": quarters,
            "goal": goal,
            "charts": [charts.stacked_quarters(quarters, goal, narrow=narrow) for narrow in (False, True)],
            "legend": _legend(quarters),
            "courses": by_course(filters, hide_small=hide_small),
            "of_courses": of_courses(),
            "historic": historic_tiles(),
            "hides_small": hide_small,
        },
    )


def _legend(quarters: Sequence[Any]) -> list[tuple[int, Any, int | None]]:
    """Each group with its sum over the quarters, as far as none of them is hidden."""
    columns = zip(*(quarter.counts for quarter in quarters), strict=True)
    return [
        (series, label, None if None in counts else sum(counts))
        for series, (label, counts) in enumerate(zip(group_labels(), columns, strict=False))
    ]


@never_cache
@login_required
@require_safe
def export(request: SignedInRequest, file_format: str) -> HttpResponse:
    """The figures as they stand under the filters, as a file."""
    _require_reader(request)
    now = timezone.now()
    filters, hide_small = FilterForm(request.GET, today=timezone.localdate(now)).filters(), _hides_small(request)
    headings = [_("Indicator"), _("Code"), _("Version"), _("Group"), _("Value"), _("Unit"), _("Target"), *_asked()]
    asked = [filters.period, filters.project, filters.lab, filters.course]
    rows: list[list[Cell]] = []
    for one in figures(filters, hide_small=hide_small):
        rows += [[*row, *asked] for row in _lines_of(one)]
    labels = [str(label) for label in group_labels()]
    learners = INDICATORS["LEARNERS_UNIQUE"]
    for quarter in learners_by_quarter(filters, hide_small=hide_small):
        for label, count in [*zip(labels, quarter.counts, strict=True), (_("total"), quarter.total)]:
            line = _line(learners, f"{quarter.label}, {label}", count, str(_("people")), None)
            rows.append([*line, *asked])
    record_export(what="figures", filters=vars(filters), rows=len(rows), by=request.user, at=now)
    return _file(_("Figures"), file_format, headings, rows)


def _asked() -> list[str]:
    return [_("Period"), _("Funding project"), _("Field lab"), _("Course")]


def _lines_of(figure: Figure) -> Iterable[list[Cell]]:
    goal = figure.goal.value if figure.goal else None
    yield _line(figure.indicator, _("total"), figure.value, str(figure.unit), goal)
    for part in figure.parts:
        yield _line(figure.indicator, str(part.label), part.value, str(figure.unit), None)


def _line(indicator: Indicator, group: str, value: Any, unit: str, goal: int | None) -> list[Cell]:
    told = TOO_SMALL if value is None else value
    return [str(indicator.label), indicator.code, indicator.version, group, told, unit, goal]


# The rows under a figure ---------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def figure(request: SignedInRequest, code: str) -> HttpResponse:
    """The rows whose sum is the figure, newest first: who they are is not told, only that they differ."""
    _require_reader(request)
    if (indicator := INDICATORS.get(code)) is None:
        raise Http404
    now = timezone.now()
    form = FilterForm(request.GET, today=timezone.localdate(now))
    filters = form.filters()
    first, last = filters.days
    facts = indicator.facts(filters.facts(), first=first, last=last).order_by("-counts_on", "-pk")
    told = figure_of(indicator, filters, goals_of(filters), hide_small=_hides_small(request))
    page = Paginator(facts.prefetch_related("evidence"), PER_PAGE).get_page(request.GET.get("page"))
    query = filters.query
    return render(
        request,
        "kpis/figure.html",
        {
            "form": form,
            "filters": filters,
            "figure": told,
            "indicator": indicator,
            "page": page,
            "rows": [_told(indicator, fact) for fact in page],
            "who": who_of(indicator),
            "address": f"{query}{'&' if query else '?'}page=",
            "trail": [(_("Training figures"), reverse("kpis:office") + query)],
        },
    )


def who_of(indicator: Indicator) -> str:
    """Whom a row is about."""
    return _("Company") if indicator.unit == ORGANISATION else _("Learner")


def _told(indicator: Indicator, fact: Fact) -> dict[str, Any]:
    """One row as it is shown: a pseudonym for the person, a light for each piece of evidence that it needs."""
    row = indicator.row(fact)
    present = {one.code for one in fact.evidence.all()}
    return {
        "row": row,
        "fact": fact,
        "person": pseudonym(fact.employer if indicator.unit == ORGANISATION else fact.person),
        "kind": kind_labels(indicator).get(getattr(fact, indicator.kinds), getattr(fact, indicator.kinds)),
        "amount": indicator.amount(row.quantity),
        "lights": [(Evidence.Code(needed).label, needed in present) for needed in indicator.needs],
    }


@never_cache
@login_required
@require_safe
def figure_export(request: SignedInRequest, code: str, file_format: str) -> HttpResponse:
    """The rows under a figure as a file, without names."""
    _require_reader(request)
    if (indicator := INDICATORS.get(code)) is None:
        raise Http404
    now = timezone.now()
    filters = FilterForm(request.GET, today=timezone.localdate(now)).filters()
    first, last = filters.days
    facts = indicator.facts(filters.facts(), first=first, last=last).select_related("project")
    facts = facts.prefetch_related("evidence")
    headings = [
        _("Row"),
        _("Company (pseudonym)") if indicator.unit == ORGANISATION else _("Learner (pseudonym)"),
        _("Counts on"),
        _("Counts for"),
        _("Edition"),
        _("Course"),
        _("Funding project"),
        _("Group"),
        _("Evidence"),
    ]
    rows = [_exported(indicator, indicator.row(fact)) for fact in facts.iterator(chunk_size=1000)]
    record_export(what=code, filters=vars(filters), rows=len(rows), by=request.user, at=now)
    return _file(str(indicator.label), file_format, headings, rows)


def _exported(indicator: Indicator, row: Row) -> list[Cell]:
    told = _told(indicator, row.fact)
    return [
        row.fact.pk,
        told["person"],
        row.counts_on,
        told["amount"],
        row.fact.edition_code,
        row.fact.course_code,
        row.fact.project.code if row.fact.project else "",
        str(told["kind"]),
        " ".join(sorted({one.code for one in row.fact.evidence.all()})),
    ]


def _file(name: str, file_format: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> HttpResponse:
    if file_format not in TYPES:
        raise Http404
    content = csv_file([headings, *rows]) if file_format == "csv" else xlsx_file(headings, rows, title=name)
    response = HttpResponse(content, content_type=TYPES[file_format])
    file_name = f"{slugify(name)}_{timezone.localdate():%Y-%m-%d}.{file_format}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


# The evidence under a row --------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def fact(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything that proves one fact, as it stands today beside its hash of that day. Who looks is on record."""
    _require_reader(request)
    found = get_object_or_404(Fact.objects.select_related("project", "corrects"), pk=pk)
    record_look(found, by=request.user, at=timezone.now())
    pieces = dossier_of(found)
    by_code: dict[str, list[Any]] = {}
    for piece in pieces:
        by_code.setdefault(piece.code, []).append(piece)
    return render(
        request,
        "kpis/fact.html",
        {
            "fact": found,
            "trail": [(_("Training figures"), reverse("kpis:office"))],
            "is_of_organisation": found.kind in Fact.OF_ORGANISATIONS,
            "person": pseudonym(found.employer if found.kind in Fact.OF_ORGANISATIONS else found.person),
            "pieces": pieces,
            "group": kind_labels(INDICATORS["ORG_STEP"]).get(found.category, ""),
            "correction": found.corrections.first(),
            "registration": by_code.get(Evidence.Code.REGISTRATION, []),
            "attendance": by_code.get(Evidence.Code.ATTENDANCE, []),
            "results": by_code.get(Evidence.Code.ASSESSMENT, []),
            "certificates": by_code.get(Evidence.Code.CERTIFICATE, []),
            "hours": hours_of(found.quantity) if found.kind == Fact.Kind.ATTENDANCE else None,
            "category": kind_labels(INDICATORS["LEARNERS_UNIQUE"]).get(found.category, found.category),
        },
    )
