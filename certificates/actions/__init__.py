"""Every write to certificates that means something, by noun; what other rooms use of issuing stands here."""

from certificates.actions.issuing import (
    issue_certificate,
    kind_earned,
    record_deliveries,
    record_downloads,
    request_certificate,
    request_earned_certificate,
    request_programme_certificates,
    revoke_certificate,
    supersede_certificate,
)

__all__ = [
    "issue_certificate",
    "kind_earned",
    "record_deliveries",
    "record_downloads",
    "request_certificate",
    "request_earned_certificate",
    "request_programme_certificates",
    "revoke_certificate",
    "supersede_certificate",
]
