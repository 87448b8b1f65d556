"""What someone waits for, on their own page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from courses.models import Interest
from lms.kernel.panels import Panel


def waiting(request: HttpRequest) -> dict[str, Any] | None:
    """The courses for which whoever is signed in waits for a date; nothing when there are none."""
    mine = list(Interest.objects.live().filter(user=request.user.pk).select_related("course").order_by("asked_at"))
    return {"interests": mine} if mine else None


INTERESTS = Panel("my", 40, "cms/panel_interests.html", waiting)
