"""Answering an offered place from the mail, without signing in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.models import Edition
from enrolments import actions
from enrolments.models import Enrolment
from enrolments.offers import read_token
from lms.kernel.states import TransitionRefused

ALTERNATIVES = 3


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is offered and until when, with the one button that the link was for. It names nobody.

    Whoever has the mail may answer for its reader; what the answer is recorded under is the learner.
    """
    at = timezone.now()
    link = read_token(token)
    if link is None:
        raise Http404
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("edition__course", "edition__location", "learner", "order"), code=link.code
    )
    if request.method == "POST" and link.is_open(enrolment, at):
        try:
            if link.answer == "accept":
                early_start = "early_start" in request.POST
                actions.accept_offer(enrolment, early_start=early_start, by=enrolment.learner, at=at)
            else:
                actions.decline_offer(enrolment, by=enrolment.learner, at=at)
        except TransitionRefused:
            pass  # answered or lapsed in this very second: the page below says how it stands
        return redirect("enrolments:offer", token=token)
    sessions = list(enrolment.edition.sessions.all())
    order = getattr(enrolment, "order", None)
    context = {
        "enrolment": enrolment,
        "edition": enrolment.edition,
        "link": link,
        "needs_early_start": order is not None and order.needs_early_start(enrolment.edition.starts_at, at),
        "is_open": link.is_open(enrolment, at),
        "is_earlier": link.is_of_an_earlier_offer(enrolment, at),
        "sessions": sessions,
        "first_session": sessions[0] if sessions else None,
        "alternatives": Edition.objects.open_at(at)
        .upcoming(at)
        .filter(course=enrolment.edition.course_id)
        .exclude(pk=enrolment.edition_id)
        .select_related("location")[:ALTERNATIVES],
    }
    return render(request, "enrolments/offer.html", context, status=200 if context["is_open"] else 410)
