"""The learner's own confirmation of being there."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from enrolments import actions
from enrolments.forms import CheckInForm
from enrolments.models import Attendance
from enrolments.views.taken import (
    CheckIn,
    check_ins_of,
    enrolments_of,
    taken_at,
)
from lms.people.requests import SignedInRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: SignedInRequest) -> HttpResponse:
    """The learner's own confirmation of being there. The QR code on the screen leads here with the code filled in."""
    at = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    check_ins = check_ins_of([taken_at(one, at) for one in enrolments_of(request.user)], at)
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
