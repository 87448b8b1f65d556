"""Addresses of the desk: for companies, and the room of who answers them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from lms.desk.views import company, groups, room

app_name = "desk"

urlpatterns = [
    path(_("desk/"), company.ask, name="ask"),
    path(_("desk/groups/"), groups.public, name="groups"),
    path(_("desk/groups/<slug:code>/join/"), groups.join, name="join"),
    # Whoever has the token: the company itself
    path(_("desk/follow/<uuid:token>/"), company.track, name="track"),
    path(_("desk/follow/<uuid:token>/reply/"), company.reply, name="reply"),
    path(_("desk/follow/<uuid:token>/withdraw/"), company.withdraw, name="withdraw"),
    path(_("desk/follow/<uuid:token>/step/<uuid:step>/"), company.sign, name="sign"),
    path(_("desk/follow/<uuid:token>/meetings.ics"), company.meetings, name="meetings_calendar"),
    # The room
    path(_("desk/questions/"), room.requests, name="requests"),
    path(_("desk/questions/<str:code>/"), room.request_page, name="request"),
    path(_("desk/questions/<str:code>/answer/"), room.answer, name="answer"),
    path(_("desk/questions/<str:code>/admit/"), room.admit, name="admit"),
    path(_("desk/questions/<str:code>/note/"), room.note, name="note"),
    path(_("desk/questions/<str:code>/route/"), room.route, name="route"),
    path(_("desk/questions/<str:code>/act/"), room.act, name="act"),
    path(_("desk/questions/<str:code>/close/"), room.close, name="close"),
    path(_("desk/questions/<str:code>/step/"), room.describe, name="describe"),
    path(_("desk/steps/<uuid:step>/document/"), room.document, name="document"),
    path(_("desk/steps/<uuid:step>/verify/"), room.verify, name="verify"),
    path(_("desk/steps/<uuid:step>/drop/"), room.drop, name="drop"),
    path(_("desk/steps/<uuid:step>/statement.pdf"), room.statement_file, name="statement_file"),
    path(_("desk/own-groups/"), groups.own, name="own_groups"),
    path(_("desk/own-groups/<slug:code>/"), groups.group, name="group"),
    path(_("desk/own-groups/<slug:code>/leave/<int:member>/"), groups.leave, name="leave"),
    path(_("desk/meetings/<uuid:meeting>/presence/"), groups.presence, name="presence"),
]
