"""An employer found by name or KvK number while typing: the address that is asked, and the field that asks it."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lms.people.models import Organisation

MOST, SHORTEST, LONGEST = 8, 2, 80


@require_safe
@cache_control(max_age=60)
def employers(request: HttpRequest) -> HttpResponse:
    """At most eight, with their number: names and numbers that the trade register tells anyone, and nothing else."""
    question = " ".join(request.GET.get("q", "")[:LONGEST].split())
    if len(question) < SHORTEST:
        return JsonResponse({"suggestions": []})
    if not ratelimit.consume(request, action="employers"):
        return JsonResponse({"suggestions": []}, status=429)
    found = Organisation.objects.reviewed_employers().found_by(question).values_list("name", "kvk_number")[:MOST]
    return JsonResponse(
        {"suggestions": [{"label": name, "kind": number, "values": [name, number]} for name, number in found]}
    )


class EmployerInput(forms.TextInput):
    """The field for an employer's name; ``fills`` names the field of the same form for its KvK number.

    Without script, and for an employer that we do not know, both are plain fields.
    """

    template_name = "people/employer_input.html"

    def __init__(self, *, fills: str = "", attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.fills = fills

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"fills": self.fills}
