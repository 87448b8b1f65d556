"""Many numbers at once: read from whatever somebody pastes or sends, answered in one look at the register."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.models import Certificate, EarlierCertificate
from certificates.numbers import grouped, is_number, normalise
from certificates.reading import Reading, reading_of
from certificates.verification import Verdict, verdict_on
from lms.kernel.spreadsheets import Cell, csv_file

MOST = 500
LARGEST = 256 * 1024
_CELLS = re.compile(r"[;,\t]")
_HEADING = re.compile(r"num|nr\b|code|certifica", re.IGNORECASE)


class TooMany(Exception):
    """More numbers than are looked up at once."""


@dataclass(frozen=True)
class Row:
    """One number as it came, and what we say of it."""

    typed: str
    verdict: Verdict
    said: Reading | EarlierCertificate | None = None
    ended_on: date | None = None
    successor: str = ""


def text_of(content: bytes) -> str:
    """A file of text, as spreadsheets in this country write it: UTF-8, else Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def numbers_in(text: str) -> list[str]:
    """A number a line: of several cells the one that can be a number, else the first. Each once. Raises TooMany.

    The first line may be a heading.
    """
    found: dict[str, str] = {}
    for place, line in enumerate(text.replace("\x00", "").splitlines()):
        cells = [cell for one in _CELLS.split(line) if (cell := one.strip().strip("\"'").strip())]
        if not cells:
            continue
        number = next((cell for cell in cells if is_number(cell)), None)
        if number is None and place == 0 and any(_HEADING.search(cell) for cell in cells):
            continue
        typed = (number or cells[0])[:60]
        found.setdefault(normalise(typed), typed)
        if len(found) > MOST:
            raise TooMany
    return list(found.values())


def verdicts(typed: list[str], *, on: date) -> list[Row]:
    """One row for each, in their order. Three queries, however many there are."""
    wanted = {normalise(one) for one in typed}
    issued = Certificate.objects.exclude(state=Certificate.State.REQUESTED)
    found = {one.number: one for one in issued.filter(number__in=wanted)}
    ended = [one.pk for one in found.values() if one.state == Certificate.State.SUPERSEDED]
    after = dict(issued.filter(supersedes__in=ended).values_list("supersedes", "number"))
    earlier = {one.number: one for one in EarlierCertificate.objects.standing().filter(number__in=wanted)}
    rows = []
    for one in typed:
        certificate = found.get(normalise(one))
        if certificate is None:
            taken_over = earlier.get(normalise(one))
            rows.append(
                Row(taken_over.grouped_number, Verdict.TAKEN_OVER, taken_over)
                if taken_over
                else Row(one, Verdict.NOT_OURS)
            )
            continue
        verdict = verdict_on(certificate, on=on)
        rows.append(
            Row(
                certificate.grouped_number,
                verdict,
                reading_of(certificate.snapshot),
                timezone.localdate(certificate.ended_at) if certificate.ended_at else None,
                grouped(after[certificate.pk]) if verdict == Verdict.REPLACED and certificate.pk in after else "",
            )
        )
    return rows


def words() -> dict[Verdict, str]:
    """The verdicts in a word or two."""
    return {
        Verdict.VALID: _("valid"),
        Verdict.EXPIRED: _("expired"),
        Verdict.REVOKED: _("revoked"),
        Verdict.REPLACED: _("replaced"),
        Verdict.WITHDRAWN: _("no longer checked"),
        Verdict.TAKEN_OVER: _("taken over from earlier records"),
        Verdict.NOT_OURS: _("not ours"),
    }


def as_csv(rows: list[Row]) -> bytes:
    """What the page shows, for a spreadsheet; nothing in it runs as a formula."""
    said = words()
    head: list[Cell] = [
        _("Number"), _("Verdict"), _("Name"), _("Course"), _("Issued on"), _("Valid until"), _("Ended on"),
        _("Newer number"),
    ]  # fmt: skip
    return csv_file([head, *([one.typed, said[one.verdict], *_facts(one)] for one in rows)])


def _facts(row: Row) -> list[Cell]:
    """Of one that was taken from public checking, no more than its page says."""
    if row.said is None or row.verdict == Verdict.WITHDRAWN:
        return ["", "", None, None, None, ""]
    return [row.said.name, row.said.title, row.said.issued_on, row.said.expires_on, row.ended_on, row.successor]
