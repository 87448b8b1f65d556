"""How someone signs in: what allauth's own pages leave out."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.people.actions import remove_password as take_password_away
from lms.people.second_step import is_last_second_step
from lms.people.sign_in import SecondStepAdapter


@never_cache
@login_required
@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "HEAD", "POST"])
def remove_password(request: HttpRequest) -> HttpResponse:
    """Go without a password again: a code by mail and a passkey remain."""
    user = request.user
    if not user.is_authenticated or not user.has_usable_password():
        return redirect("mfa_index")
    if request.method != "POST":
        return render(request, "people/remove_password.html", {"form": forms.Form()})
    take_password_away(user, by=user)
    update_session_auth_hash(request, user)
    get_adapter().send_notification_mail("account/email/password_removed", user)
    messages.success(request, _("Your password is removed."))
    return redirect("mfa_index")


class RemovePasskey(RemoveWebAuthnView):
    """allauth asks before an app is turned off whether that may be, but not before a passkey is removed."""

    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and is_last_second_step(self.get_object()):
            messages.error(request, str(SecondStepAdapter.error_messages["cannot_delete_authenticator"]))
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)


remove_passkey = RemovePasskey.as_view()
