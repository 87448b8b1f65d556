"""Addresses that stay when an editor renames a page; the pages themselves are in Wagtail's tree."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cms import views

app_name = "cms"
urlpatterns = [
    path(_("course/<slug:code>/"), views.course, name="course"),
    path(_("course/<slug:code>/editions/"), views.editions, name="editions"),
    path(_("edition/<slug:code>/calendar/"), views.calendar, name="calendar"),
    path(_("page/<slug:part>/"), views.standard, name="standard"),
]
