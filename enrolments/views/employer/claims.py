"""Becoming HR: asking the programme office for it, or following an invitation."""

from __future__ import annotations

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kernel.languages import current_language
from lms.kernel.states import TransitionRefused
from lms.people import hr_actions
from lms.people.hr_forms import ClaimForm
from lms.people.models import Claim, Invitation, Role
from lms.people.requests import SignedInRequest


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: SignedInRequest) -> HttpResponse:
    """Ask to be HR of a company, and see how earlier requests stand."""
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="claim", key=str(request.user.pk)):
            return ratelimit.respond_429(request)
        try:
            hr_actions.claim_company(
                **form.cleaned_data, language=current_language(), by=request.user, at=timezone.now()
            )
        except hr_actions.AlreadyHR:
            form.add_error("kvk_number", _("You are HR of this company already. You find it in your menu."))
        except hr_actions.AlreadyAsked:
            form.add_error("kvk_number", _("You asked for this already. The programme office looks at it."))
        else:
            messages.success(request, _("Your request is here. You get a mail when the programme office has decided."))
            return redirect("enrolments:claim")
    made = Claim.objects.filter(claimant=request.user).select_related("organisation")
    return render(request, "enrolments/employer/claim.html", {"form": form, "claims": made})


@login_required
@require_POST
def withdraw_claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for it no more."""
    found = get_object_or_404(Claim.objects.filter(claimant=request.user), pk=pk)
    try:
        hr_actions.withdraw_claim(found, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.warning(request, _("This was decided already."))
    else:
        messages.success(request, _("Your request is withdrawn."))
    return redirect("enrolments:claim")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: UUID) -> HttpResponse:
    """What the mailed link opens: sign in with that address, then say yes. Looking changes nothing."""
    at = timezone.now()
    found = get_object_or_404(Invitation.objects.select_related("organisation", "invited_by"), token=token)
    if not found.is_open(at):
        is_hr = request.user.is_authenticated and request.user.holds(Role.HR)
        return render(request, "enrolments/employer/invitation_gone.html", {"is_hr": is_hr}, status=410)
    here = reverse("enrolments:hr_invitation", args=[token])
    sign_in = f"{reverse('account_request_login_code')}?{urlencode({'next': here})}"
    is_theirs = request.user.is_authenticated and hr_actions.is_for(found, request.user)
    if request.method == "POST":
        if not request.user.is_authenticated:
            hr_actions.open_account_for(found, at=at)
            return redirect(sign_in)
        try:
            hr_actions.accept_invitation(found, by=request.user, at=at)
        except hr_actions.NotForYou:
            refused = {"invitation": found, "is_theirs": is_theirs, "is_unproved": is_theirs}
            return render(request, "enrolments/employer/invitation.html", refused, status=403)
        except TransitionRefused:  # used or withdrawn since we looked
            return redirect(here)
        messages.success(request, _("You are HR of %(company)s.") % {"company": found.organisation.name})
        return redirect(f"{reverse('enrolments:employer')}?{urlencode({'company': str(found.organisation.uuid)})}")
    return render(request, "enrolments/employer/invitation.html", {"invitation": found, "is_theirs": is_theirs})
