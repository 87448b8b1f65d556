"""One person in an edition: where they stand, and what the office does for them. And who calls to enrol."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions import CapacityRefused, EditionFull
from enrolments.actions import (
    AlreadyEnrolled,
    DeadlineRefused,
    EnrolmentClosed,
    OutOfTurnUnexplained,
    enrol_by_hand,
    extend_offer,
    offer_place,
    take_back_offer,
    withdraw,
)
from enrolments.actions.moving import MOVABLE
from enrolments.cockpit import people_of
from enrolments.cockpit_forms import EnrolByHandForm, ExtendForm, OfferForm, WithdrawForm
from enrolments.models import Enrolment
from enrolments.timeline import events_of, lines_of
from enrolments.views.cockpit.edition import edition_of
from lms.kernel import formats
from lms.kernel.panels import columns_of
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest

State = Enrolment.State


def _one(request: SignedInRequest, edition: str, code: str, now: datetime) -> tuple[Any, Any]:
    found = edition_of(request.user, edition, now)
    enrolment = get_object_or_404(people_of(found).with_place(), code=code)
    enrolment.edition = found
    return found, enrolment


@never_cache
@login_required
@require_safe
def person(request: SignedInRequest, edition: str, code: str) -> HttpResponse:
    now = timezone.now()
    return _show(request, *_one(request, edition, code, now), now)


def _show(request: SignedInRequest, edition: Any, enrolment: Any, now: datetime, **bound: Any) -> HttpResponse:
    """The page of one person; ``bound`` are forms that were sent and not right."""
    has_begun = edition.starts_at is not None and edition.starts_at <= now
    is_over = edition.ends_at is not None and edition.ends_at <= now
    leaves = (State.REQUESTED, State.WAITLISTED, State.OFFERED, State.CONFIRMED)
    published = edition.state == edition.State.PUBLISHED
    forms: dict[str, Any] = {}
    if enrolment.state in leaves and not is_over:
        forms["withdraw_form"] = WithdrawForm()
    if enrolment.state == State.WAITLISTED and published and not has_begun:
        forms["offer_form"] = _offer_form(enrolment)
    if enrolment.state == State.OFFERED:
        forms["extend_form"] = ExtendForm(offer=enrolment)
    sent = next((form for form in bound.values() if form.is_bound), None)
    columns = columns_of("participants", request, [enrolment])
    return render(
        request,
        "enrolments/cockpit/person.html",
        {
            **forms,
            **bound,
            "form": sent,
            "edition": edition,
            "enrolment": enrolment,
            "learner": enrolment.learner,
            "added": [(heading, cells.get(enrolment.pk, "")) for heading, cells in columns],
            "can_move": enrolment.state in MOVABLE and not has_begun,
            "lines": lines_of(edition, list(events_of(edition, person=enrolment)[:50])),
        },
    )


def _offer_form(enrolment: Any, data: Any = None) -> OfferForm:
    return OfferForm(data, before=enrolment.place - 1, full=not enrolment.edition.seats_free)


def _to_person(enrolment: Enrolment) -> HttpResponse:
    return redirect("enrolments:cockpit_person", edition=enrolment.edition.code, code=enrolment.code)


def _changed_meanwhile(request: SignedInRequest, enrolment: Enrolment) -> HttpResponse:
    messages.error(request, _("Meanwhile something changed. Look how this person stands now."))
    return _to_person(enrolment)


@login_required
@require_POST
def withdraw_person(request: SignedInRequest, edition: str, code: str) -> HttpResponse:
    now = timezone.now()
    found, enrolment = _one(request, edition, code, now)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _show(request, found, enrolment, now, withdraw_form=form)
    try:
        withdraw(enrolment, by=request.user, at=now, reason=form.cleaned_data["reason"])
    except TransitionRefused:
        return _changed_meanwhile(request, enrolment)
    messages.success(request, _("%(name)s is withdrawn and gets a message.") % {"name": enrolment.learner})
    return redirect("enrolments:cockpit", edition=found.code)


@login_required
@require_POST
def offer(request: SignedInRequest, edition: str, code: str) -> HttpResponse:
    now = timezone.now()
    found, enrolment = _one(request, edition, code, now)
    form = _offer_form(enrolment, request.POST)
    if not form.is_valid():
        return _show(request, found, enrolment, now, offer_form=form)
    said = form.cleaned_data
    try:
        offer_place(enrolment, by=request.user, at=now, reason=said.get("reason", ""), extra=bool(said.get("extra")))
    except (TransitionRefused, OutOfTurnUnexplained, EditionFull):
        return _changed_meanwhile(request, enrolment)
    until = formats.date_time(enrolment.offer_expires_at) if enrolment.offer_expires_at else "–"
    words = {"name": enrolment.learner, "until": until}
    messages.success(request, _("%(name)s is offered a place and can answer until %(until)s.") % words)
    return _to_person(enrolment)


@login_required
@require_POST
def extend(request: SignedInRequest, edition: str, code: str) -> HttpResponse:
    now = timezone.now()
    found, enrolment = _one(request, edition, code, now)
    form = ExtendForm(request.POST, offer=enrolment)
    if form.is_valid():
        try:
            extend_offer(enrolment, form.moment, by=request.user, at=now)
        except DeadlineRefused:
            form.refuse()
        except TransitionRefused:
            return _changed_meanwhile(request, enrolment)
        else:
            words = {"name": enrolment.learner, "until": formats.date_time(form.moment)}
            messages.success(request, _("The place is kept for %(name)s until %(until)s.") % words)
            return _to_person(enrolment)
    return _show(request, found, enrolment, now, extend_form=form)


@login_required
@require_POST
def take_back(request: SignedInRequest, edition: str, code: str) -> HttpResponse:
    now = timezone.now()
    _found, enrolment = _one(request, edition, code, now)
    try:
        take_back_offer(enrolment, by=request.user, at=now)
    except CapacityRefused:
        messages.error(request, _("The edition would have fewer places than its minimum. Change the minimum first."))
    except TransitionRefused:
        return _changed_meanwhile(request, enrolment)
    else:
        words = {"name": enrolment.learner}
        messages.success(request, _("%(name)s is on the waiting list again. There is one place fewer now.") % words)
    return _to_person(enrolment)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: SignedInRequest, edition: str) -> HttpResponse:
    """For who calls: name, address, category. They get the same confirmation as anyone."""
    now = timezone.now()
    found = edition_of(request.user, edition, now)
    form = EnrolByHandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            enrolment = enrol_by_hand(
                found,
                email=form.cleaned_data["email"],
                answers=form.answers,
                language=form.cleaned_data["language"],
                by=request.user,
                at=now,
            )
        except AlreadyEnrolled as there:
            address = reverse("enrolments:cockpit_person", args=[found.code, there.enrolment.code])
            messages.warning(request, _("%(name)s is in this edition already.") % {"name": there.enrolment.learner})
            return redirect(address)
        except EnrolmentClosed:
            form.add_error(None, _("This edition takes no enrolments now. Change its dates in the back office first."))
        else:
            words = {"name": enrolment.learner}
            match enrolment.state:
                case State.CONFIRMED:
                    messages.success(request, _("%(name)s has a place and gets a confirmation.") % words)
                case State.WAITLISTED:
                    messages.warning(request, _("%(name)s is on the waiting list and gets a message.") % words)
                case _other:
                    messages.success(request, _("%(name)s stands among the requests to decide.") % words)
            return redirect("enrolments:cockpit", edition=found.code)
    context = {"form": form, "edition": found, "can_enrol": found.takes_enrolments(now)}
    return render(request, "enrolments/cockpit/enrol.html", context)
