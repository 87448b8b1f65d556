"""Pages of the back office that are no list or form of one model: their frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _


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
