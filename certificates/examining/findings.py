"""What a file turned out to be, held against the register: ours to the byte, altered, of another, not ours."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import pikepdf
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext as _

from certificates.credentials import badge
from certificates.examining import differences
from certificates.examining.differences import Difference
from certificates.examining.fence import Busy, TooHard, look_inside
from certificates.examining.words import lines_of
from certificates.keys.keeping import chain_of
from certificates.making import base_url_of
from certificates.models import Certificate, IssuerKey
from certificates.numbers import is_number, normalise
from certificates.verification import Check
from lms.kernel.codes import CROCKFORD

State = Certificate.State


class Outcome(StrEnum):
    """What a file that somebody chose is."""

    SAME = "same"  # the document that we issued, byte for byte
    COPY = "copy"  # sealed by us and unchanged since, yet not the copy that we keep
    GENUINE = "genuine"  # the credential that we signed
    ALTERED = "altered"
    OF_ANOTHER = "of_another"
    DIFFERENT = "different"  # not the document of this certificate, and nothing says that it ever was
    NOT_OURS = "not_ours"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    TOO_MUCH = "too_much"
    BUSY = "busy"


@dataclass(frozen=True)
class Finding:
    """The outcome, whose certificate it is about where that is known, what was looked at, and what differs."""

    outcome: Outcome
    certificate: Certificate | None = None
    checks: list[Check] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def examine(content: bytes, asked: Certificate | None) -> Finding:
    """Look at a file. ``asked``: the certificate on whose page it was chosen.

    The very bytes that we issued need no opening; anything else is opened by a child process, and not kept.
    """
    if (known := _by_bytes(content, asked)) is not None:
        return known
    try:
        found = look_inside(content, _keys())
    except Busy:
        return Finding(Outcome.BUSY, asked)
    except TooHard:
        return Finding(Outcome.TOO_MUCH, asked)
    match found["kind"]:
        case "pdf":
            return _of_pdf(found, asked)
        case "credential":
            return _of_credential(found, asked)
        case "broken" if asked is not None:
            return Finding(Outcome.DIFFERENT, asked)
        case "encrypted":
            return Finding(Outcome.ENCRYPTED, asked)
        case "too_long":
            return Finding(Outcome.TOO_MUCH, asked)
    return Finding(Outcome.UNREADABLE, asked)


def _issued() -> Any:
    return Certificate.objects.exclude(state=State.REQUESTED)


def _by_bytes(content: bytes, asked: Certificate | None) -> Finding | None:
    digest = hashlib.sha256(content).hexdigest()
    same = [Check("y", _("Byte for byte the document that we issued"))]
    if asked is not None and digest == asked.pdf_sha256:
        return Finding(Outcome.SAME, asked, same)
    other = _issued().exclude(pdf_sha256="").filter(pdf_sha256=digest).first()
    if other is None:
        return None
    return Finding(Outcome.SAME, other, same) if asked is None else Finding(Outcome.OF_ANOTHER, asked)


def _keys() -> dict[str, str]:
    """Every key whose signature counts, under the address of today and the one that the platform began with."""
    signing = (IssuerKey.Purpose.CREDENTIAL, IssuerKey.Purpose.TOKEN)
    rows = [row for purpose in signing for row in IssuerKey.objects.trusted(purpose)]
    issuers = {badge.did_of(settings.LMS_BASE_URL)}
    if (first := _issued().exclude(credential=None).order_by("pk").first()) is not None:
        issuers.add(badge.did_of(base_url_of(first.snapshot)))
    return {f"{issuer}#{one.name}": one.public for issuer in issuers for one in rows}


# PDF ------------------------------------------------------------------------------------------------------------------


def _of_pdf(found: dict[str, Any], asked: Certificate | None) -> Finding:
    lines: list[str] = found["lines"]
    named = _named_in(lines) + _named_by(found.get("credential"))
    about = asked if asked is not None and (not named or asked in named) else None
    if about is None and asked is not None and named:
        return Finding(Outcome.OF_ANOTHER, asked)
    about = about or next(iter(named), None)
    checks = [Check("n", _("Not byte for byte a document that we issued")), *_checks_of(found)]
    if about is None:
        return Finding(Outcome.NOT_OURS, None, checks)
    if found["seal"] == "whole" and _sealing_key(found) is not None:
        return Finding(Outcome.COPY, about, checks)
    if not named and found["seal"] == "none":
        return Finding(Outcome.DIFFERENT, about, checks)
    return Finding(Outcome.ALTERED, about, checks, _differing_words(lines, about))


_PRINTED = re.compile(
    rf"[{CROCKFORD}]{{4}}(?:[-\u2010-\u2015 ]?[{CROCKFORD}]{{4}}){{3}}[-\u2010-\u2015 ]?[{CROCKFORD}]\b"
)


def _named_in(lines: list[str]) -> list[Certificate]:
    """The certificates of ours whose number stands in the text, in that order."""
    numbers = [normalise(one) for line in lines for one in _PRINTED.findall(line) if is_number(one)][:20]
    rows = {one.number: one for one in _issued().filter(number__in=numbers)} if numbers else {}
    return [rows[number] for number in dict.fromkeys(numbers) if number in rows]


def _named_by(document: Any) -> list[Certificate]:
    """The certificate of which this calls itself the credential."""
    identifier = document.get("id") if isinstance(document, dict) else None
    if not isinstance(identifier, str) or not identifier.startswith("urn:uuid:"):
        return []
    try:
        uuid = UUID(identifier.removeprefix("urn:uuid:"))
    except ValueError:
        return []
    return list(_issued().filter(uuid=uuid))


def _sealing_key(found: dict[str, Any]) -> IssuerKey | None:
    """The key of ours whose certificate is in the seal; None for anyone else's."""
    if not found.get("sealed_by"):
        return None
    der = base64.b64decode(found["sealed_by"])
    for row in IssuerKey.objects.trusted(IssuerKey.Purpose.SEAL):
        if chain_of(row)[0].public_bytes(Encoding.DER) == der:
            return row
    return None


def _checks_of(found: dict[str, Any]) -> list[Check]:
    key = _sealing_key(found)
    checks = [_seal_said(found["seal"], key)]
    if key is not None and key.is_demo:
        checks.append(Check("w", _("It is sealed with a key of a demo, which has no legal value")))
    if "proof" in found:
        checks.append(_proof_said(found["proof"]))
    else:
        checks.append(Check("w", _("There is no digital credential inside")))
    if found["acts"]:
        checks.append(Check("n", _("It holds a script or an action; our certificates never do")))
    return checks


def _seal_said(state: str, key: IssuerKey | None) -> Check:
    if state == "none":
        return Check("w", _("There is no digital seal on it"))
    if state == "broken":
        return Check("n", _("The digital seal is broken: the file was changed after it was sealed"))
    if key is None:
        return Check("n", _("The digital seal on it is not ours"))
    if state == "part":
        return Check("n", _("Our seal is on it, and something was added after it was sealed"))
    return Check("y", _("Our digital seal holds over the whole file"))


def _proof_said(proof: str) -> Check:
    match proof:
        case "holds":
            return Check("y", _("The digital signature on the credential holds"))
        case "foreign":
            return Check("n", _("The credential was signed with a key that is not ours"))
        case "none":
            return Check("n", _("The credential is not signed"))
    return Check("n", _("The digital signature on the credential does not hold: it was changed"))


def _differing_words(lines: list[str], certificate: Certificate) -> list[Difference]:
    """Against the document that we keep; nothing where we keep none, or may not show it any more."""
    if not lines or not certificate.pdf or certificate.erased_at is not None:
        return []
    with certificate.pdf.open("rb") as kept, pikepdf.open(io.BytesIO(kept.read())) as pdf:
        return differences.of_words(lines_of(pdf), lines)


# Credentials ----------------------------------------------------------------------------------------------------------


def _of_credential(found: dict[str, Any], asked: Certificate | None) -> Finding:
    document = found["credential"]
    if document is None:
        return Finding(Outcome.UNREADABLE, asked)
    checks = [_proof_said(found["proof"])]
    about = next(iter(_named_by(document)), None)
    if about is None:
        return Finding(Outcome.NOT_OURS, None, checks)
    if asked is not None and about != asked:
        return Finding(Outcome.OF_ANOTHER, asked)
    if found["proof"] == "holds":
        return Finding(Outcome.GENUINE, about, checks)
    kept = about.credential if about.check_ended_at is None else None
    return Finding(Outcome.ALTERED, about, checks, differences.of_documents(kept, document) if kept else [])
