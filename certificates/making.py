"""From a frozen snapshot to the finished document: credential, drawing, seal; each is checked before it counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from certificates.credentials import badge, proofs, status
from certificates.credentials.multikeys import public_key
from certificates.drawing import DoesNotFit, Picture, draw_certificate
from certificates.keys import KeyUnusable, credential_signer, pdf_sealer
from certificates.keys.signers import PdfSealer
from certificates.models import Certificate, IssuerKey, Logo
from certificates.sealing import seal
from certificates.snapshots import digests_in
from certificates.stamping import NoTimeStamp, leave_alone, time_stamper


@dataclass(frozen=True)
class Made:
    """A certificate as its holder gets it; ``credential`` is None where no key signs credentials."""

    pdf: bytes
    level: str  # of its seal, as PAdES names it; empty without a seal
    credential: dict[str, Any] | None


def make(certificate: Certificate) -> Made:
    """Sign, draw and seal. Asks the keys once more whether what they signed holds.

    Raises Undrawable or DoesNotFit for what cannot be drawn; KeyUnusable, UndefinedTerm, ProofRefused or NotSealed for
    what cannot be signed. The credential of a certificate is the same every time; its seal holds the time of sealing.
    """
    snapshot = certificate.snapshot
    credential = _signed_credential(certificate) if snapshot["credential"] else None
    attachment = written(credential) if credential else None
    pdf = draw_certificate(snapshot, credential=attachment, pictures=pictures_of(snapshot))
    if snapshot["seal"]:
        if (sealer := pdf_sealer()) is None:
            raise KeyUnusable("This certificate is to be sealed, and no key seals now.")
        return Made(*_sealed(pdf, sealer, snapshot["issuer"]["name"]), credential)
    return Made(pdf, "", credential)


def _sealed(pdf: bytes, sealer: PdfSealer, issuer: str) -> tuple[bytes, str]:
    """With a time stamp where a service gives one; it never keeps us from sealing."""
    if stamps := time_stamper():
        try:
            return seal(pdf, sealer, issuer=issuer, stamps=stamps), "B-T"
        except NoTimeStamp as trouble:
            leave_alone(trouble)
    return seal(pdf, sealer, issuer=issuer), "B-B"


# Names of so many letters, and all words on the front together, fit in every design however wide the letters are
# (tests/certificates/test_letters.py).
SURE_NAME, SURE_TO_FIT = 100, 550


def fits(snapshot: dict[str, Any]) -> bool:
    """Whether it can be drawn readably, asked before it is frozen. Only very long texts are tried by drawing them."""
    title, houses = snapshot["title"], [snapshot["issuer"], snapshot["provider"], *snapshot["co_issuers"]]
    names = [snapshot["learner"]["name"], *(one["name"] for one in houses)]
    words = [*names, title["nl"], title["en"]]
    words += [text for one in snapshot["signatories"] for text in (one["name"], *one["role"].values())]
    if sum(map(len, words)) <= SURE_TO_FIT and max(map(len, names)) <= SURE_NAME:
        return True
    try:
        draw_certificate(snapshot, pictures=pictures_of(snapshot))
    except DoesNotFit:
        return False
    return True


def pictures_of(snapshot: dict[str, Any]) -> dict[str, Picture]:
    """The logos that a snapshot names, which are kept for as long as there are certificates."""
    digests = digests_in(snapshot)
    return {one.digest: one.picture for one in Logo.objects.filter(digest__in=digests)} if digests else {}


def written(credential: dict[str, Any]) -> bytes:
    """A credential as a file, the same bytes wherever it is handed out."""
    return json.dumps(credential, ensure_ascii=False, indent=1).encode()


def _signed_credential(certificate: Certificate) -> dict[str, Any]:
    if (signer := credential_signer()) is None:
        raise KeyUnusable("This certificate is to be signed, and no key signs credentials now.")
    snapshot, base_url = certificate.snapshot, base_url_of(certificate.snapshot)
    place = snapshot["credential"]
    document = badge.achievement_credential(
        snapshot,
        identifier=certificate.uuid,
        base_url=base_url,
        status=status.entry(status_list_url(base_url, place["list"]), place["place"]),
    )
    signed = proofs.sign(
        document,
        key_id=f"{badge.did_of(base_url)}#{signer.name}",
        created=certificate.requested_at,
        sign_bytes=signer.sign,
    )
    proofs.verify(signed, key_of=lambda method: key_of(method, base_url=base_url))
    return signed


def base_url_of(snapshot: dict[str, Any]) -> str:
    """The address of the site on the day of issue: the issuer's name in every credential of that day."""
    address: str = snapshot["verify_url"]
    return address.rpartition("/v/")[0]


def status_list_url(base_url: str, number: int) -> str:
    return f"{base_url}/credentials/status/{number}"


def key_of(method: str, *, base_url: str = "") -> Ed25519PublicKey | None:
    """The public key of a verification method of ours; None for one that is not, or that fell into wrong hands."""
    did, _, name = method.partition("#")
    if did != badge.did_of(base_url or settings.LMS_BASE_URL):
        return None
    row = IssuerKey.objects.trusted(IssuerKey.Purpose.CREDENTIAL).filter(name=name).first()
    return public_key(row.public) if row else None
