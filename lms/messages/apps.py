"""The outbox: every message we send, stored before it is sent."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    name = "lms.messages"
    label = "outbox"  # "messages" belongs to django.contrib.messages
    verbose_name = _("Messages")

    def ready(self) -> None:
        from lms.kernel import menu
        from lms.kernel import panels as rooms
        from lms.kernel.letter_kinds import declare_kinds
        from lms.kernel.post import register_carrier
        from lms.messages import employer, kinds, panels, receivers  # noqa: F401  importing receivers connects them
        from lms.messages.deliveries import deliveries_about

        declare_kinds(*kinds.KINDS)
        rooms.register(panels.MESSAGES)
        rooms.register_column(panels.MAIL)
        rooms.register(employer.NOT_ARRIVED_PANEL)
        register_carrier(deliveries_about)
        menu.register(menu.Item(_("Messages"), "employer_messages:list", place="employer", order=50))
        post_migrate.connect(_with_a_text_for_each_kind, sender=self, dispatch_uid="messages.texts")


def _with_a_text_for_each_kind(using: str, **kwargs: Any) -> None:
    from lms.messages.actions import ensure_texts  # not before the models are there

    ensure_texts(using)
