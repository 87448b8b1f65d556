"""What a learner decides about an enrolment: giving it up, an offered place, what the employer sees."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from enrolments import actions
from enrolments.models import Enrolment, Grant
from enrolments.offers import ANSWERS
from enrolments.views.taken import (
    one_of_mine,
)
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest

State = Enrolment.State


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, code: str) -> HttpResponse:
    """Asks first; then gives up the seat, or the place on the waiting list."""
    at = timezone.now()
    one = one_of_mine(request, code, at)
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
    answer = request.POST.get("answer", "")
    if answer not in ANSWERS:
        raise Http404
    try:
        if answer == "accept":
            actions.accept_offer(mine, early_start="early_start" in request.POST, by=request.user, at=at)
        else:
            actions.decline_offer(mine, by=request.user, at=at)
    except TransitionRefused:
        messages.warning(request, _("This offer is no longer open. The place has gone to the next on the list."))
    else:
        if answer == "decline":
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
