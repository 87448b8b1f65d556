"""Pages for anyone who wants to know whether a certificate is real. One module per subject; edge is around them all."""

from certificates.public_views.edge import PER_MINUTE
from certificates.public_views.many import verify_many
from certificates.public_views.numbers import verify, verify_search
from certificates.public_views.shares import shared
from certificates.public_views.yourself import verify_yourself

__all__ = ["PER_MINUTE", "shared", "verify", "verify_many", "verify_search", "verify_yourself"]
