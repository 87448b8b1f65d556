"""Addresses of one's own data, and of the office's register of requests and terms."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from lms.privacy import office_views, views

app_name = "privacy"

urlpatterns = [
    path(_("my/data/"), views.mine, name="mine"),
    path(_("my/data/confirm/"), views.confirm, name="confirm"),
    path(_("my/data/correct/"), views.correct, name="correct"),
    path(_("my/data/ask/"), views.ask, name="ask"),
    path(_("my/data/download/"), views.download, name="download"),
    path(_("my/data/download/<uuid:uuid>/"), views.file, name="file"),
    path(_("my/data/erase/"), views.erase, name="erase"),
    path(_("my/data/<uuid:uuid>/cancel/"), views.cancel, name="cancel"),
    path(_("office/privacy/"), office_views.register, name="register"),
    path(_("office/privacy/terms/"), office_views.terms_page, name="terms"),
    path(_("office/privacy/<uuid:uuid>/"), office_views.settle, name="settle"),
]
