"""Another date of the same course: for oneself, and for people of an edition by who coordinates it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.actions import EditionFull
from courses.models import Edition
from enrolments.actions import AlreadyEnrolled, EnrolmentClosed, NeedsApproval, move_to_edition
from enrolments.actions.moving import MOVABLE
from enrolments.cockpit import alternatives_of, in_order, people_of
from enrolments.cockpit_forms import MovePeopleForm
from enrolments.forms import MoveForm
from enrolments.models import Enrolment
from enrolments.views.cockpit.edition import edition_of
from lms.kernel import formats
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest

SHOWN = 12
REFUSALS = (EditionFull, EnrolmentClosed, NeedsApproval, AlreadyEnrolled, TransitionRefused, PermissionDenied)


def choices_of(editions: Iterable[Edition]) -> list[tuple[str, str]]:
    """By code: when, where and how many places are free."""
    return [(one.code, f"{_when_and_where(one)}: {_free(one)}") for one in editions]


def _when_and_where(edition: Edition) -> str:
    starts_at, ends_at = edition.starts_at, edition.ends_at
    when = formats.date_range(starts_at, ends_at) if starts_at and ends_at else "–"
    return f"{when}, {edition.location.city if edition.location else _('Online')}"


def _free(edition: Edition) -> str:
    return ngettext("%(n)s place free", "%(n)s places free", edition.seats_free) % {"n": edition.seats_free}


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: SignedInRequest, code: str) -> HttpResponse:
    """The learner's own: other dates with a place are to be chosen, full ones lead to their waiting list."""
    now = timezone.now()
    mine = get_object_or_404(
        Enrolment.objects.filter(learner=request.user).select_related("edition__course", "edition__location", "order"),
        code=code,
    )
    starts_at = mine.edition.starts_at
    if mine.state not in MOVABLE or (starts_at is not None and starts_at <= now):
        messages.info(request, _("You can no longer choose another date for this enrolment."))
        return redirect("enrolments:enrolment", code=code)
    others = list(alternatives_of(mine.edition, now)[:SHOWN])
    free = {one.code: one for one in others if one.seats_free > 0}
    order = getattr(mine, "order", None)
    is_order = order is not None and order.binds_the_learner
    asks_early = order is not None and any(order.needs_early_start(one.starts_at, now) for one in free.values())
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        editions=choices_of(free.values()),
        is_order=is_order,
        needs_early_start=asks_early,
    )
    if request.method == "POST" and form.is_valid():
        try:
            to = free[form.cleaned_data["edition"]]
            early_start = form.cleaned_data.get("early_start", False)
            moved = move_to_edition(mine, to, is_order=is_order, early_start=early_start, by=request.user, at=now)
        except AlreadyEnrolled as there:
            messages.info(request, _("You are enrolled there already. This is that enrolment."))
            return redirect("enrolments:enrolment", code=there.enrolment.code)
        except NeedsApproval:
            form.add_error("edition", _("This date asks for an approval first. Enrol for it; you keep this place."))
        except (EditionFull, EnrolmentClosed, TransitionRefused):
            form.add_error("edition", _("The last place there has just gone. You still have your place here."))
        else:
            messages.success(request, _("You have another date now. We mailed you the new confirmation."))
            return redirect("enrolments:enrolment", code=moved.code)
    full = [{"edition": one, "words": _when_and_where(one)} for one in others if one.code not in free]
    return render(request, "enrolments/move.html", {"enrolment": mine, "form": form, "has_free": free, "full": full})


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move_people(request: SignedInRequest, edition: str) -> HttpResponse:
    """One or several at once; who does not fit any more stays where they are, and is named."""
    now = timezone.now()
    found = edition_of(request.user, edition, now)
    ours = Edition.objects.allowing(request.user, "coordinate").filter(course=found.course_id).exclude(pk=found.pk)
    open_ones = ours.filter(state=Edition.State.PUBLISHED, starts_at__gt=now).select_related("location")
    others = {one.code: one for one in open_ones.order_by("starts_at")[:SHOWN] if one.seats_free > 0}
    has_begun = found.starts_at is not None and found.starts_at <= now
    there = [] if has_begun else in_order(people_of(found).filter(state__in=MOVABLE))
    people = {one.code: one for one in there}
    form = MovePeopleForm(
        request.POST if request.method == "POST" else None,
        people=[(code, f"{one.learner.list_name} ({one.get_state_display()})") for code, one in people.items()],
        editions=choices_of(others.values()),
        initial={"people": request.GET.getlist("who")},
    )
    if request.method == "POST" and form.is_valid():
        chosen = [people[code] for code in form.cleaned_data["people"]]
        return _carry_out(request, found, chosen, others[form.cleaned_data["edition"]], now)
    context: dict[str, Any] = {"edition": found, "form": form, "people": people, "has_others": bool(others)}
    return render(request, "enrolments/cockpit/move.html", context)


def _carry_out(
    request: SignedInRequest, edition: Any, people: list[Enrolment], to: Edition, now: datetime
) -> HttpResponse:
    moved, stayed = [], []
    for one in people:
        try:
            moved.append(move_to_edition(one, to, by=request.user, at=now))
        except REFUSALS:
            stayed.append(one.learner.list_name)
    if moved:
        said = ngettext("%(n)s person was moved to %(code)s.", "%(n)s people were moved to %(code)s.", len(moved))
        messages.success(request, said % {"n": len(moved), "code": to.code})
    if stayed:
        words = {"names": "; ".join(stayed), "code": to.code}
        messages.warning(request, _("There was no place for them in %(code)s, they stay here: %(names)s.") % words)
    return redirect("enrolments:cockpit", edition=edition.code)
