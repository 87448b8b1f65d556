"""Every write of the outbox that means something, by noun."""

from lms.messages.actions.addresses import forgive_address, note_bounce, start_topic, stop_topic
from lms.messages.actions.invitations import call_off, invite, note_change, note_told, remind, tell_change
from lms.messages.actions.sending import BACK_OFF, retry_message, send_message
from lms.messages.actions.texts import ensure_texts, reset_text, save_text
from lms.messages.actions.writing import post_message, write_message

__all__ = [
    "BACK_OFF",
    "call_off",
    "ensure_texts",
    "forgive_address",
    "invite",
    "note_bounce",
    "note_change",
    "note_told",
    "post_message",
    "remind",
    "reset_text",
    "retry_message",
    "save_text",
    "send_message",
    "start_topic",
    "stop_topic",
    "tell_change",
    "write_message",
]
