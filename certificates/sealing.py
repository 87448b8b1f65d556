"""The seal on a certificate's PDF: PAdES, into the empty field that the drawing left for it. Level B-T with somebody
else's time stamp, B-B without.

The seal forbids every change: one altered byte and any reader of PDF files says so. It is invisible; what it is stands
printed on the page, since text that a reader draws into a field would use fonts that are not inside the file.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime

from asn1crypto.parser import peek
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError, find_cms_attribute_iter
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.drawing.archive import SEAL_FIELD
from certificates.keys.signers import PdfSealer
from certificates.stamping import NoTimeStamp, TimeStamper

# Room for the signature besides its certificates, in bytes. Without a number pyHanko signs once more, to measure.
ROOM = 2048
SPARE = 256  # a stamp's serial number and fraction of a second are not always as long


class NotSealed(Exception):
    """The file has no seal of ours that holds."""


def seal(drawn: bytes, sealer: PdfSealer, *, issuer: str, stamps: TimeStamper | None = None) -> bytes:
    """The file with its seal. Raises NotSealed where it cannot be put on, or does not hold once it is; NoTimeStamp
    where it was to have a stamp and got none that holds.
    """
    about = PdfSignatureMetadata(
        field_name=SEAL_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=issuer,
    )
    sealed = io.BytesIO()
    try:
        PdfSigner(about, sealer.signer, timestamper=stamps).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(drawn)),
            output=sealed,
            existing_fields_only=True,
            bytes_reserved=_room_for(sealer, stamps),
        )
    except (SigningError, PdfError) as wrong:
        raise (NoTimeStamp if stamps else NotSealed)(str(wrong)) from wrong  # a stamp may be longer than the first
    document = sealed.getvalue()
    if sealed_by(document) != certificate_of(sealer):
        raise NotSealed("The seal does not hold.")
    if stamps and stamped_at(document) is None:
        raise NoTimeStamp("The stamp does not hold.")
    return document


def _room_for(sealer: PdfSealer, stamps: TimeStamper | None) -> int:
    """In bytes; pyHanko wants an even number, for it writes them in hexadecimal. A service's stamps are as long as its
    first one, or nearly.
    """
    chain = [sealer.signer.signing_cert, *sealer.signer.cert_registry]
    stamp = len(asyncio.run(stamps.async_dummy_response("sha256")).dump()) + SPARE if stamps else 0
    return 2 * (ROOM + sum(len(one.dump()) for one in chain) + stamp)


def certificate_of(sealer: PdfSealer) -> bytes:
    """The seal's own certificate, in DER."""
    return bytes(sealer.signer.signing_cert.dump())  # type: ignore[union-attr]  # its loader saw to it


def sealed_by(document: bytes) -> bytes | None:
    """The certificate (DER) of the key whose seal holds over this whole file; None where none does.

    Says nothing about whether that key is ours, or trusted by anyone. Never raises, whatever the bytes are.
    """
    certificate, status, hidden = _looked_at(document)
    if certificate is None or status is None or hidden:
        return None
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return certificate if status.intact and status.valid and whole else None


def stamped_at(document: bytes) -> datetime | None:
    """When somebody else says the seal was put on; None without a stamp that holds. Never raises.

    As with the seal, whose stamp it is must be asked elsewhere.
    """
    stamp = status.timestamp_validity if (status := _looked_at(document)[1]) else None
    return stamp.timestamp if stamp and stamp.intact and stamp.valid else None


def _of_its_stamp(signature: EmbeddedPdfSignature) -> ValidationContext | None:
    """A stamp is measured against the certificates it brings, for the same reason."""
    stamps = find_cms_attribute_iter(signature.signer_info["unsigned_attrs"], "signature_time_stamp_token")
    brought = [one.chosen for stamp in stamps for one in stamp["content"]["certificates"]]
    return ValidationContext(trust_roots=brought, allow_fetching=False) if brought else None


def _looked_at(document: bytes) -> tuple[bytes | None, PdfSignatureStatus | None, bytes]:
    """Certificate and state of the one signature, and what hides behind it."""
    try:
        signatures = PdfFileReader(io.BytesIO(document)).embedded_signatures
        if len(signatures) != 1:
            return None, None, b""
        certificate = signatures[0].signer_cert
        # It is measured against itself: whom it belongs to is asked of the register, not of a chain of trust.
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signatures[0], context, _of_its_stamp(signatures[0]), skip_diff=True)
        # The one place that a signature cannot cover is its own: nothing may hide behind it there.
        placed = bytes(signatures[0].pkcs7_content)
        hidden = placed[peek(placed) :].strip(b"\0")
    except Exception:  # noqa: BLE001  a hostile file may break a parser in any way; then nothing holds
        return None, None, b""
    return bytes(certificate.dump()), status, hidden
