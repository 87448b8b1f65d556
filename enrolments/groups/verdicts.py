"""What a row says and what it would do: the verdict of every row of a list, worked out for all of it at once.

Known is only who works for this employer today, and enrolled only what this employer may know of. Whether an address
belongs to anyone else's account is not looked at, so no list can be used to find out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from courses.models import Edition
from enrolments.groups.mapping import guess
from enrolments.groups.names import PREFIXES, parts_of, split_prefix
from enrolments.groups.reading import BSN_MARK, Listed
from enrolments.models import Enrolment, GroupRow
from lms.kernel.forms import refuse_address
from lms.people.models import Employment, Organisation, normalised_email

Verdict = GroupRow.Verdict
AT_A_TIME = 500

# Which field mends it, and what to say.
PROBLEMS = {
    "name_missing": ("family_name", _("The name is missing. Fill in at least a family name.")),
    "name_odd": ("family_name", _("This does not look like a name. Write it like this: Sanne de Vries.")),
    "name_address": ("family_name", _("There is a web or mail address in the name. Fill in only the name.")),
    "name_long": ("family_name", _("This name is too long. Shorten it.")),
    "email_missing": ("email", _("The e-mail address is missing. Fill it in.")),
    "email_at": ("email", _("The e-mail address has no @. Write it like this: name@company.nl.")),
    "email_several": ("email", _("There is more than one e-mail address. Fill in one.")),
    "email_invalid": ("email", _("This e-mail address is not complete. Write it like this: name@company.nl.")),
    "email_shared": ("email", _("Someone else in this list has the same address. Give each person their own.")),
    "bsn": (
        "family_name",
        _("This looks like a citizen service number (BSN). We did not keep it. Look at the row and save it without."),
    ),
}
LIMITS = {"given_name": 80, "name_prefix": 30, "family_name": 120, "email": 254}
DEPARTMENT = 80  # characters; a longer name of one is cut
ODD = re.compile(r"[=<>{}\[\]|\\^~*\"#$%&!?;]|\d{2,}")
LANGUAGES = {"nl": "nl", "nederlands": "nl", "dutch": "nl", "en": "en", "engels": "en", "english": "en"}


def fill_in(row: GroupRow, mapping: Sequence[str]) -> GroupRow:
    """Read the cells of a row by what each column holds; nothing is looked up."""
    said = {kind: cell for kind, cell in zip(mapping, row.cells, strict=False) if kind and cell != BSN_MARK}
    name = parts_of(said.get("name", "")) if said.get("name") else {}
    row.given_name = (said.get("given_name") or name.get("given_name", "")).strip()
    row.family_name = (said.get("family_name") or name.get("family_name", "")).strip()
    row.name_prefix = (said.get("name_prefix") or name.get("name_prefix", "")).strip()
    if not row.name_prefix:
        row.name_prefix, row.family_name = split_prefix(row.family_name)
    if row.name_prefix.casefold() in PREFIXES and row.given_name:
        row.name_prefix = row.name_prefix.lower()
    row.email = clean_email(said.get("email", ""))
    row.language = LANGUAGES.get(said.get("language", "").strip().casefold(), "")
    row.department = " ".join(said.get("department", "").split())[:DEPARTMENT]
    return cut(row)


def clean_email(text: str) -> str:
    """``Sanne <mailto:Sanne@x.nl>`` as the address alone."""
    found = re.search(r"<([^<>]+)>", text)
    return normalised_email((found[1] if found else text).removeprefix("mailto:"))


def cut(row: GroupRow) -> GroupRow:
    """What is too long to keep is cut one character too late, so that problem_of still sees it."""
    for field, limit in LIMITS.items():
        setattr(row, field, getattr(row, field)[: limit + 1])
    return row


def problem_of(row: GroupRow) -> str:
    """What is wrong with a row by itself; a key of PROBLEMS, or nothing."""
    if BSN_MARK in (*row.cells, row.given_name, row.name_prefix, row.family_name):
        return "bsn"
    if not row.family_name and not row.given_name:
        return "name_missing"
    for text in (row.given_name, row.name_prefix, row.family_name):
        try:
            refuse_address(text)
        except ValidationError:
            return "name_address"
        if ODD.search(text) or (text and not re.search(r"[^\W\d_]", text)):
            return "name_odd"
    if any(len(getattr(row, field)) > limit for field, limit in LIMITS.items() if field != "email"):
        return "name_long"
    return _problem_of_address(row.email)


def _problem_of_address(email: str) -> str:
    if not email:
        return "email_missing"
    if "@" not in email:
        return "email_at"
    if email.count("@") > 1:
        return "email_several"
    try:
        validate_email(email)
    except ValidationError:
        return "email_invalid"
    return "email_invalid" if len(email) > LIMITS["email"] else ""


def judge(rows: Sequence[GroupRow], employer: Organisation, edition: Edition, *, on: date) -> None:
    """Give each row, in order, its verdict and problem. Rows left out stay so."""
    people = _staff(rows, employer, on)
    enrolled = _enrolled(people.values(), employer, edition)
    first: dict[str, GroupRow] = {}
    for row in rows:
        if row.verdict == Verdict.LEFT_OUT:
            continue
        row.other_row = None
        row.problem = problem_of(row)
        if row.problem:
            row.verdict = Verdict.ERROR
            for field, limit in LIMITS.items():  # the column holds no more
                setattr(row, field, getattr(row, field)[:limit])
            continue
        earlier = first.setdefault(row.email, row)
        if earlier is not row:
            row.other_row = earlier.number
            same = earlier.full_name.casefold() == row.full_name.casefold()
            row.verdict, row.problem = (Verdict.TWICE, "") if same else (Verdict.ERROR, "email_shared")
            continue
        person = people.get(row.email)
        if person in enrolled:
            row.verdict = Verdict.WAITING if enrolled[person] in _IN_LINE else Verdict.ENROLLED
        else:
            row.verdict = Verdict.KNOWN if person else Verdict.NEW


def judge_anew(listed: Listed, employer: Organisation, edition: Edition, *, on: date) -> list[GroupRow]:
    """The rows of a list that was not kept, each with its verdict; nothing is written."""
    mapping = guess(listed.headings, [cells for _number, cells in listed.rows])
    rows = [fill_in(GroupRow(number=number, cells=cells), mapping) for number, cells in listed.rows]
    judge(rows, employer, edition, on=on)
    return rows


_IN_LINE = {Enrolment.State.REQUESTED, Enrolment.State.WAITLISTED}


def _staff(rows: Iterable[GroupRow], employer: Organisation, on: date) -> dict[str, int]:
    """Whoever of these works for this employer today: account by address."""
    addresses = sorted({row.email for row in rows if row.email})
    found: dict[str, int] = {}
    for start in range(0, len(addresses), AT_A_TIME):
        employed = Employment.objects.current(on).filter(
            organisation=employer, user__email__in=addresses[start : start + AT_A_TIME]
        )
        found |= dict(employed.values_list("user__email", "user_id"))
    return found


def _enrolled(people: Iterable[int], employer: Organisation, edition: Edition) -> dict[int | None, str]:
    live = Enrolment.objects.all().of_employers({employer.pk}).live().filter(edition=edition)
    known = set(people)
    return {learner: state for learner, state in live.values_list("learner_id", "state") if learner in known}
