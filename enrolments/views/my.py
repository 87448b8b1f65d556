"""The learner's own pages: what is next and how far one is, and each enrolment by itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.calendar import edition_calendar
from enrolments.models import Enrolment
from enrolments.views.taken import (
    check_ins_of,
    enrolments_of,
    one_of_mine,
    taken_at,
)
from lms.kernel.languages import current_language
from lms.kernel.models import Event
from lms.kernel.panels import panels_of
from lms.people.requests import SignedInRequest

State = Enrolment.State


@never_cache
@login_required
@require_safe
def my(request: SignedInRequest) -> HttpResponse:
    """Everything a learner comes for, the next step first."""
    at = timezone.now()
    taken = [taken_at(enrolment, at) for enrolment in enrolments_of(request.user)]
    current = sorted(
        (one for one in taken if not one.is_past), key=lambda one: (one.edition.starts_at or at, one.enrolment.pk)
    )
    check_ins = check_ins_of(taken, at)
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


@never_cache
@login_required
@require_safe
def enrolment(request: SignedInRequest, code: str) -> HttpResponse:
    """How one enrolment stands, what comes next, and what happened so far."""
    at = timezone.now()
    one = one_of_mine(request, code, at)
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
        "enrolment.lapsed": _("Your group did not get a place"),
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
