"""Pages for anyone who wants to know whether a certificate is real. One module per subject; edge is around them all."""

from certificates.public_views.edge import PER_MINUTE
from certificates.public_views.numbers import verify, verify_search
from certificates.public_views.shares import shared

__all__ = ["PER_MINUTE", "shared", "verify", "verify_search"]
