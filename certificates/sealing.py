"""The seal on a certificate's PDF: PAdES, level B-B, into the empty field that the drawing left for it.

The seal forbids every change: one altered byte and any reader of PDF files says so. It is invisible; what it is stands
printed on the page, since text that a reader draws into a field would use fonts that are not inside the file.
"""

from __future__ import annotations

import io

from asn1crypto.parser import peek
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.drawing.archive import SEAL_FIELD
from certificates.keys.signers import PdfSealer

# Room for the signature besides its certificates, in bytes. Without a number pyHanko signs once more, to measure.
ROOM = 2048


class NotSealed(Exception):
    """The file has no seal of ours that holds."""


def seal(drawn: bytes, sealer: PdfSealer, *, issuer: str) -> bytes:
    """The file with its seal. Raises NotSealed where it cannot be put on, or does not hold once it is."""
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
        PdfSigner(about, sealer.signer).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(drawn)),
            output=sealed,
            existing_fields_only=True,
            bytes_reserved=_room_for(sealer),
        )
    except (SigningError, PdfError) as wrong:
        raise NotSealed(str(wrong)) from wrong
    document = sealed.getvalue()
    if sealed_by(document) != certificate_of(sealer):
        raise NotSealed("The seal does not hold.")
    return document


def _room_for(sealer: PdfSealer) -> int:
    """In bytes; pyHanko wants an even number, for it writes them in hexadecimal."""
    chain = [sealer.signer.signing_cert, *sealer.signer.cert_registry]
    return 2 * (ROOM + sum(len(one.dump()) for one in chain))


def certificate_of(sealer: PdfSealer) -> bytes:
    """The seal's own certificate, in DER."""
    return bytes(sealer.signer.signing_cert.dump())  # type: ignore[union-attr]  # its loader saw to it


def sealed_by(document: bytes) -> bytes | None:
    """The certificate (DER) of the key whose seal holds over this whole file; None where none does.

    Says nothing about whether that key is ours, or trusted by anyone. Never raises, whatever the bytes are.
    """
    try:
        signatures = PdfFileReader(io.BytesIO(document)).embedded_signatures
        if len(signatures) != 1:
            return None
        certificate = signatures[0].signer_cert
        # It is measured against itself: whom it belongs to is asked of the register, not of a chain of trust.
        context = ValidationContext(trust_roots=[certificate], allow_fetching=False)
        status = validate_pdf_signature(signatures[0], context, skip_diff=True)
        # The one place that a signature cannot cover is its own: nothing may hide behind it there.
        placed = bytes(signatures[0].pkcs7_content)
        hidden = placed[peek(placed) :].strip(b"\0")
    except Exception:  # noqa: BLE001  a hostile file may break a parser in any way; then nothing holds
        return None
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return bytes(certificate.dump()) if status.intact and status.valid and whole and not hidden else None
