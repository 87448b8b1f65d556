"""What happened in an edition, and the list of who takes part."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from enrolments.actions import note_list
from enrolments.participants import FORMATS, participants_file
from enrolments.timeline import Kind, events_of, lines_of
from enrolments.views.cockpit.edition import edition_of
from lms.people.requests import SignedInRequest

PER_PAGE = 50


@never_cache
@login_required
@require_safe
def timeline(request: SignedInRequest, edition: str) -> HttpResponse:
    """Every event in a sentence, newest first; of one kind or one person when asked."""
    found = edition_of(request.user, edition, timezone.now())
    kind, code = request.GET.get("kind", ""), request.GET.get("person", "")
    person = get_object_or_404(found.enrolments.select_related("learner"), code=code) if code else None
    page = Paginator(events_of(found, kind=kind, person=person), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "enrolments/cockpit/timeline.html",
        {
            "edition": found,
            "page": page,
            "lines": lines_of(found, list(page)),
            "kinds": Kind.choices,
            "kind": kind,
            "person": person,
            "address": f"?{query.urlencode()}{'&' if query else ''}page=",
        },
    )


@login_required
@never_cache
@require_GET
def participants(request: SignedInRequest, edition: str, file_format: str) -> HttpResponse:
    """The list of participants: a spreadsheet for the coordinator, or a paper for the room. Taking it is on record."""
    if file_format not in FORMATS:
        raise Http404
    now = timezone.now()
    found = edition_of(request.user, edition, now)
    content = participants_file(found, file_format, at=now)
    note_list(found, file_format=file_format, by=request.user, at=now)
    name = f"{slugify(_('Participants'))}_{slugify(found.code)}_{timezone.localdate(now):%Y-%m-%d}.{file_format}"
    return HttpResponse(
        content,
        content_type=FORMATS[file_format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
