"""The page on which a provider or an employer answers a request."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from enrolments import actions
from enrolments.approval_forms import RefusalForm, TalkForm
from enrolments.models import Approval
from lms.kernel.states import TransitionRefused
from lms.people.requests import SignedInRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """One request as far as it concerns who decides: who, which edition, until when; and the answers there are."""
    at = timezone.now()
    found = get_object_or_404(
        Approval.objects.allowing(request.user, "decide").select_related(
            "enrolment__learner", "enrolment__edition__course", "enrolment__edition__location", "enrolment__employer"
        ),
        uuid=uuid,
    )
    answer = request.POST.get("answer", "")
    refusal = RefusalForm(request.POST if answer == "refuse" else None)
    talk = TalkForm(request.POST if answer == "plan" else None, at=at)
    try:
        if answer == "grant":
            actions.grant_approval(found, by=request.user, at=at)
        elif answer == "refuse" and refusal.is_valid():
            actions.refuse_approval(found, refusal.cleaned_data["reason"], by=request.user, at=at)
        elif answer == "plan" and talk.is_valid():
            said = talk.cleaned_data
            actions.plan_talk(found, talk_at=said["talk_at"], place=said["place"], by=request.user, at=at)
            messages.success(request, _("The learner is invited to the talk."))
        else:
            context = {"approval": found, "refusal": refusal, "talk": talk, "at": at}
            return render(request, "enrolments/approval.html", context)
    except TransitionRefused:
        messages.warning(request, _("This request no longer waits for an answer."))
    return redirect("enrolments:approval", uuid=uuid)
