"""What a company sees: the form, and its own page behind a link that nobody can guess.

The pages behind the link set no cookie. Their forms carry no CSRF token, and need none: the address itself is the key,
no browser adds it by itself, and whoever knows it may write.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Course
from lms.desk import actions
from lms.desk.calendar import meetings_calendar
from lms.desk.forms import AskForm, ReplyForm, SignForm
from lms.desk.models import Meeting, Member, Request, Step
from lms.kernel.languages import current_language
from lms.kernel.states import TransitionRefused
from lms.people.models import Organisation

View = Callable[..., HttpResponse]


# Asking ---------------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """One short form. It is accepted at once; the answer comes by mail, and stands behind the company's own link."""
    form = AskForm(request.POST or None, initial=_asked_for(request))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not ratelimit.consume(request, action="ask", key=said["contact_email"] or said["company_name"].lower()):
            return ratelimit.respond_429(request)
        found = actions.ask(
            form.question,
            language=current_language(),
            by=request.user if request.user.is_authenticated else None,
            at=timezone.now(),
            is_suspect=form.is_suspect,
        )
        return redirect(reverse("desk:track", args=[found.token]) + "?received=1")
    return render(
        request,
        "desk/ask.html",
        {
            "form": form,
            "house": _house(form),
            "course": _course(form),
            "working_days": Request.WORKING_DAYS,
            "trail": [(_("Home"), reverse("wagtail_serve", args=[""]))],
        },
    )


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """From a lab's or a course's page one comes with the question laid with them already."""
    return {name: request.GET.get(name, "")[:40] for name in ("lab", "course", "topic")}


def _house(form: AskForm) -> Organisation | None:
    return Organisation.objects.labs().filter(code=_value(form, "lab")).first()


def _course(form: AskForm) -> Course | None:
    return Course.objects.filter(code=_value(form, "course")).first()


def _value(form: AskForm, name: str) -> str:
    """What stands in a hidden field; a NUL, which no code has, stands for nothing."""
    value = str(form[name].value() or "")
    return "" if "\0" in value else value


# Behind the link ------------------------------------------------------------------------------------------------------


def behind_the_link(view: View) -> View:
    """Not kept, not found by search engines, and its address goes with no link to another site."""

    @wraps(view)
    def guarded(request: HttpRequest, token: UUID, **kwargs: Any) -> HttpResponse:
        response = view(request, _of(token), **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    return never_cache(guarded)


def _of(token: UUID) -> Request:
    found: Request = get_object_or_404(
        Request.objects.select_related("topic", "routed_to", "course", "group", "organisation"), token=token
    )
    return found


@behind_the_link
@require_safe
def track(request: HttpRequest, found: Request) -> HttpResponse:
    """How it stands, what was said, and what the company can do. Looking changes nothing."""
    return _show(request, found)


def _show(
    request: HttpRequest, found: Request, *, reply_form: ReplyForm | None = None, sign_form: SignForm | None = None,
    signing: Step | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    member = Member.objects.current().filter(request=found).select_related("group").first()
    meetings = list(Meeting.objects.filter(group=member.group, ends_at__gt=now)) if member else []
    steps = [
        (step, (sign_form if signing == step else SignForm(auto_id=f"id_{step.uuid}_%s")) if _asks(step) else None)
        for step in found.steps.exclude(state=Step.State.DROPPED)
    ]
    return render(
        request,
        "desk/track.html",
        {
            "asked": found,
            "state": _state_for_the_company(found),
            "entries": list(found.entries.for_the_company().prefetch_related("courses", "labs").order_by("at", "pk")),
            "steps": steps,
            "member": member,
            "meetings": meetings,
            "is_new": "received" in request.GET and not found.answered_at,
            "reply_form": reply_form or ReplyForm(),
            # For the heading of the page: the form that was not right.
            "form": reply_form or sign_form,
            "may_withdraw": Request.State.WITHDRAWN in Request.TRANSITIONS[Request.State(found.state)],
            "link": request.build_absolute_uri(reverse("desk:track", args=[found.token])),
        },
    )


def _asks(step: Step) -> bool:
    return step.state == Step.State.DESCRIBED


def _state_for_the_company(found: Request) -> str:
    """What we take for spam is told to nobody: it may be a mistake of ours."""
    waiting = (Request.State.NEW, Request.State.ROUTED, Request.State.SPAM)
    return "waiting" if found.state in waiting else found.state


@csrf_exempt
@behind_the_link
@require_POST
def reply(request: HttpRequest, found: Request) -> HttpResponse:
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _show(request, found, reply_form=form)
    if not ratelimit.consume(request, action="reply", key=str(found.token)):
        return ratelimit.respond_429(request)
    try:
        actions.reply(found, form.cleaned_data["text"], at=timezone.now(), form_key=form.key)
    except TransitionRefused:
        pass  # withdrawn meanwhile: the page says so
    return redirect("desk:track", token=found.token)


@csrf_exempt
@behind_the_link
@require_POST
def withdraw(request: HttpRequest, found: Request) -> HttpResponse:
    try:
        actions.withdraw(found, at=timezone.now())
    except TransitionRefused:
        pass  # clicked twice, or closed meanwhile: the page says how it stands
    return redirect("desk:track", token=found.token)


@csrf_exempt
@behind_the_link
@require_POST
def sign(request: HttpRequest, found: Request, step: UUID) -> HttpResponse:
    """The company confirms a step. Opening the link in the mail does not; only this form does."""
    asked = get_object_or_404(found.steps, uuid=step)
    form = SignForm(request.POST, auto_id=f"id_{asked.uuid}_%s")
    if _asks(asked) and not form.is_valid():
        return _show(request, found, sign_form=form, signing=asked)
    if not ratelimit.consume(request, action="reply", key=str(found.token)):
        return ratelimit.respond_429(request)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("statement", "signer_name", "signer_role")}
        try:
            actions.sign_by_link(asked, **said, at=timezone.now())
        except TransitionRefused:
            pass  # signed already
    return redirect("desk:track", token=found.token)


@behind_the_link
@require_safe
def meetings(request: HttpRequest, found: Request) -> HttpResponse:
    """The group's meetings, for the calendar of a member; for nobody else."""
    member = Member.objects.current().filter(request=found).first()
    if member is None:
        raise Http404
    held = list(Meeting.objects.filter(group=member.group_id).select_related("group"))
    content = meetings_calendar(
        held,
        at=timezone.now(),
        language=current_language(),
        url=request.build_absolute_uri(reverse("desk:track", args=[found.token])),
    )
    return HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
