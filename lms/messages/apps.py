"""The outbox: every message we send, stored before it is sent."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    name = "lms.messages"
    label = "outbox"  # "messages" belongs to django.contrib.messages
    verbose_name = _("Messages")

    def ready(self) -> None:
        from lms.kernel import menu
        from lms.kernel import panels as rooms
        from lms.kernel.post import register_carrier
        from lms.messages import employer, panels, receivers  # noqa: F401  importing receivers connects them
        from lms.messages.deliveries import deliveries_about

        rooms.register(panels.MESSAGES)
        rooms.register(employer.NOT_ARRIVED_PANEL)
        register_carrier(deliveries_about)
        menu.register(menu.Item(_("Messages"), "employer_messages:list", place="employer", order=50))
