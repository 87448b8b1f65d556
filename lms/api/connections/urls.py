"""Addresses of the employer's page Connections."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from lms.api.connections import views

app_name = "connections"

urlpatterns = [
    path(_("employer/connections/"), views.connections, name="list"),
    path(_("employer/connections/new-key/"), views.make_key, name="make_key"),
    path(_("employer/connections/new-webhook/"), views.add_webhook, name="add_webhook"),
    path(_("employer/connections/webhook/<uuid:webhook>/"), views.webhook, name="webhook"),
    path(_("employer/connections/key/<uuid:key>/revoke/"), views.revoke_key, name="revoke_key"),
]
