"""What courses announces to the layers above; sent inside the transaction that made it true."""

from django.dispatch import Signal

edition_published = Signal()  # edition
edition_cancelled = Signal()  # edition
