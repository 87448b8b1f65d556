"""The seal that a PDF carries, whoever put it on: read for what we have just sealed and, behind the fence, for what
strangers send. Knows no settings and no register; whose the seal is must be asked there.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from asn1crypto.parser import peek
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation import validate_pdf_signature
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
        placed = bytes(signatures[0].pkcs7_content)
        hidden = placed[peek(placed) :].strip(b"\0")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as above
        return Seal(certificate)
    return Seal(certificate, status, is_only=len(signatures) == 1, hides=bool(hidden))


def _of_its_stamp(signature: EmbeddedPdfSignature) -> ValidationContext | None:
    """A stamp is measured against the certificates it brings, for the same reason."""
    stamps = find_cms_attribute_iter(signature.signer_info["unsigned_attrs"], "signature_time_stamp_token")
    brought = [one.chosen for stamp in stamps for one in stamp["content"]["certificates"]]
    return ValidationContext(trust_roots=brought, allow_fetching=False) if brought else None
