"""Pages of the back office that are no list or form of one model: who comes in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from courses.back_office.facts import HOUSE
from lms.kernel.office_pages import office_page
from lms.people.requests import SignedInRequest

__all__ = ["for_the_house", "office_page"]


def for_the_house(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Coordinators and the programme office; for all others the page is not there."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.holds(*HOUSE):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
