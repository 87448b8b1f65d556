"""The trainer's room: sessions, the register of each, the check-in code on a screen, results."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.models import Edition, Session
from enrolments import checkin
from enrolments.actions import attendance as register_actions
from enrolments.actions.completion import record_result
from enrolments.attendance_forms import ReasonForm, RowForm
from enrolments.models import Assessment, Attendance, Enrolment, Result
from enrolments.register import Row, Tally, name_of, rows_of, sheet_of, spoken_order
from lms.kernel.spreadsheets import csv_file
from lms.kernel.states import TransitionRefused
from lms.people.models import Role, User
from lms.people.requests import SignedInRequest

ROLES = (Role.TRAINER, Role.COORDINATOR, Role.OFFICER)
SHOWN_FIRST = 6
PER_PAGE = 50


# The room ------------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def room(request: SignedInRequest) -> HttpResponse:
    """Today first, then what waits for a sign-off, what is coming, whose results are still open, what was closed.

    ``?section=`` shows one of these whole, in pages.
    """
    if not request.user.holds(*ROLES):
        raise Http404
    now = timezone.now()
    sections = _sections(request.user, now)
    wanted = request.GET.get("section")
    if wanted:
        if wanted not in sections:
            raise Http404
        page = Paginator(sections[wanted], PER_PAGE).get_page(request.GET.get("page"))
        shown = {wanted: _listed(wanted, page, page.paginator.count, now)}
    else:
        page = None
        shown = {
            name: _listed(name, found if name == "today" else found[:SHOWN_FIRST], found.count(), now)
            for name, found in sections.items()
        }
    return render(
        request,
        "enrolments/trainer.html",
        {
            "sections": shown,
            "section": wanted,
            "is_trainer": request.user.holds(Role.TRAINER),
            "page": page,
            "now": now,
            "nothing": not any(section["total"] for section in shown.values()),
        },
    )


def _sections(user: User, now: datetime) -> dict[str, QuerySet]:
    sessions = (
        Session.objects.allowing(user, "take_attendance")
        .filter(edition__state=Edition.State.PUBLISHED)
        .select_related("edition__course", "edition__location", "edition__provider", "room__location")
        .annotate(
            sessions_in_edition=_number_of(Session.objects.filter(edition=OuterRef("edition"))),
            people=_number_of(Enrolment.objects.taking_part().filter(edition=OuterRef("edition"))),
        )
        .order_by("starts_at", "pk")
    )
    today = sessions.on_day(now)
    planned = sessions.filter(state=Session.State.PLANNED).exclude(pk__in=today.values("pk"))
    recorded = Result.objects.filter(assessment=OuterRef("pk"), enrolment=OuterRef(OuterRef("pk")))
    unassessed = Enrolment.objects.filter(
        Exists(Assessment.objects.filter(~Exists(recorded), course=OuterRef("edition__course"))),
        state=Enrolment.State.CONFIRMED,
        edition=OuterRef("pk"),
    )
    editions = (
        Edition.objects.allowing(user, "record_results")
        .filter(Exists(unassessed), state=Edition.State.PUBLISHED, starts_at__lte=now)
        .select_related("course", "provider")
        .annotate(people=_number_of(unassessed))
        .order_by("ends_at", "code")
    )
    return {
        "today": today,
        "waiting": planned.filter(ends_at__lte=now),
        "upcoming": planned.filter(starts_at__gt=now),
        "results": editions,
        "closed": sessions.filter(state=Session.State.SIGNED_OFF)
        .exclude(pk__in=today.values("pk"))
        .order_by("-starts_at", "-pk"),
    }


def _number_of(rows: QuerySet) -> Coalesce:
    """How many rows belong to the row outside; a subquery, so that several do not multiply each other."""
    return Coalesce(Subquery(rows.order_by().values("edition").annotate(n=Count("pk")).values("n")), 0)


def _listed(name: str, found: Any, total: int, now: datetime) -> dict[str, Any]:
    items = list(found)
    if name in ("today", "waiting"):
        for session in items:
            session.sign_off_by = session.ends_at + register_actions.SIGN_OFF_WITHIN
            session.is_late = now > session.sign_off_by
            session.is_over = now > session.ends_at
    return {"items": items, "total": total, "more": total > len(items)}


# The register --------------------------------------------------------------------------------------------------------


def _session(user: User, uuid: UUID, verb: str = "take_attendance") -> Session:
    """The session with what its pages show; one that this person may not touch does not exist."""
    found = (
        Session.objects.allowing(user, verb)
        .select_related("edition__course", "edition__provider", "edition__location", "room__location", "signed_off_by")
        .annotate(sessions_in_edition=Count("edition__sessions"))
    )
    return get_object_or_404(found, uuid=uuid)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def register(request: SignedInRequest, session: UUID) -> HttpResponse:
    """The list of one session. A POST holds the whole form and saves what was touched; htmx gets back what changed."""
    found = _session(request.user, session)
    now = timezone.now()
    if request.method == "GET":
        if request.htmx and not request.htmx.boosted:
            return render(request, "enrolments/register.html#check-ins", _page(request, found, rows_of(found), now))
        return render(request, "enrolments/register.html", _page(request, found, rows_of(found), now))
    rows = rows_of(found)
    then = request.POST.get("then", "")
    try:
        saved = _save(found, rows, request.POST, rest=then == "rest", by=request.user, at=now)
    except register_actions.RegisterLocked:
        messages.warning(request, _("The list was closed meanwhile. What you changed after that is not saved."))
        return _to_register(request, found)
    troubled = any(row.error or row.conflict for row in rows)
    if request.htmx:
        fresh = _with_troubles(rows_of(found), rows)
        return render(
            request, "enrolments/register.html#changes", _page(request, found, fresh, now) | {"is_saved": saved > 0}
        )
    if troubled:
        return render(request, "enrolments/register.html", _page(request, found, rows, now))
    if then == "close":
        return redirect("enrolments:register_close", session=found.uuid)
    if saved:
        messages.success(request, ngettext("%(n)s change saved.", "%(n)s changes saved.", saved) % {"n": saved})
    return _to_register(request, found)


def _to_register(request: SignedInRequest, session: Session) -> HttpResponse:
    address = reverse("enrolments:register", kwargs={"session": session.uuid})
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _save(session: Session, rows: list[Row], data: QueryDict, *, rest: bool, by: User, at: datetime) -> int:
    """Record what was touched, and with ``rest`` as present whom nobody has noted; answers how many rows were saved.

    What cannot be saved is said in the row itself, with what was typed.
    """
    saved = 0
    for row in rows:
        form = RowForm(data, row=row, most=session.countable_minutes)
        if not form.is_here or not row.takes_part:
            continue
        row.refreshed = not form.is_touched and row.value != form.was
        if not form.is_touched and (row.is_noted or not rest):
            continue
        if not form.is_valid():
            row.error, row.typed = form.first_error, form.typed
        elif form.is_touched and not form.keeps and row.value not in (form.was, form.says):
            row.conflict, row.typed = _conflict(row), form.typed
        else:
            try:
                register_actions.record_attendance(session, row.enrolment, **form.cleaned_data, by=by, at=at)
            except register_actions.CheckInRefused:
                row.error = _("%(name)s is not on the list any more.") % {"name": row.name}
            else:
                saved += 1
    return saved


def _conflict(row: Row) -> str:
    words = str(Attendance.Status(row.shown).label)
    if row.minutes and row.shown == Attendance.Status.PARTIAL:
        words = f"{words}, {row.minutes} min"
    return _("Someone else noted meanwhile: %(status)s. Yours is not saved.") % {"status": words}


def _with_troubles(fresh: list[Row], sent: list[Row]) -> list[Row]:
    """The list as it is now, with what the page is told about rows that were not saved or were changed by others."""
    by_code = {row.code: row for row in sent}
    for row in fresh:
        if before := by_code.get(row.code):
            row.error, row.conflict, row.typed = before.error, before.conflict, before.typed
            row.refreshed = before.refreshed
    return fresh


def _page(request: SignedInRequest, session: Session, rows: list[Row], now: datetime) -> dict[str, Any]:
    is_locked = session.state == Session.State.SIGNED_OFF
    sign_off_by = session.ends_at + register_actions.SIGN_OFF_WITHIN
    return {
        "session": session,
        "edition": session.edition,
        "rows": rows,
        "tally": Tally(rows),
        "errors": [
            (f"id_{row.code}-{'minutes' if row.error else 'keep'}", row.error or row.conflict)
            for row in rows
            if row.error or row.conflict
        ],
        "now": now,
        "is_locked": is_locked,
        "has_begun": now >= session.starts_at,
        "is_over": now > session.ends_at,
        "is_past_day": timezone.localdate(now) != timezone.localdate(session.starts_at),
        "sign_off_by": sign_off_by,
        "is_late": not is_locked and now > sign_off_by,
        "is_office": request.user.holds(Role.OFFICER),
        "latest": sorted(
            (row for row in rows if row.confirmed_at), key=lambda row: row.confirmed_at or now, reverse=True
        )[:3],
        **_code_of(session, now),
    }


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, session: UUID) -> HttpResponse:
    """The question before a list is closed, and its answer. Late, only the programme office gets the question."""
    found = _session(request.user, session, "sign_off")
    if found.state == Session.State.SIGNED_OFF:
        return redirect("enrolments:register", session=found.uuid)
    now = timezone.now()
    rows = rows_of(found)
    page = _page(request, found, rows, now)
    may_close = page["has_begun"] and (not page["is_late"] or page["is_office"])
    form = ReasonForm(request.POST or None) if page["is_late"] and may_close else None
    if request.method == "POST" and may_close and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        try:
            register_actions.close_session(found, by=request.user, at=now, reason=reason)
        except (register_actions.RegisterLocked, TransitionRefused):
            messages.info(request, _("The list was closed already."))
        else:
            messages.success(request, _("The list is closed."))
        return redirect("enrolments:register", session=found.uuid)
    return render(request, "enrolments/register_close.html", page | {"form": form, "may_close": may_close})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reopen(request: SignedInRequest, session: UUID) -> HttpResponse:
    """For the programme office: open a closed list, and say why."""
    found = _session(request.user, session, "reopen")
    if found.state != Session.State.SIGNED_OFF:
        return redirect("enrolments:register", session=found.uuid)
    now = timezone.now()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            register_actions.reopen_session(found, by=request.user, at=now, reason=form.cleaned_data["reason"])
        except TransitionRefused:
            messages.info(request, _("The list was opened already."))
        else:
            messages.success(request, _("The list is open again. Close it when it is right."))
        return redirect("enrolments:register", session=found.uuid)
    return render(
        request, "enrolments/register_reopen.html", _page(request, found, rows_of(found), now) | {"form": form}
    )


# The sheet -----------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_GET
def sheet(request: SignedInRequest, session: UUID) -> HttpResponse:
    """The attendance list for paper. Also for auditors, who may look at a session without touching it."""
    found = _session(request.user, session, "view")
    return render(request, "enrolments/register_print.html", {"sheet": sheet_of(found, at=timezone.now())})


@login_required
@never_cache
@require_GET
def sheet_csv(request: SignedInRequest, session: UUID) -> HttpResponse:
    found = _session(request.user, session, "view")
    content = csv_file(sheet_of(found, at=timezone.now()).as_rows())
    name = f"{_('attendance')}_{found.edition.code}_{found.number}.csv"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


# The code on the screen ----------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_GET
def session_code(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Six digits and a QR code to project. The part that changes fetches itself when its 30 seconds are over."""
    found = _session(request.user, session)
    now = timezone.now()
    people = found.edition.enrolments.taking_part().count()
    confirmed = found.attendance.filter(learner_confirmed_at__isnull=False).count()
    template = "enrolments/session_code.html"
    context = {
        "session": found,
        "edition": found.edition,
        "people": people,
        "confirmed": confirmed,
        **_code_of(found, now),
    }
    return render(request, f"{template}#code" if request.htmx and not request.htmx.boosted else template, context)


def _code_of(session: Session, now: datetime) -> dict[str, Any]:
    opens, closes = checkin.window(session.starts_at)
    about: dict[str, Any] = {"opens": opens, "closes": closes, "takes_check_ins": opens <= now <= closes}
    if about["takes_check_ins"]:
        code = checkin.code_at(session.uuid, now)
        page = settings.LMS_BASE_URL + reverse("enrolments:check_in")
        step = int(checkin.STEP.total_seconds())
        about |= {
            "code": code,
            "code_spaced": f"{code[:3]} {code[3:]}",
            "check_in_page": page.partition("://")[2],
            "qr": _qr(f"{page}?{urlencode({'session': session.uuid, 'code': code})}"),
            # A second more than the step has left, so that the next code is there when it is fetched.
            "changes_in": step - int(now.timestamp()) % step + 1,
        }
    return about


def _qr(address: str) -> SafeString:
    """As SVG paths, without any style; it is an address of our own, with nothing in it that anyone typed."""
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, svgclass=None, lineclass=None, border=2)
    return mark_safe(drawn)  # noqa: S308  (made by segno from our own address)


# Results -------------------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def results(request: SignedInRequest, edition: str) -> HttpResponse:
    """Passed or not yet, for each learner and assessment of an edition."""
    found = get_object_or_404(
        Edition.objects.allowing(request.user, "record_results").select_related("course", "provider"), code=edition
    )
    assessments = list(found.course.assessments.all())
    if not assessments:
        raise Http404
    people = list(
        Enrolment.objects.allowing(request.user, "record_result")
        .filter(edition=found)
        .taking_part()
        .select_related("learner", "employer")
        .prefetch_related("results")
    )
    people.sort(key=lambda enrolment: spoken_order(enrolment.learner))
    if request.method == "POST":
        return _save_results(request, found, people, assessments)
    open_sessions = found.sessions.filter(state=Session.State.PLANNED).count()
    return render(
        request,
        "enrolments/results.html",
        {
            "edition": found,
            "course": found.course,
            "assessments": assessments,
            "people": [_with_results(enrolment, assessments) for enrolment in people],
            "open_sessions": open_sessions,
        },
    )


def _with_results(enrolment: Enrolment, assessments: list[Assessment]) -> dict[str, Any]:
    known = {result.assessment_id: result.passed for result in enrolment.results.all()}
    return {
        "enrolment": enrolment,
        "name": enrolment.learner.full_name or name_of(enrolment.learner),
        "is_settled": enrolment.state == Enrolment.State.COMPLETED,
        "results": [(one, f"{enrolment.code}-{one.code}", known.get(one.pk)) for one in assessments],
    }


def _save_results(
    request: SignedInRequest, edition: Edition, people: list[Enrolment], assessments: list[Assessment]
) -> HttpResponse:
    """Only what differs from what is known; who has completed is settled, and stays so."""
    now, saved = timezone.now(), 0
    for enrolment in people:
        if enrolment.state == Enrolment.State.COMPLETED:
            continue
        known = {result.assessment_id: result.passed for result in enrolment.results.all()}
        for assessment in assessments:
            said = {"passed": True, "not_yet": False}.get(request.POST.get(f"{enrolment.code}-{assessment.code}", ""))
            if said is not None and said != known.get(assessment.pk):
                record_result(enrolment, assessment, said, by=request.user, at=now)
                saved += 1
    if saved:
        messages.success(request, ngettext("%(n)s result saved.", "%(n)s results saved.", saved) % {"n": saved})
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect("enrolments:results", edition=edition.code)
