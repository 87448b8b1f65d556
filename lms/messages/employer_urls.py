"""The page of the employer's room about messages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from lms.messages import employer

app_name = "employer_messages"

urlpatterns = [path(_("employer/messages/"), employer.messages, name="list")]
