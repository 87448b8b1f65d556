"""What we answer to whoever asks whether a certificate is real: a verdict, and what it rests on.

The order of the verdicts is the order of what weighs most: a certificate that was revoked is revoked also when it has
run out. A certificate that is still being made is not ours yet, so its number is as unknown as any other.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.cache import cache
from django.utils.translation import gettext as _

from certificates.credentials import proofs
from certificates.credentials.vocabulary import UnknownContext
from certificates.making import base_url_of, key_of
from certificates.models import Certificate, EarlierCertificate
from certificates.numbers import grouped, normalise

DAY = 24 * 60 * 60
LONGEST_TYPED = 60  # a number with every separator somebody may put in; nothing longer is looked up

State = Certificate.State


class Verdict(StrEnum):
    """The seven answers. Taken over is one of somebody's earlier records, which we did not issue ourselves."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    TAKEN_OVER = "taken_over"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Check:
    """One thing looked at: tone is y (right), w (mind this) or n (wrong)."""

    tone: str
    said: str


@dataclass(frozen=True)
class Answer:
    """The verdict on a number at a day; ``certificate`` is None when the number is not ours."""

    verdict: Verdict
    typed: str
    certificate: Certificate | None = None

    @property
    def renewal(self) -> Certificate | None:
        """The certificate of the same course, taken again: this one expires, or expired, on its own day."""
        if self.certificate is None or self.verdict not in (Verdict.VALID, Verdict.EXPIRED):
            return None
        return Certificate.objects.filter(renews=self.certificate, state=State.ISSUED, erased_at=None).last()

    @property
    def renewed(self) -> Certificate | None:
        """The earlier certificate of the same course that this one follows."""
        earlier = self.certificate.renews if self.certificate and self.certificate.renews_id else None
        return earlier if earlier and earlier.state == State.ISSUED and earlier.check_ended_at is None else None

    @property
    def successor(self) -> Certificate | None:
        """The certificate that took its place."""
        if self.verdict != Verdict.REPLACED or self.certificate is None:
            return None
        return Certificate.objects.filter(supersedes=self.certificate).exclude(state=State.REQUESTED).first()


def answer_to(typed: str, *, on: date) -> Answer:
    """Look a typed number up; always one query, whether it can be a number or not."""
    number = normalise(typed[:LONGEST_TYPED])
    certificate = Certificate.objects.exclude(state=State.REQUESTED).filter(number=number).first()
    if certificate is None:
        return Answer(Verdict.NOT_OURS, grouped(number))
    return Answer(verdict_on(certificate, on=on), certificate.grouped_number, certificate)


def earlier_with(typed: str) -> EarlierCertificate | None:
    """One query, for every number that is not of a certificate that we issued; also one that was taken back."""
    found = EarlierCertificate.objects.select_related("batch__provider")
    return found.filter(number=normalise(typed[:LONGEST_TYPED])).first()


def verdict_on(certificate: Certificate, *, on: date) -> Verdict:
    """What to say of a certificate that was issued."""
    if certificate.check_ended_at is not None:
        return Verdict.WITHDRAWN
    if certificate.state == State.REVOKED:
        return Verdict.REVOKED
    if certificate.state == State.SUPERSEDED:
        return Verdict.REPLACED
    return Verdict.EXPIRED if certificate.is_expired(on) else Verdict.VALID


def checks_of(answer: Answer) -> list[Check]:
    """What we looked at, in words that promise no more than was done."""
    certificate = answer.certificate
    if certificate is None:
        return []
    issuer = certificate.snapshot["issuer"]["name"]
    found = [
        Check("y", _("The number is in our register")),
        Check("y", _("%(issuer)s is the issuer") % {"issuer": issuer}),
        Check("y", _("You see what was recorded on the day of issue; it cannot be changed afterwards")),
    ]
    if certificate.credential:
        found.append(_signature_of(certificate))
    if answer.verdict == Verdict.WITHDRAWN:
        return [*found[:2], Check("w", _("Its holder ended the public check"))]
    if (seal := certificate.snapshot["seal"]) and seal["demo"]:
        found.append(Check("w", _("It is signed and sealed with keys of a demo, which have no legal value")))
    if answer.verdict == Verdict.REVOKED:
        return [*found, Check("n", _("It has been revoked"))]
    found.append(Check("y", _("It has not been revoked")))
    if answer.verdict == Verdict.REPLACED:
        found.append(Check("w", _("A newer certificate took its place")))
    if answer.verdict == Verdict.EXPIRED:
        found.append(Check("w", _("The date until which it was valid has passed")))
    return found


def _signature_of(certificate: Certificate) -> Check:
    if not signature_holds(certificate):
        return Check("n", _("The digital signature does not hold"))
    return Check("y", _("The digital signature of the issuer holds"))


def signature_holds(certificate: Certificate) -> bool:
    """Of the credential as we keep it: whoever could change our register could not make it hold.

    That depends on the credential and the key alone, so it is worked out once for both; which key counts is asked each
    time, since one may have fallen into wrong hands.
    """
    credential, base_url = certificate.credential or {}, base_url_of(certificate.snapshot)
    proof = credential.get("proof")
    method = proof[0].get("verificationMethod", "") if isinstance(proof, list) and proof else ""
    public = key_of(method, base_url=base_url)
    if public is None:
        return False
    about = json.dumps([credential, public.public_bytes_raw().hex()], sort_keys=True)
    key = f"certificates.proof.{hashlib.sha256(about.encode()).hexdigest()}"
    if (known := cache.get(key)) is not None:
        return bool(known)
    try:
        proofs.verify(credential, key_of=lambda asked: public if asked == method else None)
        holds = True
    except (proofs.ProofRefused, proofs.UndefinedTerm, UnknownContext):
        holds = False
    cache.set(key, holds, DAY)
    return holds
