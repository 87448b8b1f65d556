"""A claim on a company by someone who is not signed in: six mailed digits prove the address before it is made.

The same as for an enrolment: nobody needs an account first, and no page tells whether there is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from lms.kernel.post import post
from lms.kernel.states import move
from lms.people import letters
from lms.people.actions import check_code, find_or_create_person, give_code, pace_codes, verify_address
from lms.people.hr_actions import AlreadyAsked, AlreadyHR, claim_company
from lms.people.models import ClaimRequest, User, normalised_email

State = ClaimRequest.State


@transaction.atomic
def ask_for_claim_code(
    *, email: str, name: Mapping[str, str], company: Mapping[str, str], language: str, at: datetime
) -> ClaimRequest:
    """Keep what a visitor filled in, and mail six digits to the address. ``company``: what claim_company asks."""
    answers = {"name": dict(name), "company": dict(company)}
    request = ClaimRequest(email=normalised_email(email), answers=answers, language=language, created_at=at)
    return _send_code(request, at=at)


@transaction.atomic
def renew_claim_code(request: ClaimRequest, *, at: datetime) -> ClaimRequest:
    """New digits for what was filled in before. Raises CodeNotSent."""
    request = ClaimRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != State.OPEN:
        return request
    pace_codes(request, at=at)
    return _send_code(request, at=at)


def _send_code(request: ClaimRequest, *, at: datetime) -> ClaimRequest:
    code = give_code(request, at=at)
    post(letters.claim_code(request, code), at=at)
    return request


def confirm_claim_request(request: ClaimRequest, code: str, *, at: datetime) -> User | None:
    """The digits are right: the account exists and the claim waits for the programme office. None for a double click.

    Raises CodeRefused; each wrong try is counted. Who is HR there already, or asked already, loses nothing: they see
    on their own page how it stands.
    """
    check_code(request, code)
    with transaction.atomic():
        request = ClaimRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if request.state == State.USED:
            return None
        person = find_or_create_person(request.email, language=request.language, at=at, **request.answers["name"])
        verify_address(person, email=request.email, at=at)
        try:
            claim_company(**request.answers["company"], language=request.language, by=person, at=at)
        except (AlreadyHR, AlreadyAsked):
            pass
        move(request, to=State.USED, allowed=ClaimRequest.TRANSITIONS, by=person, verb="claim_request.used", at=at)
    return person


@transaction.atomic
def forget_claim_requests(*, at: datetime) -> int:
    """Delete what visitors filled in more than a day ago: what became a claim lives on there. Returns how many."""
    return ClaimRequest.objects.filter(created_at__lte=at - ClaimRequest.KEPT).delete()[0]
