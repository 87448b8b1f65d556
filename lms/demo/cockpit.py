"""What a coordinator finds to do and did before: an edition to decide on, and a message to everyone in a full one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from courses.actions import save_edition
from courses.models import Edition
from enrolments.actions import Said, announce
from enrolments.models import Announcement
from lms.demo.people import DEMO
from lms.people.models import User

DECIDE_WITHIN = timedelta(days=9)
WRITTEN = {
    "nl": Said(
        "Neem veiligheidsschoenen mee naar {opleiding}",
        "We werken op de vloer van {plaats}. Neem je eigen veiligheidsschoenen mee. Heb je "
        "ze niet? Dan lenen we je een paar; geef je maat door aan de trainer.",
    ),
    "en": Said(
        "Bring safety shoes to {course}",
        "We work on the floor of {place}. Bring your own safety shoes. Do you have none? Then we "
        "lend you a pair; tell the trainer your size.",
    ),
}


def put_down_cockpit(now: datetime) -> None:
    """What is there already is left alone."""
    coordinator = User.objects.get(email=f"coordinator{DEMO}")
    ours = Edition.objects.allowing(coordinator, "coordinate").upcoming(now)
    undecided = ours.awaiting_go(now).open_at(now).first()
    if undecided is not None and undecided.decide_by != (now + DECIDE_WITHIN).date():
        undecided.decide_by = (now + DECIDE_WITHIN).date()
        save_edition(undecided, by=coordinator)
    full = ours.filter(enrolments__state="waitlisted").first()
    if full is not None and not Announcement.objects.filter(edition=full).exists():
        key = uuid5(NAMESPACE_URL, f"demo:{full.code}")
        announce(full, WRITTEN, audience="places", form_key=key, by=coordinator, at=now - timedelta(hours=6))
