"""Webhooks: an outbox whose readers are machines."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "lms.messages.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from lms.messages.webhooks import receivers  # noqa: F401  importing receivers connects them
