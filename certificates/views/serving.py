"""Finding one certificate, and sending a file, as several of these pages do."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from certificates.models import Certificate
from certificates.numbers import normalise


def one_of(certificates: Any, number: str) -> Certificate:
    """By its number as typed; one that is out of sight does not exist."""
    found: Certificate = get_object_or_404(
        certificates.select_related("enrolment__learner", "enrolment__employer", "enrolment__edition"),
        number=normalise(number),
    )
    return found


def sent_as(content: Any, name: str, content_type: str) -> FileResponse:
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    return response
