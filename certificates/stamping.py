"""Time stamps on seals (RFC 3161, PAdES B-T): somebody else says when the seal was put on.

The service may be away, slow or broken. That never keeps a certificate from being issued: it is then sealed without a
stamp (B-B), which is noted with its issue, and for some minutes nobody asks the service again.
"""

from __future__ import annotations

from functools import lru_cache

import structlog
from asn1crypto import cms
from django.conf import settings
from django.core.cache import cache
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

log = structlog.get_logger(__name__)

PATIENCE = 5  # seconds for one answer
REST = 5 * 60  # seconds in which a service that failed is left alone
_AWAY = "certificates.time_stamps.away"


class NoTimeStamp(Exception):
    """The service gave no stamp that holds."""


class TimeStamper(RequestsHTTPTimeStamper):
    """Asks a service over HTTP. Whatever goes wrong is one exception: its answers are not ours to trust."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception as trouble:
            raise NoTimeStamp(f"{type(trouble).__name__}: {trouble}") from trouble


def time_stamper() -> TimeStamper | None:
    """The service to ask now; None where none is set, or it failed a moment ago."""
    return None if not settings.LMS_TIME_STAMPS or cache.get(_AWAY) else service(settings.LMS_TIME_STAMPS)


@lru_cache(maxsize=2)
def service(url: str) -> TimeStamper:
    """Kept per process: how large its stamps are is asked once."""
    return TimeStamper(url, timeout=PATIENCE)


def leave_alone(trouble: NoTimeStamp) -> None:
    """Do not ask again for some minutes: a worker that waited for each certificate would be slower than the service."""
    cache.set(_AWAY, True, REST)
    log.warning("time_stamp_missing", why=str(trouble))
