"""The learner's own calendar: the page with the private address, and what a calendar program reads there."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.calendar import OwnSession, own_calendar
from courses.models import Session
from enrolments.actions.subscriptions import end_calendar, renew_calendar
from enrolments.models import CalendarSubscription, Enrolment
from enrolments.models.subscriptions import hash_of
from lms.kernel.context import identity
from lms.people.models import User
from lms.people.requests import SignedInRequest

REFRESH = timedelta(hours=1)
State = Enrolment.State
# Who gave a place up had the sessions in the calendar; the entries are to disappear from it.
GONE = (State.WITHDRAWN, State.CANCELLED)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: SignedInRequest) -> HttpResponse:
    """The address, how to use it, and the buttons that renew it and take it away."""
    if request.method == "POST":
        at, asked = timezone.now(), request.POST.get("address")
        if asked == "new":
            renew_calendar(request.user, by=request.user, at=at)
            messages.success(request, _("This is your new address. An address you had before no longer works."))
        elif asked == "end":
            end_calendar(request.user, by=request.user, at=at)
            messages.success(request, _("Your calendar can no longer be read by anyone."))
        else:
            raise Http404
        return redirect("enrolments:my_calendar")
    subscription = CalendarSubscription.objects.filter(learner=request.user).first()
    address = request.build_absolute_uri(reverse("own_sessions", args=[subscription.token])) if subscription else ""
    response = render(
        request,
        "enrolments/my_calendar.html",
        {
            "subscription": subscription,
            "address": address,
            "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
            "host": urlsplit(address).hostname if address else "",
        },
    )
    response["Referrer-Policy"] = "no-referrer"  # the page shows the address
    return response


@require_safe
def own_sessions(request: HttpRequest, token: str) -> HttpResponse:
    """All own sessions, for a calendar program that asks again every hour."""
    found = hash_of(token)
    if not ratelimit.consume(request, action="own_calendar", key=found):
        return ratelimit.respond_429(request)
    learner = get_object_or_404(CalendarSubscription.objects.select_related("learner"), token_hash=found).learner
    if not learner.is_active:
        raise Http404
    with override(learner.language):
        title = _("My sessions at %(site)s") % {"site": identity(learner.language).name}
        text = own_calendar(_own(learner, request), name=title, language=learner.language, refresh=REFRESH)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    etag = f'"{hashlib.sha256(text).hexdigest()[:24]}"'
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=etag, response=response) or response


def _own(learner: User, request: HttpRequest) -> list[OwnSession]:
    """Of every edition the newest enrolment decides, unless an older one still takes part. Two queries."""
    newest: dict[int, Enrolment] = {}
    for enrolment in Enrolment.objects.filter(learner=learner, state__in=(*Enrolment.TAKING_PART, *GONE)).order_by(
        "pk"
    ):
        held = newest.get(enrolment.edition_id)
        if held is None or held.state in GONE:
            newest[enrolment.edition_id] = enrolment
    sessions = (
        Session.objects.filter(edition__in=newest)
        .select_related("edition__course", "edition__location", "room__location")
        .order_by("starts_at", "pk")
    )
    return [
        OwnSession(
            session,
            url=request.build_absolute_uri(reverse("enrolments:enrolment", args=[newest[session.edition_id].code])),
            is_off=newest[session.edition_id].state in GONE,
        )
        for session in sessions
    ]
