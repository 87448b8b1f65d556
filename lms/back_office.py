"""The door of the back office: a clear no for someone signed in without access, one's own language for who enters.

Wagtail sends someone without access to the sign-in page, which sends a signed-in person back: a loop. And its
addresses have no language in them, so the account's decides.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from wagtail.admin.auth import require_admin_access, user_has_any_page_permission
from wagtail.admin.views.home import HomeView

from lms.people.second_step import lead_to_second_step


class DoorMiddleware:
    """Answers 403 under /beheer/ to signed-in people without access; strangers go on to sign in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponseBase | None:
        if not request.path_info.startswith("/beheer/"):
            return None
        if not request.user.is_authenticated:
            return None
        if request.user.lacks_second_step:  # asked here as well: an editor's key is a group's, not a role's
            return lead_to_second_step(request)
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        return None


class FrontPage(HomeView):
    """Wagtail's, without its search through pages for who may see none of them."""

    template_name = "back_office/front_page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"sees_pages": user_has_any_page_permission(self.request.user)}


front_page = require_admin_access(FrontPage.as_view())
