"""What the outbox announces: a message was written, and may be sent once that is certain."""

from django.dispatch import Signal

message_written = Signal()  # message
