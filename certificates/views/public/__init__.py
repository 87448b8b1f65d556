"""Pages for anyone who wants to know whether a certificate is real. One module per subject; edge is around them all."""

from certificates.views.public.edge import PER_MINUTE
from certificates.views.public.many import verify_many
from certificates.views.public.numbers import verify, verify_search
from certificates.views.public.shares import shared
from certificates.views.public.yourself import verify_yourself

__all__ = ["PER_MINUTE", "shared", "verify", "verify_many", "verify_search", "verify_yourself"]
