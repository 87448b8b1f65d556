"""The seal that a PDF carries, whoever put it on: read for what we have just sealed and, behind the fence, for what
strangers send. Knows no settings and no register; whose the seal is must be asked there.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import pikepdf
from asn1crypto import cms, x509
from asn1crypto.parser import peek
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext


@dataclass(frozen=True)
class Seal:
    """The first signature on a document: its certificate (DER) and how it stands, as far as either could be read."""

    certificate: bytes = b""
    status: PdfSignatureStatus | None = None
    is_only: bool = False
    hides: bool = False  # something in the one place that a signature cannot cover: its own

    @property
    def holds(self) -> bool:
        """Over what it covers."""
        return bool(self.status and self.status.intact and self.status.valid and not self.hides)

    @property
    def holds_over_all(self) -> bool:
        whole = self.status is not None and self.status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        return self.holds and whole and self.is_only


def seal_on(document: bytes, *, strict: bool = True) -> Seal | None:
    """None where there is no signature at all. Whatever the bytes are, it raises nothing but MemoryError.

    ``strict`` refuses files that are no quite proper PDF; without it their seals are read all the same.
    """
    try:
        signatures = PdfFileReader(io.BytesIO(document), strict=strict).embedded_signatures
        if not signatures:
            return None
        certificate = bytes(signatures[0].signer_cert.dump())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a hostile file may break a parser in any way; then nothing holds
        return Seal()
    try:
        # It is measured against itself: whom it belongs to is asked of the register, not of a chain of trust.
        context = ValidationContext(trust_roots=[signatures[0].signer_cert], allow_fetching=False)
        status = validate_pdf_signature(signatures[0], context, _of_its_stamp(signatures[0]), skip_diff=True)
        hides = _hides(bytes(signatures[0].pkcs7_content))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as above
        return Seal(certificate)
    return Seal(certificate, status, is_only=len(signatures) == 1, hides=hides)


def _of_its_stamp(signature: EmbeddedPdfSignature) -> ValidationContext | None:
    """A stamp is measured against the certificates it brings, for the same reason."""
    stamps = find_cms_attribute_iter(signature.signer_info["unsigned_attrs"], "signature_time_stamp_token")
    brought = [one.chosen for stamp in stamps for one in stamp["content"]["certificates"]]
    return ValidationContext(trust_roots=brought, allow_fetching=False) if brought else None


def _hides(placed: bytes) -> bool:
    """Whether there is more in a signature's place than the signature."""
    return bool(placed[peek(placed) :].strip(b"\0"))


def is_sealed_by(document: bytes, certificate: bytes) -> bool:
    """Whether the one seal of this file is the one of this certificate (DER), and covers all of it but itself.

    For files that we have just sealed: they are opened and the signature is checked as above, by the same function of
    pyHanko; but what only a stranger would have put there is not looked for.
    """
    with pikepdf.open(io.BytesIO(document)) as pdf:
        fields = pdf.Root.AcroForm.Fields
        covered = [int(number) for number in fields[0].V.ByteRange]
        placed = bytes(fields[0].V.Contents)
        only = len(fields) == 1
    first, second = len(document[: covered[1]]), covered[2]
    around = document[first:second]
    if not only or covered != [0, first, second, len(document) - second] or _hides(placed):
        return False
    if around != b"<" + placed.hex().encode() + b">":
        return False
    signed = cms.ContentInfo.load(placed)["content"]
    if certificate not in [one.chosen.dump() for one in signed["certificates"]] or len(signed["signer_infos"]) != 1:
        return False
    digest = hashlib.sha256(document[:first] + document[second:]).digest()
    of = x509.Certificate.load(certificate)
    return all(validate_sig_integrity(signed["signer_infos"][0], of, "data", digest))
