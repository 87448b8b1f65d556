"""The employer's room: who learns what, as far as an employer may know."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from courses.models import Course, Edition
from enrolments.actions.sharing import note_export
from enrolments.employers import Seen, name_of, named_like, seen_by
from enrolments.exports import StaffResource
from enrolments.models import EnrolmentQuerySet
from enrolments.views.employer.approvals import waiting_for
from enrolments.views.employer.company import Company, for_hr, show
from lms.kernel.panels import panels_of
from lms.people.models import Employment, Organisation, User
from lms.people.requests import SignedInRequest

PEOPLE_PER_PAGE = 50
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


NOW = "now"
NOWHERE = "none"


def _filtered(
    request: SignedInRequest, enrolments: EnrolmentQuerySet, at: datetime
) -> tuple[EnrolmentQuerySet, dict[str, str]]:
    """What does not exist is no filter; a link of last year still opens."""
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "department", "course", "state", "period")}
    if asked["q"]:
        enrolments = named_like(enrolments, asked["q"])
    if asked["course"]:
        enrolments = enrolments.filter(edition__course__code=asked["course"])
    if asked["state"] in Seen.values:
        enrolments = enrolments.filter(seen=asked["state"])
    if asked["department"] == NOWHERE:
        enrolments = enrolments.filter(department=None)
    elif asked["department"].isdecimal():
        enrolments = enrolments.filter(department=int(asked["department"]))
    if asked["period"] == NOW:
        enrolments = enrolments.filter(edition__ends_at__gt=at)
    elif re.fullmatch(r"20\d\d", asked["period"]):
        enrolments = enrolments.filter(edition__starts_at__year=int(asked["period"]))
    return enrolments, asked


@for_hr
@require_GET
def room(request: SignedInRequest, company: Company) -> HttpResponse:
    """People by courses, fifty people to a page, with filters; below it the panels that other apps add."""
    at = timezone.now()
    enrolments = seen_by(company.organisation, at)
    filtered, asked = _filtered(request, enrolments, at)
    learners = User.objects.filter(pk__in=filtered.values("learner")).order_by(
        Lower("family_name"), "name_prefix", "given_name", "pk"
    )
    page = Paginator(learners, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    columns, lines = _matrix(company.organisation, list(page), filtered, at)
    began = enrolments.order_by().exclude(edition__starts_at=None).dates("edition__starts_at", "year", order="DESC")
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
            "approvals": waiting_for(company.organisation, request.user).count(),
            "page": page,
            "columns": columns,
            "lines": lines,
            "asked": asked,
            "is_filtered": any(asked.values()),
            "courses": Course.objects.filter(pk__in=enrolments.order_by().values("edition__course")).order_by("code"),
            "states": Seen.choices,
            "departments": list(company.organisation.departments.all()),
            "years": [str(day.year) for day in began],
            "query": query.urlencode(),
            "panels": panels_of("employer", request),
        },
    )


def _matrix(
    employer: Organisation, people: list[User], enrolments: EnrolmentQuerySet, at: datetime
) -> tuple[list[Course], list[dict[str, Any]]]:
    """The courses that occur on this page, and per person a cell for each; three queries.

    A cell without anything under way says whether HR can enrol this person: they work here today, and the course has
    an edition that takes enrolments.
    """
    cells: dict[tuple[int, int], list[Any]] = {}  # enrolments, with what seen_by adds
    columns: dict[int, Course] = {}
    for enrolment in enrolments.filter(learner__in=people).order_by("edition__starts_at", "pk"):
        course = enrolment.edition.course
        columns[course.pk] = course
        enrolment.seen_label = Seen(enrolment.seen).label
        enrolment.shared_hours = enrolment.shared_minutes and enrolment.shared_minutes / 60
        cells.setdefault((enrolment.learner_id, course.pk), []).append(enrolment)
    ordered = sorted(columns.values(), key=lambda course: course.code)
    here = Employment.objects.current(timezone.localdate(at)).filter(organisation=employer, user__in=people)
    employments = {one.user_id: one for one in here.select_related("department")}
    open_now = Edition.objects.open_at(at).filter(Q(ends_at=None) | Q(ends_at__gt=at), course__in=columns)
    taking = set(open_now.values_list("course", flat=True))
    lines = []
    for person in people:
        employment = employments.get(person.pk)
        row = []
        for course in ordered:
            there = cells.get((person.pk, course.pk), [])
            may_add = employment is not None and course.pk in taking and all(one.seen == Seen.OFF for one in there)
            row.append((course, there, may_add))
        lines.append({"name": name_of(person), "employment": employment, "cells": row})
    return ordered, lines


@for_hr
@require_GET
def export(request: SignedInRequest, company: Company, file_format: str) -> HttpResponse:
    """What the page shows, with the same filters, as a spreadsheet. Who took it away is on record."""
    if file_format not in CONTENT_TYPES:
        raise Http404
    now = timezone.now()
    employer = company.organisation
    filtered, _asked = _filtered(request, seen_by(employer, now), now)
    filtered = filtered.order_by(Lower("learner__family_name"), "learner__name_prefix", "edition__starts_at", "pk")
    content = StaffResource().as_file(filtered, file_format, title=_("Who learns what"))
    note_export(employer, file_format=file_format, by=request.user, at=now)
    name = f"{slugify(_('Who learns what'))}_{slugify(employer.name)}_{timezone.localdate(now):%Y-%m-%d}.{file_format}"
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
