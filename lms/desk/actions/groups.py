"""Peer groups: who is in them, when they meet, which companies came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from lms.desk import evidence, letters
from lms.desk.actions.requests import answer, close
from lms.desk.models import Meeting, Member, PeerGroup, Presence, Request
from lms.kernel import counting
from lms.kernel.models import Event
from lms.kernel.policies import require
from lms.kernel.post import post
from lms.kernel.states import TransitionRefused, move
from lms.people.models import Organisation, User


class AlreadyMember(Exception):
    """This company is in the group."""


@transaction.atomic
def start_group(group: PeerGroup, *, by: User | None, at: datetime) -> PeerGroup:
    """From being formed (or having ended) to running."""
    require(by, "edit", group)
    return move(group, to=PeerGroup.State.RUNNING, allowed=PeerGroup.TRANSITIONS, by=by, verb="group.started", at=at)


@transaction.atomic
def end_group(group: PeerGroup, *, by: User | None, at: datetime) -> PeerGroup:
    """It meets no more; what it did stays."""
    require(by, "edit", group)
    return move(group, to=PeerGroup.State.ENDED, allowed=PeerGroup.TRANSITIONS, by=by, verb="group.ended", at=at)


@transaction.atomic
def admit(request: Request, text: str, *, by: User | None, at: datetime, agrees_to_be_named: bool = False) -> Member:
    """Say yes to a company that wants to join: it is answered, becomes a member, and finds the calendar by its link."""
    group = request.group
    if group is None or request.kind != Request.Kind.JOIN:
        raise TransitionRefused(f"Request {request.pk} asks for no group.")
    require(by, "edit", group)
    there = Member.objects.current().filter(group=group)
    if request.organisation_id and there.filter(organisation=request.organisation_id).exists():
        raise AlreadyMember
    answer(request, text, by=by, at=at)
    organisation = request.organisation
    if organisation is None or there.filter(organisation=organisation).exists():
        raise AlreadyMember
    member = Member.objects.create(
        group=group,
        organisation=organisation,
        request=request,
        contact_name=request.contact_name,
        contact_email=request.contact_email,
        agrees_to_be_named=request.agrees_to_be_named,
        joined_on=timezone.localdate(at),
    )
    Event.record(member, "member.admitted", by=by, at=at, data={"group": group.pk})
    close(request, Request.Outcome.GROUP, by=by, at=at)
    return member


@transaction.atomic
def leave_group(member: Member, *, by: User | None, on: date) -> Member:
    """The company no longer takes part. Its contact person is forgotten, and its calendar empty from then on."""
    require(by, "edit", member.group)
    member.left_on, member.contact_name, member.contact_email = on, "", ""
    member.save(update_fields=["left_on", "contact_name", "contact_email"])
    Event.record(member, "member.left", by=by, data={"group": member.group_id})
    return member


@transaction.atomic
def save_meeting(meeting: Meeting, *, by: User | None) -> Meeting:
    """Plan a meeting or correct one. Its entries in calendars change with it; see ``lms.desk.calendar``."""
    is_new = meeting.pk is None
    meeting.save()
    Event.record(meeting, "meeting.created" if is_new else "meeting.revised", by=by)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: User | None, at: datetime) -> Meeting:
    """It is off; members are told."""
    require(by, "edit", meeting)
    move(meeting, to=Meeting.State.CANCELLED, allowed=Meeting.TRANSITIONS, by=by, verb="meeting.cancelled", at=at)
    members = meeting.group.members.current().select_related("request", "organisation")
    for member in members.exclude(contact_email=""):
        post(letters.meeting_off(meeting, member), at=at)
    return meeting


@transaction.atomic
def record_presence(meeting: Meeting, present: Collection[Organisation], *, by: User | None, at: datetime) -> None:
    """Which companies were there. Twice the same changes nothing; who is taken off is taken back."""
    require(by, "edit", meeting)
    if meeting.state == Meeting.State.CANCELLED or meeting.starts_at > at:
        raise TransitionRefused(f"Meeting {meeting.pk} was not held.")
    # Two who fill in the same list come after each other.
    list(Meeting.objects.select_for_update().filter(pk=meeting.pk))
    there = {one.organisation_id: one for one in meeting.presences.select_related("organisation", "meeting__group")}
    wanted = {one.pk: one for one in present}
    for pk in there.keys() - wanted.keys():
        counting.take_back(evidence.presence_key(there[pk]), at=at)
        Event.record(meeting, "meeting.presence_undone", by=by, at=at, data={"organisation": pk})
        there[pk].delete()
    for pk in sorted(wanted.keys() - there.keys()):
        presence = Presence.objects.create(
            meeting=meeting, organisation=wanted[pk], by=by, recorded_at=at, counts=evidence.counts(wanted[pk])
        )
        Event.record(meeting, "meeting.presence_recorded", by=by, at=at, data={"organisation": pk})
        if presence.counts:
            day = timezone.localdate(meeting.starts_at)
            counting.count(evidence.contact_by_meeting(presence, day), at=at)
