"""One's own e-mail addresses: adding one, confirming it, and merging when it is another account of one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.views import EmailView
from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.people import addresses
from lms.people.actions import CodeRefused
from lms.people.code_pages import mail_new_code
from lms.people.forms import AddressForm, CodeForm
from lms.people.merging import MergeRefused
from lms.people.models import AddressClaim
from lms.people.requests import SignedInRequest


@method_decorator([never_cache, login_required], name="dispatch")
class Addresses(EmailView):
    """allauth's page, which confirms, chooses and removes; adding an address is ours, since it may mean merging."""

    request: SignedInRequest

    def get_form_class(self) -> type[forms.Form]:
        return AddressForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def form_valid(self, form: forms.Form) -> HttpResponse:
        email = form.cleaned_data["email"]
        if not ratelimit.consume(self.request, action="address", key=email.lower()):
            return ratelimit.respond_429(self.request)
        try:
            claim = addresses.claim_address(self.request.user, email, at=timezone.now())
        except addresses.OneOfOurs:
            form.add_error("email", _("This e-mail address is yours already."))
            return self.form_invalid(form)
        return redirect("address_code", token=claim.token)


own_addresses = Addresses.as_view()


def _claim(request: SignedInRequest, token: UUID) -> AddressClaim:
    """Of this person, and not older than a day; anyone else's is not there."""
    claims = AddressClaim.objects.kept_at(timezone.now()).filter(user=request.user)
    return get_object_or_404(claims.select_related("user"), token=token)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: SignedInRequest, token: UUID) -> HttpResponse:
    """Six digits confirm the address."""
    claim = _claim(request, token)
    if claim.state == AddressClaim.State.USED:
        return redirect("account_email")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            other = addresses.prove_address(claim, form.cleaned_data["code"], at=timezone.now())
        except CodeRefused as refused:
            form.refuse(refused.attempts_left)
        else:
            if other is not None:
                return redirect("merge_own", token=claim.token)
            messages.success(request, _("Your address is confirmed."))
            return redirect("account_email")
    return render(request, "people/address_code.html", {"claim": claim, "form": form})


@login_required
@require_POST
def renew_code(request: SignedInRequest, token: UUID) -> HttpResponse:
    """Mail new digits."""
    claim = _claim(request, token)
    answer = mail_new_code(
        request, action="address", email=claim.email, send=lambda: addresses.renew_claim(claim, at=timezone.now())
    )
    return answer or redirect("address_code", token=claim.token)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge_own(request: SignedInRequest, token: UUID) -> HttpResponse:
    """The address is another account of one's own: make it one, or leave it."""
    at = timezone.now()
    claim = _claim(request, token)
    if not addresses.is_proved(claim, at=at):
        return redirect("address_code", token=claim.token)
    if request.method != "POST":
        other = addresses.other_account(claim)
        return render(request, "people/merge_own.html", {"claim": claim, "other": other})
    try:
        addresses.merge_proved(claim, by=request.user, at=at)
    except addresses.AsksTheOffice:
        messages.info(
            request,
            _(
                "The other account has a password, extra protection or a role. "
                "We have asked the programme office to merge them."
            ),
        )
    except MergeRefused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, _("Your accounts are one. Everything is on this page of yours."))
    return redirect("account_email")
