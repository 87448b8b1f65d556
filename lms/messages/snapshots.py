"""An edition as a learner was told of it, and what is different from that now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from courses.calendar import place_of, sessions_with_places
from courses.models import Edition, Session
from lms.kernel import formats

Snapshot = dict[str, Any]
Told = dict[str, Any]  # one session of it


def snapshot_of(edition: Edition, language: str, *, is_certain: bool = True) -> Snapshot:
    """When, where and by whom, as text: what stands in a letter and a calendar, and is compared with later.

    Who has no certain place is not told the address of an online meeting.
    """
    sessions = sessions_with_places(edition)
    return {
        "sessions": [
            {
                "uuid": str(session.uuid),
                "title_nl": session.title_nl,
                "title_en": session.title_en,
                "starts_at": session.starts_at.isoformat(),
                "ends_at": session.ends_at.isoformat(),
                "mode": session.mode,
                "place": place_of(_with(session, edition), language, with_online_url=is_certain),
            }
            for session in sessions
        ],
        "trainers": sorted(trainer.full_name for trainer in edition.trainers.all()),
    }


def _with(session: Session, edition: Edition) -> Session:
    session.edition = edition  # not asked for again per session
    return session


def sessions_of(told: list[Told], edition: Edition) -> list[Session]:
    """Sessions as they were told, for a calendar: they may have changed since, or be gone."""
    return [
        Session(
            edition=edition,
            uuid=one["uuid"],
            title_nl=one["title_nl"],
            title_en=one["title_en"],
            starts_at=datetime.fromisoformat(one["starts_at"]),
            ends_at=datetime.fromisoformat(one["ends_at"]),
            mode=one["mode"],
        )
        for one in told
    ]


def dropped_from(was: Snapshot, now: Snapshot) -> list[Told]:
    """The sessions that were told of and are no more."""
    there = {one["uuid"] for one in now["sessions"]}
    return [one for one in was["sessions"] if one["uuid"] not in there]


def changes_between(was: Snapshot, now: Snapshot, language: str) -> list[dict[str, str]]:
    """What changed, what it was and what it is, one line each, in the reader's language."""
    with translation.override(language):
        return _changes(was, now, language)


def _changes(was: Snapshot, now: Snapshot, language: str) -> list[dict[str, str]]:
    before = {one["uuid"]: one for one in was["sessions"]}
    both = [(before[one["uuid"]], one) for one in now["sessions"] if one["uuid"] in before]
    is_only = len(now["sessions"]) == 1
    found = []
    for old, new in both:
        if when_of(old) != when_of(new):
            found.append(
                {"what": _("When") if is_only else _title(new, language), "was": when_of(old), "now": when_of(new)}
            )
    moved = [(old, new) for old, new in both if old["place"] != new["place"]]
    if moved and len(moved) == len(both) and len({(old["place"], new["place"]) for old, new in moved}) == 1:
        old, new = moved[0]
        found.append({"what": _("Where"), "was": old["place"], "now": new["place"]})
    else:
        found += [
            {
                "what": _("Where, %(session)s") % {"session": _title(new, language)},
                "was": old["place"],
                "now": new["place"],
            }
            for old, new in moved
        ]
    found += [
        {"what": _("New: %(session)s") % {"session": _title(one, language)}, "was": "", "now": when_of(one)}
        for one in now["sessions"]
        if one["uuid"] not in before
    ]
    if was["trainers"] != now["trainers"]:
        found.append(
            {
                "what": _("Trainer"),
                "was": ", ".join(was["trainers"]),
                "now": ", ".join(now["trainers"]) or _("not known yet"),
            }
        )
    return found


def when_of(one: Told) -> str:
    """``do 4 mrt 2027, 09.00–16.30`` in the active language."""
    starts, ends = datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"])
    return f"{formats.short_date_year(starts)}, {formats.time_range(starts, ends)}"


def _title(one: Told, language: str) -> str:
    return one[f"title_{language}"] or one["title_nl"]
