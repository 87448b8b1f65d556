"""Peer groups: what everyone may read, joining, and the room of who leads them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.desk import actions
from lms.desk.forms import JoinForm
from lms.desk.models import Meeting, Member, PeerGroup, Request
from lms.desk.policies import works_at_desk
from lms.kernel.forms import keys_among
from lms.kernel.languages import current_language
from lms.kernel.states import TransitionRefused
from lms.people.models import Organisation, User
from lms.people.requests import SignedInRequest

# For everyone ---------------------------------------------------------------------------------------------------------


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """The groups that a company can join. Companies are named only when they agreed, people never."""
    trail = [(_("Home"), reverse("wagtail_serve", args=[""]))]
    return render(request, "desk/groups.html", {"groups": _shown(), "trail": trail})


def _shown() -> list[dict[str, Any]]:
    """Four queries, however many groups."""
    now = timezone.now()
    members = Member.objects.current().select_related("organisation")
    groups = (
        PeerGroup.objects.on_show()
        .select_related("theme", "host")
        .prefetch_related(
            Prefetch("members", members, to_attr="current_members"),
            Prefetch("meetings", Meeting.objects.upcoming(now), to_attr="coming"),
        )
    )
    return [
        {
            "group": group,
            "companies": len(group.current_members),
            "named": [one.organisation.name for one in group.current_members if one.agrees_to_be_named],
            "next": group.coming[0] if group.coming else None,
        }
        for group in groups
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Ask to join; whoever leads the group says yes or asks on."""
    group = get_object_or_404(PeerGroup.objects.on_show().select_related("theme", "host"), code=code)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="ask", key=form.cleaned_data["contact_email"].lower()):
            return ratelimit.respond_429(request)
        found = actions.ask(
            form.question(group),
            language=current_language(),
            by=request.user if request.user.is_authenticated else None,
            at=timezone.now(),
            is_suspect=form.is_suspect,
        )
        return redirect(reverse("desk:track", args=[found.token]) + "?received=1")
    return render(request, "desk/join.html", {"form": form, "group": group, "working_days": Request.WORKING_DAYS})


# The room -------------------------------------------------------------------------------------------------------------


def _led_by(user: User) -> QuerySet[PeerGroup]:
    if not works_at_desk(user):
        raise Http404
    led: QuerySet[PeerGroup] = PeerGroup.objects.visible_to(user)
    return led


@never_cache
@login_required
@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    """The groups that one leads or hosts."""
    now = timezone.now()
    waiting = Count("join_requests", distinct=True, filter=Q(join_requests__state__in=Request.WAITING_FOR_THE_DESK))
    groups = (
        _led_by(request.user)
        .select_related("theme", "host", "convener")
        .annotate(companies=Count("members", distinct=True, filter=Q(members__left_on=None)), waiting=waiting)
        .prefetch_related(Prefetch("meetings", Meeting.objects.upcoming(now), to_attr="coming"))
    )
    return render(request, "desk/own_groups.html", {"groups": groups})


@never_cache
@login_required
@require_safe
def group(request: SignedInRequest, code: str) -> HttpResponse:
    """One group: who wants to join, who is in it, its meetings and who came."""
    found = get_object_or_404(_led_by(request.user).select_related("theme", "host", "convener"), code=code)
    now = timezone.now()
    members = list(found.members.current().select_related("organisation", "request"))
    meetings = list(found.meetings.prefetch_related("presences__organisation").order_by("-starts_at"))
    return render(
        request,
        "desk/group.html",
        {
            "group": found,
            "members": members,
            "joining": found.join_requests.filter(state__in=Request.WAITING_FOR_THE_DESK).order_by("due_on"),
            "meetings": [_held(meeting, members, now) for meeting in meetings],
            "today": timezone.localdate(now),
        },
    )


def _held(meeting: Meeting, members: list[Member], now: Any) -> dict[str, Any]:
    """A meeting with a box for every company that is, or was, in the group."""
    there = {one.organisation_id: one.organisation for one in meeting.presences.all()}
    companies = {one.organisation_id: one.organisation for one in members} | there
    return {
        "meeting": meeting,
        "is_over": meeting.state == Meeting.State.PLANNED and meeting.starts_at <= now,
        "companies": [(one, pk in there) for pk, one in sorted(companies.items(), key=lambda pair: pair[1].name)],
        "came": len(there),
    }


@login_required
@require_POST
def leave(request: SignedInRequest, code: str, member: int) -> HttpResponse:
    found = get_object_or_404(_led_by(request.user), code=code)
    one = get_object_or_404(found.members.current(), pk=member)
    actions.leave_group(one, by=request.user, on=timezone.localdate())
    messages.success(request, _("The company is no longer in the group. Its contact person is forgotten."))
    return redirect("desk:group", code=found.code)


@login_required
@require_POST
def presence(request: SignedInRequest, meeting: UUID) -> HttpResponse:
    """Which companies came."""
    if not works_at_desk(request.user):
        raise Http404
    found = get_object_or_404(Meeting.objects.visible_to(request.user).select_related("group__host"), uuid=meeting)
    keys = keys_among(request.POST.getlist("present"))
    known = Q(peer_groups__group=found.group, peer_groups__left_on=None) | Q(
        pk__in=found.presences.values("organisation")
    )
    present = list(Organisation.objects.filter(known, pk__in=keys).distinct())
    try:
        actions.record_presence(found, present, by=request.user, at=timezone.now())
    except TransitionRefused:
        messages.error(request, _("This meeting was not held."))
    else:
        messages.success(request, _("Kept which companies came."))
    return redirect("desk:group", code=found.group.code)
