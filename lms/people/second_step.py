"""Whoever sees what is others' needs a second step to sign in: led to it, and not left without.

Until it is there, the person's roles sleep (``User.organisations_as``): every page that asks for one says that it is
not there. The middleware turns that into the way to the page where one sets it up; a learner's own pages stay open.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lms.people.models import User

CLOSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


def lead_to_second_step(request: HttpRequest) -> HttpResponseRedirect:
    """To the page where it is set up, and why."""
    messages.warning(
        request,
        _("With your role you see the data of others. Add a passkey or an authenticator app first; then you go on."),
    )
    return redirect("mfa_index")


class SecondStepMiddleware:
    """A page that is closed because the roles sleep leads to the second step."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Only who may be signed in is looked at: a visitor's answer stays the same for everyone.
        if response.status_code not in CLOSED or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return response
        if request.method != "GET" or not request.user.is_authenticated or not request.user.lacks_second_step:
            return response
        return lead_to_second_step(request)


def is_last_second_step(authenticator: Authenticator) -> bool:
    """Whether a staff member would be without a second step when this one went."""
    user: User = authenticator.user
    if not settings.LMS_STAFF_NEEDS_SECOND_STEP or not user.is_staff_member:
        return False
    others = Authenticator.objects.filter(user=user, type__in=["totp", "webauthn"]).exclude(pk=authenticator.pk)
    return authenticator.type != Authenticator.Type.RECOVERY_CODES and not others.exists()
