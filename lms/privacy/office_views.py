"""The programme office: requests with their month, and what the terms will take and took."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.kernel.models import Event
from lms.kernel.states import TransitionRefused
from lms.people.models import Role
from lms.people.requests import SignedInRequest
from lms.privacy import actions
from lms.privacy.forms import RegisterForm, SettleForm
from lms.privacy.models import PrivacyRequest, TermRun
from lms.privacy.running import preview

PER_PAGE = 50
# What happened to a request, for who reads its page. Every verb of the actions stands here.
SAYS = {
    "privacy_request.received": gettext_lazy("Received"),
    "privacy_request.extended": gettext_lazy("Two months more were taken"),
    "privacy_request.started": gettext_lazy("Erasing began"),
    "privacy_request.erased": gettext_lazy("The data was erased"),
    "privacy_request.erased_with": gettext_lazy("Ended because all data of this person was erased"),
    "privacy_request.made": gettext_lazy("The file was made"),
    "privacy_request.file_dropped": gettext_lazy("The file was removed"),
    "privacy_request.cancelled": gettext_lazy("The person withdrew the request"),
    "privacy_request.done": gettext_lazy("Answered and done"),
    "privacy_request.refused": gettext_lazy("Refused, with the reason"),
}


def _office_only(request: SignedInRequest) -> None:
    if not request.user.holds(Role.OFFICER):
        raise Http404


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: SignedInRequest) -> HttpResponse:
    """Every request, what must be answered first on top; and the form for one that came in otherwise."""
    _office_only(request)
    today = timezone.localdate()
    form = RegisterForm(request.POST or None, initial={"received_on": today})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        day = given.pop("received_on")
        received_at = timezone.now() if day == today else timezone.make_aware(datetime.combine(day, time(12)))
        actions.record_request(**given, received_at=received_at, by=request.user, at=timezone.now())
        messages.success(request, _("The request is in the register."))
        return redirect("privacy:register")
    rows = PrivacyRequest.objects.select_related("person")
    return render(
        request,
        "privacy/register.html",
        {
            "form": form,
            "open": rows.open().order_by("due_on", "pk")[:200],
            "settled": Paginator(rows.exclude(state__in=PrivacyRequest.OPEN), PER_PAGE).get_page(
                request.GET.get("page")
            ),
            "today": today,
        },
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: SignedInRequest, uuid: Any) -> HttpResponse:
    """One request: what was asked, what happened, and what the office does with it."""
    _office_only(request)
    found = get_object_or_404(PrivacyRequest.objects.select_related("person"), uuid=uuid)
    act = request.POST.get("act")
    form = SettleForm(request.POST if act in {"done", "refused"} else None)
    at = timezone.now()
    try:
        if act == "extend":
            actions.extend_request(found, by=request.user, at=at)
            messages.success(request, _("There are two months more. Tell the person why."))
            return redirect("privacy:settle", uuid=uuid)
        if form.is_bound and form.is_valid():
            answer = form.cleaned_data["answer"]
            actions.settle_request(found, answer, is_refused=act == "refused", by=request.user, at=at)
            messages.success(request, _("The request is settled."))
            return redirect("privacy:register")
    except TransitionRefused:
        messages.info(request, _("This was settled already."))
        return redirect("privacy:settle", uuid=uuid)
    except actions.HoldsARole:
        form.add_error(None, _("This person has a role here, so others depend on the account. End the role first."))
    events = [(event, SAYS.get(event.verb, event.verb)) for event in Event.objects.about(found).select_related("by")]
    return render(request, "privacy/settle.html", {"one": found, "form": form, "events": events})


@never_cache
@login_required
@require_safe
def terms_page(request: SignedInRequest) -> HttpResponse:
    """What every rule would take now and within a month, and what the last runs took."""
    _office_only(request)
    return render(request, "privacy/terms.html", {"due": preview(timezone.now()), "runs": TermRun.objects.all()[:14]})
