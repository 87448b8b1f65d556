"""Addresses that stay when an editor renames a page; the pages themselves are in Wagtail's tree."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cms import views
from cms.interest import views as interest

app_name = "cms"
urlpatterns = [
    path(_("course/<slug:code>/"), views.course, name="course"),
    path(_("course/<slug:code>/editions/"), views.editions, name="editions"),
    path(_("edition/<slug:code>/calendar/"), views.calendar, name="calendar"),
    path(_("page/<slug:part>/"), views.standard, name="standard"),
    # Finding a course
    path(_("courses/suggestions/"), views.suggestions, name="suggestions"),
    path(_("courses/compare/"), views.compare, name="compare"),
    path(_("choice-helper/"), views.guide, name="guide"),
    # Waiting for a date that suits
    path(_("interest/code/<uuid:token>/"), interest.code, name="interest_code"),
    path(_("interest/code/<uuid:token>/new/"), interest.renew_code, name="interest_renew_code"),
    path(_("interest/stop/<uuid:uuid>/"), interest.withdraw, name="interest_withdraw"),
    path(_("interest/<slug:code>/"), interest.interest, name="interest"),
]
