"""The seal on a certificate's PDF: PAdES, into the empty field that the drawing left for it. Level B-T with somebody
else's time stamp, B-B without.

The seal forbids every change: one altered byte and any reader of PDF files says so. It is invisible; what it is stands
printed on the page, since text that a reader draws into a field would use fonts that are not inside the file.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

from certificates.drawing.archive import SEAL_FIELD
from certificates.keys.signers import PdfSealer
from certificates.seals import seal_on
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

    Says nothing about whether that key is ours, or trusted by anyone.
    """
    found = seal_on(document)
    return found.certificate if found and found.holds_over_all else None


def stamped_at(document: bytes) -> datetime | None:
    """When somebody else says the seal was put on; None without a stamp that holds.

    As with the seal, whose stamp it is must be asked elsewhere.
    """
    found = seal_on(document)
    stamp = found.status.timestamp_validity if found and found.status and found.is_only else None
    return stamp.timestamp if stamp and stamp.intact and stamp.valid else None
