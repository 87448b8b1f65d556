"""Pages of visitors who wait for a date: asking, proving the address, stopping.

None of them is cached, and none tells whether an address is known to us.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cms.cards.editions import row_of
from cms.interest.forms import InterestForm, places_of
from courses import actions
from courses.models import Course, Edition, Interest, InterestRequest
from lms.kernel.languages import current_language
from lms.kernel.states import TransitionRefused
from lms.people.actions import CodeRefused
from lms.people.code_pages import mail_new_code
from lms.people.forms import CodeForm
from lms.people.models import User

SHOWN = 3  # of the editions that are planned already


def _course_on_show(code: str) -> Course:
    """A course that visitors can find: it has a live page in the language of the address."""
    here = Q(pages__live=True, pages__locale__language_code=current_language())
    shown = Course.objects.select_related("provider").filter(here).distinct()
    return get_object_or_404(shown, code=code)


def _initial(user: User | None, course: Course) -> dict[str, Any]:
    """What the form starts from: what this person asked before."""
    mine = Interest.objects.live().filter(user=user, course=course).first() if user else None
    if mine is None:
        return {}
    names = ("organisation_name", "course_language", "place", "days", "dayparts", "period")
    group = {"who": "group", "persons": mine.persons} if mine.persons > 1 else {"who": "me"}
    return {name: getattr(mine, name) for name in names} | group


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: HttpRequest, code: str) -> HttpResponse:
    """One page: for whom, what would suit, who you are. Who is signed in is done after it, others get a code."""
    at = timezone.now()
    course = _course_on_show(code)
    user = request.user if request.user.is_authenticated else None
    form = InterestForm(request.POST or None, initial=_initial(user, course), user=user, places=places_of(course))
    if request.method == "POST" and form.is_valid():
        if user is not None:
            actions.register_interest(
                course, user, form.wish, language=current_language(), by=user, at=at, name=form.name
            )
            messages.success(request, _("You are on the list. We mail you when an edition opens."))
            return redirect("enrolments:my")
        email = form.cleaned_data["email"]
        if not ratelimit.consume(request, action="interest", key=email.lower()):
            return ratelimit.respond_429(request)
        asked = actions.ask_for_code(
            course, email=email, name=form.name, wish=form.wish, language=current_language(), at=at
        )
        return redirect("cms:interest_code", token=asked.token)
    editions = Edition.objects.upcoming(at).filter(course=course).with_schedule()[:SHOWN]
    rows = [row_of(edition, at, title=course.title) for edition in editions]
    return render(request, "cms/interest.html", {"course": course, "form": form, "rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Six digits prove the address. Nobody is signed in by them, and nothing is shown of what we know already."""
    at = timezone.now()
    asked = get_object_or_404(InterestRequest.objects.select_related("course"), token=token)
    context: dict[str, Any] = {"course": asked.course}
    if asked.state == InterestRequest.State.USED:
        return render(request, "cms/interest_done.html", context)
    if asked.created_at <= at - InterestRequest.KEPT:
        return render(request, "cms/interest_gone.html", context, status=410)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            actions.confirm_interest(asked, form.cleaned_data["code"], at=at)
        except CodeRefused as refused:
            form.refuse(refused.attempts_left)
        else:
            return redirect("cms:interest_code", token=token)
    asked.refresh_from_db()
    context |= {"asked": asked, "form": form, "is_exhausted": asked.attempts >= InterestRequest.ATTEMPTS}
    return render(request, "cms/interest_code.html", context)


@require_POST
def renew_code(request: HttpRequest, token: UUID) -> HttpResponse:
    """Mail new digits for what was filled in."""
    at = timezone.now()
    asked = get_object_or_404(InterestRequest.objects.kept_at(at), token=token)
    answer = mail_new_code(
        request, action="interest", email=asked.email, send=lambda: actions.renew_interest_code(asked, at=at)
    )
    return answer or redirect("cms:interest_code", token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """No longer interested: the address in our mails, which nobody can guess. Opening it changes nothing."""
    found = get_object_or_404(Interest.objects.select_related("course", "user"), uuid=uuid)
    if request.method == "POST":
        try:
            actions.withdraw_interest(found, by=found.user, at=timezone.now())
        except TransitionRefused:  # a double click, or ended meanwhile
            found.refresh_from_db()
        if request.user == found.user:
            messages.success(request, _("You are no longer on the list for %(course)s.") % {"course": found.course})
            return redirect("enrolments:my")
        return redirect("cms:interest_withdraw", uuid=uuid)
    is_live = found.state in Interest.LIVE
    return render(request, "cms/interest_withdraw.html", {"course": found.course, "is_live": is_live})
