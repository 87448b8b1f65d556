"""The list of editions, and the one page on which a coordinator sees how an edition stands and what it asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.actions import CapacityRefused, NothingToDecide, decide_to_run
from courses.models import Edition
from enrolments.actions import change_capacity
from enrolments.cockpit import (
    Attention,
    alternatives_of,
    in_order,
    next_step,
    people_of,
    requests_of,
    since_when,
    waiting_list_of,
    with_standing,
)
from enrolments.cockpit_forms import CapacityForm
from enrolments.employers import named_like
from enrolments.models import Enrolment, GroupEnrolment
from enrolments.timeline import events_of, lines_of
from lms.kernel.panels import columns_of, panels_of
from lms.people.models import Organisation, Role, User
from lms.people.requests import SignedInRequest

ROLES = (Role.COORDINATOR, Role.OFFICER)
PER_PAGE = 25
PEOPLE_PER_PAGE = 50
LATEST = 6
CURRENT, MINE_TO_DO, RUNNING, FINISHED, CANCELLED, ALL = "current", "todo", "running", "finished", "cancelled", "all"


def editions_of(user: User, now: datetime) -> Any:
    """What this person coordinates, with how each stands; who coordinates nothing finds no page."""
    if not user.holds(*ROLES):
        raise Http404
    return with_standing(Edition.objects.allowing(user, "coordinate"), now)


def edition_of(user: User, code: str, now: datetime) -> Any:
    return get_object_or_404(editions_of(user, now), code=code)


# The list -------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def editions(request: SignedInRequest) -> HttpResponse:
    """What asks for attention first, then by date."""
    now = timezone.now()
    seen = editions_of(request.user, now)
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("show", "q", "house")}
    found = _chosen(seen, asked["show"], now)
    for word in asked["q"].split():
        found = found.filter(
            Q(code__icontains=word) | Q(course__title_nl__icontains=word) | Q(course__title_en__icontains=word)
        )
    houses = Organisation.objects.filter(editions__isnull=False).distinct().order_by("name")
    houses = houses if request.user.holds(Role.OFFICER) else houses.none()
    if asked["house"] and houses:
        found = found.filter(provider__code=asked["house"])
    order = ["-starts_at", "-code"] if asked["show"] in (FINISHED, CANCELLED, ALL) else ["starts_at", "code"]
    page = Paginator(found.order_by("attention", *order), PER_PAGE).get_page(request.GET.get("page"))
    for edition in page:
        edition.now_phase = edition.phase(now)
        edition.attention_label = Attention(edition.attention).label
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "enrolments/cockpit/editions.html",
        {
            "page": page,
            "asked": asked,
            "houses": houses,
            "choices": [
                (CURRENT, _("now and to come")), (MINE_TO_DO, _("asks for attention")), (RUNNING, _("running")),
                (FINISHED, _("finished")), (CANCELLED, _("cancelled")), (ALL, _("all")),
            ],
            "address": f"?{query.urlencode()}{'&' if query else ''}page=",
        },
    )  # fmt: skip


def _chosen(seen: Any, show: str, now: datetime) -> Any:
    """The rows of a filter; one that is not there is as if nothing was asked."""
    match show:
        case "todo":
            return seen.filter(attention__lt=Attention.NOTHING)
        case "running":
            return seen.published().filter(starts_at__lte=now, ends_at__gt=now)
        case "finished":
            return seen.published().filter(ends_at__lte=now)
        case "cancelled":
            return seen.filter(state=Edition.State.CANCELLED)
        case "all":
            return seen
    over = Q(ends_at__lte=now, attention=Attention.NOTHING)
    return seen.exclude(state=Edition.State.CANCELLED).exclude(over)


# One edition ----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def cockpit(request: SignedInRequest, edition: str) -> HttpResponse:
    now = timezone.now()
    return show(request, edition_of(request.user, edition, now), now)


def show(request: SignedInRequest, edition: Any, now: datetime, capacity_form: CapacityForm | None = None) -> Any:
    """The whole page; ``capacity_form`` was sent and not right."""
    people, asked = _filtered(request, in_order(people_of(edition)))
    page = Paginator(people, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    columns = [one for one in columns_of("participants", request, rows) if one[1]]  # an empty one tells nothing
    for one in rows:
        one.since = since_when(one)
        one.added = [(heading, cells.get(one.pk, "")) for heading, cells in columns]
    line = waiting_list_of(edition)
    events = list(events_of(edition)[:LATEST])
    query = request.GET.copy()
    query.pop("page", None)
    sessions = list(edition.sessions.all())
    context = {
        "edition": edition,
        "now": now,
        "phase": edition.phase(now),
        "step": next_step(edition, now),
        "form": capacity_form,
        "capacity_form": capacity_form or CapacityForm(initial={"capacity": edition.capacity}),
        "requests": requests_of(edition, request.user),
        "groups": GroupEnrolment.objects.of_edition(edition)
        .with_counts()
        .select_related("employer")
        .visible_to(request.user),
        "can_move": edition.starts_at is None or edition.starts_at > now,
        "decides": edition.undecided,
        "is_late": bool(edition.undecided and edition.decide_by < timezone.localdate(now)),
        "can_be_cancelled": edition.state != Edition.State.CANCELLED
        and (edition.ends_at is None or edition.ends_at > now),
        "can_enrol": edition.takes_enrolments(now),
        "trainers": list(edition.trainers.all()),
        "sessions": len(sessions),
        "sessions_closed": sum(one.state == one.State.SIGNED_OFF for one in sessions),
        "page": page,
        "people": rows,
        "headings": [heading for heading, _cells in columns],
        "asked": asked,
        "states": Enrolment.State.choices,
        "offers": [one for one in line if one.state == Enrolment.State.OFFERED],
        "waiters": [one for one in line if one.state == Enrolment.State.WAITLISTED],
        "has_alternatives": alternatives_of(edition, now).exists(),
        "latest": lines_of(edition, events),
        "announcements": edition.announcements.count(),
        "panels": panels_of("cockpit", request),
        "address": f"?{query.urlencode()}{'&' if query else ''}page=",
    }
    return render(request, "enrolments/cockpit/edition.html", context)


def _filtered(request: SignedInRequest, people: Any) -> tuple[QuerySet, dict[str, str]]:
    """Those asked for: by words of the name, by state; without a state everyone who is still in it."""
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "state")}
    if asked["q"]:
        people = named_like(people, asked["q"])
    if asked["state"] in Enrolment.State.values:
        people = people.filter(state=asked["state"])
    elif asked["state"] != ALL:
        people = people.filter(state__in=(*Enrolment.TAKING_PART, Enrolment.State.REQUESTED))
    return people, asked


@login_required
@require_POST
def capacity(request: SignedInRequest, edition: str) -> HttpResponse:
    """More or fewer places."""
    now = timezone.now()
    found = edition_of(request.user, edition, now)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return show(request, found, now, form)
    try:
        offered = change_capacity(found, form.cleaned_data["capacity"], by=request.user, at=now)
    except CapacityRefused as refused:
        if refused.least == found.minimum:
            words = _("The minimum of this edition is %(n)s. Change the minimum first, or keep at least %(n)s places.")
        else:
            words = _("%(n)s places are taken. An edition never has fewer places than are taken.")
        form.add_error("capacity", words % {"n": refused.least})
        return show(request, found, now, form)
    if offered:
        said = ngettext(
            "The number of places is changed. %(n)s person on the waiting list is offered a place.",
            "The number of places is changed. %(n)s people on the waiting list are offered a place.",
            offered,
        )
        messages.success(request, said % {"n": offered})
    else:
        messages.success(request, _("The number of places is changed."))
    return redirect("enrolments:cockpit", edition=found.code)


@login_required
@require_POST
def go(request: SignedInRequest, edition: str) -> HttpResponse:
    """It goes ahead, with fewer than its minimum. A no-go is a cancellation, on a page of its own."""
    now = timezone.now()
    found = edition_of(request.user, edition, now)
    try:
        decide_to_run(found, by=request.user, at=now)
    except NothingToDecide:
        messages.error(request, _("There is nothing to decide any more. Look how the edition stands now."))
    else:
        messages.success(request, _("The edition goes ahead."))
    return redirect("enrolments:cockpit", edition=found.code)
