"""Which mail someone wants, in the language of the mail or the page."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from lms.messages import stop_views

urlpatterns = [
    path(_("mail/stop/<str:token>/"), stop_views.stop, name="mail_stop"),
    path(_("mail/choose/"), stop_views.wanted, name="mail_wanted"),
]
