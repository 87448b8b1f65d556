"""Becoming HR: asking the programme office for it, or following an invitation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.kernel.forms import refuse_haste
from lms.kernel.languages import current_language
from lms.kernel.states import TransitionRefused
from lms.people import claim_requests, hr_actions
from lms.people.actions import CodeRefused
from lms.people.claim_requests import ask_for_claim_code, confirm_claim_request
from lms.people.code_pages import mail_new_code
from lms.people.forms import CodeForm
from lms.people.hr_forms import ClaimForm, VisitorClaimForm
from lms.people.models import Claim, ClaimRequest, Invitation, Role, User
from lms.people.requests import SignedInRequest
from lms.people.sign_in import opens_by_code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Ask to be HR of a company. Who is signed in sees how earlier requests stand; a visitor proves an address."""
    if not request.user.is_authenticated:
        return _visitors_claim(request)
    form, status = ClaimForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="claim", key=str(request.user.pk)):
            refuse_haste(form)
            status = 429
        elif _claimed(request.user, form):
            messages.success(request, _("Your request is here. You get a mail when the programme office has decided."))
            return redirect("enrolments:claim")
    made = Claim.objects.filter(claimant=request.user).select_related("organisation")
    return render(request, "enrolments/employer/claim.html", {"form": form, "claims": made}, status=status)


def _claimed(user: User, form: ClaimForm) -> bool:
    try:
        hr_actions.claim_company(**form.cleaned_data, language=current_language(), by=user, at=timezone.now())
    except hr_actions.AlreadyHR:
        form.add_error("kvk_number", _("You are HR of this company already. You find it in your menu."))
    except hr_actions.AlreadyAsked:
        form.add_error("kvk_number", _("You asked for this already. The programme office looks at it."))
    else:
        return True
    return False


def _visitors_claim(request: HttpRequest) -> HttpResponse:
    form, status = VisitorClaimForm(request.POST or None, initial=_filled_in_before(request)), 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, action="claim_code", key=email.lower()):
            asked = ask_for_claim_code(
                email=email, name=form.name, company=form.company, language=current_language(), at=timezone.now()
            )
            return redirect("enrolments:claim_code", token=asked.token)
        refuse_haste(form)
        status = 429
    return render(request, "enrolments/employer/claim.html", {"form": form}, status=status)


def _filled_in_before(request: HttpRequest) -> dict[str, Any]:
    """What an earlier attempt said, of who comes back from the code page to change it."""
    try:
        token = UUID(request.GET.get("asked", ""))
    except ValueError:
        return {}
    earlier = ClaimRequest.objects.open().kept_at(timezone.now()).filter(token=token).first()
    return {**earlier.answers["name"], **earlier.answers["company"], "email": earlier.email} if earlier else {}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim_code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Six digits prove the address, and the claim is made. The address of this page stands in the mail as well."""
    at = timezone.now()
    asked = get_object_or_404(ClaimRequest, token=token)
    form = CodeForm(request.POST or None)
    page = "enrolments/employer/claim_code.html"
    if asked.state == ClaimRequest.State.USED:
        return render(request, page, {"asked": asked, "is_done": True})
    if asked.created_at <= at - ClaimRequest.KEPT:
        return render(request, page, {"asked": asked, "is_gone": True}, status=410)
    if form.is_valid():
        try:
            person = confirm_claim_request(asked, form.cleaned_data["code"], at=at)
        except CodeRefused as refused:
            form.refuse(refused.attempts_left)
        else:
            if person and not request.user.is_authenticated and opens_by_code(person):
                login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            if person and request.user == person:
                messages.success(
                    request, _("Your request is here. You get a mail when the programme office has decided.")
                )
                return redirect("enrolments:claim")
            return redirect("enrolments:claim_code", token=token)
    asked.refresh_from_db()
    is_exhausted = asked.attempts >= ClaimRequest.ATTEMPTS
    return render(request, page, {"asked": asked, "form": form, "is_exhausted": is_exhausted})


@require_POST
def renew_claim_code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Mail new digits for what was filled in."""
    at = timezone.now()
    asked = get_object_or_404(ClaimRequest.objects.kept_at(at), token=token)
    answer = mail_new_code(
        request, action="claim_code", email=asked.email, send=lambda: claim_requests.renew_claim_code(asked, at=at)
    )
    return answer or redirect("enrolments:claim_code", token=token)


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
