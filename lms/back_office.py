"""The door of the back office: a clear no for someone signed in without access, and one's own language for who enters.

Wagtail sends someone without access to the sign-in page, which sends a signed-in person back: a loop. And its
addresses have no language in them, so the account's decides.
"""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation


class DoorMiddleware:
    """Answers 403 under /beheer/ to signed-in people without access; strangers go on to sign in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        if not request.path_info.startswith("/beheer/"):
            return
        if not request.user.is_authenticated:
            return
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
