"""What proves a fact: each piece of evidence, read as it stands today and compared with its hash of that day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.models import Certificate
from enrolments.models import Attendance, Enrolment, Result
from lms.kernel.codes import CROCKFORD
from lms.kernel.counting import WITNESSES, Told, Witness, fingerprint
from lms.kpis.actions import attendance_record, registration_record, result_record
from lms.kpis.models import Evidence, Fact
from lms.people.models import EmployerMerge, Merge

UNCHANGED, CHANGED, GONE = "unchanged", "changed", "gone"
# Its person had their data erased, and the project has had its time: what it proves can no longer be compared.
ERASED = "erased"

# How each thing that can be evidence is fetched, all at once and with what its record needs.
SOURCES: dict[str, models.QuerySet] = {
    Enrolment._meta.label: Enrolment.objects.select_related("edition__course", "learner__sealed_identity", "employer"),
    Attendance._meta.label: Attendance.objects.select_related("session__signed_off_by"),
    Result._meta.label: Result.objects.select_related("assessment", "recorded_by"),
    Certificate._meta.label: Certificate.objects.all(),
}


@dataclass(frozen=True)
class Piece:
    """One piece of evidence; ``thing`` is None when it is no longer there."""

    evidence: Evidence
    thing: Any
    found: str  # the hash of today, empty when it is gone
    verdict: str

    @property
    def code(self) -> str:
        return self.evidence.code

    @property
    def hours(self) -> Decimal:
        """The time on a line of the register."""
        return hours_of(self.thing.minutes)

    @property
    def label(self) -> str:
        """The sort of evidence in words."""
        return str(self.evidence.get_code_display())

    @property
    def told(self) -> Told:
        """What it says, of rows of an app beside us."""
        return [(term, words) for term, words in self._witness.told(self.thing) if words] if self._witness else []

    @property
    def files(self) -> Told:
        """The documents that belong to it, with their addresses."""
        return self._witness.files(self.thing) if self._witness else []

    @property
    def _witness(self) -> Witness | None:
        return WITNESSES.get(self.thing._meta.label) if self.thing is not None else None


def hours_of(minutes: int) -> Decimal:
    """Exact hours, for writing as hours and minutes."""
    return Decimal(minutes) / 60


def dossier_of(fact: Fact) -> list[Piece]:
    """All pieces of a fact, by code and then by moment; at one query per sort of thing."""
    evidence = list(fact.evidence.all())
    things = _things(one.subject for one in evidence)
    pieces = [_piece(one, things.get(one.subject)) for one in evidence]
    return sorted(pieces, key=lambda piece: (piece.code, _order(piece.thing)))


def _things(subjects: Iterable[str]) -> dict[str, models.Model]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        label, _colon, pk = subject.rpartition(":")
        wanted[label].append(int(pk))
    found: dict[str, models.Model] = {}
    for label, keys in wanted.items():
        rows = WITNESSES[label].rows() if label in WITNESSES else SOURCES[label].all()
        for pk, thing in rows.in_bulk(keys).items():
            found[f"{label}:{pk}"] = thing
    return found


def _piece(evidence: Evidence, thing: Any) -> Piece:
    found = hash_of(thing) if thing is not None else ""
    if thing is not None and found != evidence.sha256 and _is_as_before_merging(thing, evidence.sha256):
        found = evidence.sha256
    verdict = GONE if not found else UNCHANGED if found == evidence.sha256 else CHANGED
    if verdict != UNCHANGED and _is_erased(thing):
        verdict = ERASED
    return Piece(evidence, thing, found, verdict)


def _is_erased(thing: Any) -> bool:
    match thing:
        case Enrolment():
            return thing.learner.erased_at is not None
        case Certificate():
            return thing.erased_at is not None
    return False


def hash_of(thing: Any) -> str:
    """What the hash of a thing is now; empty when its document is no longer there."""
    if isinstance(thing, Certificate):
        return _hash_of_file(thing)
    record = _record_of(thing)
    return fingerprint(record) if record else ""


def _record_of(thing: Any) -> dict[str, Any]:
    """What is hashed of a thing; nothing of a document, which is hashed itself."""
    match thing:
        case Enrolment():
            return registration_record(thing)
        case Attendance():
            return attendance_record(thing)
        case Result():
            return result_record(thing)
    witness = WITNESSES.get(thing._meta.label)
    return witness.record(thing) if witness else {}


def _is_as_before_merging(thing: Any, wanted: str) -> bool:
    """Whether it is the same under the account or the employer that it was made with, where that was merged since."""
    record = {} if isinstance(thing, Certificate) else _record_of(thing)
    others = {
        "learner": _known_as(Merge, record.get("learner")),
        "employer": _known_as(EmployerMerge, record.get("employer")),
        "organisation": _known_as(EmployerMerge, record.get("organisation")),
    }
    names = [name for name in others if name in record]
    for numbers in product(*([record[name], *others[name]] for name in names)):
        if fingerprint(record | dict(zip(names, numbers, strict=True))) == wanted:
            return True
    return False


def _known_as(merges: type[Merge] | type[EmployerMerge], number: str | None) -> list[str]:
    """The other numbers of an account or employer, by merges that stand or stood."""
    if number is None:
        return []
    known, new = {number}, {number}
    while new:
        found = merges.objects.filter(Q(kept__uuid__in=new) | Q(gone__uuid__in=new))
        new = {str(one) for pair in found.values_list("kept__uuid", "gone__uuid") for one in pair} - known
        known |= new
    return sorted(known - {number})


def _hash_of_file(certificate: Certificate) -> str:
    """Read from the store itself: what the row says about the file proves nothing."""
    try:
        with certificate.pdf.open("rb") as document:
            return hashlib.file_digest(document, "sha256").hexdigest()
    except (FileNotFoundError, ValueError):
        return ""


def _order(thing: Any) -> tuple[str, int]:
    starts = thing.session.starts_at.isoformat() if isinstance(thing, Attendance) else ""
    return starts, thing.pk if thing is not None else 0


def pseudonym(person: Any) -> str:
    """Eight characters that stand for a person in lists: the same everywhere, and no way back without our key."""
    if person is None:
        return ""
    keyed = hashlib.blake2b(person.bytes, key=settings.SECRET_KEY.encode()[:64], person=b"kpis", digest_size=5)
    bits = int.from_bytes(keyed.digest(), "big")
    code = "".join(CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))
    return f"{code[:4]}-{code[4:]}"
