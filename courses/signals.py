"""What courses announces to the layers above; sent inside the transaction that made it true."""

from django.dispatch import Signal

edition_published = Signal()  # edition
edition_changed = Signal()  # edition: its plan, or one of its sessions
edition_cancelled = Signal()  # edition
interest_asked = Signal()  # request, code, at: an address is to be proved
interest_registered = Signal()  # interest, at
edition_opened = Signal()  # interest, edition, at: an edition takes enrolments, and this person waits for one
