"""The rotating check-in code of a session: pure computation over a secret, a session and a moment.

The code changes every 30 seconds and stays usable for two minutes after it leaves the screen, so that someone who
types slowly is not shut out (WCAG 2.2.1). It belongs to one session, and opens 15 minutes before the start.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

STEP = timedelta(seconds=30)
USABLE = timedelta(minutes=2)
OPENS_BEFORE = timedelta(minutes=15)
DIGITS = 6


def code_at(session: UUID, moment: datetime) -> str:
    """The six digits shown for a session at a moment."""
    return _digits(session, int(moment.timestamp() // STEP.total_seconds()))


def is_usable(session: UUID, code: str, moment: datetime) -> bool:
    """Whether the code was on screen now or in the last two minutes."""
    typed = "".join(character for character in code if character.isdigit())
    now = int(moment.timestamp() // STEP.total_seconds())
    steps = int(USABLE / STEP) + 1
    return any(hmac.compare_digest(_digits(session, now - back), typed) for back in range(steps))


def window(starts_at: datetime) -> tuple[datetime, datetime]:
    """From when until when a learner may check in: 15 minutes before the start to the end of that local day."""
    local = timezone.localtime(starts_at)
    end_of_day = local.replace(hour=23, minute=59, second=59, microsecond=999999)
    return starts_at - OPENS_BEFORE, end_of_day


def _digits(session: UUID, step: int) -> str:
    key = hashlib.sha256(b"check-in" + settings.SECRET_KEY.encode()).digest()
    mac = hmac.new(key, session.bytes + step.to_bytes(8, "big"), hashlib.sha256).digest()
    return str(int.from_bytes(mac[:8], "big") % 10**DIGITS).zfill(DIGITS)
