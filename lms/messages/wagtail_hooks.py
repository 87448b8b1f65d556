"""The outbox in the back office: what was sent to whom, what waits, what failed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail import hooks

from lms.kernel.back_office import ReadOnlyViewSet
from lms.messages.models import Message
from lms.people.models import Role


class MessageViewSet(ReadOnlyViewSet):
    model = Message
    icon = "mail"
    menu_label = gettext_lazy("Messages")
    menu_order = 140
    add_to_admin_menu = True
    may_view = (Role.OFFICER,)
    list_display = ["subject", "kind", "email", "state", "created_at", "sent_at", "tries"]
    list_filter = ["state", "kind"]
    search_fields = ["email", "subject"]
    inspect_view_fields = ["subject", "kind", "email", "state", "text", "created_at", "sent_at", "tries", "error"]


@hooks.register("register_admin_viewset")
def messages_in_the_back_office() -> MessageViewSet:
    return MessageViewSet("messages")
