"""The outbox in the back office: what was sent to whom, what waits, what failed."""

from __future__ import annotations

from django.urls import path
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.ui.tables import Column

from lms.kernel.back_office import Decision, ReadOnlyViewSet, Refused, register_decision
from lms.kernel.states import TransitionRefused
from lms.messages.actions import forgive_address, reset_text, retry_message
from lms.messages.models import BouncedAddress, MailText, Message
from lms.messages.policies import is_secret
from lms.messages.text_admin import MailTextViewSet, preview
from lms.people.models import Role, User


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
        "message.held": gettext_lazy("Held: mail to this address comes back"),
        "message.bounced": gettext_lazy("Came back"),
        "message.suppressed": gettext_lazy("Not sent: the reader stopped mail about this"),
    }


class BouncedAddressViewSet(ReadOnlyViewSet):
    """Which addresses do not work, and what their mail servers said."""

    model = BouncedAddress
    icon = "warning"
    menu_label = gettext_lazy("Addresses that do not work")
    menu_order = 141
    add_to_admin_menu = True
    may_view = (Role.OFFICER,)
    list_display = ["email", "status", "at"]
    search_fields = ["email"]
    inspect_view_fields = ["email", "status", "at"]
    says = {"address.marked": gettext_lazy("Mail came back"), "address.forgiven": gettext_lazy("Works again")}


@hooks.register("register_admin_viewset")
def messages_in_the_back_office() -> list:
    return [MessageViewSet("messages"), BouncedAddressViewSet("bounced-addresses"), MailTextViewSet("mail-texts")]


def _try_again(message: Message, by: User) -> str:
    try:
        retry_message(message, by=by, at=timezone.now())
    except TransitionRefused:
        raise Refused(_("Only a message that did not arrive can be tried again.")) from None
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
            possible=lambda message: message.state in Message.UNDELIVERED,
        )
    )


def _works_again(marked: BouncedAddress, by: User) -> str:
    held = forgive_address(marked.email, by=by, at=timezone.now())
    return ngettext(
        "The address counts as working. %(count)s held message goes out.",
        "The address counts as working. %(count)s held messages go out.",
        held,
    ) % {"count": held}


@hooks.register("register_admin_urls")
def decisions_about_addresses() -> list:
    return register_decision(
        Decision(
            model=BouncedAddress,
            name="works",
            label=gettext_lazy("Works again"),
            question=gettext_lazy(
                "Does this address work (again)? What was held for it goes out within a few minutes."
            ),
            verb="forgive",
            icon="check",
            carry_out=_works_again,
            possible=lambda marked: True,
        )
    )


def _as_shipped(text: MailText, by: User) -> str:
    reset_text(text, by=by)
    return _("This letter says what it said when it came.")


@hooks.register("register_admin_urls")
def addresses_of_texts() -> list:
    return [
        path("mail-texts/preview/<int:pk>/", preview, name="mail_text_preview"),
        *register_decision(
            Decision(
                model=MailText,
                name="shipped",
                label=gettext_lazy("Back to the shipped words"),
                question=gettext_lazy("Drop your own words for this letter? They stay in its history."),
                verb="edit",
                icon="undo",
                carry_out=_as_shipped,
                possible=lambda text: text.is_own,
            )
        ),
    ]
