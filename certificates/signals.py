"""What certificates announces to the layers above; sent inside the transaction that made it true."""

from django.dispatch import Signal

certificate_requested = Signal()  # certificate, at
certificate_issued = Signal()  # certificate, at
certificate_revoked = Signal()  # certificate, at
certificate_superseded = Signal()  # certificate, at
bundle_waits = Signal()  # bundle
round_waits = Signal()  # round
