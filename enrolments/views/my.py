"""The learner's own pages: what is next, checking in, how far one is, answering an offer, giving up a seat, sharing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.calendar import edition_calendar
from courses.models import Session
from enrolments import actions, checkin
from enrolments.actions.moving import MOVABLE
from enrolments.forms import CheckInForm
from enrolments.models import Approval, Attendance, Enrolment, Grant
from enrolments.progress import Day, Progress, progress_of
from lms.kernel.languages import current_language
from lms.kernel.models import Event
from lms.kernel.panels import panels_of
from lms.kernel.states import TransitionRefused
from lms.people.models import User
from lms.people.requests import SignedInRequest

State = Enrolment.State
MAY_BE_GIVEN_UP = {state for state, targets in Enrolment.TRANSITIONS.items() if State.WITHDRAWN in targets}


# What the pages show -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One thing an employer may or may not see."""

    scope: str
    label: str
    grant: Grant | None


@dataclass(frozen=True)
class Taken:
    """One enrolment as its learner sees it."""

    enrolment: Enrolment
    progress: Progress
    moment: datetime

    @property
    def edition(self) -> Any:
        return self.enrolment.edition

    @property
    def is_over(self) -> bool:
        ends_at = self.edition.ends_at
        return ends_at is not None and ends_at <= self.moment

    @property
    def has_begun(self) -> bool:
        starts_at = self.edition.starts_at
        return starts_at is not None and starts_at <= self.moment

    @property
    def is_past(self) -> bool:
        """History: nothing will come of it any more. A confirmed seat stays current until the result is in."""
        if self.enrolment.state == State.CONFIRMED:
            return False
        return self.enrolment.state not in MAY_BE_GIVEN_UP or self.is_over

    @property
    def is_not_taking_part(self) -> bool:
        return self.enrolment.state not in Enrolment.TAKING_PART

    @property
    def may_be_given_up(self) -> bool:
        return self.enrolment.state in MAY_BE_GIVEN_UP and not self.is_over

    @property
    def may_be_moved(self) -> bool:
        return self.enrolment.state in MOVABLE and not self.has_begun

    @property
    def has_open_offer(self) -> bool:
        deadline = self.enrolment.offer_expires_at
        return self.enrolment.state == State.OFFERED and deadline is not None and deadline > self.moment

    @property
    def may_withdraw_contract(self) -> bool:
        order = getattr(self.enrolment, "order", None)
        return self.may_be_given_up and order is not None and order.may_be_withdrawn(self.moment)

    @property
    def approvals(self) -> list[Approval]:
        return list(self.enrolment.approvals.all())

    @property
    def refusal(self) -> Approval | None:
        return next((one for one in self.approvals if one.state == Approval.State.REFUSED), None)

    @property
    def attended(self) -> timedelta:
        """As the completion rule counted it."""
        return timedelta(minutes=self.enrolment.attended_minutes or 0)

    @property
    def planned(self) -> timedelta:
        return timedelta(minutes=self.enrolment.planned_minutes or 0)

    @property
    def shares(self) -> list[Share]:
        """What the employer may see, one by one; empty where there is no employer, or nothing left to see."""
        if self.enrolment.employer is None or self.enrolment.state not in Enrolment.LIVE:
            return []
        given = {grant.scope: grant for grant in self.enrolment.grants.all()}
        return [Share(scope.value, str(scope.label), given.get(scope.value)) for scope in Grant.Scope]


def _mine(user: User) -> Any:
    """The learner's enrolments with all that these pages show of them, in a fixed number of queries."""
    return (
        Enrolment.objects.filter(learner=user)
        .with_place()
        .select_related("edition__course", "edition__location", "edition__provider", "employer", "order__employer")
        .prefetch_related(
            Prefetch(
                "edition__sessions", Session.objects.select_related("room__location").order_by("starts_at", "number")
            ),
            Prefetch("attendance", Attendance.objects.order_by("pk")),
            Prefetch("grants", Grant.objects.active()),
            "approvals",
        )
    )


def _taken(enrolment: Enrolment, at: datetime) -> Taken:
    edition = enrolment.edition
    progress = progress_of(
        edition.sessions.all(), enrolment.attendance.all(), share=edition.course.attendance_share, at=at
    )
    return Taken(enrolment, progress, at)


def _one_of_mine(request: SignedInRequest, code: str, at: datetime) -> Taken:
    return _taken(get_object_or_404(_mine(request.user), code=code), at)


@dataclass(frozen=True)
class CheckIn:
    """A session that takes, or will take, the learner's check-in."""

    taken: Taken
    day: Day
    moment: datetime

    @property
    def opens_at(self) -> datetime:
        return checkin.window(self.day.session.starts_at)[0]

    @property
    def is_open(self) -> bool:
        opens_at, closes_at = checkin.window(self.day.session.starts_at)
        return opens_at <= self.moment <= closes_at

    @property
    def is_today(self) -> bool:
        return self.days_away == 0

    @property
    def is_tomorrow(self) -> bool:
        return self.days_away == 1

    @property
    def days_away(self) -> int:
        """Counted in days of the calendar here, not in hours."""
        return (timezone.localdate(self.day.session.starts_at) - timezone.localdate(self.moment)).days


def _check_ins(taken: Iterable[Taken], at: datetime) -> list[CheckIn]:
    """The sessions of confirmed seats that are not over yet or still take a check-in, soonest first."""
    found = [
        CheckIn(one, day, at)
        for one in taken
        if one.enrolment.state in Enrolment.TAKING_PART
        for day in one.progress.days
    ]
    found = [one for one in found if not one.day.is_over or (one.is_open and not one.day.is_confirmed)]
    return sorted(found, key=lambda one: one.day.session.starts_at)


# My page -------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def my(request: SignedInRequest) -> HttpResponse:
    """Everything a learner comes for, the next step first."""
    at = timezone.now()
    taken = [_taken(enrolment, at) for enrolment in _mine(request.user)]
    current = sorted(
        (one for one in taken if not one.is_past), key=lambda one: (one.edition.starts_at or at, one.enrolment.pk)
    )
    check_ins = _check_ins(taken, at)
    return render(
        request,
        "enrolments/my.html",
        {
            "upcoming": check_ins[0] if check_ins else None,
            "also_open": [one for one in check_ins[1:] if one.is_open and not one.day.is_confirmed],
            "offers": [one for one in current if one.has_open_offer],
            "running": [one for one in current if one.enrolment.state == State.CONFIRMED and one.has_begun],
            "coming": [one for one in current if not (one.enrolment.state == State.CONFIRMED and one.has_begun)],
            "past": [one for one in taken if one.is_past],
            "shared": [one for one in taken if one.shares],
            "is_new": not taken,
            "panels": panels_of("my", request),
        },
    )


# One enrolment -------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def enrolment(request: SignedInRequest, code: str) -> HttpResponse:
    """How one enrolment stands, what comes next, and what happened so far."""
    at = timezone.now()
    one = _one_of_mine(request, code, at)
    events = Event.objects.about(one.enrolment).filter(verb__startswith="enrolment.").values_list("verb", "at")
    return render(
        request,
        "enrolments/enrolment.html",
        {"one": one, "events": [(said, when) for verb, when in events if (said := _told(verb))]},
    )


def _told(verb: str) -> str:
    """An event in words for the learner; what only matters to us is left out."""
    return {
        "enrolment.requested": _("You asked for a place"),
        "enrolment.request_lapsed": _("Your request ended without an answer"),
        "enrolment.confirmed": _("You got a place"),
        "enrolment.waitlisted": _("You came on the waiting list"),
        "enrolment.offered": _("You were offered a place"),
        "enrolment.offer_declined": _("You left the offered place to someone else"),
        "enrolment.offer_lapsed": _("The offer ended without an answer"),
        "enrolment.declined": _("Your enrolment was not accepted"),
        "enrolment.withdrawn": _("Your enrolment was withdrawn"),
        "enrolment.cancelled": _("Your enrolment was cancelled"),
        "enrolment.moved": _("You went to another date"),
        "enrolment.completed": _("You completed the course"),
        "enrolment.not_completed": _("The course ended, you did not complete it"),
    }.get(verb, "")


@login_required
@require_safe
def calendar(request: SignedInRequest, code: str) -> HttpResponse:
    """The sessions as a file for one's own calendar; only for who has a seat."""
    at = timezone.now()
    seats = Enrolment.objects.filter(learner=request.user, state__in=Enrolment.TAKING_PART)
    mine = get_object_or_404(
        seats.select_related("edition__course", "edition__location").prefetch_related(
            "edition__sessions__room__location"
        ),
        code=code,
    )
    return HttpResponse(
        edition_calendar(
            mine.edition,
            at=at,
            language=current_language(),
            url=request.build_absolute_uri(reverse("enrolments:enrolment", args=[mine.code])),
            with_online_url=True,
        ),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{mine.edition.code}.ics"'},
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    """Asks first; then gives up the seat, or the place on the waiting list."""
    at = timezone.now()
    one = _one_of_mine(request, code, at)
    if not one.may_be_given_up:
        messages.info(request, _("This enrolment can no longer be withdrawn."))
        return redirect("enrolments:enrolment", code=code)
    if one.may_withdraw_contract:
        return redirect("enrolments:withdraw_contract", code=code)
    if request.method != "POST":
        return render(request, "enrolments/withdraw.html", {"one": one})
    try:
        actions.withdraw(one.enrolment, by=request.user, at=at)
    except TransitionRefused:
        messages.info(request, _("This enrolment can no longer be withdrawn."))
    else:
        messages.success(request, _("You are no longer enrolled in %(course)s.") % {"course": one.edition.course})
    return redirect("enrolments:my")


@login_required
@require_POST
def answer_offer(request: SignedInRequest, code: str) -> HttpResponse:
    """Take the offered place, or leave it to the next."""
    at = timezone.now()
    mine = get_object_or_404(Enrolment.objects.select_related("edition__course"), learner=request.user, code=code)
    answer = {"accept": actions.accept_offer, "decline": actions.decline_offer}.get(request.POST.get("answer", ""))
    if answer is None:
        raise Http404
    try:
        answer(mine, by=request.user, at=at)
    except TransitionRefused:
        messages.warning(request, _("This offer is no longer open. The place has gone to the next on the list."))
    else:
        if answer is actions.decline_offer:
            messages.success(request, _("You left the place to someone else."))
    return redirect("enrolments:enrolment", code=code)


@login_required
@require_POST
def sharing(request: SignedInRequest, code: str) -> HttpResponse:
    """Start or stop letting the employer see one thing."""
    at = timezone.now()
    mine = get_object_or_404(
        Enrolment.objects.exclude(employer=None).select_related("employer"), learner=request.user, code=code
    )
    scope = request.POST.get("scope", "")
    if scope not in Grant.Scope.values:
        raise Http404
    if request.POST.get("share") == "yes":
        actions.share(mine, Grant.Scope(scope), by=request.user, at=at)
        messages.success(request, _("%(employer)s can see this from now on.") % {"employer": mine.employer})
    else:
        for grant in mine.grants.active().filter(scope=scope):
            actions.revoke_grant(grant, by=request.user, at=at)
        messages.success(request, _("%(employer)s no longer sees this.") % {"employer": mine.employer})
    if (origin := request.POST.get("from")) in {"my", "my_sharing"}:
        return redirect(f"enrolments:{origin}")
    return redirect("enrolments:enrolment", code=code)


# Checking in ---------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: SignedInRequest) -> HttpResponse:
    """The learner's own confirmation of being there. The QR code on the screen leads here with the code filled in."""
    at = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    check_ins = _check_ins([_taken(one, at) for one in _mine(request.user)], at)
    here = _session_asked(given.get("session", ""), check_ins)
    scanned = bool(given.get("scanned") if request.method == "POST" else given.get("code"))
    form = CheckInForm(
        request.POST or None,
        initial={"session": here.day.session.uuid if here else "", "code": request.GET.get("code", "")},
    )
    if request.method == "POST" and here is not None and form.is_valid():
        if not ratelimit.consume(request, action="check_in", user=request.user):
            return ratelimit.respond_429(request)
        method = Attendance.Method.QR if scanned else Attendance.Method.PIN
        try:
            actions.check_in(
                here.taken.enrolment,
                here.day.session,
                form.cleaned_data["code"],
                method=method,
                by=request.user,
                at=at,
            )
        except actions.CheckInRefused:
            form.add_error("code", _why_refused(here))
        else:
            messages.success(request, _("You are checked in for %(session)s.") % {"session": here.day.session.title})
            return redirect("enrolments:my")
    return render(
        request,
        "enrolments/check_in.html",
        {"here": here, "form": form, "scanned": scanned and not form.errors},
        status=200 if here or not given.get("session") else 404,
    )


def _session_asked(asked: str, check_ins: list[CheckIn]) -> CheckIn | None:
    """The learner's own session that is meant: the one named, else the one that is open now, else the next."""
    if asked:
        return next((one for one in check_ins if str(one.day.session.uuid) == asked), None)
    return next(
        (one for one in check_ins if one.is_open and not one.day.is_confirmed), check_ins[0] if check_ins else None
    )


def _why_refused(here: CheckIn) -> str:
    if not here.is_open:
        return _("You cannot check in for this session now.")
    return _("This code does not work (any more). Fill in the six digits that are on the screen now.")
