"""The outbox in the back office: what was sent to whom, what waits, what failed."""

from __future__ import annotations

from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from lms.kernel.back_office import Decision, ReadOnlyViewSet, Refused, register_decision
from lms.kernel.states import TransitionRefused
from lms.messages.actions import retry_message
from lms.messages.models import Message
from lms.people.models import Role, User


def is_secret(message: Message) -> bool:
    """Whether it carries a code that lets its reader in: allauth's mails, and the digits that confirm an enrolment.

    The programme office runs the platform for others; it may not sign in as them.
    """
    return message.kind.startswith("account_") or message.kind.endswith("_code")


def shown_subject(message: Message) -> str:
    return _("Only for the recipient") if is_secret(message) else message.subject


class _InspectMessage(ReadOnlyViewSet.inspect_view_class):
    """Its words, unless they are a key."""

    def get_subject_display_value(self) -> str:
        return shown_subject(self.object)

    def get_text_display_value(self) -> str:
        if is_secret(self.object):
            return _("Only for the recipient")
        return mark_safe(linebreaks(self.object.text, autoescape=True))  # noqa: S308  (escaped by linebreaks)


class MessageViewSet(ReadOnlyViewSet):
    model = Message
    icon = "mail"
    menu_label = gettext_lazy("Messages")
    menu_order = 140
    add_to_admin_menu = True
    may_view = (Role.OFFICER,)
    list_display = [
        "email",
        Column("subject", label=gettext_lazy("Subject"), accessor=shown_subject),
        "state",
        "created_at",
        "sent_at",
        "tries",
    ]
    list_filter = ["state", "kind"]
    search_fields = ["email"]  # not the subject: searching for digits would find out a code
    inspect_view_class = _InspectMessage
    inspect_view_fields = ["subject", "kind", "email", "state", "text", "created_at", "sent_at", "tries", "error"]
    says = {
        "message.sent": gettext_lazy("Sent"),
        "message.failed": gettext_lazy("Given up"),
        "message.retried": gettext_lazy("Tried again by hand"),
    }


@hooks.register("register_admin_viewset")
def messages_in_the_back_office() -> MessageViewSet:
    return MessageViewSet("messages")


def _try_again(message: Message, by: User) -> str:
    try:
        retry_message(message, by=by, at=timezone.now())
    except TransitionRefused:
        raise Refused(_("Only a message that was given up can be tried again.")) from None
    return _("The message waits to be sent again.")


@hooks.register("register_admin_urls")
def decisions_about_messages() -> list:
    return register_decision(
        Decision(
            model=Message,
            name="retry",
            label=gettext_lazy("Try again"),
            question=gettext_lazy("Send this message again? It goes out within a few minutes."),
            verb="retry",
            icon="rotate",
            carry_out=_try_again,
            possible=lambda message: message.state == Message.State.FAILED,
        )
    )
