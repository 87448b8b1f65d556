"""The desk in the back office: topics, peer groups and their meetings. Questions have a room of their own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from courses.models import Course
from lms.desk.actions import cancel_meeting, end_group, save_meeting, start_group
from lms.desk.models import Meeting, PeerGroup, Topic
from lms.kernel.back_office import Decision, Refused, ScopedViewSet, register_decision
from lms.kernel.states import TransitionRefused
from lms.people.models import Membership, Organisation, Role, User

HOUSE = (Role.COORDINATOR, Role.OFFICER)
HOUSES = Q(is_provider=True) | ~Q(lab_kind="")


class TopicViewSet(ScopedViewSet):
    model = Topic
    icon = "help"
    may_write = (Role.OFFICER,)
    list_display = ["name_nl", "theme", "lab", "course", "order", "is_offered"]
    list_filter = ["theme", "lab", "is_offered"]
    list_select_related = ["theme", "lab", "course"]
    search_fields = ["code", "name_nl", "name_en"]
    ordering = "order"
    form_fields = ["code", "name_nl", "name_en", "theme", "lab", "course", "order", "is_offered"]

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        """A course of any house may be about it."""
        return Course.objects.all() if name == "course" else super().choices(name, model, user)

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(HOUSES) if name == "lab" else rows


class PeerGroupViewSet(ScopedViewSet):
    model = PeerGroup
    icon = "group"
    may_write = HOUSE
    list_display = ["name_nl", "theme", "host", "convener", "state"]
    list_filter = ["theme", "state"]
    list_select_related = ["theme", "host", "convener"]
    search_fields = ["code", "name_nl", "name_en"]
    form_fields = ["code", "theme", "name_nl", "name_en", "description_nl", "description_en", "host", "convener"]
    inspect_view_fields = [*form_fields, "state"]
    says = {"group.started": gettext_lazy("Started"), "group.ended": gettext_lazy("Ended")}

    def choices(self, name: str, model: type[models.Model], user: User) -> models.QuerySet:
        """Who works at the desk of one's own houses may lead a group."""
        if name != "convener":
            return super().choices(name, model, user)
        houses = Organisation.objects.allowing(user, "edit")
        today = timezone.localdate()
        held = Membership.objects.current(today).filter(role=Role.COORDINATOR, organisation__in=houses)
        return User.objects.filter(pk__in=held.values("user"))

    def narrow(self, name: str, rows: models.QuerySet) -> models.QuerySet:
        return rows.filter(HOUSES) if name == "host" else rows


class MeetingViewSet(ScopedViewSet):
    model = Meeting
    icon = "date"
    may_write = HOUSE
    list_display = ["topic_nl", "group", "starts_at", "mode", "state"]
    list_filter = ["group", "state"]
    list_select_related = ["group"]
    search_fields = ["topic_nl", "topic_en", "group__name_nl", "group__name_en"]
    ordering = "-starts_at"
    form_fields = [
        "group", "topic_nl", "topic_en", "starts_at", "ends_at", "mode", "place", "online_url", "minutes",
        "minutes_url",
    ]  # fmt: skip
    inspect_view_fields = [*form_fields, "state"]
    says = {
        "meeting.cancelled": gettext_lazy("Cancelled"),
        "meeting.presence_recorded": gettext_lazy("Recorded that a company came"),
        "meeting.presence_undone": gettext_lazy("Recorded that a company did not come after all"),
    }

    def save(self, form: Any, *, by: User) -> Meeting:
        """What companies were counted for stands: when it was, and of which group."""
        fixed = {"group", "starts_at", "ends_at"} & set(form.changed_data)
        if form.instance.pk and fixed and form.instance.presences.exists():
            raise Refused(_("It is recorded who came, so the group and the times of this meeting stand."))
        return save_meeting(form.save(commit=False), by=by)


class DeskGroup(ViewSetGroup):
    """One menu for the desk."""

    menu_label = gettext_lazy("Desk")
    menu_icon = "mail"
    menu_order = 125
    items = (PeerGroupViewSet("peer-groups"), MeetingViewSet("meetings"), TopicViewSet("topics"))


@hooks.register("register_admin_viewset")
def desk_in_the_back_office() -> DeskGroup:
    return DeskGroup()


def _start(group: PeerGroup, by: User) -> str:
    try:
        start_group(group, by=by, at=timezone.now())
    except TransitionRefused:
        raise Refused(_("This group is running already.")) from None
    return _("The group is running.")


def _end(group: PeerGroup, by: User) -> str:
    try:
        end_group(group, by=by, at=timezone.now())
    except TransitionRefused:
        raise Refused(_("This group has ended already.")) from None
    return _("The group has ended. It no longer stands on the site.")


def _call_off(meeting: Meeting, by: User) -> str:
    if meeting.presences.exists():
        raise Refused(_("It is recorded who came: this meeting was held."))
    try:
        cancel_meeting(meeting, by=by, at=timezone.now())
    except TransitionRefused:
        raise Refused(_("This meeting was cancelled already.")) from None
    return _("The meeting is cancelled. The members have a mail about it.")


@hooks.register("register_admin_urls")
def decisions_of_the_desk() -> list:
    return [
        *register_decision(
            Decision(
                model=PeerGroup,
                name="start",
                label=gettext_lazy("Start"),
                question=gettext_lazy("Is this group running? The site then no longer says that it is being formed."),
                verb="edit",
                icon="check",
                carry_out=_start,
                possible=lambda group: group.state != PeerGroup.State.RUNNING,
            )
        ),
        *register_decision(
            Decision(
                model=PeerGroup,
                name="end",
                label=gettext_lazy("End"),
                question=gettext_lazy("Does this group meet no more? It then no longer stands on the site."),
                verb="edit",
                icon="cross",
                carry_out=_end,
                possible=lambda group: group.state != PeerGroup.State.ENDED,
                is_serious=True,
            )
        ),
        *register_decision(
            Decision(
                model=Meeting,
                name="cancel",
                label=gettext_lazy("Cancel the meeting"),
                question=gettext_lazy("Cancel this meeting? The members get a mail, and their calendars say so."),
                verb="edit",
                icon="cross",
                carry_out=_call_off,
                possible=lambda meeting: meeting.state == Meeting.State.PLANNED and meeting.starts_at > timezone.now(),
                is_serious=True,
            )
        ),
    ]
