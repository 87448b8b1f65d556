"""Cancelling an edition: first who is told what, then the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.models import Edition
from enrolments.actions import call_off
from enrolments.actions.calling_off import losing_a_place, may_have_a_place, room_in
from enrolments.cockpit import alternatives_of
from enrolments.cockpit_forms import CallOffForm
from enrolments.models import Enrolment
from enrolments.views.cockpit.edition import edition_of
from lms.kernel import formats
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest

State = Enrolment.State
SHOWN = 5


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: SignedInRequest, edition: str) -> HttpResponse:
    """Who loses what, what each is told, and where places are kept. A second click finds it done."""
    now = timezone.now()
    found = edition_of(request.user, edition, now)
    is_over = found.ends_at is not None and found.ends_at <= now
    if found.state == Edition.State.CANCELLED or is_over:
        messages.warning(
            request, _("This edition is over: it cannot be cancelled.") if is_over else _("This edition is cancelled.")
        )
        return redirect("enrolments:cockpit", edition=found.code)
    ours = Edition.objects.allowing(request.user, "coordinate").values("pk")
    others = {one.code: one for one in alternatives_of(found, now).filter(pk__in=ours)[:SHOWN]}
    offers = [_kept_in(found, one) for one in others.values()]
    choices = [(one["edition"].code, one["words"]) for one in offers if one["kept"]]
    initial = {"alternative": choices[0][0] if choices else "none"}
    form = CallOffForm(request.POST or None, alternatives=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _carry_out(request, found, others.get(form.cleaned_data["alternative"]), now)
    counts = {
        "places": losing_a_place(found).count(),
        "waiting": found.waiting + found.offered,
        "requested": found.requested,
        "holds": found.holds.filter(has_seat=True).count(),
    }
    context = {"edition": found, "form": form, "counts": counts, "has_others": bool(others)}
    return render(request, "enrolments/cockpit/cancel.html", context)


def _kept_in(edition: Edition, alternative: Edition) -> dict[str, Any]:
    """How many would have a place kept there, said as a choice."""
    can, room = may_have_a_place(edition, alternative).count(), room_in(alternative)
    kept = min(can, room)
    when = (
        formats.date_range(alternative.starts_at, alternative.ends_at)
        if alternative.starts_at and alternative.ends_at
        else "–"
    )
    where = alternative.location.city if alternative.location else _("Online")
    words = ngettext(
        "%(when)s, %(where)s: keep a place for %(kept)s of %(can)s person",
        "%(when)s, %(where)s: keep a place for %(kept)s of %(can)s people",
        can,
    )
    return {
        "edition": alternative,
        "kept": kept,
        "words": words % {"when": when, "where": where, "kept": kept, "can": can},
    }


def _carry_out(request: SignedInRequest, edition: Any, alternative: Edition | None, now: datetime) -> HttpResponse:
    try:
        kept = call_off(edition, alternative=alternative, by=request.user, at=now)
    except TransitionRefused:
        messages.warning(request, _("This edition was cancelled already."))
    else:
        said = _("The edition is cancelled. Everyone in it gets a message.")
        if kept:
            more = ngettext(
                "For %(n)s person a place is kept in %(code)s.",
                "For %(n)s people a place is kept in %(code)s.",
                len(kept),
            ) % {"n": len(kept), "code": kept[0].edition.code}
            said = f"{said} {more}"
        messages.success(request, said)
    return redirect("enrolments:cockpit", edition=edition.code)
