"""Links to a certificate, as a learner makes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from certificates.actions.sharing import make_share
from certificates.models import Certificate, Share
from lms.demo.people import DEMO

# For whom, what it shows, for how many days.
LINKS = [
    ("Sollicitatie bij Van Buren Techniek", {"name", "hours", "outcomes", "parts"}, 365),
    ("Mijn pagina over robots", {"outcomes"}, None),
]


def put_down_links(at: datetime) -> None:
    """Of the learner whom visitors sign in as: one link with everything on it, one without the name."""
    mine = Certificate.objects.issued().filter(enrolment__learner__email=f"learner{DEMO}").order_by("pk")
    certificate = mine.select_related("enrolment__learner").first()
    if certificate is None or Share.objects.filter(certificate=certificate).exists():
        return
    for number, (label, shows, days) in enumerate(LINKS, start=1):
        made = at - timedelta(days=number)
        learner = certificate.enrolment.learner
        make_share(certificate, shows=shows, days=days, label=label, by=learner, at=max(made, certificate.issued_at))
