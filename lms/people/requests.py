"""Requests as views behind ``login_required`` get them: for the type checker, which cannot see that decorator."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from lms.people.models import User


class SignedInRequest(HttpRequest):
    """Someone is signed in, so ``user`` is a person."""

    user: User
    htmx: HtmxDetails
