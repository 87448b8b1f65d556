"""Signing in through an institution or employer (OpenID Connect): who they are, and never what they may do here.

The key is the provider's own number for someone (``sub``). The first time, the address is confirmed by six digits
mailed from here, whatever the provider says of it: else a provider could hand out our accounts, or make one in
another's name to be found there later (adr/0009). Named in the settings as ``SOCIALACCOUNT_ADAPTER``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from lms.kernel.languages import current_language
from lms.kernel.models import Event
from lms.kernel.post import Letter, post
from lms.kernel.states import move
from lms.people.actions import check_code, find_or_create_person, give_code, pace_codes, person_behind, verify_address
from lms.people.models import InstitutionSignIn, User, normalised_email
from lms.people.sign_in import opens_by_code

# What waits in the session between the provider and the page that asks for an address.
WAITING = "institution_sign_in"


class SignsInOtherwise(Exception):
    """The address opens an account that asks for more than a mailed code: sign in the way it was set up."""


class InstitutionAdapter(DefaultSocialAccountAdapter):
    """allauth's, but that nobody gets in by an address alone."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("Set a password first; then you can disconnect."),
        "no_verified_email": _("Confirm an e-mail address first; then you can disconnect."),
    }

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whom we do not know yet first confirms an address."""
        if sociallogin.is_existing or sociallogin.state.get("process") == "connect":
            return
        request.session[WAITING] = what_was_said(sociallogin)
        raise ImmediateHttpResponse(redirect("institution"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never by allauth's own way: see above."""
        return False


def what_was_said(sociallogin: SocialLogin) -> dict[str, Any]:
    """Of the provider's claims what we use, by the names in ``LMS_SIGN_IN_CLAIMS``; the rest is not kept."""
    claims = sociallogin.account.extra_data
    claims = claims.get("userinfo") or claims.get("id_token") or claims
    said = {ours: _first(claims, theirs) for ours, theirs in settings.LMS_SIGN_IN_CLAIMS.items()}
    email = normalised_email(said.pop("email"))
    vouched = claims.get("email_verified") in (True, "true")
    return {
        "provider": sociallogin.account.provider,
        "uid": sociallogin.account.uid,
        "email": email,
        "vouched": [email] if vouched and email else [],
        "name": said,
    }


def _first(claims: dict[str, Any], names: Iterable[str]) -> str:
    """The first of these claims that says something; some providers give a list."""
    for name in names:
        value = claims.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.strip():
            return value.strip()[:80]
    return ""


@transaction.atomic
def ask_for_proof(said: dict[str, Any], email: str, *, at: datetime) -> InstitutionSignIn:
    """Mail digits to the address that someone says is theirs."""
    proof = InstitutionSignIn(
        provider=said["provider"],
        email=normalised_email(email),
        answers=said,
        language=current_language(),
        created_at=at,
    )
    return _send_code(proof, at=at)


@transaction.atomic
def renew_proof(proof: InstitutionSignIn, *, at: datetime) -> InstitutionSignIn:
    """New digits. Raises CodeNotSent."""
    proof = InstitutionSignIn.objects.select_for_update(of=("self",)).get(pk=proof.pk)
    pace_codes(proof, at=at)
    return _send_code(proof, at=at)


def _send_code(proof: InstitutionSignIn, *, at: datetime) -> InstitutionSignIn:
    code = give_code(proof, at=at)
    post(Letter("address_code", proof.email, proof.language, {"code": code}, about=proof), at=at)
    return proof


def confirm_sign_in(proof: InstitutionSignIn, code: str, *, at: datetime) -> tuple[User, bool]:
    """The digits are right: who it is here, and whether the provider signs them in from now on.

    A new account, or the one that the address opens by such digits anyhow. It is linked when the provider vouches for
    the very address; else they are let in this once, and may connect it themselves. Raises CodeRefused, and
    SignsInOtherwise for an account with a password, a second step or a role.
    """
    check_code(proof, code)
    with transaction.atomic():
        proof = InstitutionSignIn.objects.select_for_update(of=("self",)).get(pk=proof.pk)
        known = person_behind(proof.email)
        if known is not None and not opens_by_code(known):
            raise SignsInOtherwise(proof.email)
        if proof.state == InstitutionSignIn.State.USED:
            raise SignsInOtherwise(proof.email)  # digits work once
        name = {field: value for field, value in proof.answers["name"].items() if value}
        person = find_or_create_person(proof.email, language=proof.language, at=at, **name)
        verify_address(person, email=proof.email, at=at)
        linked = known is None or proof.email in proof.answers["vouched"]
        if linked:
            SocialAccount.objects.get_or_create(
                provider=proof.provider, uid=proof.answers["uid"], defaults={"user": person}
            )
            Event.record(person, "person.institution_linked", by=person, at=at, data={"provider": proof.provider})
        move(
            proof,
            to=InstitutionSignIn.State.USED,
            allowed=InstitutionSignIn.TRANSITIONS,
            by=person,
            verb="institution_sign_in.used",
            at=at,
        )
    return person, linked


@transaction.atomic
def forget_sign_ins(*, at: datetime) -> int:
    """Delete what was begun more than a day ago. Returns how many."""
    return InstitutionSignIn.objects.filter(created_at__lte=at - InstitutionSignIn.KEPT).delete()[0]
