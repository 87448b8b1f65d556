"""The first sign-in through an institution or employer: which address, and the digits that prove it."""

from __future__ import annotations

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.people import institutions
from lms.people.actions import CodeNotSent, CodeRefused
from lms.people.forms import AddressForm, CodeForm
from lms.people.models import InstitutionSignIn


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Where may we mail you? Filled in already when the provider said it."""
    said = request.session.get(institutions.WAITING)
    if said is None:
        return redirect("account_login")
    form = AddressForm(request.POST or None, initial={"email": said["email"]})
    if form.is_valid():
        email = form.cleaned_data["email"]
        if not ratelimit.consume(request, action="address", key=email.lower()):
            return ratelimit.respond_429(request)
        proof = institutions.ask_for_proof(said, email, at=timezone.now())
        return redirect("institution_code", token=proof.token)
    return render(request, "people/institution.html", {"form": form, "said": said})


def _proof(token: UUID) -> InstitutionSignIn:
    return get_object_or_404(InstitutionSignIn.objects.open().kept_at(timezone.now()), token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Six digits, and they are in. Only in the browser that came from the provider."""
    proof = _proof(token)
    if request.session.get(institutions.WAITING, {}).get("uid") != proof.answers["uid"]:
        return redirect("account_login")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            person, linked = institutions.confirm_sign_in(proof, form.cleaned_data["code"], at=timezone.now())
        except CodeRefused as refused:
            form.refuse(refused.attempts_left)
        except institutions.SignsInOtherwise:
            messages.info(
                request,
                _(
                    "You have an account with this address. Log in with it; then connect the other one "
                    "under “How you sign in”."
                ),
            )
            return redirect("account_login")
        else:
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            request.session.pop(institutions.WAITING, None)
            if linked:
                messages.success(request, _("From now on you can log in here too."))
            return redirect("enrolments:my")
    return render(request, "people/institution_code.html", {"proof": proof, "form": form})


@require_POST
def renew_code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Mail new digits."""
    proof = _proof(token)
    if not ratelimit.consume(request, action="address", key=proof.email):
        return ratelimit.respond_429(request)
    try:
        institutions.renew_proof(proof, at=timezone.now())
    except CodeNotSent:
        messages.warning(request, _("We have just mailed you a code. Wait a minute before you ask for another."))
    else:
        messages.success(request, _("We have mailed you a new code. The earlier one no longer works."))
    return redirect("institution_code", token=proof.token)
