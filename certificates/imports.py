"""Earlier certificates from a spreadsheet: what a row says, whose it is, and what is wrong with it. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from certificates.models import EarlierCertificate
from courses.imports import FileRefused, first_row_of, read_file
from courses.models import Course
from lms.kernel.forms import refuse_bsn
from lms.people.models import User

MOST_ROWS = 2_000
HEADINGS = {
    "name": ("naam", "name", "deelnemer", "learner"),
    "email": ("e-mail", "email", "e-mailadres", "mail", "e-mail address"),
    "title": ("opleiding", "cursus", "titel", "course", "title", "programme"),
    "kind": ("soort", "kind", "document"),
    "hours": ("uren", "hours", "studielast"),
    "issued_on": ("afgegeven op", "uitgegeven op", "datum", "issued on", "date"),
    "expires_on": ("geldig tot en met", "geldig tot", "verloopt op", "valid until", "expires on"),
}
REQUIRED = ("name", "email", "title", "issued_on")
ASSESSED = ("certificaat", "certificate", "assessed", "certificate (assessed)")
PARTICIPATION = ("", "bewijs van deelname", "certificate of participation", "participation", "deelname")
DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
NEW, KNOWN, DIFFERS, SAME, ERROR = "new", "known", "differs", "same", "error"


def read_rows(content: bytes, file_name: str, *, today: date) -> list[dict[str, Any]]:
    """Every row with its verdict. Raises FileRefused for what is no such list at all.

    new: nobody has this address; known: an account of this name has it; differs: the account bears another name, so a
    human has to say whether it is theirs; same: taken over before; error: what is wrong, in words.
    """
    table = next((one for _sheet, one in read_file(content, file_name) if one.headers), None)
    if table is None:
        raise FileRefused(_("There is nothing in this file."))
    columns = _columns(table.headers or [])
    if len(table) > MOST_ROWS:
        raise FileRefused(_("This file has too many rows: at most %(rows)s.") % {"rows": MOST_ROWS})
    first = first_row_of(table)
    rows = [
        _row(first + place, {said: cells[column] for said, column in columns.items()}, today=today)
        for place, cells in enumerate(table)
        if any(cells)
    ]
    _judge(rows)
    return rows


def _columns(headings: Sequence[str]) -> dict[str, int]:
    plain = [re.sub(r"\s+", " ", one).strip().lower() for one in headings]
    found = {
        said: plain.index(heading)
        for said, headings_of in HEADINGS.items()
        for heading in [next((one for one in headings_of if one in plain), None)]
        if heading is not None
    }
    if lacking := [HEADINGS[one][0] for one in REQUIRED if one not in found]:
        raise FileRefused(_("Columns are missing: %(columns)s.") % {"columns": ", ".join(lacking)})
    return found


def _row(number: int, said: dict[str, str], *, today: date) -> dict[str, Any]:
    errors: list[str] = []
    for text in said.values():
        try:
            refuse_bsn(text)
        except ValidationError as refused:
            # Not even shown again: what we may not keep is not kept in the row either.
            return {"number": number, "verdict": ERROR, "errors": list(refused.messages)}
    kind = said.get("kind", "").strip().lower()
    row: dict[str, Any] = {
        "number": number,
        "name": said["name"].strip()[:200],
        "email": said["email"].strip().lower()[:254],
        "title": said["title"].strip()[:200],
        "kind": str(Course.CertificateKind.ASSESSED if kind in ASSESSED else Course.CertificateKind.PARTICIPATION),
        "minutes": None,
        "issued_on": None,
        "expires_on": None,
        "errors": errors,
        "holder": None,
        "account": "",
    }
    if not row["name"]:
        errors.append(_("The name is missing."))
    if not row["title"]:
        errors.append(_("The course is missing."))
    if kind not in ASSESSED + PARTICIPATION:
        errors.append(_("Write “certificate” or “certificate of participation” as the kind."))
    try:
        validate_email(row["email"])
    except ValidationError:
        errors.append(_("This e-mail address is not complete. Write it like this: name@company.nl."))
    if hours := said.get("hours", "").strip():
        row["minutes"] = _minutes(hours, errors)
    issued, expires = _day(said["issued_on"]), _day(said.get("expires_on", ""))
    if issued is None:
        errors.append(_("Write the day of issue like this: 31-12-2024."))
    elif issued > today:
        errors.append(_("The day of issue lies in the future."))
    if said.get("expires_on", "").strip() and (expires is None or (issued and expires < issued)):
        errors.append(_("Write the last day on which it is valid like this: 31-12-2028, after the day of issue."))
    row["issued_on"] = issued.isoformat() if issued else None
    row["expires_on"] = expires.isoformat() if expires else None
    return row


def _minutes(text: str, errors: list[str]) -> int | None:
    try:
        minutes = round(float(text.replace(",", ".")) * 60)
    except (ValueError, OverflowError):
        minutes = -1
    if not 0 < minutes < 10_000 * 60:
        errors.append(_("Write the hours as a number, for example 8 or 7,5."))
        return None
    return minutes


def _day(text: str) -> date | None:
    for form in DAYS:
        try:
            return datetime.strptime(text.strip()[:10], form).date()  # noqa: DTZ007  a day, not a moment
        except ValueError:
            continue
    return None


def _judge(rows: Iterable[dict[str, Any]]) -> None:
    """Whose each is: two questions for the whole file."""
    good = [row for row in rows if not row["errors"]]
    emails = {row["email"] for row in good}
    accounts = {one.email.lower(): one for one in User.objects.filter(email__in=emails, is_active=True)}
    standing = EarlierCertificate.objects.standing().filter(email__in=emails)
    taken = {(one.email, one.title, one.issued_on.isoformat()) for one in standing}
    for row in rows:
        row.setdefault("verdict", ERROR)
        if row["errors"]:
            continue
        key = (row["email"], row["title"], row["issued_on"])
        account = accounts.get(row["email"])
        if key in taken:
            row["verdict"] = SAME
        elif account is None:
            row["verdict"] = NEW
        else:
            row["holder"], row["account"] = account.pk, account.full_name
            row["verdict"] = KNOWN if account.full_name.lower() == row["name"].lower() else DIFFERS
        taken.add(key)
