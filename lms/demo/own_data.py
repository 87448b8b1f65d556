"""The programme office's register of requests about own data: one that waits, one nearly due, one that is answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from lms.demo.people import DEMO
from lms.people.models import User
from lms.privacy.actions import record_request, settle_request
from lms.privacy.models import PrivacyRequest

CAME = (
    ("correction", "mail", 3, f"learner{DEMO}", "Mijn achternaam staat zonder streepje op mijn certificaat.", ""),
    ("access", "letter", 24, "", "Wil weten wat we van haar bewaren.", ""),
    ("objection", "phone", 40, "", "Wil geen bericht over nieuwe data.", "We mailen haar geen nieuwe data meer."),
)
NAMES = {"letter": "Willemijn Terpstra", "phone": "Aafke Posthumus"}


def put_down_own_data(now: datetime) -> None:
    """Twice is once."""
    if PrivacyRequest.objects.exclude(entered_by=None).exists():
        return
    officer = User.objects.get(email=f"office{DEMO}")
    for kind, way, days, email, note, answer in CAME:
        came = now - timedelta(days=days)
        request = record_request(
            kind=kind, way=way, name=NAMES.get(way, ""), email=email, note=note, received_at=came, by=officer, at=came
        )
        if answer:
            settle_request(request, answer, is_refused=False, by=officer, at=came + timedelta(days=6))
