"""The employer's room: who learns what, as far as an employer may know."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courses.models import Course
from enrolments.actions.sharing import note_export
from enrolments.employers import Seen, name_of, named_like, seen_by
from enrolments.exports import StaffResource
from enrolments.models import Enrolment, EnrolmentQuerySet
from enrolments.views.employer.company import Company, for_hr, show
from lms.kernel.panels import panels_of
from lms.people.models import User
from lms.people.requests import SignedInRequest

PEOPLE_PER_PAGE = 50
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _filtered(request: SignedInRequest, enrolments: EnrolmentQuerySet) -> tuple[EnrolmentQuerySet, dict[str, str]]:
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "course", "state")}
    if asked["q"]:
        enrolments = named_like(enrolments, asked["q"])
    if asked["course"]:
        enrolments = enrolments.filter(edition__course__code=asked["course"])
    if asked["state"] in Seen.values:
        enrolments = enrolments.filter(seen=asked["state"])
    return enrolments, asked


@for_hr
@require_GET
def room(request: SignedInRequest, company: Company) -> HttpResponse:
    """People by courses, fifty people to a page, with filters; below it the panels that other apps add."""
    enrolments = seen_by(company.organisation, timezone.now())
    filtered, asked = _filtered(request, enrolments)
    learners = User.objects.filter(pk__in=filtered.values("learner")).order_by(
        Lower("family_name"), "name_prefix", "given_name", "pk"
    )
    page = Paginator(learners, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    columns, lines = _matrix(list(page), filtered)
    counts = dict.fromkeys(Seen.values, 0) | dict(
        enrolments.order_by().values("seen").annotate(n=Count("pk")).values_list("seen", "n")
    )
    query = request.GET.copy()
    query.pop("page", None)
    return show(
        request,
        company,
        "enrolments/employer/room.html",
        {
            "people": enrolments.order_by().values("learner").distinct().count(),
            "counts": counts,
            "page": page,
            "columns": columns,
            "lines": lines,
            "asked": asked,
            "is_filtered": any(asked.values()),
            "courses": Course.objects.filter(pk__in=enrolments.order_by().values("edition__course")).order_by("code"),
            "states": Seen.choices,
            "query": query.urlencode(),
            "panels": panels_of("employer", request),
        },
    )


def _matrix(people: list[User], enrolments: EnrolmentQuerySet) -> tuple[list[Course], list[dict[str, Any]]]:
    """The courses that occur on this page, and per person a cell for each; one query."""
    cells: dict[tuple[int, int], list[Enrolment]] = {}
    columns: dict[int, Course] = {}
    for enrolment in enrolments.filter(learner__in=people).order_by("edition__starts_at", "pk"):
        course = enrolment.edition.course
        columns[course.pk] = course
        enrolment.seen_label = Seen(enrolment.seen).label
        enrolment.shared_hours = enrolment.shared_minutes and enrolment.shared_minutes / 60
        cells.setdefault((enrolment.learner_id, course.pk), []).append(enrolment)
    ordered = sorted(columns.values(), key=lambda course: course.code)
    lines = [
        {"name": name_of(person), "cells": [(course, cells.get((person.pk, course.pk), [])) for course in ordered]}
        for person in people
    ]
    return ordered, lines


@for_hr
@require_GET
def export(request: SignedInRequest, company: Company, file_format: str) -> HttpResponse:
    """What the page shows, with the same filters, as a spreadsheet. Who took it away is on record."""
    if file_format not in CONTENT_TYPES:
        raise Http404
    now = timezone.now()
    employer = company.organisation
    filtered, _asked = _filtered(request, seen_by(employer, now))
    filtered = filtered.order_by(Lower("learner__family_name"), "learner__name_prefix", "edition__starts_at", "pk")
    content = StaffResource().as_file(filtered, file_format, title=_("Who learns what"))
    note_export(employer, file_format=file_format, by=request.user, at=now)
    name = f"{slugify(_('Who learns what'))}_{slugify(employer.name)}_{timezone.localdate(now):%Y-%m-%d}.{file_format}"
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
