"""How anyone checks a certificate without us: what to look at, where, and with what."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from certificates.credentials.badge import did_of
from certificates.models import StatusEntry
from certificates.views.public.edge import around, public


@require_safe
@public
def verify_yourself(request: HttpRequest) -> HttpResponse:
    """The steps, with our addresses filled in."""
    lists = StatusEntry.objects.order_by("list_number").values_list("list_number", flat=True).distinct()
    context = {
        "did": did_of(settings.LMS_BASE_URL),
        "keys": settings.LMS_BASE_URL + reverse("issuer_did"),
        "lists": [settings.LMS_BASE_URL + reverse("status_list", args=[number]) for number in lists[:20]],
    }
    return render(request, "certificates/verify_yourself.html", context | around(request))
