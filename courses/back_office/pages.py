"""Pages of the back office that are no list or form of one model: their frame, and who comes in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.back_office.facts import HOUSE
from lms.people.requests import SignedInRequest


def for_the_house(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Coordinators and the programme office; for all others the page is not there."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.holds(*HOUSE):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def office_page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    icon: str,
    above: Sequence[tuple[str, str]] = (),
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """A page with Wagtail's frame; ``above`` are address and name of the pages it lies under."""
    crumbs = [(reverse("wagtailadmin_home"), _("Home")), *above, ("", title)]
    frame = {
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [{"url": url, "label": label} for url, label in crumbs],
    }
    return render(request, template, frame | context, status=status)
